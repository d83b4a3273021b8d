// A process of its own that runs a guest in a worker, for the test of when it ends.
import { emitAt, type GuestFunctionSource, guestModule, i32, local, op } from "../../../testing/guest-module.js";
import { bufObject, TestBus } from "../../../testing/test-host.js";
import type { Part } from "../../../wasm/testing/module-bytes.js";
import { ValueType } from "../../../wasm/types.js";
import { WorkerPool, WorkerStrategy } from "../../index.js";
import { liveRuntime } from "../../testing/live-runtime.js";
import { spawnNodeGuestWorker } from "../index.js";

const pool = new WorkerPool(spawnNodeGuestWorker);
const bus = new TestBus(() => new Promise(() => undefined));
const { implementation, started } = liveRuntime(new WorkerStrategy(pool), { bus });

if (process.argv[2] === "ends") {
  // Some hundred million rounds: nothing but the worker keeps the process alive meanwhile.
  const rounds: Part = [0x03, 0x40, local(0), i32(1), op.add, 0x22, 0, i32(300_000_000), 0x48, 0x0d, 0, 0x0b];
  const main: GuestFunctionSource = {
    locals: [[1, ValueType.I32]],
    code: (call) => [rounds, i32(42), call("exit")],
  };
  const id = await started(bufObject({ code: guestModule({ functions: { main } }) }));
  const state = await implementation.whenSettled(id);
  while (pool.idle === 0) await new Promise((resolve) => setImmediate(resolve));
  process.stdout.write(`${state} ${implementation.exitCode(id)}, ${pool.idle} idle\n`);
} else {
  const waiting = guestModule({ functions: { main: { code: (call) => [emitAt(call, 0, 1), op.drop] } } });
  const id = await started(bufObject({ code: waiting }));
  while ((implementation.usage(id)?.emits ?? 0) === 0) await new Promise((resolve) => setImmediate(resolve));
  process.stdout.write(`${implementation.state(id)}\n`);
}
