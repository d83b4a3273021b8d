// The words and records that the public interface speaks in: a host names the type of what it gives and gets, and compares
// with names instead of with texts.

export { Capability, type CapabilityName } from "../generated/capabilities.js";
export type { ContextValue } from "../generated/codecs/context-value.js";
export type { Dependency } from "../generated/codecs/dependency.js";
export type { EntryPoint } from "../generated/codecs/entry-point.js";
export type { FaygerErrorRecord } from "../generated/codecs/fayger-error.js";
export type { FaygerEvent } from "../generated/codecs/fayger-event.js";
export type { InputLogEnd } from "../generated/codecs/input-log-end.js";
export type { InputLogEntry } from "../generated/codecs/input-log-entry.js";
export type { InputLogQuotas } from "../generated/codecs/input-log-quotas.js";
export type { InputLogRecord } from "../generated/codecs/input-log-record.js";
export type { InterfaceVersion } from "../generated/codecs/interface-version.js";
export type { Manifest } from "../generated/codecs/manifest.js";
export type { PartAction } from "../generated/codecs/part-action.js";
export type { ProfileConstraints } from "../generated/codecs/profile-constraints.js";
export type { Quotas } from "../generated/codecs/quotas.js";
export type { RuntimePolicy } from "../generated/codecs/runtime-policy.js";
export type { SchemaVersion } from "../generated/codecs/schema-version.js";
export type { SectionEntry } from "../generated/codecs/section-entry.js";
export type { SectionIndex } from "../generated/codecs/section-index.js";
export type { SignatureBlock } from "../generated/codecs/signature-block.js";
export type { TraceContext } from "../generated/codecs/trace-context.js";
export type { TrustKey } from "../generated/codecs/trust-key.js";
export type { TrustStore } from "../generated/codecs/trust-store.js";
export { type ComponentAction, ComponentId, type ComponentRow } from "../generated/enums/component-id.js";
export { ComponentOrigin } from "../generated/enums/component-origin.js";
export { ControlMode } from "../generated/enums/control-mode.js";
export { EventCategory } from "../generated/enums/event-category.js";
export { EventLevel } from "../generated/enums/event-level.js";
export { FayFinding } from "../generated/enums/fay-finding.js";
export { HostError } from "../generated/enums/host-error.js";
export { IfactsTest } from "../generated/enums/ifacts-test.js";
export { InstructionCategory } from "../generated/enums/instruction-category.js";
export { LoadLimit } from "../generated/enums/load-limit.js";
export { QuotaName } from "../generated/enums/quota-name.js";
export { RuntimeCapability } from "../generated/enums/runtime-capability.js";
export { SectionKind } from "../generated/enums/section-kind.js";
export { SectionVisibility } from "../generated/enums/section-visibility.js";
export { Signal } from "../generated/enums/signal.js";
export { SignatureAlgorithm } from "../generated/enums/signature-algorithm.js";
export { SignatureReason } from "../generated/enums/signature-reason.js";
export { SourceLayer } from "../generated/enums/source-layer.js";
export { Terminal } from "../generated/enums/terminal.js";
export { TrustLevel } from "../generated/enums/trust-level.js";
export { VectorFamily } from "../generated/enums/vector-family.js";
export { ErrorCode } from "../generated/errors/error-code.js";
export type { ErrorContexts } from "../generated/errors/error-context.js";
export type { EventFields } from "../generated/events/event-fields.js";
export type { Dispatch } from "../generated/instructions/instruction-table.js";
export type { Tlv } from "../generated/instructions/tlv.js";
export type { JsonContext } from "../generated/json/context-value.js";
export type {
  BoundarySet,
  DriverDeclaration,
  EgoConstraints,
  EgoDeclaration,
  FayManifest,
  ModuleDeclaration,
  PermissionDeclaration,
  ProtocolDeclaration,
} from "../generated/json/fay-manifest.js";
export type { FayResolution, ResolvedComponent } from "../generated/json/fay-resolution.js";
export type { FaygerErrorJson } from "../generated/json/fayger-error.js";
export { type FaygerEventJson, type FaygerEventSource, faygerEventToJson } from "../generated/json/fayger-event.js";
export type {
  Ceilings,
  FileRoot,
  HostOffer,
  HostPolicy,
  JsonQuotas,
  ProgramRule,
} from "../generated/json/host-policy.js";
export type { LoadProfile } from "../generated/json/load-profile.js";
export type { Header } from "../generated/layouts/header.js";
export type { Trailer } from "../generated/layouts/trailer.js";
export { LifecycleState } from "../generated/lifecycle/transition-table.js";
export type { UnknownField } from "./codec/reader.js";
export type { DecodedRows, Rows } from "./codec/rows.js";
