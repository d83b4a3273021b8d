import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { CAPABILITY_NAMES } from "../../../generated/capabilities.js";
import { INSTRUCTIONS } from "../../../generated/instructions/instruction-table.js";
import { ioStdoutWrite, readIoStdoutWriteOperands } from "../../../generated/instructions/io.js";
import { randomRandomBytes } from "../../../generated/instructions/random.js";
import { timeClockMonotonic, timeClockWall, timeTimerStart } from "../../../generated/instructions/time.js";
import { createHandlerAdapter, type InstructionHandler } from "../../adapter/handler-adapter.js";
import { portableHandlers, portableNormalizers } from "../../adapter/handlers/index.js";
import type { PortableServices } from "../../adapter/handlers/portable-handler.js";
import { createInstructionBus } from "../../adapter/instruction-bus.js";
import { encodeSample } from "../../adapter/testing/bus-fixture.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { createEventBus } from "../../observability/index.js";
import type { ExecutionStrategy } from "../execution-strategy.js";
import { numberedIds } from "../instance-ids.js";
import { InterpreterStrategy } from "../interpreter/index.js";
import { ManagedImplementation } from "../managed-implementation.js";
import { emitAt, guestModule, i32, memory, op } from "../testing/guest-module.js";
import { bufObject } from "../testing/test-host.js";
import type { Part } from "../wasm/testing/module-bytes.js";
import { HostEngineStrategy, hostTaskScheduler, WorkerPool, WorkerStrategy } from "./index.js";
import { spawnNodeGuestWorker } from "./node/index.js";

const pool = new WorkerPool(spawnNodeGuestWorker);
afterAll(() => pool.close());

/** Every way in which this repository executes code. */
const STRATEGIES: Readonly<Record<string, ExecutionStrategy>> = {
  interpreter: new InterpreterStrategy(),
  "in thread": new HostEngineStrategy(),
  "in a worker": new WorkerStrategy(pool),
};

/** What a program does once. */
interface Step {
  readonly instruction: Uint8Array;
  /** Where its reply shall be written, from {@link REPLIES} on, and how much of it. */
  readonly reply: readonly [at: number, capacity: number];
  /** Where `reply_read` shall write the same once more, if it is called. */
  readonly again: readonly [at: number, capacity: number] | undefined;
  /** Whether the memory grows before. */
  readonly grows: boolean;
}

/** What the host does when it hears of an error that the bus gave back. */
type Reaction =
  | { readonly do: "nothing" | "terminate" | "suspend" | "emit" | "listen" | "unlisten" }
  | { readonly do: "grant"; readonly replyBytes: number };

/** One program and what surrounds it. */
interface Trial {
  readonly steps: readonly Step[];
  /** After what it tells, it emits these, and aborts. */
  readonly last: readonly Step[];
  readonly granted: readonly string[];
  readonly replyBytes: number | undefined;
  /** What the host does at the first error, the second, and so on. */
  readonly reactions: readonly Reaction[];
}

// Instructions, one behind another; then what the program tells at the end: results of calls, and replies.
const [INSTRUCTIONS_AT, RESULTS, REPLIES, PAGE] = [1024, 32_768, 36_864, 65_536];
const CLOCK = { unixNanoseconds: () => 7n, monotonicNanoseconds: () => 9n };

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** A program that takes the steps, tells the host what it has seen, takes the last steps and aborts. */
function program({ steps, last }: Trial): Uint8Array {
  const data: [number, Uint8Array][] = [];
  let free = INSTRUCTIONS_AT;
  let result = RESULTS;
  const told = ioStdoutWrite(new Uint8Array(PAGE - RESULTS));
  const head = told.length - (PAGE - RESULTS);
  data.push([RESULTS - head, told.subarray(0, head)]);
  const taken = (call: (target: string) => Part, { instruction, reply, again, grows }: Step): Part => {
    const pointer = free;
    free += instruction.length;
    data.push([pointer, instruction]);
    const emitted = emitAt(call, pointer, instruction.length, REPLIES + reply[0], reply[1]);
    const kept = (code: Part): Part => {
      result += 4;
      return [i32(result - 4), code, memory.store];
    };
    return [
      grows ? [i32(1), memory.grow, op.drop] : [],
      kept(emitted),
      again === undefined ? [] : kept([i32(REPLIES + again[0]), i32(again[1]), call("reply_read")]),
    ];
  };
  const tell = (call: (target: string) => Part): Part => [emitAt(call, RESULTS - head, told.length), op.drop];
  const code = (call: (target: string) => Part): readonly Part[] => [
    steps.map((step) => taken(call, step)),
    tell(call),
    last.map((step) => taken(call, step)),
    call("abort"),
  ];
  return guestModule({
    functions: { main: { code } },
    memory: [1],
    // Known once the code is made.
    get data() {
      return data;
    },
  });
}

