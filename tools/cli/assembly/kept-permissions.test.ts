import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { BufObject } from "../../../reference/node.js";
import { KeptPermissions } from "./kept-permissions.js";

// What a person permitted, in a file of this user.
// @spec tools.run.assembly.permissions

const root = mkdtempSync(join(tmpdir(), "fayger-permissions-"));
let file: string;
let count = 0;

beforeEach(() => {
  count += 1;
  file = join(root, `configuration-${count}`, "fayger", "permissions.json");
  vi.stubEnv("FAYGER_PERMISSIONS", file);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function kept(
  name: string,
  digest: number,
  { trust, keyId }: { trust: BufObject["trust"]; keyId?: string } = { trust: "unsigned" },
): KeptPermissions {
  const manifest = { name } as BufObject["manifest"];
  return new KeptPermissions({ manifest, manifestDigest: Uint8Array.of(digest), trust } as BufObject, keyId);
}

describe("permissions that a person gave", () => {
  test("are kept for the same bytes, and for no others of the same name", () => {
    expect(kept("a", 1).read()).toEqual([]);
    kept("a", 1).keep("pay");
    kept("a", 1).keep("fly");
    kept("a", 1).keep("pay");
    expect(kept("a", 1).read()).toEqual(["fly", "pay"]);
    expect(kept("a", 2).read()).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("are kept for all that one trusted key signed under one name", () => {
    const signed = { trust: "verified", keyId: "aa" } as const;
    kept("a", 1, signed).keep("pay");
    expect(kept("a", 2, signed).read()).toEqual(["pay"]);
    expect(kept("b", 1, signed).read()).toEqual([]);
    expect(kept("a", 1, { ...signed, keyId: "bb" }).read()).toEqual([]);
    // Nobody vouches for these.
    expect(kept("a", 1, { trust: "unverified", keyId: "aa" }).read()).toEqual([]);
    expect(kept("a", 1).read()).toEqual([]);
  });

  test("are forgotten where their user says so, and those of others are not", () => {
    kept("a", 1).keep("pay");
    kept("a", 2).keep("fly");
    expect(kept("a", 1).forget()).toBe(1);
    expect([kept("a", 1).read(), kept("a", 2).read()]).toEqual([[], ["fly"]]);
    const bytes = readFileSync(file);
    expect(kept("a", 1).forget()).toBe(0);
    expect(readFileSync(file)).toEqual(bytes);
  });

  test.each(["", "[]", "null", '{"x":1}', '{"x":{"name":"a","permissions":[1]}}', "{"])(
    "are none where the file holds %j, which is left as it is",
    (text) => {
      kept("a", 1).keep("pay");
      writeFileSync(file, text);
      for (const what of [() => kept("a", 1).read(), () => kept("a", 1).keep("pay"), () => kept("a", 1).forget()])
        expect(what).toThrow(`${file}: expected permissions that \`fayger run\` kept`);
      expect(readFileSync(file, "utf8")).toBe(text);
    },
  );

  test("are not mixed up with what every object has", () => {
    kept("__proto__", 1, { trust: "verified", keyId: "constructor" }).keep("toString");
    expect(kept("__proto__", 1, { trust: "verified", keyId: "constructor" }).read()).toEqual(["toString"]);
  });
});
