import { createHash } from "node:crypto";
import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { randomModule } from "../../testing/random-modules/random-module.js";
import { failedStep } from "../engine-traps.js";
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

/** Run the form that counts, on the engine as it is. */
function runCounting(bytes: Uint8Array): Outcome & { readonly fuel: number } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes.slice()));
  const main = exports["f0"] as (first: number, second: bigint) => number;
  let result: number | undefined;
  let trap: string | undefined;
  try {
    result = main(7, -9n);
  } catch (error) {
    trap = engineWords((error as Error).message);
  }
  const { buffer } = exports["memory"] as WebAssembly.Memory;
  const seen: unknown = (exports["seen"] as WebAssembly.Global).value;
  const fuel = Number((exports["fuel"] as WebAssembly.Global).value);
  return { result, trap, memory: digest(buffer), seen, fuel };
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
  const main = instance.exports["f0"] as (first: number, second: bigint) => number;
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
  // @spec runtime.host-engine.rewrite, guest-abi.fuel, guest-abi.fuel.blocks, guest-abi.nan
  it.prop([decisions, fc.constantFrom(0, 1_000_000), fc.boolean()], { numRuns: 500 })(
    "gives the results, traps, memory and fuel of a program that counts and makes NaN canonical itself",
    (numbers, longestInline, metered) => {
      const { plain, counting } = randomModule(numbers);
      const expected = runCounting(counting);
      const found = runRewritten(plain, longestInline, metered);
      expect(outcome(found)).toEqual(outcome(expected));
      // A block is paid for before its first instruction, so behind a trap too there is one right number.
      if (metered) expect(found.fuel).toBe(expected.fuel);
      // Every frame has taken back what it had charged.
      if (found.trap === undefined) expect(found.stack).toBe(0);
    },
  );

  it("meets every kind of ending in random programs", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(decisions, (numbers) => {
        const { trap } = runRewritten(randomModule(numbers).plain, 1_000_000);
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
