import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Trap } from "../../../generated/enums/trap.js";
import { LifecycleState } from "../../../generated/lifecycle/transition-table.js";
import { emitAt, type GuestSource, guestModule, i32, i64, op } from "../testing/guest-module.js";
import { errorOf, testRuntime } from "../testing/run-guest.js";
import { bufObject, TestBus } from "../testing/test-host.js";
import type { Part } from "../wasm/testing/module-bytes.js";
import { HostEngineStrategy } from "./host-engine-strategy.js";

const MEMORY_BYTES = 65_536;

function artifact(functions: GuestSource["functions"], more: Partial<GuestSource> = {}) {
  return bufObject({ code: guestModule({ functions, ...more }), sections: { data: Uint8Array.of(1, 2, 3) } });
}

function main(code: (call: (target: string) => Part) => readonly Part[], more: Partial<GuestSource> = {}) {
  return artifact({ main: { code } }, more);
}

/** A u32, near the edges of the memory and of the type more often than not. */
const wild = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.integer({ min: MEMORY_BYTES - 8, max: MEMORY_BYTES + 8 }),
  fc.integer({ min: 0xffff_fff0, max: 0xffff_ffff }),
  fc.integer({ min: 0, max: 8 }),
  fc.constantFrom(0x7fff_ffff, 0x8000_0000),
);

/** Whether a range lies inside the memory, in numbers that cannot wrap around. */
function inside(pointer: number, length: number): boolean {
  return BigInt(pointer) + BigInt(length) <= BigInt(MEMORY_BYTES);
}

