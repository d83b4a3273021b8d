import type { HostPolicy } from "../../../generated/json/host-policy.js";
import { createInstructionBus } from "../../../reference/adapter/index.js";
import { createBrowserAdapter, webClock } from "../../../reference/adapter/platforms/web/index.js";
import type { InstructionChannel } from "../../../reference/contracts/instruction-bus.js";
import type { NegotiationResult } from "../../../reference/contracts/policy.js";
import { drawnSurfaces } from "./drawn.js";
import { fromHex, toHex } from "./outcome.js";

// Programs without a runtime: channels to the real browser, driven from outside of the page.

/** What a program may do; everything that the adapter offers where the policy does not say. */
export interface ProgramOptions {
  readonly policy?: Partial<HostPolicy>;
}

/** A channel that is open, and what it delivered. */
interface OpenProgram {
  readonly channel: InstructionChannel;
  /** Encoded events as hexadecimal digits, in the order of their delivery. */
  readonly delivered: string[];
}

const programs: OpenProgram[] = [];
let whenDelivered = (): void => {};

function programAt(id: number): OpenProgram {
  const program = programs[id];
  if (program === undefined) throw new TypeError(`no program ${id}`);
  return program;
}

/** The part of the probe that stands for programs. */
export const programProbe = {
  /** Open a channel, and tell its number and what was negotiated. */
  async openProgram(
    options: ProgramOptions = {},
  ): Promise<{ readonly id: number; readonly negotiation: NegotiationResult }> {
    const adapter = createBrowserAdapter();
    const capabilities = adapter.descriptor().supportedCapabilities;
    const delivered: string[] = [];
    const bus = createInstructionBus({
      adapter,
      policy: { capabilities, ...options.policy },
      events: { publish: () => {}, enabled: () => false },
      clock: webClock,
    });
    const channel = bus.open({
      instance: `instance#${programs.length + 1}`,
      required: capabilities,
      optional: [],
      hostFunctions: undefined,
      quotas: {},
      deliver: (event) => {
        delivered.push(toHex(event));
        whenDelivered();
      },
    });
    return { id: programs.push({ channel, delivered }) - 1, negotiation: channel.negotiation };
  },

  /** The reply to an instruction, both as hexadecimal digits. */
  async emit(id: number, instruction: string): Promise<string> {
    return toHex(await programAt(id).channel.emit(fromHex(instruction)));
  },

  /** The replies to instructions, each emitted when the one before was answered. */
  async emitAll(id: number, instructions: readonly string[]): Promise<readonly string[]> {
    const replies: string[] = [];
    for (const instruction of instructions) replies.push(await programProbe.emit(id, instruction));
    return replies;
  },

  /** The replies to an instruction that is emitted so often without waiting between, in the order in which they came. */
  async emitOften(id: number, instruction: string, count: number): Promise<readonly string[]> {
    const replies: string[] = [];
    const { channel } = programAt(id);
    const bytes = fromHex(instruction);
    const emitted = Array.from({ length: count }, async () => replies.push(toHex(await channel.emit(bytes))));
    await Promise.all(emitted);
    return replies;
  },

  /** What an instruction is answered at once; nothing where the answer is not there at once. */
  async emitNow(id: number, instruction: string): Promise<string | undefined> {
    const reply = programAt(id).channel.emit(fromHex(instruction));
    return reply instanceof Uint8Array ? toHex(reply) : undefined;
  },

  /** What was delivered, as soon as there are so many events. */
  async delivered(id: number, count = 0): Promise<readonly string[]> {
    const { delivered } = programAt(id);
    while (delivered.length < count) {
      await new Promise<void>((resolve) => {
        const before = whenDelivered;
        whenDelivered = () => {
          before();
          resolve();
        };
      });
    }
    return delivered;
  },

  /** The name of what the host threw behind the last refusal, and what was called. */
  async lastCause(id: number): Promise<string | undefined> {
    const { cause } = programAt(id).channel.lastError ?? {};
    return cause === undefined ? undefined : JSON.stringify(cause);
  },

  /** What the page shows of all programs. */
  async drawn(): Promise<ReturnType<typeof drawnSurfaces>> {
    return drawnSurfaces();
  },

  /** How many handles are open. */
  async openHandles(id: number): Promise<number> {
    return programAt(id).channel.openHandles;
  },

  /** End the instance, as the runtime does. */
  async closeProgram(id: number): Promise<void> {
    programAt(id).channel.close();
  },
};
