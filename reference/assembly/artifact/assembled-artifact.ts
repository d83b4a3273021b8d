import { encodeAssemblySection } from "../../../generated/codecs/assembly-section.js";
import { SectionKind } from "../../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../../generated/enums/section-visibility.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import { RUNTIME_INTERFACE_VERSION, SCHEMA_VERSION } from "../../../generated/versions.js";
import { compareText } from "../../codec/codegen-v1.js";
import type { Artifact, ArtifactSection } from "../../contracts/buf-serializer.js";
import { actionsOf, neededHostFunctions } from "./assembled.js";
import { partImplementation } from "./implementation.js";
import type { ChosenPart } from "./implementation-registry.js";

/** Section of kind `assembly`. @spec assembly.sections */
export const ASSEMBLY_SECTION = "assembly/fay";
/** Section of the entry code. @spec assembly.sections */
const ENTRY_SECTION = "assembly/main";
/** The function that every guest of an assembly exports. */
const ENTRY_SYMBOL = "run";

/** What an artifact is assembled of. */
export interface AssemblyInput {
  /** The FayManifest as its author wrote it, comments included. */
  readonly manifestText: string;
  /** What the text says. */
  readonly manifest: FayManifest;
  /** What it resolves to. */
  readonly resolution: FayResolution;
  /** What a registry gave for it, with nothing missing. */
  readonly chosen: readonly ChosenPart[];
  /** The entry code, which runs when every part does. */
  readonly main: Uint8Array;
}

/**
 * The artifact of an iFay, unsigned. It is the same for the same input, byte for byte.
 *
 * @throws CodecError where a chosen implementation is none: those of a registry are; where the FayManifest is longer than
 * 262,144 bytes
 * @spec assembly.sections, assembly.manifest
 */
export function assembledArtifact(input: AssemblyInput): Artifact {
  const { manifest, chosen } = input;
  const parts = chosen.map(({ name, component, implementation }) => ({
    name,
    actions: actionsOf(component, implementation.actions),
  }));
  return {
    manifest: {
      schemaVersion: SCHEMA_VERSION,
      runtimeInterfaceMin: RUNTIME_INTERFACE_VERSION,
      name: manifest.name,
      version: manifest.version,
      entry: { section: ENTRY_SECTION, symbol: ENTRY_SYMBOL },
      runtime: { codeFormat: "wasm-core-2" },
      hostFunctions: neededHostFunctions(parts)
        .flatMap(({ names }) => names)
        .sort(compareText),
      requiredCapabilities: ["host.call"],
      assembly: ASSEMBLY_SECTION,
    },
    sections: [
      section(ASSEMBLY_SECTION, SectionKind.Assembly, assemblySection(input)),
      section(ENTRY_SECTION, SectionKind.Code, input.main),
      ...chosen.map(({ sectionId, implementation }) => section(sectionId, SectionKind.Code, implementation.code)),
    ].sort((a, b) => compareText(a.sectionId, b.sectionId)),
  };
}

/** @spec assembly.section */
function assemblySection({ manifestText, manifest, resolution, chosen }: AssemblyInput): Uint8Array {
  return encodeAssemblySection({
    manifest: storedManifest(manifestText, manifest),
    resolution: JSON.stringify(resolution),
    implementations: chosen
      .map(({ implementation }) => partImplementation(implementation))
      .sort((a, b) => compareText(a.part, b.part)),
  });
}

/**
 * The text of a FayManifest that an artifact holds: the author's own where that is JSON, and what it says where it has
 * comments.
 *
 * @spec assembly.section, faymanifest.comments
 */
export function storedManifest(text: string, manifest: FayManifest): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(manifest, undefined, 2);
  }
}

function section(sectionId: string, kind: SectionKind, body: Uint8Array): ArtifactSection {
  return { sectionId, kind, visibility: SectionVisibility.Required, profileConstraints: {}, body };
}
