import { afterAll, describe, expect, it } from "vitest";
import { LifecycleState } from "../../../generated/lifecycle/transition-table.js";
import type { ExecutionStrategy } from "../execution-strategy.js";
import { emitAt, type GuestSource, guestModule, i32, op } from "../testing/guest-module.js";
import { bufObject } from "../testing/test-host.js";
import {
  body,
  functionType,
  moduleOf,
  name,
  type Part,
  section,
  vector,
  vectorOf,
} from "../wasm/testing/module-bytes.js";
import { ValueType } from "../wasm/types.js";
import { HostEngineStrategy } from "./host-engine-strategy.js";
import { spawnNodeGuestWorker } from "./node/index.js";
import { liveRuntime } from "./testing/live-runtime.js";
import { WorkerPool } from "./worker/worker-pool.js";
import { WorkerStrategy } from "./worker/worker-strategy.js";

const { I32, I64, FuncRef, ExternRef } = ValueType;

const pool = new WorkerPool(spawnNodeGuestWorker);
afterAll(() => pool.close());

const strategies: readonly (readonly [string, ExecutionStrategy])[] = [
  ["in thread", new HostEngineStrategy()],
  ["in a worker", new WorkerStrategy(pool)],
];

/** A 32-bit or 64-bit constant of a float by its bits. */
const f32 = (bits: number): Part => [0x43, littleEndian(BigInt(bits), 4)];
const f64 = (bits: bigint): Part => [0x44, littleEndian(bits, 8)];
function littleEndian(bits: bigint, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, at) => Number((bits >> BigInt(8 * at)) & 0xffn));
}

const F32_NAN = 0x7fc0_0000;
const F64_NAN = 0x7ff8_0000_0000_0000n;
const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** Expressions whose value is a NaN that an instruction makes, of one width. */
const producers32: readonly Part[] = [
  ...from(0x8d, 0x91).flatMap((unary) => [
    [f32(0x7fa0_0001), unary],
    [f32(0xffc1_2345), unary],
  ]),
  ...from(0x92, 0x97).flatMap((binary) => [
    [f32(0xff80_0001), f32(0x3f80_0000), binary],
    [f32(0x3f80_0000), f32(0xffff_ffff), binary],
    [f32(0x7fff_ffff), f32(0xffbf_ffff), binary],
  ]),
  [f32(0xbf80_0000), 0x91],
  [f32(0x7f80_0000), f32(0x7f80_0000), 0x93],
  [f32(0), f32(0x8000_0000), 0x95],
  [f32(0), f32(0x7f80_0000), 0x94],
  [f64(0xfff4_0000_0000_0001n), 0xb6],
];
const producers64: readonly Part[] = [
  ...from(0x9b, 0x9f).flatMap((unary) => [
    [f64(0x7ff4_0000_0000_0001n), unary],
    [f64(0xfff8_0000_dead_beefn), unary],
  ]),
  ...from(0xa0, 0xa5).flatMap((binary) => [
    [f64(0xfff0_0000_0000_0001n), f64(0x3ff0_0000_0000_0000n), binary],
    [f64(0x3ff0_0000_0000_0000n), f64(0xffff_ffff_ffff_ffffn), binary],
    [f64(0x7fff_ffff_ffff_ffffn), f64(0xfff7_ffff_ffff_ffffn), binary],
  ]),
  [f64(0xbff0_0000_0000_0000n), 0x9f],
  [f64(0x7ff0_0000_0000_0000n), f64(0x7ff0_0000_0000_0000n), 0xa1],
  [f64(0n), f64(0x8000_0000_0000_0000n), 0xa3],
  [f32(0xffa0_0001), 0xbb],
];

