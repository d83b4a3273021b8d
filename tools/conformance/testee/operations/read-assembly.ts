import type { PartAction } from "../../../../generated/codecs/part-action.js";
import { SECTION_KIND_NAMES, type SectionKind } from "../../../../generated/enums/section-kind.js";
import type {
  VectorAssembled,
  VectorAssembledPart,
  VectorInputs,
  VectorOwnAction,
} from "../../../../generated/json/vector.js";
import { type AssembledPart, type JudgedArtifact, judgeAssembly } from "../../../../reference/assembly/index.js";
import { type Answer, answering } from "../answer.js";
import { given, givenBytes } from "../inputs.js";

const KINDS = new Map(Object.entries(SECTION_KIND_NAMES).map(([kind, name]) => [name, Number(kind) as SectionKind]));

/** Judge the assembly section of an artifact. @spec assembly.checks */
export function readAssembly(inputs: VectorInputs): Promise<Answer> {
  const artifact = artifactOf(given(inputs, "assembled"));
  return answering(() => ({ parts: judgeAssembly(givenBytes(inputs, "bytes"), artifact).parts.map(partForm) }));
}

/** As much of an artifact as its assembly section is compared with. */
function artifactOf({ name, version, host_functions: hostFunctions, sections }: VectorAssembled): JudgedArtifact {
  const unselected = new Set(sections.filter(({ selected }) => selected === false).map(({ section }) => section));
  return {
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name,
      version,
      entry: { section: "assembly/main", symbol: "run" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: ["host.call"],
      ...(hostFunctions.length > 0 && { hostFunctions }),
      assembly: "assembly/fay",
      sectionIndexDigest: new Uint8Array(32),
    },
    index: sections.map(({ section, kind = "code" }) => ({
      sectionId: section,
      kind: KINDS.get(kind) ?? 0xffff,
      visibility: 0,
      profileConstraints: {},
      offset: 0,
      length: 1,
      digest: new Uint8Array(32),
    })),
    isSelected: (sectionId) => sections.some(({ section }) => section === sectionId) && !unselected.has(sectionId),
  };
}

function partForm({ name, sectionId, driver, actions }: AssembledPart): VectorAssembledPart {
  return {
    part: name,
    section: sectionId,
    ...(driver !== undefined && { driver }),
    actions: actions.map(actionForm).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function actionForm({ name, skill, permission }: PartAction): VectorOwnAction {
  return { name, ...(skill !== undefined && { skill }), ...(permission !== undefined && { permission }) };
}
