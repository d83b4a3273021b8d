import type { Clock } from "../../../../reference/index.js";
import type { ExecutionStrategy, TaskScheduler } from "../../../../reference/runtime/index.js";

/** Rounds of the event loop in which nothing may happen before a program counts as resting. */
const QUIET_ROUNDS = 3;
/** The same where a program waits that may as well wait for time, which stands still. */
const QUIET_ROUNDS_BEFORE_TIME = 60;
/** Rounds after which the loop leaves the processor to others between two looks. */
const EAGER_ROUNDS = 50;

/** Knows whether a program rests, and lets it run until it does. @spec conformance.run.log */
export class Rest implements TaskScheduler {
  readonly #runsBeside: () => boolean;
  readonly #tasks: (() => void)[] = [];
  /** Steps that wait for something outside the guest. */
  #blocked = 0;
  /** Commands that were not answered. */
  #commands = 0;

  /** What waits for time, by the millisecond at which it is due. */
  readonly #timers = new Map<symbol, { readonly due: number; readonly task: () => void }>();
  #milliseconds = 0;

  /** @param runsBeside whether a guest runs in another thread, which may be slow on a busy machine */
  constructor(runsBeside: () => boolean) {
    this.#runsBeside = runsBeside;
  }

  schedule(task: () => void): void {
    this.#tasks.push(task);
  }

  scheduleAfter(milliseconds: number, task: () => void): () => void {
    const timer = Symbol();
    this.#timers.set(timer, { due: this.#milliseconds + milliseconds, task });
    return () => void this.#timers.delete(timer);
  }

  /** A clock that stands still but for {@link pass}, like another one that stands still. */
  clockFrom(clock: Clock): Clock {
    const passed = (): bigint => BigInt(this.#milliseconds) * 1_000_000n;
    return {
      unixNanoseconds: () => clock.unixNanoseconds() + passed(),
      monotonicNanoseconds: () => clock.monotonicNanoseconds() + passed(),
    };
  }

  /** Let time pass. What is due comes in its order, as tasks. */
  pass(milliseconds: number): void {
    this.#milliseconds += milliseconds;
    const due = [...this.#timers].filter(([, timer]) => timer.due <= this.#milliseconds);
    for (const [timer, { task }] of due.sort(([, a], [, b]) => a.due - b.due)) {
      this.#timers.delete(timer);
      this.schedule(task);
    }
  }

  /** Count a command until it is answered. */
  during(command: Promise<void>): Promise<void> {
    this.#commands += 1;
    return command.finally(() => {
      this.#commands -= 1;
    });
  }

  /** The same strategy, of which is known when it waits. `prepared` hears of what it makes. */
  watched(strategy: ExecutionStrategy, prepared: (executable: { readonly fuelUsed: number | undefined }) => void) {
    const restore = strategy.restore?.bind(strategy);
    return replacing(strategy, {
      ...(restore !== undefined && {
        restore: async (program, state) => {
          const executable = await restore(program, state);
          prepared(executable);
          return executable;
        },
      }),
      prepare: async (program) => {
        const executable = await strategy.prepare(program);
        prepared(executable);
        return executable;
      },
      step: (executable, context) => {
        const result = strategy.step(executable, context);
        if (result.kind === "blocked") {
          this.#blocked += 1;
          void result.until.finally(() => {
            this.#blocked -= 1;
          });
        }
        return result;
      },
    });
  }

  /** Run until the program rests. `waits` tells whether it waits for what only an act can bring. */
  async reached(waits: () => boolean): Promise<void> {
    let quiet = 0;
    for (let round = 0; quiet < this.#quietRounds(waits()); round += 1) {
      quiet += 1;
      for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
        quiet = 0;
        task();
      }
      if (this.#isBusy() && !waits() && this.#timers.size === 0) quiet = 0;
      if (this.#runsBeside()) quiet = 0;
      await new Promise<void>((resolve) => {
        if (round < EAGER_ROUNDS) setImmediate(resolve);
        else setTimeout(resolve, 1);
      });
    }
  }

  #isBusy(): boolean {
    return this.#blocked > 0 || this.#commands > 0;
  }

  #quietRounds(waitsForHost: boolean): number {
    return this.#isBusy() && !waitsForHost && this.#timers.size > 0 ? QUIET_ROUNDS_BEFORE_TIME : QUIET_ROUNDS;
  }
}

/** An object of which some members are replaced; all others are its own. */
export function replacing<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
