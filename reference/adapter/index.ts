/**
 * The adapter layer without its platforms: negotiation, selection, and the bus.
 *
 * @module adapter
 */
export { type AdapterCandidate, AdapterRegistry } from "./adapter-registry.js";
export { ceilingsOf } from "./ceilings.js";
export { descriptorFault } from "./check-descriptor.js";
export {
  type AdapterConformanceCheck,
  type AdapterConformanceReport,
  type AdapterConformanceSubject,
  type AdapterExercise,
  checkAdapterConformance,
} from "./conformance/index.js";
export {
  createHandlerAdapter,
  type EventNormalizer,
  type ExperimentalHandler,
  type HandlerAdapterOptions,
  type InstructionHandler,
} from "./handler-adapter.js";
export { HostFailure, PolicyRefusal } from "./host-failure.js";
export { DENY_ALL_POLICY, judgeHostPolicy } from "./host-policy.js";
export {
  createInAppAdapter,
  type HostFunction,
  type HostFunctionCall,
  type InAppAdapter,
  type InAppAdapterOptions,
  type LentPlatform,
} from "./in-app-adapter.js";
export { createInstructionBus, type InstructionBusOptions } from "./instruction-bus.js";
