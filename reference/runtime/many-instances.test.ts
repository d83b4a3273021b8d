import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { HostEngineStrategy } from "./host-engine/host-engine-strategy.js";
import type { ManagedImplementation } from "./managed-implementation.js";
import { GeneratorStrategy } from "./testing/generator-strategy.js";
import { guestModule, i32 } from "./testing/guest-module.js";
import { testRuntime } from "./testing/run-guest.js";
import { bufObject } from "./testing/test-host.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("many instances", () => {
  it("ten thousand idle ones are small and independent", async () => {
    const object = bufObject({ code: Uint8Array.of(0) });
    const kept: { readonly implementation: ManagedImplementation; readonly ids: readonly string[] }[] = [];
    const bytes: number[] = [];
    // Something else may come to lie on the heap meanwhile, such as code that is compiled just now, but not every time.
    for (let round = 0; round < 3; round += 1) {
      const { implementation, events } = testRuntime(new GeneratorStrategy([{ *main() {} }]));
      const warm = implementation.load(object);
      await implementation.terminate(warm);
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      const ids = Array.from({ length: 10_000 }, () => {
        events.events.length = 0;
        return implementation.load(object);
      });
      collectGarbage();
      bytes.push((process.memoryUsage().heapUsed - before) / ids.length);
      // None is let go before the last is measured: what was freed meanwhile would count for less.
      kept.push({ implementation, ids });
    }
    // About 200 were measured; the bound has to notice when an idle instance begins to hold what a running one does.
    expect(Math.min(...bytes)).toBeLessThan(250);
    for (const { implementation, ids } of kept) {
      expect(new Set(ids).size).toBe(10_000);
      await implementation.terminate(ids[5000] as string);
      expect(ids.filter((id) => implementation.state(id) === "Loaded").length).toBe(9999);
    }
  });

  // @spec runtime.turns, architecture.sharing
  it("five hundred programs of the host's engine, each with its own memory, all end with their own result", async () => {
    const { implementation, started, scheduler } = testRuntime(new HostEngineStrategy());
    // Adds 1 to the word at 8, which begins as the number of the instance, and exits with it.
    const program = (number: number) =>
      bufObject({
        code: guestModule({
          functions: {
            main: {
              code: (call) => [
                [i32(8), i32(8), 0x28, 2, 0, i32(1), 0x6a, 0x36, 2, 0],
                [i32(8), 0x28, 2, 0, call("exit")],
              ],
            },
          },
          data: [[8, [number & 255, number >> 8, 0, 0]]],
        }),
      });
    const ids: string[] = [];
    for (let number = 0; number < 500; number += 1) ids.push(await started(program(number)));
    scheduler.runAll();
    expect(ids.map((id) => implementation.exitCode(id))).toEqual(ids.map((_id, at) => at + 1));
  });
});
