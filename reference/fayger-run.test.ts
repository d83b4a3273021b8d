import { describe, expect, it } from "vitest";
import { timeTimerStart } from "../generated/instructions/time.js";
import { createFayger, createMemorySource, createSerializer, nodeSha256 } from "./node.js";
import { emitAt, guestModule, i32, op } from "./runtime/testing/guest-module.js";
import { ValueType } from "./runtime/wasm/types.js";

const timer = timeTimerStart(3_600_000_000_000n, 0n);
/** A program that waits for an hour. */
const waiting = createSerializer(nodeSha256).serialize({
  manifest: {
    schemaVersion: [1, 0],
    runtimeInterfaceMin: [1, 0, 0],
    name: "test/waiting",
    version: "1.0.0",
    entry: { section: "code", symbol: "main" },
    runtime: { codeFormat: "wasm-core-2" },
    requiredCapabilities: ["time.timer"],
  },
  sections: [
    {
      sectionId: "code",
      kind: 1,
      visibility: 0,
      profileConstraints: {},
      body: guestModule({
        functions: {
          main: { code: (call) => [emitAt(call, 64, timer.length), op.drop] },
          fayger_alloc: { params: [ValueType.I32], results: [ValueType.I32], code: [i32(1024)] },
          fayger_on_event: { params: [ValueType.I32, ValueType.I32], code: [] },
        },
        data: [[64, timer]],
      }),
    },
  ],
});

describe("run", () => {
  it("is ended by its signal whenever that is raised: before it, while it begins, while the program waits", async () => {
    const fayger = await createFayger({ enforceSignature: false, policy: { capabilities: ["time.timer"] } });
    for (const raisedAt of ["before", "Loaded", "Initialized", "Running"]) {
      const stop = new AbortController();
      const object = await fayger.load(createMemorySource(waiting));
      if (raisedAt === "before") stop.abort();
      const heard = fayger.events.subscribe(
        (event) => {
          if (event.fields["to"] === raisedAt) stop.abort();
        },
        { categories: ["lifecycle"] },
      );
      const result = await fayger.run(object, stop.signal);
      heard.unsubscribe();
      expect(result).toMatchObject({ state: "Terminated", exitCode: undefined, failure: undefined });
      await object.close();
    }
  });
});

describe("an instance", () => {
  // @spec runtime.instance-not-found
  it("is known to whoever hears that it was made", async () => {
    const fayger = await createFayger({ enforceSignature: false, policy: { capabilities: ["time.timer"] } });
    const object = await fayger.load(createMemorySource(waiting));
    const states: string[] = [];
    fayger.events.subscribe(({ instance = "" }) => void states.push(fayger.runtime.state(instance)), {
      categories: ["lifecycle"],
    });
    const id = fayger.runtime.load(object);
    expect(states).toEqual(["Loaded"]);
    await fayger.runtime.terminate(id);
    expect(() => fayger.runtime.state("never issued")).toThrow(/no instance/);
    await object.close();
  });
});

describe("a trust store that cannot be read", () => {
  // @spec errors.host-error
  it("is a coded error", async () => {
    await expect(createFayger({ trustStore: "/no/such/store.cbor" })).rejects.toMatchObject({
      code: "HOST_ERROR",
      context: { native_code: "ENOENT" },
    });
  });
});
