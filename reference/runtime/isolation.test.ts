import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LifecycleState, type LifecycleTrigger, nextState } from "../../generated/lifecycle/transition-table.js";
import { FaygerError, isFaygerError } from "../errors/fayger-error.js";
import type { ExecutionStrategy } from "./execution-strategy.js";
import type { ManagedImplementation } from "./managed-implementation.js";
import { type GeneratorGuest, GeneratorStrategy, slice } from "./testing/generator-strategy.js";
import { type TestRuntime, testRuntime } from "./testing/run-guest.js";
import { bufObject, type EventLog, TestBus, type TestChannel } from "./testing/test-host.js";

const EVENT = Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1);
const object = bufObject({ code: Uint8Array.of(0), manifest: { quotas: { fuel: 10, wallMs: 1000 } } });

/** Let promises settle and tasks run. */
async function settle({ scheduler }: TestRuntime): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    scheduler.runAll(1000);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

/** Emits, waits, takes events, exits with 7. */
const diligent: GeneratorGuest = {
  *init() {
    yield slice;
  },
  *main(host) {
    yield slice;
    yield* host.emit([1]);
    yield slice;
  },
  *onEvent(host) {
    yield slice;
    host.functions.exit(7);
  },
};

/** The transitions of an instance are a path of the table; gives the last state. */
function walk(events: EventLog, id: string): LifecycleState | null {
  let state: LifecycleState | null = null;
  for (const { from, trigger, to } of events.of("lifecycle.transition", id)) {
    expect(from ?? null).toBe(state);
    expect(nextState(state, trigger as LifecycleTrigger)).toBe(to);
    state = to as LifecycleState;
  }
  return state;
}

/** A member throws from its nth use on, or once. */
interface Fault {
  readonly part: "strategy" | "executable" | "channel" | "bus";
  readonly member: string;
  readonly use: number;
  readonly always: boolean;
}

const MEMBERS = {
  strategy: ["prepare", "step"],
  executable: ["hasInit", "hasEvents", "memoryBytes", "tableElements", "fuelUsed", "begin", "close"],
  channel: [
    "negotiation",
    "emit",
    "lastError",
    "lastInstruction",
    "openCalls",
    "openHandles",
    "openSubscriptions",
    "grant",
    "suspend",
    "resume",
    "close",
  ],
  bus: ["open"],
} as const;

const fault: fc.Arbitrary<Fault> = fc
  .constantFrom(
    ...(Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]).flatMap((part) =>
      MEMBERS[part].map((member) => ({ part, member })),
    ),
  )
  .chain((named) =>
    fc.record({
      part: fc.constant(named.part),
      member: fc.constant(named.member),
      use: fc.nat(3),
      always: fc.boolean(),
    }),
  );

/** Wrap a part so that a member throws where the fault says. */
function faulty<T extends object>(part: T, isMember: (member: string) => boolean, { use, always }: Fault): T {
  let uses = 0;
  return new Proxy(part, {
    get(target, member) {
      const hit = (): void => {
        if (typeof member !== "string" || !isMember(member)) return;
        const number = uses++;
        if (number === use || (always && number > use)) throw new RangeError(`a fault in ${member}`);
      };
      const value: unknown = Reflect.get(target, member, target);
      if (typeof value !== "function") {
        hit();
        return value;
      }
      return (...given: unknown[]): unknown => {
        hit();
        return value.apply(target, given);
      };
    },
  });
}

function faultyRuntime(broken: Fault): TestRuntime {
  const isBroken = (part: Fault["part"]) => (member: string) => broken.part === part && broken.member === member;
  const inner = new GeneratorStrategy([diligent]);
  const real = new Map<object, object>();
  const strategy = faulty<ExecutionStrategy>(
    {
      codeFormats: inner.codeFormats,
      capabilities: inner.capabilities,
      prepare: (program) => {
        const executable = inner.prepare(program);
        const wrapped = faulty(executable, isBroken("executable"), broken);
        real.set(wrapped, executable);
        return wrapped;
      },
      step: (executable, context) => inner.step(real.get(executable) as never, context),
    },
    isBroken("strategy"),
    broken,
  );
  class FaultyBus extends TestBus {
    override open(request: Parameters<TestBus["open"]>[0]): TestChannel {
      if (broken.part === "bus") throw new RangeError("a fault in open");
      return faulty(super.open(request) as TestChannel, isBroken("channel"), broken);
    }
  }
  return testRuntime(strategy, { bus: new FaultyBus() });
}