/** What one run of a trial showed. */
async function run(strategy: ExecutionStrategy, isHeard: boolean, trial: Trial): Promise<object> {
  const told: string[] = [];
  let seed = 0;
  const stdout: InstructionHandler<PortableServices> = {
    instruction: "io.stdout_write",
    translate: (operands) => () => {
      const { data } = readIoStdoutWriteOperands(operands);
      // What was never written is zero.
      told.push(hexadecimal(data.subarray(0, data.findLastIndex((byte) => byte !== 0) + 1)));
      return [];
    },
  };
  const adapter = createHandlerAdapter<PortableServices>({
    platformId: "test",
    priority: 1,
    capabilities: CAPABILITY_NAMES,
    match: () => true,
    handlers: [...portableHandlers, stdout],
    normalizers: portableNormalizers,
    services: {
      clock: CLOCK,
      timers: { after: () => () => undefined } as never,
      // Now and then it fails, half the reply being written.
      random: (target) => {
        for (let at = 0; at < target.length; at += 1) {
          if (target.length % 5 === 4 && at === target.length >> 1) throw Object.assign(new Error(), { code: "EIO" });
          target[at] = seed += 7;
        }
      },
    },
  });
  const events = createEventBus({ clock: CLOCK });
  const { granted } = trial;
  const bus = createInstructionBus({ adapter, policy: { capabilities: [...granted] }, events, clock: CLOCK });
  const implementation = new ManagedImplementation({
    descriptor: { id: "test/strategy", name: "Strategy under test", version: "1.0.0" },
    strategy,
    bus,
    events,
    clock: CLOCK,
    ids: numberedIds(),
    scheduler: hostTaskScheduler(),
  });
  const listen = (): { unsubscribe(): void } => events.subscribe(() => undefined, { categories: ["instruction"] });
  if (isHeard) listen();
  const listening: { unsubscribe(): void }[] = [];
  const errors: string[] = [];
  const replies: string[] = [];
  const id = implementation.load(
    bufObject({
      code: program(trial),
      manifest: {
        optionalCapabilities: [...CAPABILITY_NAMES].sort(),
        ...(trial.replyBytes !== undefined && { quotas: { replyBytes: trial.replyBytes } }),
      },
    }),
  );
  events.subscribe(
    ({ name, fields }) => {
      if (name !== "raised") return;
      const used = implementation.usage(id);
      errors.push(`${(fields as { readonly code?: unknown }).code} ${used?.emits} ${used?.largestReplyBytes}`);
      const reaction = trial.reactions[errors.length - 1];
      if (implementation.state(id) !== "Running") return;
      switch (reaction?.do) {
        case "grant":
          return implementation.grantQuota(id, "reply_bytes", reaction.replyBytes);
        case "terminate":
          return void implementation.terminate(id);
        case "suspend":
          // One that ends before it has stopped answers with a refusal.
          return void implementation.suspend(id).then(
            () => implementation.resume(id),
            () => undefined,
          );
        case "emit":
          // On behalf of the program, which stands inside an instruction.
          replies.push(hexadecimal(implementation.emit(id, timeClockWall()) as Uint8Array));
          return;
        case "listen":
          return void listening.push(listen());
        case "unlisten":
          return listening.pop()?.unsubscribe();
        default:
      }
    },
    { categories: ["error"] },
  );
  await implementation.init(id);
  await implementation.start(id);
  const state = await implementation.whenSettled(id);
  const { error, lastInstruction } = implementation.failureInfo(id) ?? {};
  const { emits, largestReplyBytes, openHandles, openSubscriptions, openCalls, memoryBytes } =
    implementation.usage(id) ?? {};
  return {
    state,
    told,
    errors,
    replies,
    error: error?.toJSON(),
    cause: (error?.cause as FaygerError | undefined)?.toJSON(),
    lastInstruction: lastInstruction && hexadecimal(lastInstruction),
    usage: { emits, largestReplyBytes, openHandles, openSubscriptions, openCalls, memoryBytes },
  };
}