describe.each(strategies)("the host's engine %s", (_name, strategy) => {
  const emitted = async (functions: GuestSource["functions"]): Promise<readonly Uint8Array[]> => {
    const { bus, implementation, ran } = liveRuntime(strategy);
    const id = await ran(bufObject({ code: guestModule({ functions }) }));
    expect(implementation.failureInfo(id)).toBeUndefined();
    return bus.channel.emitted;
  };

  // @spec guest-abi.nan
  it("makes every NaN canonical that an instruction produces", async () => {
    const store32 = producers32.map((value, at): Part => [i32(at * 4), value, [0x38, 0, 0]]);
    const store64 = producers64.map((value, at): Part => [i32(1024 + at * 8), value, [0x39, 0, 0]]);
    const [bytes] = await emitted({
      main: { code: (call) => [store32, store64, emitAt(call, 0, 1024 + producers64.length * 8), op.drop] },
    });
    const { buffer } = (bytes as Uint8Array).slice();
    const words = [...new Uint32Array(buffer, 0, producers32.length)];
    const pairs = [...new BigUint64Array(buffer, 1024)];
    expect(words).toEqual(words.map(() => F32_NAN));
    expect(pairs).toEqual(pairs.map(() => F64_NAN));
  });

  it("leaves the bits of a NaN alone that is only copied, or whose sign alone changes", async () => {
    const code: readonly Part[] = [
      [i32(0), f32(0xffa1_2345), [0x38, 0, 0]],
      [i32(4), i32(0), [0x2a, 0, 0], [0x38, 0, 0]],
      [i32(8), f32(0xffa1_2345), 0x8b, [0x38, 0, 0]],
      [i32(12), f32(0x7fa1_2345), 0x8c, [0x38, 0, 0]],
      [i32(16), f32(0x7fa1_2345), f32(0xbf80_0000), 0x98, [0x38, 0, 0]],
      [i32(20), f32(0xffa1_2345), f32(0), i32(1), 0x1b, [0x38, 0, 0]],
      [i32(24), f64(0xfff4_0000_0000_0001n), 0x9a, [0x39, 0, 0]],
      [i32(32), i32(-1), 0xbe, [0x38, 0, 0]],
    ];
    const [bytes] = await emitted({ main: { code: (call) => [code, emitAt(call, 0, 36), op.drop] } });
    const words = [...new Uint32Array((bytes as Uint8Array).slice().buffer)];
    expect(words).toEqual([
      0xffa1_2345, 0xffa1_2345, 0x7fa1_2345, 0xffa1_2345, 0xffa1_2345, 0xffa1_2345, 1, 0x7ff4_0000, 0xffff_ffff,
    ]);
  });

  // The entry is charged 8; a function that emits is charged 8, its locals and the four operands of `emit`.
  // @spec guest-abi.stack, guest-abi.stack.charge
  it.each([
    [8179, 8],
    [8180, 7],
    [8178, 8],
    [65_528 - 12, 1],
    [65_529 - 12, 0],
  ])("with %i locals lets %i calls be active, and traps at the next", async (locals, calls) => {
    const { bus, implementation, ran } = liveRuntime(strategy);
    const groups: readonly (readonly [number, ValueType])[] = [
      [Math.min(locals, 30_000), I32],
      [Math.max(0, Math.min(20_000, locals - 30_000)), I64],
    ];
    // What is more than a function may have in locals is parameters of none, but operands.
    const operands = Math.max(0, locals - 50_000);
    const deep = {
      locals: groups,
      internal: true,
      code: (call: (target: string) => Part): readonly Part[] => [
        Array.from({ length: operands }, () => i32(0)),
        emitAt(call, 0, 0),
        Array.from({ length: operands + 1 }, () => op.drop),
        call("deep"),
      ],
    };
    const id = await ran(
      bufObject({ code: guestModule({ functions: { main: { code: (call) => [call("deep")] }, deep } }) }),
    );
    expect(implementation.failureInfo(id)?.error).toMatchObject({
      code: "RT_TRAP",
      context: { trap: "stack_exhausted" },
    });
    expect(bus.channel.emitted.length).toBe(calls);
  });

  it("takes back what a call was charged, however it returns", async () => {
    // A hundred rounds of calls that are an eighth of the stack high, each of which returns in another way.
    const wide = (code: readonly Part[]) => ({ locals: [[8100, I32]] as const, internal: true, code });
    const [bytes] = await emitted({
      main: {
        locals: [[1, I32]],
        code: (call) => [
          [0x03, 0x40, call("falls"), call("returns"), call("branches"), call("table")],
          [0x20, 0, i32(1), op.add, 0x22, 0, i32(100), 0x48, 0x0d, 0, 0x0b],
          emitAt(call, 0, 1),
          op.drop,
        ],
      },
      falls: wide([[0x41, 0, 0x04, 0x40, 0x10, 4, 0x0b]]),
      returns: wide([0x02, 0x40, 0x41, 0, 0x04, 0x40, 0x10, 4, 0x0b, 0x0f, 0x0b]),
      branches: wide([0x41, 0, 0x04, 0x40, 0x10, 4, 0x0b, 0x03, 0x40, 0x41, 1, 0x0d, 1, 0x0c, 0, 0x0b]),
      table: wide([0x41, 0, 0x04, 0x40, 0x10, 4, 0x0b, 0x02, 0x40, 0x41, 1, 0x0e, 1, 0, 1, 0x0b, op.unreachable]),
    });
    expect(bytes?.length).toBe(1);
  });

  // @spec runtime.host-engine.rewrite
  it("runs a program that has no function of its own", async () => {
    const code = moduleOf(
      section(1, vector(functionType([], []))),
      section(2, vector([name("fayger_1"), name("abort"), 0, 0])),
      section(5, vector([0, 1])),
      section(7, vector([name("main"), 0, 0], [name("memory"), 2, 0])),
    );
    const { implementation, ran } = liveRuntime(strategy);
    const id = await ran(bufObject({ code }));
    expect(implementation.failureInfo(id)?.error).toMatchObject({
      code: "RT_INSTANCE_FAILED",
      message: "the program aborted",
    });
  });

  it("takes no notice of exports that have the names of what is added", async () => {
    const names = ["fayger.fuel", "fayger.host", "fayger.start", "fayger._start", "fayger.__", "fayger.memory"];
    const others = Object.fromEntries(names.map((other) => [other, { code: [op.unreachable] }]));
    const [bytes] = await emitted({ ...others, main: { code: (call) => [emitAt(call, 0, 2), op.drop] } });
    expect(bytes?.length).toBe(2);
  });

  // @spec guest-abi.memory-grow, quotas.memory, quotas.initial-size
  it("bounds the elements of all tables together", async () => {
    // Two tables of 3 and 2; the quota leaves room for 4 more, and the second has a maximum of 4.
    const grow = (table: number, reference: number, elements: number): Part => [
      [0xd0, reference, i32(elements), [0xfc, 15, table]],
    ];
    const results = [
      grow(0, FuncRef, 5),
      grow(1, ExternRef, 3),
      grow(1, ExternRef, 2),
      grow(0, FuncRef, 3),
      grow(0, FuncRef, 2),
      grow(0, FuncRef, 0),
      grow(1, ExternRef, 1),
    ];
    const main: Part = body(
      [],
      results.map((result, at) => [i32(at * 4), result, [0x36, 2, 0]]),
      [i32(0), i32(results.length * 4), i32(0), i32(0), 0x10, 0, op.drop],
    );
    const code = moduleOf(
      section(1, vector(functionType([], []), functionType([I32, I32, I32, I32], [I32]))),
      section(2, vector([name("fayger_1"), name("emit"), 0, 1])),
      section(3, vector(0)),
      section(4, vector([FuncRef, 0, 3], [ExternRef, 1, 2, 4])),
      section(5, vector([0, 1])),
      section(7, vector([name("main"), 0, 1], [name("memory"), 2, 0])),
      section(10, vectorOf([main])),
    );
    const { bus, events, implementation, ran } = liveRuntime(strategy);
    const id = await ran(bufObject({ code, manifest: { quotas: { tableElements: 9 } } }));
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    const [bytes] = bus.channel.emitted;
    expect([...new Int32Array((bytes as Uint8Array).slice().buffer)]).toEqual([-1, -1, 2, -1, 3, 5, -1]);
    // What the module's own maximum forbids is nothing of the quota's.
    expect(events.of("resource.quota_reached", id).length).toBe(2);
    const tooLarge = implementation.load(bufObject({ code, manifest: { quotas: { tableElements: 4 } } }));
    await expect(implementation.init(tooLarge)).rejects.toMatchObject({
      code: "RT_QUOTA_EXCEEDED",
      context: { quota: "table_elements", limit: 4, used: 5 },
    });
  });

  // @spec guest-abi.traps
  it.each<[string, number, string]>([
    ["an empty element", 0, "uninitialized_element"],
    ["an element of another type", 1, "indirect_call_type_mismatch"],
    ["a place behind the table", 2, "table_out_of_bounds"],
  ])("tells a call through %s from the others", async (_what, element, trap) => {
    // Two tables, so that the one that is called through has to be told as well; the first is full.
    const code = moduleOf(
      section(1, vector(functionType([], []), functionType([I32], []))),
      section(3, vector(0, 1)),
      section(4, vector([FuncRef, 0, 2], [FuncRef, 0, 2])),
      section(5, vector([0, 1])),
      section(7, vector([name("main"), 0, 0], [name("memory"), 2, 0])),
      section(9, vector([2, 0, [i32(0), op.end], 0, vector(0, 0)], [2, 1, [i32(1), op.end], 0, vector(1)])),
      section(10, vector(body([], [i32(1), 0x41, 1, 0x04, 0x40, i32(element), [0x11, 0, 1], 0x0b, op.drop]), body([]))),
    );
    const { implementation, ran } = liveRuntime(strategy);
    const id = await ran(bufObject({ code }));
    expect(implementation.failureInfo(id)?.error).toMatchObject({ code: "RT_TRAP", context: { trap } });
  });
});

// @spec runtime.capabilities
it("in thread, what cannot stop in the middle of a call is not declared", () => {
  expect([...new HostEngineStrategy().capabilities].sort()).toEqual([
    "canonical_nan",
    "events",
    "memory_limit",
    "table_limit",
  ]);
});
