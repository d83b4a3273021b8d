import { execFileSync, spawn } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TrustStore } from "../../generated/codecs/trust-store.js";
import { generateKeyPair, nodeSha256, readPublicKey, readSigner } from "../../reference/security/backends/node.js";
import { readTrustStore, trustKeyOf, writeTrustStore } from "../../reference/security/index.js";
import { UsageError } from "./command.js";
import { createTerminal } from "./output/terminal.js";
import { runProgram } from "./program.js";
import { replaceFile, replaceFileBy, stateOf } from "./replace-file.js";
import { faygerBeside } from "./testing.js";

// Keys and trust, through the program's own entry but in this process: what a child process adds is tested in
// cli.test.ts.

const example = fileURLToPath(new URL("../../reference/examples/file-report", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "fayger-keys-"));
const unsigned = join(root, "unsigned.buf");
let folder: string;
let count = 0;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function fayger(...args: string[]): Promise<Outcome> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const makeTerminal = (isJson: boolean) =>
    createTerminal(
      { write: (text) => stdout.push(text) },
      { write: (text) => stderr.push(text) },
      { NO_COLOR: "1" },
      isJson,
    );
  const code = await runProgram(args, new AbortController().signal, makeTerminal);
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

const at = (name: string): string => join(folder, name);
const read = (name: string): Buffer => readFileSync(at(name));
const mode = (name: string): number => statSync(at(name)).mode & 0o777;

