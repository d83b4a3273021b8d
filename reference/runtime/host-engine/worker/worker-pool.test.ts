import { afterEach, describe, expect, it } from "vitest";
import { LifecycleState } from "../../../../generated/lifecycle/transition-table.js";
import { layersOf } from "../../../errors/cause-chain.js";
import type { FaygerError } from "../../../errors/fayger-error.js";
import { emitAt, forever, guestModule, i32, memory, op } from "../../testing/guest-module.js";
import { bufObject, TestBus } from "../../testing/test-host.js";
import type { Part } from "../../wasm/testing/module-bytes.js";
import { ValueType } from "../../wasm/types.js";
import { spawnNodeGuestWorker } from "../node/index.js";
import { liveRuntime, until } from "../testing/live-runtime.js";
import { type GuestWorker, WorkerPool, type WorkerPoolLimits } from "./worker-pool.js";
import { WorkerStrategy } from "./worker-strategy.js";

type Call = (target: string) => Part;

/** A pool whose threads are counted as they come and go. */
class CountedPool {
  readonly workers: GuestWorker[] = [];
  ended = 0;
  /** Calls that came back. */
  returned = 0;
  readonly pool: WorkerPool;
  readonly strategy: WorkerStrategy;

  constructor(limits?: WorkerPoolLimits) {
    this.pool = new WorkerPool(() => {
      const worker = spawnNodeGuestWorker();
      this.workers.push(worker);
      return {
        ...worker,
        listen: (heard, gone) =>
          worker.listen(
            (message) => {
              if (message.kind === "returned") this.returned += 1;
              heard(message);
            },
            (cause) => {
              this.ended += 1;
              gone(cause);
            },
          ),
      };
    }, limits);
    this.strategy = new WorkerStrategy(this.pool);
  }
}

/** A host that never answers. */
const forEver = (): Promise<Uint8Array> => new Promise(() => undefined);

let made: CountedPool[] = [];
function counted(limits?: WorkerPoolLimits): CountedPool {
  const pool = new CountedPool(limits);
  made.push(pool);
  return pool;
}

afterEach(async () => {
  const pools = made;
  made = [];
  for (const { pool } of pools) pool.close();
  // Whatever a test did, no thread of it is left.
  await until(() => pools.every(({ pool, workers, ended }) => pool.alive === 0 && workers.length === ended));
});

function program(code: (call: Call) => readonly Part[], data: readonly number[] = []) {
  return bufObject({ code: guestModule({ functions: { main: { code } }, data: [[8, data]] }) });
}

