import { afterAll, describe, expect, it } from "vitest";
import { InstructionCategory } from "../../generated/enums/instruction-category.js";
import { encodeEvent } from "../../generated/instructions/message.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { ExecutionStrategy } from "./execution-strategy.js";
import { HostEngineStrategy, WorkerPool, WorkerStrategy } from "./host-engine/index.js";
import { spawnNodeGuestWorker } from "./host-engine/node/index.js";
import { liveRuntime, until } from "./host-engine/testing/live-runtime.js";
import { InterpreterStrategy } from "./interpreter/index.js";
import { emitAt, guestModule, i32, local, op } from "./testing/guest-module.js";
import { errorOf } from "./testing/run-guest.js";
import { bufObject, TestBus } from "./testing/test-host.js";
import { ValueType } from "./wasm/types.js";

const pool = new WorkerPool(spawnNodeGuestWorker);
afterAll(() => pool.close());

const strategies: readonly (readonly [string, ExecutionStrategy])[] = [
  ["the interpreter", new InterpreterStrategy()],
  ["the host's engine in thread", new HostEngineStrategy()],
  ["the host's engine in a worker", new WorkerStrategy(pool)],
];

/** Emits what has happened: 1 at its start, then every event. */
const listening = guestModule({
  functions: {
    main: { code: (call) => [emitAt(call, 0, 1), op.drop] },
    fayger_alloc: { params: [ValueType.I32], results: [ValueType.I32], code: [i32(512)] },
    fayger_on_event: {
      params: [ValueType.I32, ValueType.I32],
      code: (call) => [local(0), local(1), i32(0), i32(0), call("emit"), op.drop],
    },
  },
  data: [[0, [1]]],
});

const event = encodeEvent({
  category: InstructionCategory.Time,
  opcode: 1,
  completion: false,
  payload: [
    { type: "handle", value: 1 },
    { type: "u64", value: 1n },
  ],
});

describe.each(strategies)("a subscriber of %s that suspends what it hears of", (_name, strategy) => {
  // @spec guest-abi.exit, lifecycle.exit, lifecycle.completion, lifecycle.one-command
  it("comes too late for a program that has called exit, of which nothing runs any more", async () => {
    const { implementation, events, started } = liveRuntime(strategy);
    let answer: Promise<unknown> | undefined;
    events.listener = ({ name, instance }) => {
      if (name === "lifecycle.exited") answer = errorOf(implementation.suspend(instance as string));
    };
    const code = guestModule({ functions: { main: { code: (call) => [i32(7), call("exit"), op.unreachable] } } });
    const id = await started(bufObject({ code }));
    await until(() => implementation.state(id) !== LifecycleState.Running);
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(await answer).toMatchObject({
      code: "RT_ILLEGAL_TRANSITION",
      context: { trigger: "suspend", current_state: "Terminated" },
    });
    expect(events.of("lifecycle.exited", id)).toEqual([{ exit_code: 7 }]);
    expect(events.of("lifecycle.transition", id).map(({ trigger }) => trigger)).toEqual([
      "load",
      "init",
      "start",
      "complete",
    ]);
  });

  // @spec guest-abi.events, lifecycle.suspend.stopped, lifecycle.emit-states
  it("has the program take the event that it was about to be given when it goes on", async () => {
    const bus = new TestBus((_instruction, channel) => {
      channel.openSubscriptions = 1;
      return Uint8Array.of(0, 0);
    });
    const { implementation, events, started, reached } = liveRuntime(strategy, { bus });
    events.listener = ({ name, instance }) => {
      if (name === "instruction.event_delivered") void implementation.suspend(instance as string);
    };
    const id = await started(bufObject({ code: listening }));
    await until(() => bus.channel.emitted.length === 1);
    implementation.onEvent(id, event);
    await reached(id, "Suspended");
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    expect(bus.channel.emitted.length).toBe(1);
    await implementation.resume(id);
    await until(() => bus.channel.emitted.length > 1 || implementation.state(id) !== LifecycleState.Running);
    expect(bus.channel.emitted.slice(1)).toEqual([event]);
    await implementation.terminate(id);
  });
});
