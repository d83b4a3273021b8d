import { type AssemblySection, decodeAssemblySection } from "../../../generated/codecs/assembly-section.js";
import type { PartImplementation } from "../../../generated/codecs/part-implementation.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { isFayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import { isFayResolution } from "../../../generated/json/fay-resolution.js";
import { printable, type Terminal } from "../output/terminal.js";
import { count } from "../output/units.js";
import { wrappedPairs, wrappedTable } from "../output/wrapped.js";
import { mayRows } from "./may-lines.js";
import { controlModeText } from "./overview.js";
import { stageName } from "./words.js";

/** The assembly section of an artifact, as far as it can be read. Nothing of it is judged. */
export interface InspectedAssembly {
  /** Absent where the section cannot be read at all. */
  readonly implementations: readonly PartImplementation[] | undefined;
  /** Absent where it is none. */
  readonly manifest: FayManifest | undefined;
  /** Absent where it is none. */
  readonly resolution: FayResolution | undefined;
}

/** Read an assembly section, whatever it holds. @spec tools.inspect.assembly */
export function inspectAssembly(section: Uint8Array): InspectedAssembly {
  const document = decoded(section);
  const manifest = jsonIn(document?.manifest);
  const resolution = jsonIn(document?.resolution);
  return {
    implementations: document?.implementations,
    manifest: isFayManifest(manifest) ? manifest : undefined,
    resolution: isFayResolution(resolution) ? resolution : undefined,
  };
}

function decoded(section: Uint8Array): AssemblySection | undefined {
  try {
    return decodeAssemblySection(section);
  } catch {
    // What is wrong with it is for `fayger verify` to say.
    return undefined;
  }
}

function jsonIn(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Control mode, stage, what it may, and what implements each part. Gives the lines. @spec tools.inspect.assembly */
export function assemblyLines(terminal: Terminal, assembly: InspectedAssembly): string[] {
  const { implementations, manifest, resolution } = assembly;
  const unreadable = terminal.style("red", "cannot be read; `fayger verify` says why");
  if (implementations === undefined) return [unreadable];
  const components = [...(resolution?.allComponents ?? []), ...(resolution?.allProtocols ?? [])];
  const rows = implementations.map(({ part, version, provider, source, actions }) => [
    terminal.style("cyan", part),
    printable(version),
    printable(provider),
    printable(source ?? ""),
    actions.map(({ name }) => name).join(", "),
  ]);
  const columns = ["PART", "VERSION", "PROVIDER", "PACKAGE OR SOURCE", "ACTIONS OF ITS OWN"].map((title) => ({
    title,
  }));
  return [
    ...wrappedPairs(terminal, [
      ...(manifest === undefined
        ? []
        : ([
            ["what", printable(manifest.description)],
            ["vendor", printable(manifest.vendor)],
          ] as const)),
      ["control mode", manifest === undefined ? unreadable : controlModeText(manifest.controlMode)],
      [
        "stage",
        resolution === undefined ? unreadable : `${resolution.resolvedStage}, ${stageName(resolution.resolvedStage)}`,
      ],
      ...(manifest === undefined ? [] : mayRows(manifest)),
      ...(resolution === undefined
        ? []
        : ([["components", components.map(({ id }) => printable(id)).join(", ")]] as const)),
      ["parts", count(implementations.length, "implementation")],
    ]),
    "",
    ...wrappedTable(terminal, columns, rows),
  ];
}

/** The same for programs. */
export function assemblyJson({ implementations, manifest, resolution }: InspectedAssembly): object {
  return {
    readable: implementations !== undefined && manifest !== undefined && resolution !== undefined,
    ...(manifest !== undefined && { control_mode: manifest.controlMode, manifest }),
    ...(resolution !== undefined && { stage: resolution.resolvedStage, resolution }),
    ...(implementations !== undefined && { implementations }),
  };
}
