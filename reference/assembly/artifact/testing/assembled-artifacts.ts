import {
  type AssemblySection,
  decodeAssemblySection,
  encodeAssemblySection,
} from "../../../../generated/codecs/assembly-section.js";
import type { AssemblyReason } from "../../../../generated/enums/assembly-reason.js";
import { SectionKind } from "../../../../generated/enums/section-kind.js";
import type { FayManifest } from "../../../../generated/json/fay-manifest.js";
import type { Artifact, ManifestContent } from "../../../contracts/buf-serializer.js";
import { is } from "../../../errors/fayger-error.js";
import type { Assembled } from "../assembled.js";
import { assembledArtifact } from "../assembled-artifact.js";
import { judgeAssembly } from "../judge-assembly.js";
import { fullRegistry, prepared } from "./fay-manifests.js";

/** What artifacts of tests are assembled of. */
export const registry = fullRegistry();
/** Where nobody looks at a digest. */
export const DIGEST = new Uint8Array(32);

/** The artifact of a FayManifest. */
export function assemble(manifest: FayManifest, manifestText = JSON.stringify(manifest)): Artifact {
  const input = prepared(manifest);
  const { chosen } = registry.choose(manifest, input.resolution);
  return assembledArtifact({ ...input, manifestText, chosen });
}

/** Makes another assembly section of one. */
export type ChangedSection = (section: AssemblySection) => AssemblySection;
/** Makes another manifest of an artifact of one. */
export type ChangedManifest = (manifest: ManifestContent) => ManifestContent;

/** What a test changes of an artifact. */
export interface Changes {
  readonly section?: ChangedSection;
  readonly bytes?: Uint8Array;
  readonly manifest?: ChangedManifest;
  readonly kinds?: (sectionId: string) => number | undefined;
  readonly unselected?: string;
}

/** Judge an artifact as a composition root does that has loaded it. */
export function judge(artifact: Artifact, changes: Changes = {}): Assembled {
  const body = artifact.sections.find(({ kind }) => kind === SectionKind.Assembly)?.body ?? new Uint8Array();
  const section = changes.section ?? ((same) => same);
  const manifest = (changes.manifest ?? ((same) => same))(artifact.manifest);
  const index = artifact.sections.flatMap((each) => {
    const kind = changes.kinds === undefined ? each.kind : changes.kinds(each.sectionId);
    if (kind === undefined) return [];
    const { sectionId, visibility, profileConstraints } = each;
    return [{ sectionId, kind, visibility, profileConstraints, offset: 0, length: 1, digest: DIGEST }];
  });
  return judgeAssembly(changes.bytes ?? encodeAssemblySection(section(decodeAssemblySection(body))), {
    manifest: { ...manifest, sectionIndexDigest: DIGEST },
    index,
    isSelected: (sectionId) => sectionId !== changes.unselected,
  });
}

/** Why an artifact is refused; `accepted` where it is not. */
export function verdict(artifact: Artifact, changes: Changes): readonly [AssemblyReason | "accepted", string?] {
  try {
    judge(artifact, changes);
    return ["accepted"];
  } catch (error) {
    if (!is(error, "LDR_ASSEMBLY_INVALID")) throw error;
    const { phase, section_id: sectionId, reason, part } = error.context;
    if (phase !== "hand_off" || sectionId !== "assembly/fay") throw error;
    return part === undefined ? [reason] : [reason, part];
  }
}

/** A FayManifest with a bit of everything. */
export const WHOLE: FayManifest = {
  name: "tests/ifay",
  version: "2.0.0",
  description: "",
  vendor: "tests",
  modules: [{ id: "sensor", version: "^1.0.0", provider: "alpha" }, { id: "registered_skill" }],
  protocols: [{ id: "cap_protocol", version: "~1.2.0" }],
  controlMode: "ego",
  drivers: [
    { name: "Arm", type: "device", driverPackage: "@drivers/arm" },
    { name: "Lamp", type: "device", driverPackage: "@drivers/lamp" },
  ],
  ego: { modelSource: "@models/calm" },
};
