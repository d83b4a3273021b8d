// The runtime layer as the composition root sees it. What executes code on a host is in host-engine, an edge of its own.
export type {
  ExecutionContext,
  ExecutionStrategy,
  GuestCall,
  GuestProgram,
  PreparedExecutable,
  StepResult,
} from "./execution-strategy.js";
export {
  GUEST_EXPORTS,
  GUEST_IMPORTS,
  type GuestImport,
  type GuestModule,
  type ProgramOrigin,
  readGuestModule,
} from "./guest-abi.js";
export { type CallChain, type CalledProgram, deliveryOf } from "./guest-calls.js";
export { type BlockedCall, GuestFunctions } from "./guest-functions.js";
export type { GuestServices } from "./guest-services.js";
export { GuestUnwind } from "./guest-unwind.js";
export { type InstanceIds, numberedIds, uuidV7Ids } from "./instance-ids.js";
export { LifecycleManager, type LifecycleSubject } from "./lifecycle/lifecycle-manager.js";
export { PendingCommand } from "./lifecycle/pending-command.js";
export { ManagedImplementation, type ManagedImplementationOptions } from "./managed-implementation.js";
export { type RegistrationId, type RoutingPolicy, RUNTIME_INTERFACE_METHODS, RuntimeRegistry } from "./registry.js";
export { requiredRuntimeCapabilities } from "./required-capabilities.js";
export { effectiveQuotas, type HostQuotas, quotaUse } from "./resource-monitor.js";
export { RuntimeLayer } from "./runtime.js";
export type { CancelTask, TaskScheduler } from "./task-scheduler.js";
