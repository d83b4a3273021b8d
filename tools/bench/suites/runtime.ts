import { deepStrictEqual } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { getQuickJS } from "quickjs-emscripten";
import { fib, interpreted, memoryLoop, plainModule, type Workload } from "../interpreted.js";
import type { Contestant, Figure, Measurement, Race, Suite } from "../race.js";
import { temporaryFolder } from "../temporary-folder.js";

const FIB = 27;
const ROUNDS = 1_000_000;
/** The interpreter of wabt, a program beside this one. */
const WASM_INTERP = "wasm-interp";

/** Two programs that only compute, in interpreters. */
export const runtimeSuite: Suite = {
  name: "runtime",
  about: "the interpreter, with fuel and bounds checks, against quickjs and wasm-interp",
  races: async () => [await race(fib(FIB)), await race(memoryLoop(ROUNDS))],
  measurements: () => [
    // What is subtracted is the same program with next to nothing to do: what it costs to start it.
    againstWasmInterp(fib(FIB + 4), fib(4), (argument) => fib(argument)),
    againstWasmInterp(memoryLoop(6 * ROUNDS), memoryLoop(1), (argument) => memoryLoop(argument)),
  ],
};

async function race(workload: Workload): Promise<Race> {
  const ours = interpreted(workload);
  const theirs = await quickjs(workload);
  return {
    name: workload.name,
    ours: { name: "fayger", run: ours },
    peers: [theirs],
    goals: { [theirs.name]: 2.5 },
    warmUp: 20,
    warmsSlices: true,
    check: () => deepStrictEqual(ours(), theirs.run()),
  };
}

async function quickjs({ script, argument }: Workload): Promise<Contestant> {
  const engine = await getQuickJS();
  const context = engine.newContext();
  const callee = context.unwrapResult(context.evalCode(`(${script})`));
  const given = context.newNumber(argument);
  const run = (): number => {
    const result = context.unwrapResult(context.callFunction(callee, context.undefined, given));
    const value = context.getNumber(result);
    result.dispose();
    return value;
  };
  return { name: "quickjs-emscripten", run };
}

/** Milliseconds of processor time of the fastest of several runs: in the first ones an engine still compiles the loop. */
function fastest(run: () => unknown, runs = 25): number {
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** Another process cannot take turns: each side is measured by itself, start-up taken off the other. */
function againstWasmInterp(large: Workload, small: Workload, same: (argument: number) => Workload): Measurement {
  return {
    name: `${large.name}, against ${WASM_INTERP}`,
    run: (): readonly Figure[] => {
      if (spawnSync(WASM_INTERP, ["--version"]).error !== undefined) {
        return [{ what: `${WASM_INTERP} is absent, nothing measured`, value: 0, unit: "times" }];
      }
      const folder = temporaryFolder();
      const timed = (workload: Workload, file: string): number => {
        const path = join(folder, file);
        writeFileSync(path, plainModule(workload));
        const seconds = Array.from({ length: 3 }, () => childSeconds(path));
        return Math.min(...seconds) * 1000;
      };
      const theirs = timed(large, "large.wasm") - timed(small, "small.wasm");
      const ours = interpreted(same(large.argument));
      deepStrictEqual(wasmInterpResult(join(folder, "large.wasm")), ours() >>> 0);
      const mine = fastest(ours);
      return [
        { what: "fayger", value: mine, unit: "ms" },
        { what: WASM_INTERP, value: theirs, unit: "ms" },
        { what: `${WASM_INTERP} / fayger`, value: theirs / mine, unit: "times", atLeast: 5 },
      ];
    },
  };
}

/** Seconds of processor time that one run of the child takes. */
function childSeconds(path: string): number {
  const text = execFileSync(
    "bash",
    ["-c", `TIMEFORMAT='%U %S'; { time ${WASM_INTERP} "$1" --run-all-exports >/dev/null; } 2>&1`, "bash", path],
    {
      encoding: "utf8",
    },
  );
  return text
    .trim()
    .split(" ")
    .reduce((sum, part) => sum + Number(part), 0);
}

/** What the child printed as the result of `main`. */
function wasmInterpResult(path: string): number {
  const text = execFileSync(WASM_INTERP, [path, "--run-all-exports"], { encoding: "utf8" });
  return Number(/main\(\) => i32:(\d+)/.exec(text)?.[1]);
}
