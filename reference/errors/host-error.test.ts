import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { layersOf } from "./cause-chain.js";
import { FaygerError } from "./fayger-error.js";
import { hostError } from "./host-error.js";

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("hostError", () => {
  // @spec errors.host-error, security.no-secrets
  it("keeps name, call and native code of a real host failure, and nothing of its message", () => {
    const native = caught(() => readFileSync("/no/such/folder/secret.txt"));
    const error = hostError(native);
    expect(error.context).toEqual({ name: "Error", call: "open", native_code: "ENOENT" });
    expect(error.sourceLayer).toBe("host");
    expect(JSON.stringify(error)).not.toContain("secret");
  });

  it("prefers the caller's word for the call", () => {
    expect(hostError(new RangeError("x"), "openat").context).toEqual({ name: "RangeError", call: "openat" });
  });

  it("returns a host error as it is", () => {
    const error = new FaygerError("HOST_ERROR", "x", { name: "x" });
    expect(hostError(error)).toBe(error);
  });

  it("survives getters that throw", () => {
    const hostile = Object.defineProperties(new Error("x"), {
      name: { get: () => caught(() => 1) },
      code: {
        get: () => {
          throw new Error("no");
        },
      },
    });
    expect(hostError(hostile).context).toEqual({ name: "object" });
  });

  test.prop([fc.anything()])("makes a host-layer error of anything that can be thrown", (thrown) => {
    const error = hostError(thrown);
    expect(layersOf(error)).toEqual(["host"]);
    expect(error.context.name.length).toBeLessThanOrEqual(64);
  });

  test.prop([fc.string(), fc.string()])("lets no path through any field", (name, code) => {
    const error = hostError(
      Object.assign(new Error("/etc/passwd"), { name: `/a/${name}`, code: `/b/${code}`, syscall: "/c" }),
    );
    expect(JSON.stringify(error)).not.toContain("/");
  });
});
