import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { InstanceId } from "../contracts/runtime-interface.js";
import type { Sha256 } from "../contracts/security.js";
import { HostEngineStrategy } from "./host-engine/index.js";
import { InterpreterStrategy } from "./interpreter/index.js";
import { PAGE, PIECE_BYTES } from "./interpreter/linear-memory.js";
import { type GuestSource, guestModule, i32, memory, op } from "./testing/guest-module.js";
import { testRuntime } from "./testing/run-guest.js";
import { bufObject } from "./testing/test-host.js";
import { STEP_BYTES } from "./wasm/steps.js";

const sha256: Sha256 = {
  digest: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  incremental: () => {
    throw new Error("not asked for");
  },
};

// What takes long is done in pieces, each in a turn of its own.

/** One function of so many bytes that do nothing, and so many of 1,000 bytes. */
function longModule(bytes: number, functions: number): Uint8Array {
  const parts = Array.from({ length: functions }, (_, at) => `part${at}`);
  const source: GuestSource["functions"] = {
    main: { code: (call) => [new Uint8Array(bytes).fill(0x01), i32(3), call("exit")] },
    ...Object.fromEntries(parts.map((part) => [part, { internal: true, code: [new Uint8Array(1000).fill(0x01)] }])),
  };
  return guestModule({ functions: source });
}

/** How many turns a promise takes. */
async function turnsOf(promise: Promise<unknown>, runOne: () => boolean): Promise<number> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  let turns = 0;
  // The host's engine compiles on its own; then there is no turn to take.
  while (!isSettled) {
    if (runOne()) turns += 1;
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  return turns;
}

describe("a long program", () => {
  // @spec runtime.turns, runtime.turns.pieces
  it.each([
    ["one long function", "interpreter", 8 * STEP_BYTES, 0, 14],
    ["many functions", "interpreter", 10, 540, 14],
    ["one long function", "host engine", 8 * STEP_BYTES, 0, 21],
    ["many functions", "host engine", 10, 540, 21],
  ] as const)("of %s is prepared in turns by the %s", async (_what, engine, bytes, functions, least) => {
    const strategy = engine === "interpreter" ? new InterpreterStrategy() : new HostEngineStrategy();
    const { implementation, scheduler } = testRuntime(strategy);
    const object = bufObject({ code: longModule(bytes, functions) });
    const [first, second] = [implementation.load(object), implementation.load(object)];
    const both = Promise.all([implementation.init(first), implementation.init(second)]);
    // One preparation serves both.
    const turns = await turnsOf(both, () => scheduler.runOne());
    expect(turns).toBeGreaterThanOrEqual(least);
    expect(turns).toBeLessThan(2 * least);
    await implementation.start(second);
    scheduler.runAll();
    expect(implementation.exitCode(second)).toBe(3);
  });

  it("is translated in turns, and can be suspended and saved meanwhile", async () => {
    const { implementation, scheduler } = testRuntime(new InterpreterStrategy(), { sha256 });
    const long = { internal: true, code: [new Uint8Array(8 * STEP_BYTES).fill(0x01)] };
    const functions: GuestSource["functions"] = {
      main: { code: (call) => [call("long"), call("long"), i32(4), call("exit")] },
      long,
    };
    const id = implementation.load(bufObject({ code: guestModule({ functions }) }));
    await turnsOf(implementation.init(id), () => scheduler.runOne());
    await implementation.start(id);
    for (let turn = 0; turn < 3; turn += 1) scheduler.runOne();
    expect(implementation.usage(id)?.fuel).toBe(1);
    // It stands inside of the call, and stops behind it.
    const turns = await turnsOf(implementation.suspend(id), () => scheduler.runOne());
    expect(turns).toBeGreaterThan(3);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    await continues(implementation, id, scheduler, 4);
  });
});

/** Saving and going on give the end that is expected. */
async function continues(
  implementation: ReturnType<typeof testRuntime>["implementation"],
  id: InstanceId,
  scheduler: { runAll(): void },
  exitCode: number,
): Promise<void> {
  expect(implementation.snapshot(id).length).toBeGreaterThan(0);
  await implementation.resume(id);
  scheduler.runAll();
  expect(implementation.exitCode(id)).toBe(exitCode);
}

describe("a large operation", () => {
  /** Its end is a place where a program can stop. */
  const emptyBlock = [0x02, 0x40, 0x0b];
  const pages = 5 * (PIECE_BYTES / PAGE);
  const code = {
    "memory.fill": [i32(0), i32(0), i32(pages * PAGE), 0xfc, 0x0b, 0x00],
    "memory.copy": [i32(PAGE), i32(0), i32((pages - 1) * PAGE), 0xfc, 0x0a, 0x00, 0x00],
    "memory.grow": [i32(1), memory.grow, op.drop],
  } as const;

  // @spec runtime.turns.pieces, lifecycle.suspend.stopped, guest-abi.memory-grow
  it.each(Object.entries(code))("%s takes several turns, and a program stops behind it", async (name, operation) => {
    const { implementation, scheduler } = testRuntime(new InterpreterStrategy(), { sha256 });
    const functions: GuestSource["functions"] = {
      main: { code: (call) => [operation, emptyBlock, memory.size, call("exit")] },
    };
    const id = implementation.load(bufObject({ code: guestModule({ functions, memory: [pages, pages + 1] }) }));
    await turnsOf(implementation.init(id), () => scheduler.runOne());
    await implementation.start(id);
    scheduler.runOne();
    scheduler.runOne();
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    const turns = await turnsOf(implementation.suspend(id), () => scheduler.runOne());
    expect(turns).toBeGreaterThan(1);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    await continues(implementation, id, scheduler, name === "memory.grow" ? pages + 1 : pages);
  });

  // @spec lifecycle.terminate-wins, runtime.turns.pieces
  it("can be terminated in its midst", async () => {
    const { implementation, scheduler } = testRuntime(new InterpreterStrategy(), { sha256 });
    const functions: GuestSource["functions"] = { main: { code: [code["memory.fill"]] } };
    const id = implementation.load(bufObject({ code: guestModule({ functions, memory: [pages] }) }));
    await turnsOf(implementation.init(id), () => scheduler.runOne());
    await implementation.start(id);
    scheduler.runOne();
    await implementation.terminate(id);
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });
});