const whole = fc.constantFrom(...INSTRUCTIONS.filter(({ dispatch }) => dispatch === "sync").map(encodeSample));
const instruction = fc.oneof(
  fc.constantFrom(timeClockWall(), timeClockMonotonic(), timeTimerStart(1n << 40n, 0n)),
  fc.integer({ min: 0, max: 140 }).map(randomRandomBytes),
  fc.constantFrom(randomRandomBytes(300), randomRandomBytes(16_384), randomRandomBytes(65_537)),
  whole,
  // With a flag, a reserved bit, another category, an opcode above 255 or an experimental one, other capabilities.
  fc
    .tuple(fc.oneof(whole, fc.constant(timeClockWall())), fc.nat(4), fc.nat(255))
    .map(([bytes, at, value]) => bytes.map((byte, index) => (index === at ? value : byte))),
  fc.uint8Array({ maxLength: 12 }),
);
const place = fc.nat(600);
const capacity = fc.oneof(fc.constantFrom(0, 1, 7, 8, 11, 12), fc.nat(400));
const step: fc.Arbitrary<Step> = fc.record({
  instruction,
  reply: fc.tuple(place, capacity),
  again: fc.option(fc.tuple(place, capacity), { nil: undefined }),
  grows: fc.oneof({ arbitrary: fc.constant(false), weight: 6 }, { arbitrary: fc.constant(true), weight: 1 }),
});
const replyBytes = fc.constantFrom(0, 1, 7, 8, 11, 12, 131, 100_000, Number.MAX_SAFE_INTEGER);
const reaction: fc.Arbitrary<Reaction> = fc.oneof(
  { arbitrary: fc.constant({ do: "nothing" } as const), weight: 6 },
  { arbitrary: fc.constantFrom({ do: "listen" }, { do: "unlisten" }, { do: "emit" }, { do: "suspend" }), weight: 4 },
  { arbitrary: replyBytes.map((bytes) => ({ do: "grant", replyBytes: bytes }) as const), weight: 4 },
  { arbitrary: fc.constant({ do: "terminate" } as const), weight: 1 },
) as fc.Arbitrary<Reaction>;
const trial: fc.Arbitrary<Trial> = fc.record({
  steps: fc.array(step, { maxLength: 16 }),
  last: fc.array(step, { maxLength: 2 }),
  granted: fc
    .oneof(fc.constant(CAPABILITY_NAMES), fc.subarray([...CAPABILITY_NAMES]))
    .map((names) => [...new Set([...names, "io.stdio"])]),
  replyBytes: fc.option(replyBytes, { nil: undefined }),
  reactions: fc.array(reaction, { maxLength: 8 }),
});

describe("an instruction of a program", () => {
  // @spec guest-abi.emit, guest-abi.reply-read, instructions.check-order, quotas.bus, runtime.implementations-agree
  it("has the same effect whichever way it goes, on every implementation", async () => {
    const ways = Object.entries(STRATEGIES).flatMap(([name, strategy]) =>
      [true, false].map((isHeard) => [`${name}, ${isHeard ? "heard" : "unheard"}`, strategy, isHeard] as const),
    );
    await fc.assert(
      fc.asyncProperty(trial, async (each) => {
        let expected: object | undefined;
        for (const [name, strategy, isHeard] of ways) {
          const found = await run(strategy, isHeard, each);
          expected ??= found;
          expect(found, name).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });
});
