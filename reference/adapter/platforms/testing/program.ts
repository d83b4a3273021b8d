import { HOST_ERRORS } from "../../../../generated/enums/host-error.js";
import { errorCodeOfNumber } from "../../../../generated/errors/error-code.js";
import {
  ioFileOpenRead,
  ioFileOpenWrite,
  readIoFileOpenReadResults,
  readIoFileOpenWriteResults,
} from "../../../../generated/instructions/io.js";
import { decodeReply } from "../../../../generated/instructions/message.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import type { FileRoot, HostPolicy } from "../../../../generated/json/host-policy.js";
import type { InstructionChannel } from "../../../contracts/instruction-bus.js";
import { createInstructionBus } from "../../instruction-bus.js";
import { nodeClock } from "../node-clock.js";
import type { NodeServices } from "../node-services.js";
import { createServerAdapter } from "../server.js";

/** A program without a runtime: a channel to the real host, for tests. */
export interface TestProgram {
  readonly channel: InstructionChannel;
  /** Encoded events, in the order of their delivery. */
  readonly delivered: Uint8Array[];
  /** Emit what must succeed at once; its results. */
  readonly done: (instruction: Uint8Array) => readonly Tlv[];
  /** Emit what must be refused at once; the code and the host error, parted by a space. */
  readonly refused: (instruction: Uint8Array) => string;
  /** Emit and wait for the reply: its results. */
  readonly waited: (instruction: Uint8Array) => Promise<readonly Tlv[]>;
  /** Emit and wait for the reply, which is a refusal: the code and the host error, parted by a space. */
  readonly refusedLater: (instruction: Uint8Array) => Promise<string>;
}

/** How a program is opened. */
export interface TestProgramOptions {
  readonly services?: Partial<NodeServices>;
  readonly fileRoots?: readonly FileRoot[];
  /** Further members of the policy. */
  readonly policy?: Partial<HostPolicy>;
  /** Whether what is short is answered where it stands, as it is where nobody listens. */
  readonly inPlace?: boolean;
}

/** What {@link TestProgram.refused} gives for a path that leaves its root. */
export const DENIED = "ADP_POLICY_DENIED access_denied";

/** What {@link TestProgram.refused} gives for a host that failed. */
export function failed(hostError: string): string {
  return `ADP_HOST_CALL_FAILED ${hostError}`;
}

/** Open a channel with every capability of the Server adapter. */
export function openTestProgram(options: TestProgramOptions = {}): TestProgram {
  const delivered: Uint8Array[] = [];
  const adapter = createServerAdapter(options.services);
  const capabilities = adapter.descriptor().supportedCapabilities;
  const bus = createInstructionBus({
    adapter,
    policy: {
      capabilities,
      file_roots: options.fileRoots ?? [],
      ...options.policy,
    },
    events: {
      publish: () => {},
      enabled: () => false,
      ...(options.inPlace === true && { listeners: () => ({ count: 0 }) }),
    },
    clock: nodeClock,
  });
  const channel = bus.open({
    instance: "instance#1",
    required: capabilities,
    optional: [],
    hostFunctions: undefined,
    quotas: {},
    deliver: (event) => delivered.push(event),
  });
  const emit = (instruction: Uint8Array): ReturnType<typeof decodeReply> => {
    const reply = channel.emit(instruction);
    if (!(reply instanceof Uint8Array)) throw new Error("the reply is not there at once");
    return decodeReply(reply);
  };
  const resultsOf = ({ status, results }: ReturnType<typeof decodeReply>): readonly Tlv[] => {
    if (status !== 0) throw channel.lastError ?? new Error("an error reply without an error");
    return results;
  };
  const reply = async (instruction: Uint8Array): Promise<ReturnType<typeof decodeReply>> =>
    decodeReply(await channel.emit(instruction));
  return {
    channel,
    delivered,
    done: (instruction) => resultsOf(emit(instruction)),
    refused: (instruction) => refusalTextOf(emit(instruction)),
    waited: async (instruction) => resultsOf(await reply(instruction)),
    refusedLater: async (instruction) => refusalTextOf(await reply(instruction)),
  };
}

/** The code and the host error of an error reply, parted by a space. */
export function refusalTextOf({ status, results }: ReturnType<typeof decodeReply>): string {
  const [error] = results;
  if (status === 0 || error?.type !== "u32") throw new Error("the instruction succeeded");
  return `${errorCodeOfNumber(status)} ${HOST_ERRORS[error.value - 1]}`;
}

/** Open a file for reading; its handle. */
export function openRead({ done }: TestProgram, path: string): number {
  return readIoFileOpenReadResults(done(ioFileOpenRead(path))).file;
}

/** Open a file for writing; its handle. */
export function openWrite({ done }: TestProgram, path: string, mode: number): number {
  return readIoFileOpenWriteResults(done(ioFileOpenWrite(path, mode))).file;
}
