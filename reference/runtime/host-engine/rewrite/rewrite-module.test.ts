import { createHash } from "node:crypto";
import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { failedStep } from "../engine-traps.js";
import { randomModule } from "../testing/random-module.js";
import { rewrittenInstance } from "../testing/rewritten-instance.js";
import { HostCall } from "./additions.js";

const decisions = fc.array(fc.nat(255), { minLength: 8, maxLength: 400, size: "max" });

/** What a run left behind. */
interface Outcome {
  readonly result: number | undefined;
  readonly trap: string | undefined;
  /** Digest of the memory. */
  readonly memory: string;
  readonly seen: unknown;
}

function digest(buffer: ArrayBuffer): string {
  return createHash("sha256").update(new Uint8Array(buffer)).digest("hex");
}

/** The words of the engine, with those put together that a rewritten module tells apart. */
function engineWords(message: string): string {
  return /null function or function signature/.test(message) ? "called element" : message;
}

function runOriginal(bytes: Uint8Array): Outcome & { readonly count: number } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes.slice()));
  const main = exports["main"] as (first: number, second: bigint) => number;
  let result: number | undefined;
  let trap: string | undefined;
  try {
    result = main(7, -9n);
  } catch (error) {
    trap = engineWords((error as Error).message);
  }
  const { buffer } = exports["memory"] as WebAssembly.Memory;
  const seen: unknown = (exports["seen"] as WebAssembly.Global).value;
  const count = Number((exports["count"] as WebAssembly.Global).value);
  return { result, trap, memory: digest(buffer), seen, count };
}

function runRewritten(
  bytes: Uint8Array,
  longestInline: number,
  metered = true,
): Outcome & { readonly fuel: number; readonly stack: number } {
  let granted = 0;
  const { instance, stack } = rewrittenInstance(bytes, { metered, sharedMemory: false, longestInline }, {}, (what) => {
    if (what !== HostCall.OutOfFuel) return;
    granted += 1000 - (instance.fuel.value as number);
    instance.fuel.value = 1000;
  });
  const main = instance.exports["main"] as (first: number, second: bigint) => number;
  let result: number | undefined;
  let trap: string | undefined;
  try {
    result = main(7, -9n);
  } catch (error) {
    const step = failedStep(instance.failure(error));
    const { message } = error as Error;
    trap =
      step.kind === "trapped" && step.trap === "invalid_conversion"
        ? "float unrepresentable in integer range"
        : engineWords(message);
  }
  const memory = digest(instance.memory.buffer);
  const seen: unknown = (instance.exports["seen"] as WebAssembly.Global).value;
  return { result, trap, memory, seen, fuel: granted - (instance.fuel.value as number), stack: stack.value as number };
}

function outcome({ result, trap, memory, seen }: Outcome): Outcome {
  return { result, trap, memory, seen };
}

describe("a rewritten module", () => {
  // @spec runtime.host-engine.rewrite
  it.prop([decisions, fc.constantFrom(0, 1_000_000), fc.boolean()], { numRuns: 300 })(
    "gives the results, the traps and the memory of the original",
    (numbers, longestInline, metered) => {
      const { bytes } = randomModule(numbers);
      expect(outcome(runRewritten(bytes, longestInline, metered))).toEqual(outcome(runOriginal(bytes)));
    },
  );

  // @spec guest-abi.fuel, guest-abi.fuel.blocks
  it.prop([decisions, fc.constantFrom(0, 1_000_000)], { numRuns: 300 })(
    "charges what a program costs that counts each instruction itself, and behind a trap no less",
    (numbers, longestInline) => {
      const { bytes, counting } = randomModule(numbers);
      const counted = runOriginal(counting);
      const { fuel, trap, stack } = runRewritten(bytes, longestInline);
      if (trap === undefined) {
        expect(fuel).toBe(counted.count);
        // Every frame has taken back what it had charged.
        expect(stack).toBe(0);
      } else {
        // The whole block was charged before the instruction that trapped.
        expect(fuel).toBeGreaterThanOrEqual(counted.count);
      }
    },
  );

  it("meets every kind of ending in random programs", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(decisions, (numbers) => {
        const { trap } = runRewritten(randomModule(numbers).bytes, 1_000_000);
        seen.add(trap ?? "returned");
      }),
      { numRuns: 600, seed: 3 },
    );
    expect([...seen].sort()).toMatchInlineSnapshot(`
      [
        "called element",
        "divide by zero",
        "element segment out of bounds",
        "float unrepresentable in integer range",
        "memory access out of bounds",
        "remainder by zero",
        "returned",
        "table index is out of bounds",
        "unreachable",
      ]
    `);
  });
});
