import { describe, expect, it } from "vitest";
import { body, functionType, moduleOf, name, section, vector } from "../wasm/testing/module-bytes.js";
import { failedStep } from "./engine-traps.js";
import { StopReason } from "./rewrite/additions.js";
import { rewrittenInstance } from "./testing/rewritten-instance.js";

describe("what an engine throws", () => {
  // @spec guest-abi.traps
  it("is another trap where its words are not known", () => {
    const step = failedStep({ kind: "trap", name: "RuntimeError", message: "news", reason: 0, emptyElement: false });
    expect(step).toEqual({ kind: "trapped", trap: "other", detail: "news" });
  });

  it("is a failure of the host where it is no trap", () => {
    const step = failedStep({ kind: "range", name: "RangeError", message: "stack", reason: 0, emptyElement: false });
    expect(step).toMatchObject({ kind: "host_failed", error: { code: "HOST_ERROR", context: { name: "RangeError" } } });
  });

  // @spec guest-abi.host-memory
  it("is a failure of the host where the engine gives no memory that module and quota allow", () => {
    const code = moduleOf(
      section(1, vector(functionType([], [0x7f]))),
      section(3, vector(0)),
      section(5, vector([0, 1])),
      section(7, vector([name("main"), 0, 0], [name("memory"), 2, 0])),
      section(10, vector(body([], [0x41, 2, 0x40, 0]))),
    );
    // The engine is given less than the module may have, as a host would that has no more.
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const { instance, reason } = rewrittenInstance(
      code,
      { metered: false, sharedMemory: true },
      {},
      () => undefined,
      memory,
    );
    let failure: ReturnType<typeof instance.failure> | undefined;
    try {
      instance.call("main", []);
    } catch (thrown) {
      failure = instance.failure(thrown);
    }
    expect(reason.value).toBe(StopReason.OutOfMemory);
    expect(failure && failedStep(failure)).toMatchObject({
      kind: "host_failed",
      error: { context: { call: "memory.grow", native_code: "ENOMEM" } },
    });
  });
});
