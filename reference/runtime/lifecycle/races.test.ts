import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allowedTriggers,
  type LifecycleState,
  type LifecycleTrigger,
  nextState,
} from "../../../generated/lifecycle/transition-table.js";
import type { BufObject } from "../../contracts/buf-object.js";
import { isFaygerError } from "../../errors/fayger-error.js";
import { InterpreterStrategy } from "../interpreter/index.js";
import { answerHostilely, HOSTILE_PROGRAMS, healthyProgram } from "../testing/hostile-programs.js";
import { type TestRuntime, testRuntime } from "../testing/run-guest.js";
import { TestBus } from "../testing/test-host.js";

const EVENT = Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1);
const OBJECTS: readonly BufObject[] = [
  ...HOSTILE_PROGRAMS.map(({ object }) => object),
  ...(["at_once", "later", "by_event"] as const).map(healthyProgram),
];

type Command = "init" | "start" | "suspend" | "resume" | "terminate";

/** What overtook a command, or made its transition. */
interface Outcome {
  readonly trigger: LifecycleTrigger;
  readonly to: LifecycleState;
  /** The error of a failure, as it is kept. */
  readonly failure: unknown;
}

/** A command that was given, what the chapter says of it, and what it was answered. */
interface Given {
  readonly id: string;
  readonly command: Command;
  readonly state: LifecycleState;
  readonly pending: Command | undefined;
  readonly isLegal: boolean;
  outcome: Outcome | undefined;
  answers: unknown[];
}

/** Gives commands, and follows the states by the transitions that are published. */
class Follower {
  readonly runtime: TestRuntime;
  readonly given: Given[] = [];
  readonly #states = new Map<string, LifecycleState | null>();
  readonly #pending = new Map<string, Given>();

  constructor() {
    this.runtime = testRuntime(new InterpreterStrategy(), {
      bus: new TestBus(answerHostilely),
      // Short slices and little fuel: what matters here happens between the slices.
      hostQuotas: { fuel: 5000, fuel_per_slice: 500 },
    });
    this.runtime.events.listener = ({ name, fields, instance = "" }) => {
      if (name !== "lifecycle.transition") return;
      const { from, trigger, to } = fields as { from?: LifecycleState; trigger: LifecycleTrigger; to: LifecycleState };
      const state = this.#states.get(instance) ?? null;
      expect(from ?? null).toBe(state);
      expect(nextState(state, trigger)).toBe(to);
      this.#states.set(instance, to);
      const pending = this.#pending.get(instance);
      this.#pending.delete(instance);
      if (pending === undefined) return;
      const failure = trigger === "fail" ? this.runtime.implementation.failureInfo(instance)?.error : undefined;
      pending.outcome = { trigger, to, failure };
    };
  }

  give(id: string, command: Command): void {
    const { implementation } = this.runtime;
    const state = implementation.state(id);
    expect(state).toBe(this.#states.get(id));
    const pending = this.#pending.get(id);
    const isLegal = nextState(state, command) !== undefined && (command === "terminate" || pending === undefined);
    const given: Given = { id, command, state, pending: pending?.command, isLegal, outcome: undefined, answers: [] };
    this.given.push(given);
    // `terminate` overtakes: its own transition answers the command that is pending, and it is never pending itself.
    if (isLegal && command !== "terminate") this.#pending.set(id, given);
    const answer = implementation[command](id);
    if (command === "terminate" && isLegal)
      given.outcome = { trigger: "terminate", to: "Terminated", failure: undefined };
    // A guard answers at once, without a transition.
    if (command !== "init" && command !== "suspend" && this.#pending.get(id) === given) this.#pending.delete(id);
    answer.then(
      () => given.answers.push(undefined),
      (error: unknown) => given.answers.push(error),
    );
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      this.runtime.scheduler.runAll(50);
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    }
  }
}

/** The answer that the chapter lifecycle asks for. */
function expectAnswer({ id, command, state, pending, isLegal, outcome, answers }: Given): void {
  expect(answers.length).toBe(1);
  const [answer] = answers;
  expect(answer === undefined || isFaygerError(answer)).toBe(true);
  const illegal = (current: LifecycleState, other?: string): unknown => ({
    code: "RT_ILLEGAL_TRANSITION",
    context: {
      instance: id,
      current_state: current,
      trigger: command,
      allowed: allowedTriggers(current),
      ...(other === undefined ? {} : { pending: other }),
    },
  });
  // @spec lifecycle.illegal-transition, lifecycle.one-command
  if (!isLegal) expect(answer).toMatchObject(illegal(state, command === "terminate" ? undefined : pending) as object);
  else if (outcome === undefined) expect(answer).toMatchObject({ code: "RT_QUOTA_EXCEEDED" });
  else if (outcome.trigger === command) expect(answer).toBeUndefined();
  // @spec lifecycle.terminate-wins
  else if (outcome.trigger === "terminate") expect(answer).toMatchObject(illegal("Terminated", "terminate") as object);
  // @spec lifecycle.failure-overtakes, lifecycle.init.fails
  else if (outcome.trigger === "fail" && command === "init") expect(answer).toBe(outcome.failure);
  else if (outcome.trigger === "fail") {
    expect(answer).toMatchObject({ code: "RT_INSTANCE_FAILED" });
    expect((answer as { cause?: unknown }).cause).toBe(outcome.failure);
  } else expect(answer).toMatchObject(illegal(outcome.to) as object);
}

const at = fc.nat(3);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("command" as const),
      at,
      command: fc.constantFrom<Command>("init", "start", "suspend", "resume", "terminate"),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("tasks" as const), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("microtasks" as const), count: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("time" as const), milliseconds: fc.constantFrom(1, 5, 1000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("event" as const), at }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("grant" as const),
      at,
      quota: fc.constantFrom("fuel", "wall_ms" as const),
    }),
  },
);

describe("commands that race with what programs do", () => {
  // @spec lifecycle.transitions, lifecycle.events, quotas.exceeded, quotas.during-init, runtime.isolation
  it("are each answered once as the chapter says, and leave a path of the table", async () => {
    const objects = fc.array(fc.nat(OBJECTS.length - 1), { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(objects, fc.array(step, { maxLength: 50, size: "max" }), async (programs, steps) => {
        const follower = new Follower();
        const { implementation, scheduler } = follower.runtime;
        const ids = programs.map((number) => implementation.load(OBJECTS[number] as BufObject));
        // Half of the programs are under way already, so that short runs get somewhere too.
        for (const id of ids.slice(2)) {
          for (const command of ["init", "start"] as const) {
            follower.give(id, command);
            for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
          }
        }
        for (const one of steps) {
          const id = "at" in one ? (ids[one.at] as string) : "";
          if (one.kind === "command") follower.give(id, one.command);
          else if (one.kind === "tasks") for (let run = 0; run < one.count; run += 1) scheduler.runOne();
          else if (one.kind === "time") scheduler.advance(one.milliseconds);
          else if (one.kind === "microtasks") for (let run = 0; run < one.count; run += 1) await Promise.resolve();
          else {
            try {
              if (one.kind === "event") implementation.onEvent(id, EVENT);
              else implementation.grantQuota(id, one.quota as "fuel", 500_000);
            } catch (error) {
              expect(isFaygerError(error)).toBe(true);
            }
          }
        }
        await follower.settle();
        for (const id of ids) if (implementation.state(id) !== "Terminated") follower.give(id, "terminate");
        await follower.settle();
        for (const given of follower.given) expectAnswer(given);
        for (const id of ids) expect(implementation.state(id)).toBe("Terminated");
        expect(scheduler.timed).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
