import { describe, expect, it } from "vitest";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { FaygerError } from "../errors/fayger-error.js";
import { isFaygerError } from "../errors/fayger-error.js";
import { hostTaskScheduler } from "./host-engine/host-task-scheduler.js";
import { numberedIds } from "./instance-ids.js";
import { createInterpreter } from "./interpreter/index.js";
import type { ManagedImplementation } from "./managed-implementation.js";
import {
  type Asking,
  answerHostilely,
  HOSTILE_PROGRAMS,
  type HostileProgram,
  healthyProgram,
  healthyResult,
} from "./testing/hostile-programs.js";
import { EventLog, TestBus } from "./testing/test-host.js";

const COUNT = 10_000;
/** Ten thousand programs take their time on a busy machine; that they end at all is what counts. */
const PATIENCE = 300_000;

function interpreter(): { readonly implementation: ManagedImplementation; readonly events: EventLog } {
  const events = new EventLog();
  const implementation = createInterpreter({
    bus: new TestBus(answerHostilely),
    events,
    clock: { unixNanoseconds: () => 0n, monotonicNanoseconds: () => process.hrtime.bigint() },
    ids: numberedIds(),
    scheduler: hostTaskScheduler(),
  });
  return { implementation, events };
}

/** An event with a handle and 64 bits, of which the last 32 are the number in the order in which a guest loads it. */
function eventWith(number: number): Uint8Array {
  return Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, number, number >>> 8, 0, 0);
}

/** Load, init and start; gives what was refused. */
async function begin(
  implementation: ManagedImplementation,
  object: HostileProgram["object"],
): Promise<{ readonly id: string; readonly error: unknown }> {
  const id = implementation.load(object);
  try {
    await implementation.init(id);
    await implementation.start(id);
    return { id, error: undefined };
  } catch (error) {
    return { id, error };
  }
}

function expectFailure(
  implementation: ManagedImplementation,
  id: string,
  hostile: HostileProgram,
  error: unknown,
): void {
  const { end } = hostile;
  if (!("code" in end)) throw new TypeError("this program was not to fail");
  expect(implementation.state(id), hostile.what).toBe(LifecycleState.Failed);
  const failure = implementation.failureInfo(id)?.error as FaygerError;
  expect(failure, hostile.what).toMatchObject({ code: end.code, context: { instance: id, ...end.context } });
  // The chain is kept: what another layer did wrong stands behind the runtime's own error.
  if (/bus|host|section/.test(hostile.what) && end.code === "RT_INSTANCE_FAILED") {
    expect(failure.cause, hostile.what).toMatchObject({ code: "HOST_ERROR", context: { name: "RangeError" } });
  }
  if (end.at === "init") expect(error, hostile.what).toBe(failure);
  else expect(error, hostile.what).toBeUndefined();
}

/** Wait until a program is where it shall be. */
async function settled(implementation: ManagedImplementation, id: string, { end }: HostileProgram): Promise<void> {
  if ("code" in end || end.state === "Terminated") await implementation.whenSettled(id);
  else while (implementation.state(id) !== end.state) await new Promise((resolve) => setImmediate(resolve));
}

