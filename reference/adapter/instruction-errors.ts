import type { CapabilitySet } from "../../generated/capabilities.js";
import type { HostError } from "../../generated/enums/host-error.js";
import { instructionCategoryName } from "../../generated/enums/instruction-category.js";
import { ERROR_CODES } from "../../generated/errors/error-code.js";
import type { InstructionRow } from "../../generated/instructions/instruction-table.js";
import { FaygerError } from "../errors/fayger-error.js";
import { hostError } from "../errors/host-error.js";
import { missingCapabilities } from "./capability-negotiator.js";
import { isHostFailure, isPolicyRefusal } from "./host-failure.js";

/** Which instruction an error is about. */
export interface InstructionIdentity {
  readonly category: number;
  readonly opcode: number;
  /** The row of the table; absent for an opcode that is not in it. */
  readonly row: InstructionRow | undefined;
}

/** Codes a UniversalReply can carry. */
export type ReplyCode =
  | "ADP_UNSUPPORTED_INSTRUCTION"
  | "ADP_CAPABILITY_DENIED"
  | "ADP_HOST_CALL_FAILED"
  | "ADP_INSTRUCTION_MALFORMED"
  | "ADP_POLICY_DENIED";

/**
 * An instruction that failed: what the guest learns, and how to build the whole error for those who may see it. The
 * error is built only when somebody asks, so that a refusal stays cheaper than a success.
 */
export interface Refusal {
  readonly code: ReplyCode;
  readonly hostError: HostError;
  /** Build the error; called at most once a refusal by the channel. */
  readonly build: () => FaygerError;
}

/** Whether a check or a host call ended in a refusal. */
export function isRefusal(value: object): value is Refusal {
  return "build" in value;
}

/** Number of a reply code, as `status` carries it. @spec instructions.reply */
export function statusOf(refusal: Refusal): number {
  return ERROR_CODES[refusal.code].number;
}

/** `category.name`, or `category.0x1234` for an opcode that is not in the table. */
export function instructionName(identity: InstructionIdentity): string {
  if (identity.row !== undefined) return identity.row.name;
  return `${instructionCategoryName(identity.category)}.0x${identity.opcode.toString(16).padStart(4, "0")}`;
}

interface InstructionContext {
  readonly category: number;
  readonly opcode: number;
  readonly instruction?: string;
}

function contextOf(identity: InstructionIdentity): InstructionContext {
  const { category, opcode, row } = identity;
  return row === undefined ? { category, opcode } : { category, opcode, instruction: row.name };
}

/**
 * The instruction needs capabilities that were not granted. Which they are is found when somebody asks.
 *
 * @spec instructions.check-capabilities
 */
export function capabilityMissing(
  identity: InstructionIdentity,
  required: CapabilitySet,
  granted: CapabilitySet,
): Refusal {
  return {
    code: "ADP_CAPABILITY_DENIED",
    hostError: "access_denied",
    build: () => {
      const missing = missingCapabilities(required, granted);
      return new FaygerError("ADP_CAPABILITY_DENIED", `${instructionName(identity)} needs ${missing.join(", ")}`, {
        ...contextOf(identity),
        missing,
      });
    },
  };
}

/** The Platform_Adapter does not support the instruction. @spec instructions.check-supported */
export function unsupported(identity: InstructionIdentity): Refusal {
  return {
    code: "ADP_UNSUPPORTED_INSTRUCTION",
    hostError: "unavailable",
    build: () =>
      new FaygerError(
        "ADP_UNSUPPORTED_INSTRUCTION",
        `${instructionName(identity)} is not supported here`,
        contextOf(identity),
      ),
  };
}

/** The host's policy refuses. @param reason for people and tools @spec instructions.policy */
export function policyDenied(identity: InstructionIdentity, error: HostError, reason: string): Refusal {
  return {
    code: "ADP_POLICY_DENIED",
    hostError: error,
    build: () =>
      new FaygerError("ADP_POLICY_DENIED", `${instructionName(identity)} refused: ${reason}`, {
        ...contextOf(identity),
        host_error: error,
        reason,
      }),
  };
}

/** The host failed. @param native whatever it threw @spec adapters.host-errors */
export function hostCallFailed(
  identity: InstructionIdentity,
  error: HostError,
  call?: string,
  native?: unknown,
): Refusal {
  return {
    code: "ADP_HOST_CALL_FAILED",
    hostError: error,
    build: () =>
      new FaygerError(
        "ADP_HOST_CALL_FAILED",
        `${instructionName(identity)} failed: ${error}`,
        { ...contextOf(identity), host_error: error },
        // @spec errors.cause-chain: adapter above host. What the host did not throw has the name of the host error.
        { cause: native === undefined ? bareHostError(error, call) : hostError(native, call) },
      ),
  };
}

/** Whatever an adapter threw, as a refusal. @spec adapters.host-errors */
export function refusalOf(identity: InstructionIdentity, thrown: unknown): Refusal {
  if (isHostFailure(thrown)) return hostCallFailed(identity, thrown.hostError, thrown.call, thrown.native);
  if (isPolicyRefusal(thrown)) return policyDenied(identity, thrown.hostError, thrown.message);
  return hostCallFailed(identity, "unknown", undefined, thrown ?? "nothing");
}

function bareHostError(error: HostError, call: string | undefined): FaygerError<"HOST_ERROR"> {
  if (call === undefined) return new FaygerError("HOST_ERROR", `the host reports ${error}`, { name: error });
  return new FaygerError("HOST_ERROR", `${call} failed: ${error}`, { name: error, call });
}
