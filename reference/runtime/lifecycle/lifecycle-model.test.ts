import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { getNextSnapshot } from "xstate";
import {
  allowedTriggers,
  guardOf,
  LIFECYCLE_TRIGGERS,
  LifecycleState,
  type LifecycleTrigger,
  nextState,
} from "../../../generated/lifecycle/transition-table.js";
import { type LifecycleContext, lifecycleMachine } from "../../../generated/testing/lifecycle-machine.js";
import { FaygerError, isFaygerError } from "../../errors/fayger-error.js";
import type { StepResult } from "../execution-strategy.js";
import type { ManagedImplementation } from "../managed-implementation.js";
import { GeneratorStrategy, slice } from "../testing/generator-strategy.js";
import { type TestRuntime, testRuntime } from "../testing/run-guest.js";
import { bufObject } from "../testing/test-host.js";

const CAPABILITY = "time.clock";
const object = bufObject({
  code: Uint8Array.of(0),
  manifest: { requiredCapabilities: [CAPABILITY], quotas: { fuel: 10 } },
});

/** Where the XState machine goes from a state. */
function machineNext(
  state: LifecycleState | "NoInstance",
  trigger: LifecycleTrigger,
  context: LifecycleContext,
): string {
  const snapshot = lifecycleMachine.resolveState({ value: state, context });
  return getNextSnapshot(lifecycleMachine, snapshot, { type: trigger }).value as string;
}

/** What a guest does next; it waits where the test has said nothing. */
type Act = "go_on" | "trap" | "exit" | "return" | "quota";

const trapped = new FaygerError("RT_TRAP", "the program trapped", { instance: "", trap: "unreachable" });

/** A guest in the hands of the test, and its runtime. */
class ControlledRuntime {
  readonly runtime: TestRuntime;
  readonly implementation: ManagedImplementation;
  #acts: Act[][] = [];
  #wake: (() => void)[] = [];

  constructor() {
    const control = this;
    let started = 0;
    this.runtime = testRuntime(
      new GeneratorStrategy([
        {
          *main(host) {
            const number = started;
            started += 1;
            const acts: Act[] = [];
            control.#acts[number] = acts;
            for (;;) {
              const act = acts.shift();
              if (act === undefined) {
                const until = new Promise<void>((resolve) => {
                  control.#wake[number] = resolve;
                });
                yield { kind: "blocked", until } satisfies StepResult;
              } else if (act === "go_on") yield slice;
              else if (act === "trap") yield { kind: "failed", error: trapped };
              else if (act === "exit") host.functions.exit(7);
              else if (act === "quota") yield { kind: "quota", quota: "fuel", limit: 10, used: 10 };
              else return;
            }
          },
        },
      ]),
    );
    this.implementation = this.runtime.implementation;
  }

  /** Tell the guest that was started as number so and so what to do. */
  act(number: number, act: Act): void {
    this.#acts[number]?.push(act);
    this.#wake[number]?.();
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 6; round += 1) {
      this.runtime.scheduler.runAll();
      await Promise.resolve();
      await Promise.resolve();
    }
  }
}

/** The model of one instance. */
interface ModelInstance {
  readonly id: string;
  state: LifecycleState;
  /** Number under which the guest was started; `undefined` before. */
  guest: number | undefined;
  quotaExceeded: boolean;
}

interface Model {
  granted: boolean;
  started: number;
  readonly instances: ModelInstance[];
}

type Command = fc.AsyncCommand<Model, ControlledRuntime>;

function command(name: string, run: (model: Model, real: ControlledRuntime) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name };
}

/** The instance a number picks; loads the first. */
function pick(model: Model, at: number): ModelInstance | undefined {
  return model.instances[at % Math.max(1, model.instances.length)];
}

async function agree(model: Model, real: ControlledRuntime): Promise<void> {
  await real.settle();
  for (const { id, state } of model.instances) {
    expect(real.implementation.state(id)).toBe(state);
    expect(real.implementation.failureInfo(id) !== undefined).toBe(state === "Failed");
  }
}

const load = fc.constant(
  command("load", async (model, real) => {
    const id = real.implementation.load(object);
    const context = { requiredGranted: model.granted, noQuotaExceeded: true };
    const state = machineNext("NoInstance", "load", context) as LifecycleState;
    model.instances.push({ id, state, guest: undefined, quotaExceeded: false });
    await agree(model, real);
  }),
);

const give = fc
  .tuple(fc.nat(), fc.constantFrom("init", "start", "suspend", "resume", "terminate"))
  .map(([at, trigger]) =>
    command(`${trigger} ${at}`, async (model, real) => {
      const instance = pick(model, at);
      if (instance === undefined) return;
      const method = trigger as "init" | "start" | "suspend" | "resume" | "terminate";
      const context = { requiredGranted: model.granted, noQuotaExceeded: !instance.quotaExceeded };
      const next = machineNext(instance.state, method, context);
      let error: unknown;
      await real.implementation[method](instance.id).catch((caught: unknown) => {
        error = caught;
      });
      if (next === instance.state) {
        const guarded = guardOf(instance.state, method);
        expect(error).toMatchObject({ code: guarded?.code ?? "RT_ILLEGAL_TRANSITION" });
        if (guarded === undefined) {
          const allowed = allowedTriggers(instance.state);
          expect(error).toMatchObject({ context: { current_state: instance.state, trigger: method, allowed } });
        }
      } else {
        expect(error).toBeUndefined();
        instance.state = next as LifecycleState;
        if (method === "start") {
          instance.guest = model.started;
          model.started += 1;
        }
      }
      await agree(model, real);
    }),
  );

