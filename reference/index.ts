/**
 * Fayger for any host. `fayger/node` is the same with everything that Node contributes.
 *
 * @module fayger
 */

export type {
  AgreementAlgorithm,
  CryptoKeyPair,
  DigestAlgorithm,
  KeyPairAlgorithm,
  PlatformCrypto,
  SealingAlgorithm,
  SigningAlgorithm,
} from "./adapter/crypto/index.js";
export {
  type AdapterCandidate,
  type AdapterConformanceCheck,
  type AdapterConformanceReport,
  type AdapterConformanceSubject,
  type AdapterExercise,
  checkAdapterConformance,
  createHandlerAdapter,
  createInAppAdapter,
  type EventNormalizer,
  type ExperimentalHandler,
  type HandlerAdapterOptions,
  HostFailure,
  type HostFunction,
  type HostFunctionCall,
  type InAppAdapter,
  type InAppAdapterOptions,
  type InstructionHandler,
  type LentPlatform,
  PolicyRefusal,
} from "./adapter/index.js";
export { type InputLogContent, readInputLog } from "./adapter/input-log/index.js";
export type {
  Cell,
  CellCursor,
  CellGrid,
  CellStyle,
  OpenedScreen,
  Person,
  ScreenHost,
  ScreenPerson,
  ScreenView,
  SurfaceHost,
  SurfaceView,
  UiNode,
  UiTree,
} from "./adapter/ui/index.js";
export {
  type ActionOutcome,
  type ActionQuestion,
  type Assembled,
  type AssembledPart,
  type AssemblyOptions,
  type AssemblyResult,
  type Authentication,
  applyEdits,
  type ComponentCatalogue,
  type ComponentExplanation,
  type ComponentRelation,
  type ConfirmationQuestion,
  claimStage,
  componentCatalogue,
  type ExplainedAction,
  explainComponent,
  type FayManifestJudgement,
  type FayManifestReading,
  type Finding,
  judgeFayManifest,
  type PlacedFinding,
  type ReadFayManifestOptions,
  type RequiredTest,
  readFayManifest,
  requiredTests,
  resolutionGraph,
  resolvedIds,
  resolveFayManifest,
  STANDARD_CATALOGUE,
  type StageClaim,
  type TextEdit,
} from "./assembly/index.js";
export type * from "./contracts/buf-object.js";
export type * from "./contracts/buf-serializer.js";
export type * from "./contracts/buf-source.js";
export type * from "./contracts/cancellation.js";
export type * from "./contracts/event-bus.js";
export type * from "./contracts/instruction-bus.js";
export type * from "./contracts/platform-adapter.js";
export type * from "./contracts/policy.js";
export type * from "./contracts/runtime-interface.js";
export type * from "./contracts/security.js";
export type * from "./contracts/universal-instruction.js";
export * from "./errors/index.js";
export {
  Fayger,
  type FaygerHost,
  type FaygerOptions,
  type ImplementationServices,
} from "./fayger.js";
export * from "./loader/index.js";
export * from "./observability/index.js";
export type { IFay, QuotaDecision, RunOptions, RunResult } from "./run-options.js";
export {
  type InstanceIds,
  quotaUse,
  type RoutingPolicy,
  type RuntimeLayer,
  type RuntimeRegistry,
} from "./runtime/index.js";
export * from "./security/index.js";
export * from "./vocabulary.js";