const COMMANDS = ["init", "start", "suspend", "resume", "terminate"] as const;

function give(implementation: ManagedImplementation, id: string, command: (typeof COMMANDS)[number]): Promise<unknown> {
  return implementation[command](id).catch((error: unknown) => error ?? "rejected with nothing");
}

describe("a part that breaks its word", () => {
  // @spec runtime.isolation, runtime.interface, lifecycle.failure-cause
  it("costs at most its own instance: every answer is coded, every history a path of the table, and the host lives", async () => {
    await fc.assert(
      fc.asyncProperty(fault, async (broken) => {
        const runtime = faultyRuntime(broken);
        const { implementation, events } = runtime;
        const id = implementation.load(object);
        const answers: unknown[] = [];
        for (const command of ["init", "start"] as const) {
          const answer = give(implementation, id, command);
          await settle(runtime);
          answers.push(await answer);
        }
        for (const act of ["event", "suspend", "grant", "usage", "resume", "emit", "event", "event"] as const) {
          try {
            if (act === "event") implementation.onEvent(id, EVENT);
            else if (act === "grant") implementation.grantQuota(id, "open_handles", 5);
            else if (act === "usage") implementation.usage(id);
            else if (act === "emit")
              answers.push(await Promise.resolve(implementation.emit(id, EVENT)).then(() => undefined));
            else answers.push(await give(implementation, id, act));
          } catch (error) {
            answers.push(error);
          }
          await settle(runtime);
        }
        for (const answer of answers) expect(answer === undefined || isFaygerError(answer)).toBe(true);
        await give(implementation, id, "terminate");
        await settle(runtime);
        expect(walk(events, id)).toBe(implementation.state(id));
        expect(implementation.state(id)).toBe(LifecycleState.Terminated);
        expect(runtime.scheduler.timed).toBe(0);
      }),
      { numRuns: 400 },
    );
  });
});

describe("a subscriber that gives commands", () => {
  const reaction = fc.record({
    name: fc.constantFrom("lifecycle.transition", "lifecycle.exited", "resource.quota_reached", "error.raised"),
    at: fc.nat(4),
    command: fc.constantFrom(...COMMANDS, "event", "grant"),
  });
  const ending = fc.constantFrom("exit", "trap", "quota", "initial_trap", "initial_quota");

  // @spec lifecycle.transitions, lifecycle.one-command, events.isolation
  it("while it hears of a transition breaks nothing: one command after the other holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(reaction, { maxLength: 6 }), ending, async (reactions, how) => {
        const trap = new FaygerError("RT_TRAP", "trapped", { instance: "", trap: "unreachable" });
        const quota = { kind: "quota", quota: "fuel", limit: 10, used: 10 } as const;
        const runtime = testRuntime(
          new GeneratorStrategy([
            {
              *init() {
                yield slice;
                if (how === "initial_trap") yield { kind: "failed", error: trap };
                if (how === "initial_quota") yield quota;
              },
              *main(host) {
                yield slice;
                if (how === "trap") yield { kind: "failed", error: trap };
                if (how === "quota") yield quota;
                host.functions.exit(3);
              },
              *onEvent() {
                yield slice;
              },
            },
          ]),
        );
        const { implementation, events } = runtime;
        const answers: Promise<unknown>[] = [];
        const seen = new Map<string, number>();
        events.listener = ({ name, instance }) => {
          if (instance === undefined) return;
          const at = seen.get(name) ?? 0;
          seen.set(name, at + 1);
          for (const { command } of reactions.filter((one) => one.name === name && one.at === at)) {
            try {
              if (command === "event") implementation.onEvent(instance, EVENT);
              else if (command === "grant") implementation.grantQuota(instance, "fuel", 100);
              else answers.push(give(implementation, instance, command));
            } catch (error) {
              expect(isFaygerError(error)).toBe(true);
            }
          }
        };
        const id = implementation.load(object);
        for (const command of ["init", "start", "suspend", "resume"] as const) {
          answers.push(give(implementation, id, command));
          await settle(runtime);
        }
        events.listener = undefined;
        await give(implementation, id, "terminate");
        await settle(runtime);
        for (const answer of await Promise.all(answers))
          expect(answer === undefined || isFaygerError(answer)).toBe(true);
        expect(walk(events, id)).toBe(LifecycleState.Terminated);
        expect(runtime.scheduler.timed).toBe(0);
      }),
      { numRuns: 400 },
    );
  });
});
