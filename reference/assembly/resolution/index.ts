// What a FayManifest resolves to, and what follows from it.
export { type ComponentCatalogue, componentCatalogue, STANDARD_CATALOGUE } from "./catalogue.js";
export { claimStage, type StageClaim } from "./claim.js";
export {
  type ComponentExplanation,
  type ComponentRelation,
  type ExplainedAction,
  explainComponent,
} from "./explain.js";
export { resolutionGraph } from "./graph.js";
export { type RequiredTest, requiredTests } from "./required-tests.js";
export { resolvedIds, resolveFayManifest } from "./resolve.js";