describe("workers of many instances", () => {
  // @spec runtime.isolation, runtime.turns
  it("serve two hundred at once, some of them in a queue, each with its own result", async () => {
    const threads = counted({ most: 6, instances: 1000 });
    const bus = new TestBus(
      (instruction) => new Promise((resolve) => void setTimeout(() => resolve(Uint8Array.of(...instruction, 1)), 1)),
    );
    const { implementation } = liveRuntime(threads.strategy, { bus });
    // Emits its number, adds the first byte of the reply to the length of it, and exits with the sum.
    const ids = Array.from({ length: 200 }, (_, number) =>
      implementation.load(
        program((call) => [emitAt(call, 8, 1, 100, 1), i32(100), [0x2d, 0, 0], op.add, call("exit")], [number]),
      ),
    );
    let most = 0;
    await Promise.all(
      ids.map(async (id) => {
        await implementation.init(id);
        await implementation.start(id);
        most = Math.max(most, threads.pool.alive);
        await implementation.whenSettled(id);
      }),
    );
    expect(ids.map((id) => implementation.exitCode(id))).toEqual(ids.map((_id, number) => number + 2));
    expect(most).toBeLessThanOrEqual(6);
    expect(threads.workers.length).toBeLessThanOrEqual(6);
    expect(threads.pool.waiting).toBe(0);
    await until(() => threads.pool.alive === threads.pool.idle);
    expect(threads.pool.idle).toBeLessThanOrEqual(4);
  });

  it("are not lost, whatever becomes of a thousand instances", async () => {
    const threads = counted({ most: 3, idle: 3, instances: 1000 });
    const bus = new TestBus(() => new Promise(() => undefined));
    const { implementation, started } = liveRuntime(threads.strategy, { bus });
    const ends = [
      program(() => []),
      program(() => [op.unreachable]),
      program((call) => [i32(5), call("exit")]),
      program((call) => [emitAt(call, -1, 1), op.drop]),
    ];
    const waiting = program((call) => [emitAt(call, 8, 1), op.drop]);
    const endless = program(() => [forever]);
    for (let number = 0; number < 1000; number += 1) {
      if (number % 50 === 7) {
        const id = await started(endless);
        await until(() => (implementation.usage(id)?.fuel ?? 0) > 0);
        await implementation.terminate(id);
      } else if (number % 10 === 3) {
        const id = await started(waiting);
        await until(() => (implementation.usage(id)?.emits ?? 0) > 0);
        await implementation.terminate(id);
      } else {
        const id = await started(ends[number % ends.length] as (typeof ends)[number]);
        await implementation.whenSettled(id);
      }
    }
    await until(() => threads.pool.alive === threads.pool.idle);
    expect(threads.pool.alive).toBeLessThanOrEqual(3);
    expect(threads.workers.length - threads.ended).toBe(threads.pool.alive);
    // Only those that could not be stopped otherwise took their thread with them.
    expect(threads.ended).toBe(20);
  });

  it("are as many as there are guests that wait, up to the limit", async () => {
    const threads = counted({ most: 5 });
    const answers: (() => void)[] = [];
    const bus = new TestBus(() => new Promise((resolve) => void answers.push(() => resolve(Uint8Array.of(0, 0)))));
    const { implementation, started } = liveRuntime(threads.strategy, { bus });
    const runs = Array.from({ length: 7 }, async () => {
      const id = await started(program((call) => [emitAt(call, 8, 1), call("exit")]));
      await implementation.whenSettled(id);
      return implementation.exitCode(id);
    });
    await until(() => answers.length === 5);
    expect([threads.pool.alive, threads.pool.waiting]).toEqual([5, 2]);
    for (let answered = 0; answered < 7; answered += 1) {
      await until(() => answers.length > answered);
      answers[answered]?.();
    }
    expect(await Promise.all(runs)).toEqual([2, 2, 2, 2, 2, 2, 2]);
    expect(threads.workers.length).toBe(5);
  });

  it("are refused to a program beyond the room for those that run together, until one of them has ended", async () => {
    const threads = counted();
    const { implementation, started } = liveRuntime(new WorkerStrategy(threads.pool, 2), { bus: new TestBus(forEver) });
    const waiting = program((call) => [emitAt(call, 8, 1), op.drop]);
    const [first, second] = [await started(waiting), await started(waiting)];
    const refused = implementation.init(implementation.load(waiting));
    await expect(refused).rejects.toMatchObject({ cause: { code: "HOST_ERROR", context: { call: "Worker" } } });
    await implementation.terminate(first);
    await implementation.terminate(await started(waiting));
    await implementation.terminate(second);
    expect(threads.pool.waiting).toBe(0);
  });

  it("that cannot start fail the instances that wait for them", async () => {
    const strategy = new WorkerStrategy(
      new WorkerPool(() => {
        const worker = spawnNodeGuestWorker();
        worker.terminate();
        return worker;
      }),
    );
    const { implementation } = liveRuntime(strategy);
    const inits = Array.from({ length: 3 }, () => implementation.init(implementation.load(program(() => []))));
    for (const init of await Promise.allSettled(inits)) {
      expect(init).toMatchObject({ status: "rejected", reason: { code: "RT_INSTANCE_FAILED" } });
    }
  });

  it("are replaced once they have served as many as they shall, with some in the queue", async () => {
    const threads = counted({ most: 2, idle: 1, instances: 3 });
    const { implementation, started } = liveRuntime(threads.strategy);
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        const id = await started(program((call) => [i32(number), call("exit")]));
        await implementation.whenSettled(id);
        return id;
      }),
    );
    expect(ids.map((id) => implementation.exitCode(id))).toEqual(ids.map((_id, number) => number));
    await until(() => threads.pool.alive === threads.pool.idle);
    // Six that served three, and the last for the rest.
    expect(threads.ended).toBeGreaterThanOrEqual(6);
    expect(threads.pool.alive).toBeLessThanOrEqual(1);
  });

  it("go back to the pool where an instance ends before it runs", async () => {
    const threads = counted({ most: 1 });
    const { implementation, started } = liveRuntime(threads.strategy);
    const first = implementation.load(program(() => []));
    const init = implementation.init(first);
    init.catch(() => undefined);
    await until(() => threads.pool.waiting === 1);
    // Its worker is starting.
    await implementation.terminate(first);
    await until(() => threads.pool.idle === 1);
    const second = await started(program((call) => [i32(3), call("exit")]));
    await implementation.whenSettled(second);
    expect(implementation.exitCode(second)).toBe(3);
    expect(threads.pool.alive).toBe(1);
  });
});