/** Run something that must go well, and give its JSON. */
async function json(...args: string[]): Promise<Record<string, unknown>> {
  const outcome = await fayger(...args, "--json");
  expect({ args, ...outcome }).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

const trust = (...args: string[]): Promise<Outcome> => fayger("trust", ...args, "--store", at("trust.cbor"));
const trustJson = (...args: string[]) => json("trust", ...args, "--store", at("trust.cbor"));
const installed = (): TrustStore => readTrustStore(new Uint8Array(read("trust.cbor")), nodeSha256);

beforeAll(async () => {
  await json("pack", join(example, "recipe.json"), "-o", unsigned);
});
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("keygen", () => {
  // @spec tools.keygen, tools.keygen.whole, security.private-keys
  test.each(["pem", "jwk"])("makes a pair as %s, the private half for its owner alone", async (format) => {
    for (const algorithm of ["ed25519", "ecdsa-p256", "rsa-pss-sha256"]) {
      const made = await json(
        "keygen",
        "-o",
        at(algorithm),
        "--algorithm",
        algorithm,
        "--bits",
        "2048",
        "--format",
        format,
      );
      const signer = readSigner(read(algorithm)).key;
      expect(signer?.algorithm).toBe(algorithm);
      expect(readPublicKey(read(`${algorithm}.pub`)).key).toEqual(signer?.publicKey);
      expect(made["key_id"]).toBe(
        Buffer.from(nodeSha256.digest(signer?.publicKey ?? new Uint8Array())).toString("hex"),
      );
      // What this user keeps from others at every file is kept from them here too.
      expect([mode(algorithm), mode(`${algorithm}.pub`)]).toEqual([0o600, 0o644 & ~process.umask()]);
      expect(
        read(algorithm)
          .toString()
          .startsWith(format === "pem" ? "-----BEGIN PRIVATE KEY-----" : "{"),
      ).toBe(true);
    }
    expect(readdirSync(folder)).toHaveLength(6);
  });

  // @spec tools.keygen.whole
  test.each([
    ["the public file is there", "k.pub", false],
    ["the private file is there", "k", false],
    ["a folder has the public name", "k.pub", true],
    ["a folder has the private name", "k", true],
  ])("writes nothing where %s", async (_what, name, isFolder) => {
    if (isFolder) mkdirSync(at(name));
    else writeFileSync(at(name), "old");
    const outcome = await fayger("keygen", "-o", at("k"));
    expect(outcome).toMatchObject({ code: 4 });
    expect(outcome.stderr).toContain("exists already");
    expect(readdirSync(folder)).toEqual([name]);
  });

  // @spec tools.keygen.whole
  test("with --force replaces both or neither", async () => {
    writeFileSync(at("k"), "old", { mode: 0o644 });
    writeFileSync(at("k.pub"), "old public");
    await json("keygen", "-o", at("k"), "--force");
    expect(mode("k")).toBe(0o600);
    expect(readPublicKey(read("k.pub")).key).toEqual(readSigner(read("k")).key?.publicKey);

    mkdirSync(at("folder"));
    writeFileSync(at("folder.pub"), "old public");
    expect((await fayger("keygen", "-o", at("folder"), "--force")).code).toBe(4);
    expect(read("folder.pub").toString()).toBe("old public");
    mkdirSync(at("other.pub"));
    expect((await fayger("keygen", "-o", at("other"), "--force")).code).toBe(4);
    expect(existsSync(at("other"))).toBe(false);
    expect((await fayger("keygen", "-o", at("nowhere/k"))).code).toBe(4);
    expect(readdirSync(folder).sort()).toEqual(["folder", "folder.pub", "k", "k.pub", "other.pub"]);
  });

  test("refuses what it does not know", async () => {
    expect((await fayger("keygen", "-o", at("k"), "--format", "p12")).stderr).toContain("pem or jwk");
    expect((await fayger("keygen", "-o", at("k"), "--bits", "1024")).code).toBe(2);
  });
});

describe("sign", () => {
  // @spec tools.sign, tools.sign.in-place
  test("in place keeps the file's permissions and the link that leads to it, and nothing lies about", async () => {
    await json("keygen", "-o", at("k"));
    writeFileSync(at("tool.buf"), readFileSync(unsigned));
    chmodSync(at("tool.buf"), 0o750);
    symlinkSync("tool.buf", at("link.buf"));
    await json("sign", at("link.buf"), "--key", at("k"));
    expect(mode("tool.buf")).toBe(0o750);
    expect(lstatSync(at("link.buf")).isSymbolicLink()).toBe(true);
    await trustJson("add", at("k.pub"));
    expect(await json("verify", at("tool.buf"), "--store", at("trust.cbor"))).toMatchObject({ trust: "verified" });
    expect(readdirSync(folder).sort()).toEqual(["k", "k.pub", "link.buf", "tool.buf", "trust.cbor"]);
  });

  // @spec tools.key-files, tools.key-files.passphrase, tools.key-files.exact
  test("opens encrypted keys with a passphrase from a file or the environment, and chooses from a set by kid", async () => {
    const { privateKeyJwk, privateKeyPem, publicKeyPem } = generateKeyPair("ecdsa-p256");
    const encryption = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "hum hum" } as const;
    writeFileSync(at("k"), createPrivateKey(privateKeyPem).export(encryption));
    writeFileSync(at("k.pub"), publicKeyPem);
    writeFileSync(at("words"), "hum hum\r\nanother line\n");
    writeFileSync(at("none"), "\n");
    const sign = (...args: string[]): Promise<Outcome> =>
      fayger("sign", unsigned, "--key", at("k"), "-o", at("signed.buf"), ...args);

    const without = await sign();
    expect(without.code).toBe(2);
    expect(without.stderr).toContain("set FAYGER_KEY_PASSPHRASE, or give --passphrase-file FILE");
    expect((await sign("--passphrase-file", at("k.pub"))).stderr).toContain("does not open");
    expect((await sign("--passphrase-file", at("none"))).stderr).toContain("expected a passphrase in the first line");
    expect((await sign("--passphrase-file", at("words"))).code).toBe(0);
    process.env["FAYGER_KEY_PASSPHRASE"] = "hum hum";
    try {
      expect((await sign()).code).toBe(0);
    } finally {
      delete process.env["FAYGER_KEY_PASSPHRASE"];
    }
    await trustJson("add", at("k.pub"));
    expect(await json("verify", at("signed.buf"), "--store", at("trust.cbor"))).toMatchObject({ trust: "verified" });

    writeFileSync(
      at("set.jwk"),
      JSON.stringify({
        keys: [
          { ...privateKeyJwk, kid: "a" },
          { kty: "oct", kid: "b" },
        ],
      }),
    );
    const fromSet = await fayger("sign", unsigned, "--key", at("set.jwk"), "-o", at("signed.buf"));
    expect(fromSet.stderr).toContain("choose one by its `kid`: a, b");
    await json("sign", unsigned, "--key", at("set.jwk"), "--kid", "a", "-o", at("signed.buf"));
  });
});

