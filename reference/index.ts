/**
 * Fayger for any host. `fayger/node` is the same with everything that Node contributes.
 *
 * @module fayger
 */

export type { FaygerEvent } from "../generated/codecs/fayger-event.js";
export type { HostPolicy } from "../generated/json/host-policy.js";
export type { LoadProfile } from "../generated/json/load-profile.js";
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
  type QuotaDecision,
  type RunOptions,
  type RunResult,
} from "./fayger.js";
export * from "./loader/index.js";
export * from "./observability/index.js";
export { quotaUse } from "./runtime/index.js";
export * from "./security/index.js";
