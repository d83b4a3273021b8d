import type { CapabilityName } from "../../generated/capabilities.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import type { CancellationSignal } from "./cancellation.js";
import type { UniversalEvent, UniversalInstruction } from "./universal-instruction.js";

/** What a host is, as the detector found it. @spec adapters.host-environment */
export interface HostEnvironment {
  /** Name of the platform, for instance `node`. */
  readonly platformId: string;
  /** Operating system: `linux`, `macos`, `windows`, `browser`, `other`. */
  readonly osKind: string;
  /** Processor: `x64`, `arm64`, `wasm`, `other`. */
  readonly arch: string;
  /** What confines the process: `none`, `container`, `browser`, `in_app`. */
  readonly sandboxKind: string;
  /** Facts adapters match on, for instance `display`, `tty`. Ascending. */
  readonly runtimeFeatures: readonly string[];
}

/** Finds out what the host is. The same host gives the same answer. @spec adapters.detection */
export interface HostEnvironmentDetector {
  /** What the host is. */
  detect(): HostEnvironment;
}

/** What an adapter says of itself. @spec adapters.descriptor */
export interface AdapterDescriptor {
  /** Id of the adapter, for instance `server`. */
  readonly platformId: string;
  /** Lower is asked first; equal priorities keep the order of registration. */
  readonly priority: number;
  /** Capabilities the adapter can honour. */
  readonly supportedCapabilities: readonly CapabilityName[];
  /** Capabilities it honours in a restricted form. */
  readonly restrictedCapabilities: readonly CapabilityName[];
  /** Instructions it can translate, as `category.name` of the table `instructions`. */
  readonly supportedInstructions: readonly string[];
}

/**
 * A call to the host, ready to be made. It returns results as TLVs, or a promise of them where the host is
 * asynchronous. A failure is a `FaygerError` with code `ADP_HOST_CALL_FAILED` or `ADP_POLICY_DENIED`; anything else
 * that is thrown becomes `ADP_HOST_CALL_FAILED` with what was thrown as its host-layer cause.
 *
 * @param signal fires when nobody waits for the result any more
 */
export type HostSyscall = (signal?: CancellationSignal) => readonly Tlv[] | Promise<readonly Tlv[]>;

/** Something that happened on the host, in the adapter's own words. Only the adapter looks inside. */
export interface HostEvent {
  /** What happened, for instance `timer`. */
  readonly kind: string;
  /** Handle of the subscription. */
  readonly handle: number;
  /** Facts of the event. */
  readonly detail: unknown;
}

/** What an adapter may use on behalf of one instance. Made by the bus. @spec adapters.binding */
export interface InstanceBinding {
  /** The instance. */
  readonly instance: string;
  /** The host's policy. */
  readonly policy: HostPolicy;
  /**
   * Give a resource a handle: ascending per instance, never reused.
   *
   * @param release called exactly once: when the handle is closed, when the instance ends, or before this throws
   * @param subscription whether the handle is a source of events: the instance is not complete while it is open
   * @throws something that makes the reply `ADP_POLICY_DENIED` with host error `quota`, where nobody catches it
   */
  openHandle(kind: string, resource: unknown, release: () => void, subscription?: boolean): number;
  /** The resource behind a handle of this kind, or `undefined`. */
  resource(handle: number, kind: string): unknown;
  /** Close a handle of any kind. False where it is not open. */
  closeHandle(handle: number): boolean;
  /** The handle stays open but raises no further event: a timer that fires once has fired. */
  endSubscription(handle: number): void;
  /** Hand a host event over; the bus has it normalised and delivers it. */
  raise(event: HostEvent): void;
}

/** The boundary to one class of hosts. @spec adapters.interface */
export interface PlatformAdapter {
  /** What the adapter is and supports. Always the same. */
  descriptor(): AdapterDescriptor;
  /** Whether the adapter fits this host. */
  match(host: HostEnvironment): boolean;
  /**
   * Translate an instruction that passed every check before `translate` into a host call.
   *
   * @throws FaygerError `ADP_POLICY_DENIED`, `ADP_HOST_CALL_FAILED`; anything else is treated as in {@link HostSyscall}
   */
  translate(instruction: UniversalInstruction, binding: InstanceBinding): HostSyscall;
  /** Turn a host event into a Universal_Event. */
  normalize(raw: HostEvent): UniversalEvent;
}