/** Short names for keys that are made once; making them is most of the work. */
const pairs = [generateKeyPair("ed25519"), generateKeyPair("ecdsa-p256"), generateKeyPair("rsa-pss-sha256", 2048)];

function writeKeys(): string[] {
  return pairs.map(({ publicKeyPem, publicKey }, index) => {
    writeFileSync(at(`${index}.pub`), publicKeyPem);
    return Buffer.from(nodeSha256.digest(publicKey)).toString("hex");
  });
}

function keysIn(document: Record<string, unknown>): Record<string, unknown>[] {
  return document["keys"] as Record<string, unknown>[];
}

describe("trust", () => {
  // @spec tools.trust.list, trust-store.validity, trust-store.clock
  test("list says of each key what would become of its artifacts now", async () => {
    const ids = writeKeys();
    await trustJson("add", at("0.pub"), "--label", "Ada", "--scope", "ada/**", "--scope", "*");
    await trustJson("add", at("1.pub"), "--not-before", "2199-01-01", "--not-after", "2199-02-01T00:00:00+01:00");
    await trustJson("add", at("2.pub"), "--not-after", "2001-01-01");
    const listed = await trustJson("list");
    expect(listed).toMatchObject({ version: 3, issued_at: expect.any(Number) });
    const byId = new Map(keysIn(listed).map((key) => [key["key_id"], key]));
    expect(byId.get(ids[0])).toMatchObject({ state: "valid", accepted: true, label: "Ada", scope: ["*", "ada/**"] });
    expect(byId.get(ids[1])).toMatchObject({ state: "not_yet_valid", accepted: false, reason: "KeyNotValid" });
    expect(byId.get(ids[1])).toMatchObject({ not_before: 7_226_582_400, not_after: 7_229_257_200 });
    expect(byId.get(ids[2])).toMatchObject({ state: "expired", accepted: false, reason: "KeyNotValid" });

    const elsewhere = keysIn(await trustJson("list", "--name", "acme/tool")).find((key) => key["key_id"] === ids[0]);
    expect(elsewhere).toMatchObject({ state: "valid", accepted: false, reason: "KeyOutOfScope" });
    const { stdout } = await trust("list");
    for (const text of [
      "KEY ID",
      "Ada",
      "* ada/**",
      "refused, KeyNotValid",
      "2199-01-01",
      "not yet valid",
      "expired",
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout.split("\n").find((line) => line.startsWith((ids[0] ?? "").slice(0, 16)))).toContain("accepted");
  });

  test("show tells everything of one key, and gives the key back", async () => {
    const ids = writeKeys();
    await trustJson("add", at("0.pub"), "--label", "Ada \u001b[31m");
    const shown = await trustJson("show", (ids[0] ?? "").slice(0, 8));
    expect(shown).toMatchObject({ key_id: ids[0], algorithm: "ed25519", state: "valid", label: "Ada \u001b[31m" });
    expect(readPublicKey(String(shown["public_key"])).key).toEqual(pairs[0]?.publicKey);
    const { stdout } = await trust("show", ids[0] ?? "");
    expect(stdout).toContain("Ada \\u{1b}[31m");
    expect(stdout).toContain(pairs[0]?.publicKeyPem.trim());
    expect((await trust("show", "00000000")).code).toBe(2);
    expect((await trust("show", "xyz")).stderr).toContain("first 8 digits");
  });

  // @spec tools.trust.merge
  test("adding a key again changes what is named and nothing else", async () => {
    writeKeys();
    await trustJson("add", at("0.pub"), "--label", "Ada", "--scope", "ada/**");
    const [before] = installed().keys;
    expect(await trustJson("add", at("0.pub"), "--not-after", "2199-01-01")).toMatchObject({ version: 2, keys: 1 });
    expect(installed().keys).toEqual([{ ...before, notAfter: 7_226_582_400 }]);
    expect(await trustJson("add", at("0.pub"), "--label", "Ada")).toMatchObject({ version: 2, changed: [] });
    expect(await trustJson("add", at("0.pub"), "--label", "Eve")).toMatchObject({ version: 3 });
    const never = await trust("add", at("0.pub"), "--not-before", "2199-01-01");
    expect(never.stderr).toContain("never be valid");
    expect(installed().version).toBe(3);
  });

  // @spec trust-store.revocation.final, trust-store.revocation
  test("a revoked key is not added, removed, or revoked later", async () => {
    const [id = ""] = writeKeys();
    await trustJson("add", at("0.pub"));
    expect(await trustJson("revoke", id, "--at", "2199-01-01")).toMatchObject({ version: 2, revoked: [id] });
    expect(keysIn(await trustJson("list"))[0]).toMatchObject({ state: "valid", revoked_at: 7_226_582_400 });
    expect((await trust("list")).stdout).toContain("2199-01-01");
    expect(await trustJson("revoke", id)).toMatchObject({ version: 3, changed: [id] });
    const bytes = read("trust.cbor");
    for (const [args, text] of [
      [["add", at("0.pub")], "not trusted again"],
      [["add", at("0.pub"), "--not-after", "2199-01-01"], "not trusted again"],
      [["remove", id], "is revoked and stays"],
    ] as const) {
      const outcome = await trust(...args);
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain(text);
    }
    expect((await trust("revoke", id, "--at", "2199-01-01")).stdout).toContain("already since");
    expect(read("trust.cbor")).toEqual(bytes);
    expect(keysIn(await trustJson("list"))[0]).toMatchObject({ state: "revoked", reason: "RevokedKey" });
  });

  test("remove forgets a key, which is then a stranger's", async () => {
    const [id = ""] = writeKeys();
    await trustJson("add", at("0.pub"));
    expect(await trustJson("remove", id.slice(0, 12))).toMatchObject({ version: 2, keys: 0, removed: [id] });
    expect((await trust("remove", id)).code).toBe(2);
  });

  // @spec tools.trust.update, trust-store.update, trust-store.update.same, trust-store.rotation
  test("update installs a newer store over the one that is there, and never an older one", async () => {
    const ids = writeKeys();
    const records = pairs.map(({ publicKey }) => trustKeyOf(publicKey, nodeSha256)!);
    const [old, successor] = records as [(typeof records)[0], (typeof records)[0]];
    const document = (store: Omit<TrustStore, "issuedAt">): string => {
      writeFileSync(at(`${store.version}.cbor`), writeTrustStore({ issuedAt: 1, ...store }, nodeSha256));
      return at(`${store.version}.cbor`);
    };
    expect(await trustJson("update", document({ version: 4, keys: [old] }))).toMatchObject({ added: [ids[0]] });
    chmodSync(at("trust.cbor"), 0o640);
    // Both keys at once, then the old one with an end, then without it.
    expect(await trustJson("update", document({ version: 5, keys: [old, successor] }))).toMatchObject({
      added: [ids[1]],
      removed: [],
    });
    expect(mode("trust.cbor")).toBe(0o640);
    expect(
      await trustJson("update", document({ version: 6, keys: [{ ...old, notAfter: 9 }, successor] })),
    ).toMatchObject({ changed: [ids[0]] });
    const bytes = read("trust.cbor");
    expect(bytes).toEqual(read("6.cbor"));
    expect(await trustJson("update", at("6.cbor"))).toMatchObject({ version: 6, added: [], changed: [] });

    writeFileSync(at("twin.cbor"), writeTrustStore({ version: 6, issuedAt: 1, keys: records }, nodeSha256));
    writeFileSync(at("broken.cbor"), bytes.subarray(1));
    for (const [name, code] of [
      ["5.cbor", "LDR_TRUST_STORE_ROLLBACK"],
      ["twin.cbor", "LDR_TRUST_STORE_ROLLBACK"],
      ["broken.cbor", "LDR_TRUST_STORE_INVALID"],
    ] as const) {
      const refused = await trust("update", at(name));
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(code);
      expect(read("trust.cbor")).toEqual(bytes);
    }
    expect((await trust("update", at("nowhere.cbor"))).code).toBe(4);
    expect((await trust("update")).code).toBe(2);

    await trustJson("update", document({ version: 7, keys: [{ ...old, revokedAt: 9 }, successor] }));
    const restored = await trust("update", document({ version: 8, keys: [old, successor] }));
    expect(restored.code).toBe(0);
    expect(restored.stderr).toContain(`${ids[0]} was revoked and is no longer`);
    expect(restored.stdout).toContain(`changed  ${ids[0]?.slice(0, 16)}`);
  });

  test("a store that cannot be read is refused by every action, and left alone", async () => {
    writeKeys();
    writeFileSync(at("trust.cbor"), "rubbish");
    for (const args of [["list"], ["show", "00000000"], ["add", at("0.pub")], ["revoke", "00000000"]]) {
      const outcome = await trust(...args);
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toContain("LDR_TRUST_STORE_INVALID");
    }
    expect(read("trust.cbor").toString()).toBe("rubbish");
  });

  test.each([
    [["add"], "expected a key file"],
    [["list", "x"], "where nothing was expected"],
    [["show", "00000000", "x"], "where nothing was expected"],
    [["constructor"], "expected list, show, add, revoke, remove, update"],
    [["list", "--label", "x"], "--label means nothing with trust list"],
    [["remove", "00000000", "--scope", "x"], "--scope means nothing"],
    [["revoke", "00000000", "--not-after", "2026-01-01"], "--not-after means nothing"],
  ])("%j is a wrong command line", async (args, text) => {
    const outcome = await trust(...args);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain(text);
  });

  test.each([
    ["yesterday", undefined],
    ["2026-02-30", undefined],
    ["2026-13-01", undefined],
    ["1969-12-31", undefined],
    // Whose midnight it is would depend on the machine.
    ["2026-01-31T12:00:00", undefined],
    ["2026-01-31", 1_769_817_600],
    ["2024-02-29T00:00:59.9Z", 1_709_164_859],
    ["2026-01-31T01:00+01:00", 1_769_817_600],
  ])("--not-after %s", async (date, seconds) => {
    writeKeys();
    const outcome = await trust("add", at("0.pub"), "--not-after", date);
    if (seconds === undefined) {
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain("expected a date since 1970 such as 2026-01-31");
    } else {
      expect(outcome.code).toBe(0);
      expect(installed().keys[0]?.notAfter).toBe(seconds);
    }
  });

  // @spec tools.trust.concurrent
  test("what several commands change at the same time is all in it afterwards", { timeout: 120_000 }, async () => {
    const added = Array.from({ length: 8 }, () => generateKeyPair("ed25519"));
    added.forEach(({ publicKeyPem }, index) => {
      writeFileSync(at(`${index}.pub`), publicKeyPem);
    });
    const idOf = ({ publicKey }: { readonly publicKey: Uint8Array }) =>
      Buffer.from(nodeSha256.digest(publicKey)).toString("hex");
    const both = (...args: string[]) => faygerBeside(["trust", ...args, "--json"], { folder });
    const adding = await Promise.all(added.map((_, index) => both("add", `${index}.pub`)));
    expect(adding.map(({ code, stderr }) => ({ code, stderr }))).toEqual(added.map(() => ({ code: 0, stderr: "" })));
    expect(adding.map(({ stdout }) => JSON.parse(stdout).version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const revoked = await Promise.all(added.map((key) => both("revoke", idOf(key))));
    expect(revoked.map(({ code }) => code)).toEqual(added.map(() => 0));
    const { version, keys } = installed();
    expect(version).toBe(16);
    expect(keys.filter(({ revokedAt }) => revokedAt !== undefined).length).toBe(8);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("a scope that no name can match is refused", async () => {
    writeKeys();
    for (const scope of ["Acme/**", "acme/ **"]) {
      expect((await trust("add", at("0.pub"), "--scope", scope)).stderr).toContain("no artifact name matches");
    }
  });
});

// @spec tools.trust.update, tools.sign.in-place
describe("replaceFileBy", () => {
  // @spec tools.sign.in-place
  test("does not overwrite what somebody else wrote meanwhile, in place or under the same name", async () => {
    writeFileSync(at("f"), "before");
    const others = [
      () => writeFileSync(at("f"), "theirs"),
      () => {
        writeFileSync(at("other"), "theirs");
        renameSync(at("other"), at("f"));
      },
    ];
    for (const change of others) {
      const replacing = replaceFileBy(
        at("f"),
        async (write) => {
          write(Buffer.from("ours"));
          change();
        },
        stateOf(at("f")),
      );
      await expect(replacing).rejects.toThrow("was changed by another command meanwhile");
      expect(read("f").toString()).toBe("theirs");
      expect(readdirSync(folder)).toEqual(["f"]);
    }
    await replaceFileBy(at("f"), async (write) => write(Buffer.from("ours")), stateOf(at("f")));
    expect(read("f").toString()).toBe("ours");
  });

  test("replaces nothing where what fills it fails", async () => {
    writeFileSync(at("f"), "before");
    const failing = replaceFileBy(at("f"), async (write) => {
      write(Buffer.from("half"));
      throw new Error("no more");
    });
    await expect(failing).rejects.toThrow("no more");
    expect(read("f").toString()).toBe("before");
    expect(readdirSync(folder)).toEqual(["f"]);
  });
});

describe("replaceFile", () => {
  test("does not overwrite what somebody else wrote meanwhile", () => {
    writeFileSync(at("f"), "theirs");
    const ours = new TextEncoder().encode("ours");
    for (const expected of [null, ours]) {
      expect(() => replaceFile(at("f"), ours, { expected })).toThrow(UsageError);
    }
    expect(() => replaceFile(at("g"), ours, { expected: ours })).toThrow(UsageError);
    expect(read("f").toString()).toBe("theirs");
    replaceFile(at("f"), ours, { expected: new TextEncoder().encode("theirs") });
    replaceFile(at("g"), ours, { expected: null });
    expect([read("f"), read("g")].map(String)).toEqual(["ours", "ours"]);
    expect(readdirSync(folder).sort()).toEqual(["f", "g"]);
  });

  test("says so where another command broke off before it replaced the file", async () => {
    const expected = Buffer.from("before");
    // Whoever replaces this content of this file makes a lock, under a name that only one of them gets.
    let lock: string | undefined;
    const watcher = watch(folder, (_event, name) => {
      if (name?.endsWith(".lock") === true) lock = name;
    });
    try {
      while (lock === undefined) {
        writeFileSync(at("f"), expected);
        replaceFile(at("f"), "after", { expected });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } finally {
      watcher.close();
    }
    writeFileSync(at("f"), expected);
    writeFileSync(at(lock), "");
    expect(() => replaceFile(at("f"), "after", { expected })).toThrow(`one broke off: remove ${at(lock)}`);
    expect(read("f").toString()).toBe("before");
    expect(readdirSync(folder).sort()).toEqual([lock, "f"].sort());
    rmSync(at(lock));
    replaceFile(at("f"), "after", { expected });
    expect(read("f").toString()).toBe("after");
  });

  test.skipIf(process.platform === "win32")("writes to a pipe, and does not put a file in its place", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    symlinkSync("pipe", at("link"));
    // Counted over there: this thread, which writes, could not take anything out of a second pipe meanwhile.
    const reader = spawn("wc", ["-c", at("pipe")], { stdio: ["ignore", "pipe", "inherit"] });
    const told = reader.stdout.setEncoding("utf8").reduce((text: string, piece: string) => text + piece, "");
    // Longer than a pipe holds.
    const bytes = new Uint8Array(300_000).fill(97);
    replaceFile(at("link"), bytes);
    expect(await told).toMatch(/^ *300000 /);
    expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["link", "pipe"]);
  });

  test("leaves nothing behind where it fails", () => {
    mkdirSync(at("folder"));
    expect(() => replaceFile(at("folder"), "x")).toThrow("cannot write");
    expect(() => replaceFile(at("nowhere/f"), "x")).toThrow("cannot write");
    symlinkSync("nowhere", at("dangling"));
    expect(() => replaceFile(at("dangling"), "x")).toThrow("cannot write");
    expect(readdirSync(folder).sort()).toEqual(["dangling", "folder"]);
  });
});
