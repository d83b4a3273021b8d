// Contents page: implementations, the artifact that is assembled of them, and the checks of a loaded one.

export type { Assembled, AssembledPart } from "./assembled.js";
export {
  ASSEMBLY_SECTION,
  type AssemblyInput,
  assembledArtifact,
  storedManifest,
} from "./assembled-artifact.js";
export { type RegistryProblem, readComponentRegistry, type StoredRegistry } from "./component-registry.js";
export { type Implementation, implementationFaults } from "./implementation.js";
export {
  type Choice,
  type ChosenPart,
  describeMissing,
  ImplementationRegistry,
  type MissingImplementation,
  type PresentImplementation,
} from "./implementation-registry.js";
export { type JudgedArtifact, judgeAssembly } from "./judge-assembly.js";
export { type MisspelledName, misspelledNames } from "./misspelled-names.js";
