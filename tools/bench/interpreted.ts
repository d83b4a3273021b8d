// The two programs that interpreters race with: the same work as WebAssembly and as JavaScript.
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { BufObject } from "../../reference/contracts/buf-object.js";
import type { StepResult } from "../../reference/runtime/execution-strategy.js";
import { InterpreterStrategy } from "../../reference/runtime/interpreter/index.js";
import {
  body,
  functionType,
  moduleOf,
  name,
  type Part,
  section,
  u32,
  vector,
} from "../../reference/runtime/wasm/testing/module-bytes.js";

const I32 = 0x7f;
const [GET, SET, TEE] = [0x20, 0x21, 0x22];
/** Bytes of the loop's array, less one word: a mask for its addresses. */
const MASK = 0xfffc;

/** A program in both languages. Each gives one i32. */
export interface Workload {
  readonly name: string;
  /** Body of the WebAssembly function 1, which takes one i32 and gives one. */
  readonly wasm: Part;
  /** A JavaScript function expression. */
  readonly script: string;
  /** What it is called with. */
  readonly argument: number;
}

/** `i32.const` of a number that is not negative. */
function constant(value: number): Part {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const done = rest < 0x40;
    bytes.push(done ? rest : (rest & 0x7f) | 0x80);
    if (done) return [0x41, bytes];
  }
}

/** fib(n) by two calls of itself. */
export function fib(argument: number): Workload {
  const call = (minus: number): Part => [GET, 0, constant(minus), 0x6b, 0x10, 1];
  return {
    name: `fib(${argument})`,
    wasm: body([], GET, 0, constant(2), 0x48, 0x04, I32, GET, 0, 0x05, call(1), call(2), 0x6a, 0x0b),
    script: "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }",
    argument,
  };
}

/** Loads and stores in an array: 25 instructions of WebAssembly for each round. */
export function memoryLoop(argument: number): Workload {
  const [n, i, sum, at] = [0, 1, 2, 3];
  const round: Part = [
    [GET, i, constant(2), 0x74, constant(MASK), 0x71, TEE, at],
    [GET, at, 0x28, 2, 0, GET, i, 0x6a, 0x36, 2, 0],
    [GET, sum, GET, at, 0x28, 2, 0, 0x6a, GET, i, 0x73, SET, sum],
    [GET, i, constant(1), 0x6a, TEE, i, GET, n, 0x49, 0x0d, 0],
  ];
  const clear: Part = [constant(0), constant(0), constant(MASK + 4), 0xfc, 0x0b, 0];
  return {
    name: `memory loop, ${argument} rounds`,
    wasm: body([[3, I32]], clear, 0x03, 0x40, round, 0x0b, GET, sum),
    script: `function loop(n) {
      const array = new Int32Array(${(MASK + 4) / 4});
      let sum = 0, i = 0;
      do {
        const at = (i << 2 & ${MASK}) >> 2;
        array[at] = array[at] + i;
        sum = (sum + array[at]) ^ i;
        i += 1;
      } while (i < n);
      return sum;
    }`,
    argument,
  };
}

/** The module of a workload for guest ABI 1: it ends by `exit` with the result. */
function guestModule({ wasm, argument }: Workload): Uint8Array {
  const types = vector(functionType([I32], []), functionType([I32], [I32]), functionType([], []));
  const main = body([], constant(argument), 0x10, 1, 0x10, 0);
  return moduleOf(
    section(1, types),
    section(2, vector([name("fayger_1"), name("exit"), 0, 0])),
    section(3, vector(u32(1), u32(2))),
    section(5, vector([0, 1])),
    section(7, vector([name("main"), 0, 2], [name("memory"), 2, 0])),
    section(10, vector(wasm, main)),
  );
}

/** The module of a workload for engines without the ABI: it exports `main`, which gives the result. */
export function plainModule({ wasm, argument }: Workload): Uint8Array {
  return moduleOf(
    section(1, vector(functionType([], [I32]), functionType([I32], [I32]))),
    section(3, vector(u32(0), u32(1))),
    section(5, vector([0, 1])),
    section(7, vector([name("main"), 0, 0])),
    section(10, vector(body([], constant(argument), 0x10, 1), wasm)),
  );
}

/** Runs a workload in the interpreter, with fuel and in slices, as a fresh instance each time. */
export function interpreted(workload: Workload): () => number {
  const strategy = new InterpreterStrategy();
  const code = guestModule(workload);
  const object = { manifest: { entry: { section: "code", symbol: "main" } } } as unknown as BufObject;
  const quotas = { fuel: 2 ** 50, memory_bytes: 2 ** 20 };
  const nothing = (): never => {
    throw new Error("the program asks for nothing");
  };
  const services = {
    instance: "instance#1",
    state: LifecycleState.Running,
    ended: false,
    stopRequested: false,
    lastError: undefined,
    emit: nothing,
    readSection: nothing,
    growthDenied: nothing,
  };
  const context = { quotas, stopRequested: false };
  return () => {
    const executable = strategy.prepare({ instance: "instance#1", object, code, services, quotas });
    // Only a program that may pause is prepared later.
    if (executable instanceof Promise) throw new TypeError("the program is not ready");
    executable.begin({ to: "instantiate" });
    strategy.step(executable, context);
    executable.begin({ to: "entry" });
    let result: StepResult = { kind: "yielded" };
    while (result.kind === "yielded") result = strategy.step(executable, context);
    executable.close();
    if (result.kind !== "exited") throw new Error(`the program ended as ${result.kind}`);
    return result.exitCode | 0;
  };
}
