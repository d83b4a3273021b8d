import type { AddressInfo } from "node:net";
import { decodeReply } from "../../../../../generated/instructions/message.js";
import type { Tlv } from "../../../../../generated/instructions/tlv.js";
import type { Ceilings } from "../../../../../generated/json/host-policy.js";
import { is } from "../../../../errors/fayger-error.js";
import type { HostTimers } from "../../../handlers/host-timers.js";
import type { NodeServices } from "../../node-services.js";
import { openTestProgram, refusalTextOf, type TestProgram } from "../../testing/program.js";
import type { HostNetwork } from "../host-network.js";

/** A program with a network, for tests. */
export interface NetworkProgram extends TestProgram {
  /** Emit and wait: the results, or the code and the host error of the refusal. */
  readonly ask: (instruction: Uint8Array) => Promise<readonly Tlv[] | string>;
  /** Code of the host's own error behind the last refusal. */
  readonly nativeCode: () => unknown;
}

/** What the host of a program allows. */
export interface NetworkProgramOptions {
  readonly network?: readonly string[];
  readonly listen?: readonly string[];
  readonly ceilings?: Ceilings;
  readonly services?: Partial<NodeServices>;
}

/** Open a channel with every capability. */
export function openNetworkProgram({ services = {}, ...policy }: NetworkProgramOptions): NetworkProgram {
  const program = openTestProgram({ services, policy });
  return {
    ...program,
    ask: async (instruction) => {
      const reply = decodeReply(await program.channel.emit(instruction));
      return reply.status === 0 ? reply.results : refusalTextOf(reply);
    },
    nativeCode: () => {
      const cause = program.channel.lastError?.cause;
      return is(cause, "HOST_ERROR") ? cause.context.native_code : undefined;
    },
  };
}

/** What must be results. */
export function resultsOf(answer: readonly Tlv[] | string): readonly Tlv[] {
  if (typeof answer === "string") throw new Error(answer);
  return answer;
}

/** A resolver that knows some names, and counts. A list of lists is given out one after the other. */
export function resolverOf(names: Readonly<Record<string, readonly (readonly string[])[]>>): HostNetwork & {
  readonly asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    resolve: (name) => {
      const answers = names[name] ?? [];
      const answer = answers[Math.min(asked.filter((other) => other === name).length, answers.length - 1)];
      asked.push(name);
      if (answer === undefined) return Promise.reject(Object.assign(new Error(name), { code: "ENOTFOUND" }));
      return Promise.resolve(answer);
    },
  };
}

/** Timers that fire when a test says so. */
export function heldTimers(): HostTimers & { readonly waiting: Set<() => void>; readonly fireAll: () => void } {
  const waiting = new Set<() => void>();
  return {
    waiting,
    after: (_delay, fire) => {
      waiting.add(fire);
      return () => waiting.delete(fire);
    },
    fireAll: () => {
      for (const fire of [...waiting]) fire();
    },
  };
}

/** Bytes that differ from their neighbours, made faster than at random. */
export function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = at * 31 + (at >> 8) + seed;
  return bytes;
}

/** Wait for something that other code of this process brings about. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await turn();
}

/** Wait until a number has not changed for many turns of the event loop. */
export async function settled(count: () => number): Promise<number> {
  let last = -1;
  for (let same = 0; same < 300; same += 1) {
    if (count() !== last) same = 0;
    last = count();
    await turn();
  }
  return last;
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Let a server listen at a port of its own. */
export async function listening(
  server: { listen(port: number, host: string, done: () => void): unknown; address(): AddressInfo | string | null },
  host = "127.0.0.1",
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}