describe("a worker that ends by itself", () => {
  // @spec runtime.isolation, lifecycle.failure-cause
  it("fails its own instance, with the host as the cause, and no other", async () => {
    const threads = counted({ most: 2 });
    const { implementation, started } = liveRuntime(threads.strategy);
    const lost = await started(program(() => [forever]));
    await until(() => (implementation.usage(lost)?.fuel ?? 0) > 0);
    const other = await started(program((call) => [i32(1), call("exit")]));
    await implementation.whenSettled(other);
    threads.workers[0]?.terminate();
    expect(await implementation.whenSettled(lost)).toBe(LifecycleState.Failed);
    const { error } = implementation.failureInfo(lost) ?? {};
    expect(error?.code).toBe("RT_INSTANCE_FAILED");
    expect(layersOf(error as FaygerError)).toEqual(["runtime", "host"]);
    expect(error?.cause).toMatchObject({
      code: "HOST_ERROR",
      message: "the worker has ended",
      context: { name: "Error", call: "Worker" },
    });
    expect(implementation.exitCode(other)).toBe(1);
    const next = await started(program((call) => [i32(2), call("exit")]));
    await implementation.whenSettled(next);
    expect(implementation.exitCode(next)).toBe(2);
  });

  it("fails an instance that waits between two calls as soon as it is called again", async () => {
    const { I32 } = ValueType;
    const threads = counted();
    const { implementation, bus, started } = liveRuntime(threads.strategy);
    const id = await started(
      bufObject({
        code: guestModule({
          functions: {
            main: { code: [] },
            fayger_alloc: { params: [I32], results: [I32], code: [i32(512)] },
            fayger_on_event: { params: [I32, I32], code: [] },
          },
        }),
      }),
    );
    bus.channel.openSubscriptions = 1;
    await until(() => threads.returned === 2);
    threads.workers[0]?.terminate();
    await until(() => threads.ended === 1);
    implementation.onEvent(id, Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1));
    expect(await implementation.whenSettled(id)).toBe(LifecycleState.Failed);
    expect(implementation.failureInfo(id)?.error.cause).toMatchObject({ code: "HOST_ERROR" });
  });
});

describe("memory of a guest in a worker", () => {
  it("is seen by the host as the guest has grown and filled it, each time", async () => {
    const threads = counted();
    const { implementation, bus, ran } = liveRuntime(threads.strategy);
    const last: Part = [[0x3f, 0], i32(65_536), 0x6c, i32(1), 0x6b];
    // Thirty times: grow by a page, write how many there are to the last byte, and emit that byte.
    const id = await ran(
      program((call) => [
        [0x03, 0x40, i32(1), memory.grow, op.drop],
        [last, [0x3f, 0], [0x3a, 0, 0]],
        [last, i32(1), i32(0), i32(0), call("emit"), op.drop],
        [[0x3f, 0], i32(31), 0x48, 0x0d, 0, 0x0b],
      ]),
    );
    expect(implementation.failureInfo(id)).toBeUndefined();
    expect(bus.channel.emitted.map(([byte]) => byte)).toEqual(Array.from({ length: 30 }, (_, round) => round + 2));
  });

  // @spec guest-abi.host-memory
  it("fails the instance where the host has no room that the quota allows", async () => {
    const threads = counted();
    const { implementation, ran } = liveRuntime(threads.strategy);
    const grow: Part = [0xd0, ValueType.FuncRef, i32(10_000_001), [0xfc, 15, 0], op.drop];
    const id = await ran(
      bufObject({
        code: guestModule({ functions: { main: { code: [grow] } }, table: 1 }),
        manifest: { quotas: { tableElements: 2 ** 40 } },
      }),
    );
    expect(implementation.failureInfo(id)?.error.cause).toMatchObject({
      code: "HOST_ERROR",
      context: { call: "table.grow", native_code: "ENOMEM" },
    });
  });
});