const TRIGGER_OF_ACT = { trap: "fail", exit: "complete", return: "complete", quota: "quota" } as const;

const act = fc.tuple(fc.nat(), fc.constantFrom<Act>("go_on", "trap", "exit", "return", "quota")).map(([at, what]) =>
  command(`guest ${at}: ${what}`, async (model, real) => {
    const instance = pick(model, at);
    // A guest acts while it runs; told otherwise it would act later, which the model does not follow.
    if (instance?.guest === undefined || instance.state !== "Running") return;
    real.act(instance.guest, what);
    if (what !== "go_on") {
      const context = { requiredGranted: model.granted, noQuotaExceeded: true };
      instance.state = machineNext(instance.state, TRIGGER_OF_ACT[what], context) as LifecycleState;
      if (what === "quota") instance.quotaExceeded = true;
    }
    await agree(model, real);
  }),
);

const policy = fc.boolean().map((granted) =>
  command(`policy ${granted ? "grants" : "withholds"}`, async (model, real) => {
    model.granted = granted;
    real.runtime.bus.granted = granted ? [CAPABILITY] : [];
  }),
);

const grant = fc.nat().map((at) =>
  command(`grant ${at}`, async (model, real) => {
    const instance = pick(model, at);
    if (instance === undefined || !instance.quotaExceeded || instance.state !== "Suspended") return;
    real.implementation.grantQuota(instance.id, "fuel", 20);
    instance.quotaExceeded = false;
  }),
);

describe("the runtime and the generated XState model", () => {
  // @spec lifecycle.transitions, lifecycle.destroy
  it("agree on all states and triggers, guards included", () => {
    for (const state of Object.values(LifecycleState)) {
      for (const trigger of LIFECYCLE_TRIGGERS) {
        const holds = { requiredGranted: true, noQuotaExceeded: true };
        const fails = { requiredGranted: false, noQuotaExceeded: false };
        const to = nextState(state, trigger);
        expect(machineNext(state, trigger, holds)).toBe(to ?? state);
        const guarded = guardOf(state, trigger) !== undefined;
        expect(machineNext(state, trigger, fails)).toBe(guarded ? state : (to ?? state));
      }
    }
  });

  it("go the same way through any sequence of commands and guest behaviour", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands([load, give, give, give, act, act, policy, grant], { maxCommands: 60, size: "max" }),
        async (commands) => {
          await fc.asyncModelRun(() => {
            const real = new ControlledRuntime();
            real.runtime.bus.granted = [CAPABILITY];
            return { model: { granted: true, started: 0, instances: [] }, real };
          }, commands);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("commands that race", () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant("command" as const),
      at: fc.nat(2),
      trigger: fc.constantFrom("init", "start", "suspend", "resume", "terminate"),
    }),
    fc.record({
      kind: fc.constant("act" as const),
      at: fc.nat(2),
      act: fc.constantFrom<Act>("go_on", "trap", "exit", "return", "quota"),
    }),
    fc.record({ kind: fc.constant("tasks" as const), count: fc.nat(3) }),
    fc.record({ kind: fc.constant("microtask" as const) }),
  );

  it("leave a history that is a path of the table, and each gets an answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
        const real = new ControlledRuntime();
        real.runtime.bus.granted = [CAPABILITY];
        const { implementation } = real;
        const ids = [0, 1, 2].map(() => implementation.load(object));
        const answers: Promise<unknown>[] = [];
        for (const item of steps) {
          if (item.kind === "tasks") for (let run = 0; run < item.count; run += 1) real.runtime.scheduler.runOne();
          else if (item.kind === "microtask") await Promise.resolve();
          else if (item.kind === "act") real.act(item.at, item.act);
          else {
            const method = item.trigger as "init" | "start" | "suspend" | "resume" | "terminate";
            answers.push(implementation[method](ids[item.at] as string).catch((error: unknown) => error));
          }
        }
        await real.settle();
        for (const id of ids) await implementation.terminate(id).catch(() => {});
        await real.settle();
        for (const error of await Promise.all(answers)) expect(error === undefined || isFaygerError(error)).toBe(true);
        for (const id of ids) {
          let state: LifecycleState | null = null;
          for (const { from, trigger, to } of real.runtime.events.of("lifecycle.transition", id)) {
            expect(from ?? null).toBe(state);
            expect(nextState(state, trigger as LifecycleTrigger)).toBe(to);
            state = to as LifecycleState;
          }
          expect(state).toBe("Terminated");
          expect(implementation.state(id)).toBe("Terminated");
        }
      }),
      { numRuns: 300 },
    );
  });
});