describe("ten thousand programs at once", () => {
  // @spec runtime.isolation, runtime.turns, runtime.isolation.endless-loop, quotas.table, architecture.sharing
  it(
    "a tenth of them failing in every known way: each other one ends with its right result",
    async () => {
      const { implementation, events } = interpreter();
      const kinds: readonly Asking[] = ["at_once", "later", "by_event"];
      const objects = kinds.map((asking) => healthyProgram(asking));
      const hostile: { id: string; program: HostileProgram; error: unknown }[] = [];
      const healthy: { id: string; number: number; asking: Asking }[] = [];
      // Nothing of a program runs before the host's next task: all of them run at once, after the last was started.
      for (let number = 1; number <= COUNT; number += 1) {
        if (number % 10 === 0) {
          const program = HOSTILE_PROGRAMS[(number / 10) % HOSTILE_PROGRAMS.length] as HostileProgram;
          hostile.push({ ...(await begin(implementation, program.object)), program });
        } else {
          const kind = number % kinds.length;
          const { id, error } = await begin(implementation, objects[kind] as HostileProgram["object"]);
          expect(error).toBeUndefined();
          healthy.push({ id, number, asking: kinds[kind] as Asking });
        }
      }
      const runs = hostile.filter(({ error }) => error === undefined);
      for (const { id } of [...healthy, ...runs]) expect(implementation.state(id)).toBe(LifecycleState.Running);
      const flooded: string[] = [];
      for (const { id, number, asking } of healthy) {
        if (asking === "by_event") implementation.onEvent(id, eventWith(number));
      }
      for (const { id, program } of runs) {
        if (!program.what.includes("event")) continue;
        // A flood: what finds no room is refused, to whoever sends it.
        for (let sent = 0; sent < 20; sent += 1) {
          try {
            implementation.onEvent(id, eventWith(0));
          } catch (error) {
            expect(isFaygerError(error) && error.code).toBe("RT_EVENT_REJECTED");
            flooded.push(id);
          }
        }
      }
      expect(flooded.length).toBeGreaterThan(0);
      for (const { id, number } of healthy) {
        expect(await implementation.whenSettled(id)).toBe(LifecycleState.Terminated);
        expect(implementation.exitCode(id)).toBe(healthyResult(number));
      }
      for (const { id, program, error } of hostile) {
        await settled(implementation, id, program);
        if ("code" in program.end) expectFailure(implementation, id, program, error);
        else if (program.end.state === "Terminated") {
          expect(implementation.exitCode(id), program.what).toBe(program.end.exitCode);
        }
        if (implementation.state(id) !== "Terminated") await implementation.terminate(id);
      }
      const actions = new Set(events.of("resource.quota_reached").map(({ quota, action }) => `${quota} ${action}`));
      expect([...actions].sort()).toEqual([
        "emits_per_second throttle",
        "fuel fail",
        "fuel suspend",
        "max_pending_events reject",
        "memory_bytes deny",
        "memory_bytes fail",
        "table_elements deny",
        "wall_ms suspend",
      ]);
    },
    PATIENCE,
  );
});

/** More fuel than any slice has: what a program may take between two tasks of the host, a few milliseconds' worth. */
const MOST_FUEL_OF_A_TURN = 500_000;

describe("the host", () => {
  // @spec runtime.turns, runtime.isolation, runtime.isolation.endless-loop, quotas.yield
  it("has its turn after each turn of a hostile program, whichever it is", async () => {
    for (const program of HOSTILE_PROGRAMS) {
      const { implementation } = interpreter();
      const id = implementation.load(program.object);
      let isBegun = false;
      void implementation
        .init(id)
        .then(() => implementation.start(id))
        .then(() => {
          if (program.what.includes("event")) implementation.onEvent(id, eventWith(0));
        })
        .catch(() => undefined)
        .finally(() => {
          isBegun = true;
        });
      let before = 0;
      // One task of the host after the other, as long as the program could take its turns in between: how many tasks pass
      // before it begins is no matter of it.
      for (let task = 0; task < 20; task += isBegun ? 1 : 0) {
        await new Promise((resolve) => setImmediate(resolve));
        const fuel = implementation.usage(id)?.fuel ?? before;
        expect(fuel - before, program.what).toBeLessThanOrEqual(MOST_FUEL_OF_A_TURN);
        before = fuel;
      }
      expect(before > 0 || "code" in program.end, program.what).toBe(true);
      if (implementation.state(id) !== "Terminated") await implementation.terminate(id);
    }
  });

  // @spec runtime.turns, quotas.yield
  it("has its turn between any two of many programs that never end, and each of them gets on", async () => {
    const { implementation } = interpreter();
    const endless = HOSTILE_PROGRAMS.find(({ what }) => what === "a loop without end, by time")?.object;
    const unbounded = { ...(endless as HostileProgram["object"]) };
    Object.assign(unbounded, { manifest: { ...unbounded.manifest, quotas: { fuelPerSlice: 10_000 } } });
    const ids: string[] = [];
    for (let number = 0; number < 40; number += 1) ids.push((await begin(implementation, unbounded)).id);
    const fuel = (): number[] => ids.map((id) => implementation.usage(id)?.fuel ?? 0);
    let before = fuel();
    for (let task = 0; task < 200; task += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = fuel();
      const ran = now.filter((value, at) => value > (before[at] as number)).length;
      expect(ran).toBeLessThanOrEqual(2);
      before = now;
    }
    // Turns go round: nobody is more than one ahead of anybody.
    expect(Math.min(...before)).toBeGreaterThan(0);
    expect(Math.max(...before) - Math.min(...before)).toBeLessThanOrEqual(2 * 10_000);
    for (const id of ids) await implementation.terminate(id);
  });
});
