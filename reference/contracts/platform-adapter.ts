import type { CapabilityName } from "../../generated/capabilities.js";
import type { InstructionCategory } from "../../generated/enums/instruction-category.js";
import type { Dispatch } from "../../generated/instructions/instruction-table.js";
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

/**
 * An instruction that is in no table: an experiment of one adapter. Its operands are compared with nothing before its
 * handler sees them.
 *
 * @spec adapters.experimental, instructions.experimental
 */
export interface ExperimentalInstruction {
  /** `category.name`, a name that no table has, for instance `host.weather`. */
  readonly name: string;
  /** Category number, 0 to 7. */
  readonly category: InstructionCategory;
  /** Opcode within the category, 0x8000 to 0xffff. */
  readonly opcode: number;
  /** What a program must be granted, and its instruction declare; the empty list for nothing. */
  readonly capabilities: readonly CapabilityName[];
  /** How it is answered. @spec instructions.dispatch */
  readonly dispatch: Dispatch;
  /**
   * Whether it gives out a handle, so that the quota of open handles holds for it.
   *
   * @defaultValue false
   */
  readonly opensHandle?: boolean;
}

/** What an adapter says of itself. @spec adapters.descriptor */
export interface AdapterDescriptor {
  /** Id of the adapter, for instance `server`. */
  readonly platformId: string;
  /** The hosts it fits, in few words for people, for instance `Node without a display`. */
  readonly fits?: string;
  /** Lower is asked first; equal priorities keep the order of registration. */
  readonly priority: number;
  /** Capabilities the adapter can honour. */
  readonly supportedCapabilities: readonly CapabilityName[];
  /** Capabilities it honours in a restricted form. */
  readonly restrictedCapabilities: readonly CapabilityName[];
  /** Instructions it can translate, as `category.name` of the table `instructions`. */
  readonly supportedInstructions: readonly string[];
  /** Instructions beyond the table; absent means none. */
  readonly experimentalInstructions?: readonly ExperimentalInstruction[];
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
   * Whether the program can wait for a reply. Where it cannot, an instruction without ASYNC whose call gives a promise is
   * answered with `would_block`, and the promise's results are dropped.
   */
  readonly mayWait: boolean;
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

/**
 * Operands where they stand in the program's memory: well-formed, and those of the row. Good for the time of the call
 * and no longer.
 */
export interface DirectOperands {
  /** The operand at a place, a u32 or handle. */
  u32(index: number): number;
  /** The operand at a place, a u64. */
  u64(index: number): bigint;
  /** The operand at a place, an i64. */
  i64(index: number): bigint;
  /** The operand at a place, bytes or a text of ASCII, as a view. */
  bytes(index: number): Uint8Array;
}

/** Takes the results of a direct call, one after another and of the types of the row. */
export interface DirectReply {
  /** A u32. */
  u32(value: number): void;
  /** A u64. */
  u64(value: bigint): void;
  /** Room for so many bytes, at most {@link DirectReply.room}, which the caller fills before it returns. */
  bytes(count: number): Uint8Array;
  /** Of the room that {@link DirectReply.bytes} gave last only so many bytes were filled. */
  filled(count: number): void;
  /** Most bytes that there is room for in one value. */
  readonly room: number;
}

/**
 * A host call for an instruction that is answered at once and opens no handle, without anything that is thrown away
 * afterwards: no operands, no closure, no results. It may throw what {@link HostSyscall} may.
 *
 * @returns false where nothing was done and `translate` has to be asked: there is not enough room for the reply
 */
export type DirectCall = (operands: DirectOperands, reply: DirectReply, binding: InstanceBinding) => boolean;

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
  /**
   * The short way to the host for an instruction whose row says `sync`, where there is one; else {@link
   * PlatformAdapter.translate} is asked. Both must do the same. Asked once, when a bus is made.
   *
   * @param instruction its name in the table `instructions`
   */
  direct?(instruction: string): DirectCall | undefined;
  /** Turn a host event into a Universal_Event. */
  normalize(raw: HostEvent): UniversalEvent;
}