describe("wild pointers", () => {
  // @spec guest-abi.ranges, guest-abi.pointers, guest-abi.violation
  it("given to emit cost the instance, after no effect", async () => {
    await fc.assert(
      fc.asyncProperty(wild, wild, wild, wild, async (pointer, length, replyPointer, capacity) => {
        const { implementation, bus, ran } = testRuntime(new HostEngineStrategy());
        const id = await ran(
          main((call) => [[i32(pointer), i32(length), i32(replyPointer), i32(capacity), call("emit")], op.drop]),
        );
        if (inside(pointer, length) && inside(replyPointer, capacity)) {
          expect(implementation.state(id)).toBe(LifecycleState.Terminated);
          expect(bus.channel.emitted.map((bytes) => bytes.length)).toEqual([length]);
        } else {
          expect(implementation.failureInfo(id)?.error).toMatchObject({
            code: "RT_ABI_VIOLATION",
            context: {
              instance: id,
              function: "emit",
              reason: inside(pointer, length) ? "reply_out_of_memory" : "instruction_out_of_memory",
            },
          });
          expect(bus.channel.emitted).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("given to reply_read and section_read cost the instance and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        wild,
        wild,
        wild,
        wild,
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        async (a, b, c, d, offset) => {
          const { implementation, ran } = testRuntime(new HostEngineStrategy());
          const reader = await ran(main((call) => [[i32(a), i32(b), call("reply_read")], op.drop]));
          const readerFits = inside(a, b);
          expect(implementation.state(reader)).toBe(readerFits ? LifecycleState.Terminated : LifecycleState.Failed);
          const section = await ran(
            main((call) => [[i32(a), i32(b), i64(offset), i32(c), i32(d), call("section_read")], op.drop]),
          );
          const fits = readerFits && inside(c, d);
          expect(implementation.state(section)).toBe(fits ? LifecycleState.Terminated : LifecycleState.Failed);
          if (!fits) {
            expect(implementation.failureInfo(section)?.error).toMatchObject({
              code: "RT_ABI_VIOLATION",
              context: {
                function: "section_read",
                reason: readerFits ? "section_out_of_memory" : "section_id_out_of_memory",
              },
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

// @spec guest-abi.init-restrictions
describe("the ABI during init", () => {
  for (const [name, code] of [
    ["emit", (call: (target: string) => Part) => [emitAt(call, 0, 0), op.drop]],
    ["exit", (call: (target: string) => Part) => [i32(0), call("exit")]],
  ] as const) {
    it(`forbids ${name} in the start function and in fayger_init`, async () => {
      for (const functions of [
        { main: { code: [] }, begin: { code, internal: true } },
        { main: { code: [] }, fayger_init: { code } },
      ]) {
        const { implementation, bus } = testRuntime(new HostEngineStrategy());
        const id = implementation.load(artifact(functions, "begin" in functions ? { start: "begin" } : {}));
        const error = await errorOf(implementation.init(id));
        expect(error).toMatchObject({
          code: "RT_ABI_VIOLATION",
          context: { instance: id, function: name, reason: "not_running" },
        });
        expect(implementation.failureInfo(id)?.error).toBe(error);
        expect(implementation.state(id)).toBe(LifecycleState.Failed);
        expect(bus.channels).toEqual([]);
      }
    });
  }
});

// @spec guest-abi.traps
// @covers spec/tables/traps.yaml
describe("traps", () => {
  const table = 2;
  const cases: readonly (readonly [string, Trap, readonly Part[], Partial<GuestSource>?])[] = [
    ["unreachable", Trap.Unreachable, [op.unreachable]],
    ["division by zero", Trap.IntegerDivideByZero, [i32(1), i32(0), op.divide, op.drop]],
    ["remainder by zero", Trap.IntegerDivideByZero, [i32(1), i32(0), 0x6f, op.drop]],
    ["a quotient that does not fit", Trap.IntegerOverflow, [i32(-(2 ** 31)), i32(-1), op.divide, op.drop]],
    ["an access behind the memory", Trap.MemoryOutOfBounds, [i32(-1), 0x28, 2, 0, op.drop]],
    ["a bulk access behind the memory", Trap.MemoryOutOfBounds, [i32(0), i32(0), i32(-1), 0xfc, 0x0a, 0, 0]],
    ["a table access behind its end", Trap.TableOutOfBounds, [i32(9), 0x25, 0, op.drop], { table }],
    ["a call behind the table's end", Trap.TableOutOfBounds, [i32(9), 0x11, 4, 0], { table }],
    ["a call through an empty element", Trap.UninitializedElement, [i32(0), 0x11, 4, 0], { table }],
    ["a conversion of NaN", Trap.InvalidConversion, [0x43, 0, 0, 0xc0, 0x7f, 0xa8, op.drop]],
    ["a conversion of infinity", Trap.IntegerOverflow, [0x43, 0, 0, 0x80, 0x7f, 0xa8, op.drop]],
  ];
  for (const [what, trap, code, more] of cases) {
    it(`${what} is ${trap}`, async () => {
      const { implementation, ran } = testRuntime(new HostEngineStrategy());
      const id = await ran(main(() => code, more));
      expect(implementation.state(id)).toBe(LifecycleState.Failed);
      expect(implementation.failureInfo(id)?.error).toMatchObject({ code: "RT_TRAP", context: { instance: id, trap } });
    });
  }

  it("recursion without end is stack_exhausted, and the host's stack is whole again", async () => {
    const { implementation, ran } = testRuntime(new HostEngineStrategy());
    for (let round = 0; round < 3; round += 1) {
      const id = await ran(main((call) => [call("main")]));
      expect(implementation.failureInfo(id)?.error).toMatchObject({
        code: "RT_TRAP",
        context: { trap: Trap.StackExhausted },
      });
    }
  });

  it("during init fail init with the trap, in the start function and in a segment that does not fit", async () => {
    for (const object of [
      artifact({ main: { code: [] }, begin: { code: [op.unreachable], internal: true } }, { start: "begin" }),
      artifact({ main: { code: [] } }, { data: [[MEMORY_BYTES - 1, [1, 2]]] }),
    ]) {
      const { implementation } = testRuntime(new HostEngineStrategy());
      const id = implementation.load(object);
      const error = await errorOf(implementation.init(id));
      expect(error).toMatchObject({ code: "RT_TRAP", context: { instance: id } });
      expect(implementation.failureInfo(id)?.error).toBe(error);
      expect(await implementation.whenSettled(id)).toBe(LifecycleState.Failed);
    }
  });
});

describe("failure isolation", () => {
  // @spec runtime.isolation
  it("every way to fail leaves the other instances with their right results", async () => {
    const bus = new TestBus((instruction) => {
      if (instruction[0] === 0xee) throw new Error("an adapter with a fault");
      return Uint8Array.of(0, 0);
    });
    const { implementation, started, scheduler } = testRuntime(new HostEngineStrategy(), { bus });
    const failing: GuestSource["functions"][] = [
      { main: { code: [op.unreachable] } },
      { main: { code: (call) => [call("main")] } },
      { main: { code: (call) => [call("abort")] } },
      { main: { code: (call) => [emitAt(call, -1, 1), op.drop] } },
      { main: { code: (call) => [emitAt(call, 8, 1), op.drop] } },
      { main: { code: [i32(-1), 0x28, 2, 0, op.drop] } },
    ];
    const ids: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      for (const functions of failing) {
        ids.push(await started(artifact(functions, { data: [[8, [0xee]]] })));
        ids.push(
          await started(artifact({ main: { code: (call) => [i32(round), call("exit")] } }, { data: [[8, [round]]] })),
        );
      }
    }
    scheduler.runAll();
    for (const [at, id] of ids.entries()) {
      if (at % 2 === 0) {
        expect(implementation.state(id)).toBe(LifecycleState.Failed);
        expect(implementation.failureInfo(id)?.error.sourceLayer).toBe("runtime");
      } else {
        expect(implementation.state(id)).toBe(LifecycleState.Terminated);
        expect(implementation.exitCode(id)).toBe(Math.floor(at / 12));
      }
    }
  });

  it("a bus that throws costs the instance, with the host's error as cause", async () => {
    const bus = new TestBus(() => {
      throw new TypeError("a fault of the host");
    });
    const { implementation, ran } = testRuntime(new HostEngineStrategy(), { bus });
    const id = await ran(main((call) => [emitAt(call, 0, 0), op.drop]));
    const error = implementation.failureInfo(id)?.error;
    expect(error).toMatchObject({
      code: "RT_INSTANCE_FAILED",
      cause: { code: "HOST_ERROR", context: { name: "TypeError" } },
    });
  });

  it("a guest whose instance was ended under it stops at its next host function", async () => {
    const bus = new TestBus();
    const { implementation, started, scheduler } = testRuntime(new HostEngineStrategy(), { bus });
    const id = await started(main((call) => [0x03, 0x40, emitAt(call, 0, 0), op.drop, 0x0c, 0x00, op.end]));
    bus.handler = (_instruction, channel) => {
      if (channel.emitted.length === 5) void implementation.terminate(id);
      return Uint8Array.of(0, 0);
    };
    scheduler.runAll();
    expect(bus.channel.emitted.length).toBe(5);
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(bus.channel.closed).toBe(true);
  });
});

// @spec guest-abi.code, guest-abi.imports, guest-abi.import-module, guest-abi.exports, guest-abi.code.interface
describe("code that is no guest program", () => {
  const { I32 } = { I32: 0x7f } as const;
  const refused: readonly (readonly [string, Uint8Array, Record<string, unknown>])[] = [
    ["no module", Uint8Array.of(1, 2, 3, 4), { reason: "bad_magic", offset: 0 }],
    ["no bytes", new Uint8Array(0), { reason: "truncated", offset: 0 }],
    ["a WASI import", withImport("wasi_snapshot_preview1", "fd_write", [0, 0]), { reason: "unknown_import" }],
    ["an unknown import of the ABI module", withImport("fayger_1", "emit_all", [0, 0]), { reason: "unknown_import" }],
    [
      "an import named like a member of every object",
      withImport("fayger_1", "toString", [0, 0]),
      { reason: "unknown_import" },
    ],
    ["an import of another version of the ABI", withImport("fayger_2", "emit", [0, 0]), { reason: "unknown_import" }],
    ["an import with another type", withImport("fayger_1", "abort", [0, 1]), { reason: "import_type" }],
    ["an imported memory", withImport("fayger_1", "emit", [2, 0, 1], null), { reason: "import_type" }],
    ["an imported global", withImport("fayger_1", "exit", [3, 0x7f, 0]), { reason: "import_type" }],
    ["no memory", guestModule({ functions: { main: { code: [] } }, memory: null }), { reason: "missing_export" }],
    [
      "a memory that is not exported",
      guestModule({ functions: { main: { code: [] } }, exportMemory: false }),
      { reason: "missing_export" },
    ],
    [
      "a function exported as memory",
      guestModule({ functions: { main: { code: [] }, memory: { code: [] } }, exportMemory: false }),
      { reason: "export_type" },
    ],
    [
      "no entry",
      guestModule({ functions: { run: { code: [] } } }),
      { reason: "missing_export", expected: "the export main, function main: [] -> []" },
    ],
    [
      "an entry with parameters",
      guestModule({ functions: { main: { params: [I32], code: [] } } }),
      { reason: "export_type" },
    ],
    [
      "an entry with a result",
      guestModule({ functions: { main: { results: [I32], code: [i32(1)] } } }),
      { reason: "export_type" },
    ],
    [
      "a fayger_init with a result",
      guestModule({ functions: { main: { code: [] }, fayger_init: { results: [I32], code: [i32(1)] } } }),
      { reason: "export_type" },
    ],
    [
      "fayger_alloc alone",
      guestModule({
        functions: { main: { code: [] }, fayger_alloc: { params: [I32], results: [I32], code: [i32(0)] } },
      }),
      { reason: "event_exports" },
    ],
    [
      "fayger_on_event alone",
      guestModule({ functions: { main: { code: [] }, fayger_on_event: { params: [I32, I32], code: [] } } }),
      { reason: "event_exports" },
    ],
    [
      "a fayger_on_event of another type",
      guestModule({ functions: { main: { code: [] }, fayger_on_event: { params: [I32], code: [] } } }),
      { reason: "export_type" },
    ],
    [
      "SIMD",
      guestModule({ functions: { main: { code: [0xfd, 12, ...new Array<number>(16).fill(0), op.drop] } } }),
      { reason: "unsupported_simd" },
    ],
  ];

  function withImport(module: string, name: string, description: Part, memory: [number] | null = [1]): Uint8Array {
    return guestModule({ functions: { main: { code: [] } }, imports: [{ module, name, description }], memory });
  }

  for (const [what, code, context] of refused) {
    it(`${what}: RT_CODE_INVALID`, async () => {
      const { implementation } = testRuntime(new HostEngineStrategy());
      const id = implementation.load(bufObject({ code }));
      const error = await errorOf(implementation.init(id));
      expect(error).toMatchObject({
        code: "RT_CODE_INVALID",
        context: { instance: id, section_id: "code", ...context },
      });
      const { offset } = (error as { context: { offset: number } }).context;
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(code.length);
      expect(implementation.state(id)).toBe(LifecycleState.Failed);
      expect(implementation.failureInfo(id)?.error).toBe(error);
    });
  }

  it("any change of one byte of a program is refused with a code or runs to an end", async () => {
    const code = guestModule({
      functions: {
        main: { code: (call) => [emitAt(call, 8, 2), op.drop, i32(3), call("exit")] },
        fayger_init: { code: [] },
      },
      data: [[8, [1, 2]]],
      start: "fayger_init",
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(code.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = code.slice();
        changed[at] = (changed[at] as number) ^ change;
        const { implementation, scheduler } = testRuntime(new HostEngineStrategy());
        const id = implementation.load(bufObject({ code: changed }));
        await implementation.init(id).then(
          () => implementation.start(id).then(() => scheduler.runAll()),
          (error: unknown) => expect(error).toHaveProperty("code"),
        );
        expect([LifecycleState.Terminated, LifecycleState.Failed]).toContain(implementation.state(id));
      }),
      { numRuns: 300 },
    );
  });
});
