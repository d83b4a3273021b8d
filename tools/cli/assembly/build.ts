import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import {
  assembledArtifact,
  type ChosenPart,
  describeMissing,
  type MissingImplementation,
  type MisspelledName,
  misspelledNames,
  storedManifest,
} from "../../../reference/assembly/index.js";
import { createSerializer, nodeSha256 } from "../../../reference/node.js";
import { type Invocation, UsageError } from "../command.js";
import { keyIdOf, signerIn } from "../keys.js";
import { pairs } from "../output/table.js";
import { hex, printable, type Terminal } from "../output/terminal.js";
import { byteSize, count } from "../output/units.js";
import { wrap, wrappedTable } from "../output/wrapped.js";
import { replaceFile } from "../replace-file.js";
import type { AuthorFile } from "./author-file.js";
import { type Registries, readRegistries } from "./registries.js";

/** Bytes of a FayManifest in an assembled artifact, as its schema bounds them. */
const LONGEST_FAY_MANIFEST = 262_144;

/** What implements each part. */
export interface Chosen {
  readonly chosen: readonly ChosenPart[];
  readonly missing: readonly MissingImplementation[];
}

/** What was made of a FayManifest. */
export interface Built extends Chosen {
  /** Names of the FayManifest that look misspelled, once it is known which actions there are. */
  readonly misspelled: readonly MisspelledName[];
  /** Absent where implementations are missing: nothing was written. */
  readonly artifact?: WrittenArtifact;
}

interface WrittenArtifact {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly sections: number;
  readonly sha256: string;
  readonly signature?: { readonly algorithm: string; readonly key_id: string };
}

/** Look for an implementation of each part, in the registries of the command line. @spec assembly.implementations */
export async function choose(
  invocation: Invocation,
  manifest: FayManifest,
  resolution: FayResolution,
): Promise<Chosen & Registries> {
  const registries = await readRegistries(invocation.texts("registry"));
  return { ...registries, ...registries.registry.choose(manifest, resolution) };
}

/** Make the artifact and write it, unless an implementation is missing. @spec tools.assemble */
export async function build(
  invocation: Invocation,
  file: AuthorFile,
  manifest: FayManifest,
  resolution: FayResolution,
  out: string,
): Promise<Built> {
  const key = invocation.text("key");
  // A key that is none is told before anything is built.
  const signer = key === undefined ? undefined : signerIn(key, invocation);
  const { chosen, missing, main } = await choose(invocation, manifest, resolution);
  if (missing.length > 0) return { chosen, missing, misspelled: [] };
  const length = Buffer.byteLength(storedManifest(file.text, manifest));
  // @spec assembly.section: whoever loads an artifact judges all of it, so its bound is lower than that of files of authors.
  if (length > LONGEST_FAY_MANIFEST) {
    const [expected, found] = [LONGEST_FAY_MANIFEST, length].map((bytes) => bytes.toLocaleString("en"));
    throw new UsageError(
      `${file.path}: expected at most ${expected} bytes, which an artifact can hold; found ${found}`,
    );
  }
  const artifact = assembledArtifact({ manifestText: file.text, manifest, resolution, chosen, main });
  const serializer = createSerializer(nodeSha256);
  const complete = signer === undefined ? artifact : await serializer.sign(artifact, signer);
  const bytes = serializer.serialize(complete);
  replaceFile(out, bytes);
  return {
    chosen,
    missing,
    misspelled: misspelledNames(manifest, chosen),
    artifact: {
      file: out,
      name: manifest.name,
      version: manifest.version,
      bytes: bytes.length,
      sections: artifact.sections.length,
      sha256: hex(nodeSha256.digest(bytes)),
      ...(signer !== undefined && {
        signature: { algorithm: signer.algorithm, key_id: keyIdOf(signer.publicKey) },
      }),
    },
  };
}

/** Which implementation serves each part, and what was written. Gives the lines. */
export function builtLines(terminal: Terminal, { chosen, artifact }: Built): string[] {
  const rows = chosen.map(({ name, implementation }) => [
    terminal.style("cyan", name),
    implementation.version,
    printable(implementation.provider),
    byteSize(implementation.code.length),
    printable(implementation.source ?? ""),
  ]);
  const columns = [
    { title: "PART" },
    { title: "VERSION" },
    { title: "PROVIDER" },
    { title: "SIZE", align: "right" },
    { title: "PACKAGE OR SOURCE" },
  ] as const;
  return [
    terminal.style("bold", `Implementations (${chosen.length})`),
    ...wrappedTable(terminal, columns, rows),
    "",
    ...(artifact === undefined ? [] : writtenLines(terminal, artifact)),
  ];
}

function writtenLines(terminal: Terminal, artifact: WrittenArtifact): string[] {
  const { file, bytes, sections, signature, sha256 } = artifact;
  const size = terminal.style("dim", `(${byteSize(bytes)}, ${count(sections, "section")})`);
  return pairs(terminal, [
    ["wrote", `${printable(file)} ${size}`],
    [
      "signed",
      signature === undefined
        ? terminal.style("yellow", "no")
        : `${signature.algorithm}, key ${signature.key_id.slice(0, 16)}`,
    ],
    ["sha256", sha256],
    ["next", `fayger run ${printable(file)}${signature === undefined ? " --allow-unsigned" : ""}`],
  ]);
}

/** Names that look misspelled. Gives the lines. @spec tools.assemble.names */
export function misspelledLines(terminal: Terminal, { misspelled }: Built): string[] {
  return misspelled.flatMap(({ field, name, suggestion }) => {
    const text = `${field}: no action has \`${name}\`, so this says nothing; did you mean \`${suggestion}\`?`;
    return wrap(printable(text), terminal.columns - 9).map((line, at) =>
      at === 0 ? `${terminal.style("yellow", "warning")}  ${line}` : `         ${line}`,
    );
  });
}

/** Everything that has no implementation. Gives the lines. @spec assembly.implementations.missing */
export function missingLines(terminal: Terminal, manifest: FayManifest, { missing }: Chosen): string[] {
  return [
    `${terminal.style("red", "error")} ${count(missing.length, "implementation")} missing; nothing was written`,
    ...missing.flatMap((one) =>
      wrap(printable(describeMissing(one, manifest)), terminal.columns - 4).map(
        (line, index) => `${index === 0 ? "  " : "    "}${line}`,
      ),
    ),
    `${terminal.style("cyan", "help")}  --registry DIR looks in a folder of yours too, whose registry.json lists implementations`,
  ];
}

/** The same for programs. */
export function builtJson({ chosen, missing, misspelled, artifact }: Built): Record<string, unknown> {
  return {
    implementations: chosen.map(({ name, sectionId, component, driver, implementation }) => ({
      part: name,
      section: sectionId,
      ...(component !== undefined && { component }),
      ...(driver !== undefined && { driver }),
      version: implementation.version,
      provider: implementation.provider,
      ...(implementation.source !== undefined && { source: implementation.source }),
      actions: implementation.actions,
      bytes: implementation.code.length,
    })),
    ...(missing.length > 0 && { missing }),
    ...(misspelled.length > 0 && { misspelled }),
    ...(artifact !== undefined && { artifact }),
  };
}
