import { HOST_ERRORS } from "../../generated/enums/host-error.js";
import { errorCodeOfNumber } from "../../generated/errors/error-code.js";
import { decodeEvent, decodeReply } from "../../generated/instructions/message.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { NegotiationResult } from "../../reference/contracts/policy.js";
import type { UniversalEvent } from "../../reference/contracts/universal-instruction.js";
import type { OpenedProbe } from "./harness.js";
import { fromHex, toHex } from "./page/outcome.js";
import type { ProgramOptions } from "./page/programs.js";

/** A program without a runtime inside a page, driven from here. */
export interface RemoteProgram {
  readonly negotiation: NegotiationResult;
  /** Emit what must succeed; its results. */
  done(instruction: Uint8Array): Promise<readonly Tlv[]>;
  /** Emit what must be refused; the code and the host error, parted by a space. */
  refused(instruction: Uint8Array): Promise<string>;
  /** The encoded replies, each instruction emitted when the one before was answered. */
  replies(instructions: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
  /** The encoded replies to an instruction that is emitted so often at once, in the order in which they came. */
  repliesAtOnce(instruction: Uint8Array, count: number): Promise<readonly Uint8Array[]>;
  /** Whether the answer is there at once. */
  isImmediate(instruction: Uint8Array): Promise<boolean>;
  /** Every event so far, as soon as there are so many. */
  delivered(count?: number): Promise<readonly UniversalEvent[]>;
  /** How many handles are open. */
  openHandles(): Promise<number>;
  /** End the instance. */
  close(): Promise<void>;
}

/** Open a program in a page. */
export async function openRemoteProgram({ call }: OpenedProbe, options: ProgramOptions = {}): Promise<RemoteProgram> {
  const { id, negotiation } = await call("openProgram", options);
  const emit = async (instruction: Uint8Array): Promise<ReturnType<typeof decodeReply>> =>
    decodeReply(fromHex(await call("emit", id, toHex(instruction))));
  return {
    negotiation,
    done: async (instruction) => {
      const { status, results } = await emit(instruction);
      if (status !== 0) throw new Error(`${refusalOf(status, results)}, ${await call("lastCause", id)}`);
      return results;
    },
    refused: async (instruction) => {
      const { status, results } = await emit(instruction);
      if (status === 0) throw new Error("the instruction succeeded");
      return refusalOf(status, results);
    },
    replies: async (instructions) => (await call("emitAll", id, instructions.map(toHex))).map(fromHex),
    repliesAtOnce: async (instruction, count) => (await call("emitOften", id, toHex(instruction), count)).map(fromHex),
    isImmediate: async (instruction) => (await call("emitNow", id, toHex(instruction))) !== undefined,
    delivered: async (count = 0) => (await call("delivered", id, count)).map((event) => decodeEvent(fromHex(event))),
    openHandles: () => call("openHandles", id),
    close: () => call("closeProgram", id),
  };
}

/** A reply as tests compare it: `done`, or the code and the host error, parted by a space. */
export function outcomeOfReply(reply: Uint8Array): string {
  const { status, results } = decodeReply(reply);
  return status === 0 ? "done" : refusalOf(status, results);
}

function refusalOf(status: number, [error]: readonly Tlv[]): string {
  if (error?.type !== "u32") throw new Error("a refusal without a host error");
  return `${errorCodeOfNumber(status)} ${HOST_ERRORS[error.value - 1]}`;
}
