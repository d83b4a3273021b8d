import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import { ioStdinRead, ioStdoutWrite } from "../../generated/instructions/io.js";
import { timeTimerStart } from "../../generated/instructions/time.js";
import { createSerializer, generateKeyPair, nodeSha256 } from "../../reference/node.js";
import {
  emitAt,
  forever,
  type GuestSource,
  guestModule,
  i32,
  op,
} from "../../reference/runtime/testing/guest-module.js";
import type { Part } from "../../reference/runtime/wasm/testing/module-bytes.js";
import { ValueType } from "../../reference/runtime/wasm/types.js";
import { emptyTrustStore, trustKeyOf, writeTrustStore } from "../../reference/security/index.js";
import { commands } from "./commands/index.js";
import { table } from "./output/table.js";
import { createTerminal } from "./output/terminal.js";
import { faygerHere, hasStackTrace, type Outcome, fayger as runFayger, startFayger } from "./testing.js";

// The command line as people use it: real files, real keys, and child processes wherever a process makes a difference.
// @spec tools.keygen @spec tools.pack @spec tools.pack-recipe @spec tools.sign @spec tools.verify @spec tools.inspect
// @spec tools.run @spec tools.exit-codes @spec tools.errors

const example = fileURLToPath(new URL("../../reference/examples/file-report", import.meta.url));
const ALLOW = "fs.read,fs.write,io.stdio,random.get,time.clock";
let folder: string;
const fayger = (...args: string[]): Outcome => runFayger(args, { folder });
const here = (...args: string[]): Promise<Outcome> => faygerHere(args, folder);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-cli-"));
  mkdirSync(join(folder, "out"));
  expect(fayger("keygen", "-o", "author.pem").code).toBe(0);
  expect(fayger("pack", join(example, "recipe.json"), "--key", "author.pem", "-o", "signed.buf").code).toBe(0);
  expect(fayger("pack", join(example, "recipe.json"), "-o", "unsigned.buf").code).toBe(0);
  expect(fayger("trust", "add", "author.pem.pub", "--label", "Ada").code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the way of an artifact", () => {
  // @spec security.private-keys
  test("keygen writes a private key that only its owner reads, and never over another", () => {
    expect(statSync(join(folder, "author.pem")).mode & 0o777).toBe(0o600);
    const again = fayger("keygen", "-o", "author.pem");
    expect(again.code).toBe(4);
    expect(again.stderr).toContain("exists already");
  });

  test("every algorithm signs, is trusted and verifies", { timeout: 60_000 }, async () => {
    for (const algorithm of ["ed25519", "ecdsa-p256", "rsa-pss-sha256"]) {
      const [key, artifact, store] = [`${algorithm}.pem`, `${algorithm}.buf`, `${algorithm}.cbor`];
      expect((await here("keygen", "-o", key, "--algorithm", algorithm)).code).toBe(0);
      expect((await here("sign", "unsigned.buf", "--key", key, "-o", artifact)).code).toBe(0);
      expect((await here("trust", "add", `${key}.pub`, "--store", store)).code).toBe(0);
      const verified = JSON.parse((await here("verify", artifact, "--store", store, "--json")).stdout);
      expect(verified).toMatchObject({ verdict: "accepted", trust: "verified", name: "examples/file-report" });
    }
  });

  // @spec tools.pack-recipe.deterministic, tools.pack-recipe.order
  test("pack gives the same bytes for the same recipe, and sign what pack with a key gives", async () => {
    expect((await here("pack", join(example, "recipe.json"), "-o", "again.buf")).code).toBe(0);
    expect(readFileSync(join(folder, "again.buf"))).toEqual(readFileSync(join(folder, "unsigned.buf")));
    expect((await here("sign", "again.buf", "--key", "author.pem")).code).toBe(0);
    expect(readFileSync(join(folder, "again.buf"))).toEqual(readFileSync(join(folder, "signed.buf")));
  });

  test("run does the work with what is allowed, and tells every step", () => {
    const run = fayger(
      "run",
      "signed.buf",
      "--allow",
      ALLOW,
      "--dir",
      `/in=${example}/in`,
      "--dir",
      "/out=out:rw",
      "--trace",
    );
    expect(run.stderr).not.toContain("error");
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^reported on 1 text in \d+ us\n$/);
    const report = readFileSync(join(folder, "out/report.txt"), "utf8");
    const text = readFileSync(join(example, "in/notes.txt"), "utf8");
    expect(report).toContain("Report on a text");
    expect(report).toContain(
      `notes.txt: ${text.split("\n").length - 1} lines, ${text.trim().split(/\s+/).length} words, ${Buffer.byteLength(text)} bytes`,
    );
    const quoted = /> (.*)/.exec(report)?.[1] ?? "";
    expect(text).toContain(quoted);
    for (const step of [
      "read_head",
      "verify_signature",
      "hand_off",
      "Initialized -> Running",
      "io.file_open_read",
      "time.clock_wall",
      "random.random_bytes",
      "Running -> Terminated",
    ]) {
      expect(run.stderr).toContain(step);
    }
  });

  test("run --json gives one document; the program's own output goes to standard error", () => {
    const run = fayger(
      "run",
      "signed.buf",
      "--allow",
      ALLOW,
      "--dir",
      `/in=${example}/in`,
      "--dir",
      "/out=out:rw",
      "--trace",
      "--json",
    );
    const document = JSON.parse(run.stdout);
    expect(document).toMatchObject({ state: "Terminated", trust: "verified", implementation: "fayger/interpreter" });
    expect(document.events.map((event: { name: string }) => event.name)).toContain("dispatched");
    expect(run.stderr).toContain("reported on 1 text");
  });

  test("a folder that is not writable stays as it is, and the program's own exit code comes through", () => {
    const run = fayger("run", "signed.buf", "--allow", ALLOW, "--dir", `/in=${example}/in`, "--dir", "/out=out");
    expect(run.code).toBe(10);
    expect(run.stderr).toContain("cannot create /out/report.txt: access denied");
  });

  test("without a capability that it requires, nothing of the program runs", () => {
    const run = fayger("run", "signed.buf", "--allow", "fs.read,io.stdio");
    expect(run.code).toBe(3);
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain("RT_CAPABILITY_INSUFFICIENT");
    expect(run.stderr).toContain("fs.write, random.get, time.clock");
    expect(run.stderr).toContain("`fayger host` shows what each can");
  });

  test("a program that draws is told which adapter does, where a machine without a display counts as a server", () => {
    const tasks = fileURLToPath(new URL("../../reference/examples/tasks/recipe.json", import.meta.url));
    expect(fayger("pack", tasks, "-o", "tasks.buf").code).toBe(0);
    const run = fayger("run", "tasks.buf", "--allow-unsigned", "--allow", "ui.dom,ui.input");
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("in a terminal without a display, add --adapter native_desktop");
  });

  test("a revoked key is refused from then on, and an older store is not taken back", async () => {
    const store = "revoking.cbor";
    expect((await here("trust", "add", "author.pem.pub", "--store", store)).code).toBe(0);
    writeFileSync(join(folder, "older.cbor"), readFileSync(join(folder, store)));
    const [key] = JSON.parse((await here("trust", "list", "--store", store, "--json")).stdout).keys;
    expect((await here("trust", "revoke", key.key_id.slice(0, 12), "--store", store)).code).toBe(0);
    expect(JSON.parse((await here("verify", "signed.buf", "--store", store, "--json")).stdout).error).toMatchObject({
      code: "LDR_SIGNATURE_FAIL",
      context: { reason: "RevokedKey", phase: "verify_signature" },
    });
    const back = await here("trust", "update", "older.cbor", "--store", store);
    expect(back.code).toBe(1);
    expect(back.stderr).toContain("LDR_TRUST_STORE_ROLLBACK");
  });

  test("inspect tells of every part, and of every byte with --hex", async () => {
    const overview = await here("inspect", "signed.buf");
    expect(overview.code).toBe(0);
    for (const text of [
      "examples/file-report 1.0.0",
      "code/main",
      "data/title",
      "assets/style",
      "terminal browser or desktop",
      "sound",
    ]) {
      expect(overview.stdout).toContain(text);
    }
    const bytes = (await here("inspect", "signed.buf", "--hex")).stdout;
    expect(bytes).toContain("42 55 46 00");
    expect(bytes).toContain("manifest_digest");
    const parts: { offset: number; length: number }[] = JSON.parse(
      (await here("inspect", "signed.buf", "--json")).stdout,
    ).parts;
    const covered = parts.reduce((end, part) => (part.offset === end ? end + part.length : Number.NaN), 0);
    expect(covered).toBe(statSync(join(folder, "signed.buf")).size);
  });
});

// @spec tools.pack.warnings
test("pack tells what would keep a program from starting, and packs it all the same", async () => {
  const recipe = {
    name: "test/warned",
    version: "1.0.0",
    entry: { section: "code/main", symbol: "main" },
    runtime: { code_format: "wasm-core-2" },
    required_capabilities: ["io.stdout"],
    sections: [{ id: "code/main", kind: "code", file: "warned.wasm" }],
  };
  writeFileSync(join(folder, "warned.json"), JSON.stringify(recipe));
  const warned = async (code: Uint8Array): Promise<string> => {
    writeFileSync(join(folder, "warned.wasm"), code);
    const { code: exit, stderr } = await here("pack", "warned.json", "-o", "warned.buf");
    expect(exit).toBe(0);
    return stderr;
  };
  const capability = "warning no capability `io.stdout` is known; did you mean `io.stdio`?\n";
  const symbol = "missing export at byte \\d+: expected the export main, function main: .*; found run, memory\n$";
  const module = guestModule({ functions: { run: { code: [] } } });
  expect(await warned(module)).toMatch(new RegExp(`warning code/main would not start: ${symbol}`));
  expect((await warned(module)).startsWith(capability)).toBe(true);
  expect(await warned(new TextEncoder().encode("export function run(): void {}"))).toContain("bad magic at byte 0");
  const { warnings } = JSON.parse((await here("pack", "warned.json", "-o", "warned.buf", "--json")).stdout);
  expect(warnings).toHaveLength(2);
  expect((await here("verify", "warned.buf", "--allow-unsigned")).code).toBe(0);

  const wrong = [
    [
      { entry: { section: "code/mian", symbol: "main" } },
      "the entry section code/mian is missing, so nobody can load this",
    ],
    [{ runtime: { code_format: "wasm" } }, "no code format `wasm` is known; did you mean `wasm-core-2`?\n"],
    [
      { runtime: { code_format: "wasm-core-2", requires: ["evnts"] } },
      "no runtime capability `evnts` is known; did you mean `events`?\n",
    ],
    [
      { sections: [{ ...recipe.sections[0], kind: "data" }] },
      "the entry section code/main is no code, so nobody can load this\n",
    ],
  ] as const;
  for (const [changed, told] of wrong) {
    writeFileSync(join(folder, "warned.json"), JSON.stringify({ ...recipe, ...changed }));
    expect(await warned(module)).toContain(`warning ${told}`);
  }
});

describe("bad input", () => {
  const refused = (outcome: Outcome, code: string): void => {
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(code);
    expect(hasStackTrace(outcome)).toBe(false);
  };

  test("nobody is trusted by what lies in the current folder, whatever HOME says", () => {
    const store = join(folder, ".config/fayger/trust.cbor");
    expect(fayger("trust", "add", "author.pem.pub", "--store", store).code).toBe(0);
    const environment = { FAYGER_TRUST_STORE: "", HOME: "", XDG_CONFIG_HOME: ".config" };
    const listed = runFayger(["trust", "list", "--json"], { folder, environment });
    const path = JSON.parse(listed.stdout).store;
    expect([isAbsolute(path), path]).toEqual([true, expect.not.stringContaining(folder)]);
    rmSync(join(folder, ".config"), { recursive: true });
  });

  test("an artifact nobody trusted signed is refused unless told otherwise", async () => {
    refused(await here("run", "unsigned.buf"), "MissingSignature");
    expect((await here("keygen", "-o", "stranger.pem")).code).toBe(0);
    expect((await here("trust", "add", "stranger.pem.pub", "--store", "strangers.cbor")).code).toBe(0);
    const stranger = await here("verify", "signed.buf", "--store", "strangers.cbor");
    refused(stranger, "UntrustedKey");
    expect(stranger.stderr).toContain("add it with `fayger trust add KEY.pub --store strangers.cbor`\n");
    expect((await here("verify", "unsigned.buf", "--allow-unsigned")).code).toBe(0);
  });

  test("what is no artifact, is cut off, or was changed, gets one coded error with its place", async () => {
    const good = readFileSync(join(folder, "signed.buf"));
    writeFileSync(join(folder, "empty.buf"), "");
    writeFileSync(join(folder, "text.buf"), "hello, this is a text and no artifact at all\n".repeat(9));
    writeFileSync(join(folder, "short.buf"), good.subarray(0, -1));
    const changed = Buffer.from(good);
    changed[changed.length - 60] = (changed[changed.length - 60] ?? 0) ^ 1;
    writeFileSync(join(folder, "changed.buf"), changed);
    refused(await here("verify", "empty.buf"), "LDR_TRUNCATED");
    refused(await here("verify", "text.buf"), "LDR_BAD_MAGIC");
    refused(await here("verify", "short.buf"), "LDR_TRUNCATED");
    refused(await here("verify", "changed.buf"), "LDR_DIGEST_MISMATCH");
    refused(await here("inspect", "changed.buf"), "LDR_DIGEST_MISMATCH");
  });

  test("a program whose code was changed is told as a damaged file, and not as one that has done something", async () => {
    const changed = readFileSync(join(folder, "unsigned.buf"));
    changed[changed.length - 1000] = (changed[changed.length - 1000] ?? 0) ^ 1;
    writeFileSync(join(folder, "code.buf"), changed);
    const { code, stderr } = await here("run", "code.buf", "--allow-unsigned");
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error RT_INSTANCE_FAILED\n[\s\S]*caused by LDR_DIGEST_MISMATCH .*section code\/main/);
    expect(stderr).toMatch(/\nhelp {2}the file was changed or damaged; fetch it again\n$/);
  });

  test("wrong keys and wrong recipes are told apart", async () => {
    const wrongKey = await here("pack", join(example, "recipe.json"), "--key", "author.pem.pub", "-o", "x.buf");
    expect(wrongKey.code).toBe(2);
    expect(wrongKey.stderr).toContain("expected a private key");
    writeFileSync(join(folder, "recipe.json"), '{ "name": "Bad Name", "version": "1.0.0" }');
    const wrongRecipe = await here("pack", "recipe.json", "-o", "x.buf");
    expect(wrongRecipe.code).toBe(2);
    expect(wrongRecipe.stderr).toContain("recipe.json: $");
    writeFileSync(join(folder, "recipe.json"), "{");
    expect((await here("pack", "recipe.json", "-o", "x.buf")).stderr).toContain("expected a recipe as JSON");
  });

  // @spec selection.profile.invalid, encoding.json, encoding.json.duplicates
  test("a wrong profile is the load's verdict, and one that is no JSON text a fault of the command line", async () => {
    const verified = (bytes: string | Uint8Array): Promise<Outcome> => {
      writeFileSync(join(folder, "profile.json"), bytes);
      return here("verify", "signed.buf", "--profile", "profile.json", "--json");
    };
    const good = '{ "terminal": "desktop", "terminal": "server", "capabilities": [], "features": [] }';
    expect((await verified(good)).code).toBe(0);
    const wrong = await verified('{ "terminal": "server", "capabilities": [1] }');
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.stdout).error).toMatchObject({
      code: "LDR_PROFILE_INVALID",
      context: { path: "$.capabilities[0]" },
    });
    const noUtf8 = Buffer.from(good.replace("server", "s\u00e9rver"), "latin1");
    for (const bytes of ["{", "", `\ufeff${good}`, noUtf8]) {
      const refused = await verified(bytes);
      expect(refused.code).toBe(2);
      expect(JSON.parse(refused.stdout).error).toMatchObject({ code: "USAGE" });
    }
  });

  // @spec trust-store.revocation
  test("a revoked key is not trusted again by adding it", async () => {
    const store = ["--store", "revoked.cbor"];
    expect((await here("trust", "add", "author.pem.pub", ...store)).code).toBe(0);
    const [key] = JSON.parse((await here("trust", "list", "--json", ...store)).stdout).keys;
    expect((await here("trust", "revoke", key.key_id, ...store)).code).toBe(0);
    const again = await here("trust", "add", "author.pem.pub", ...store);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("revoked");
    expect(JSON.parse((await here("trust", "list", "--json", ...store)).stdout).keys[0].state).toBe("revoked");
  });

  test("a key that is valid for longer than dates go is listed", async () => {
    const { publicKey } = generateKeyPair("ed25519");
    const key = trustKeyOf(publicKey, nodeSha256, { notAfter: Number.MAX_SAFE_INTEGER });
    const keys = key === undefined ? [] : [key];
    writeFileSync(join(folder, "far.cbor"), writeTrustStore({ ...emptyTrustStore(1), keys }, nodeSha256));
    const listed = await here("trust", "list", "--store", "far.cbor");
    expect(listed.code).toBe(0);
    expect(listed.stdout).toContain("never");
  });

  test("a wrong command line says what to write instead", async () => {
    for (const args of [
      ["frobnicate"],
      ["run"],
      ["run", "--frobnicate", "x.buf"],
      ["run", "signed.buf", "--allow", "fs.raed"],
      ["run", "signed.buf", "--dir", "/data/=."],
      ["run", "signed.buf", "--dir", "/data/../x=."],
      ["keygen", "-o", "k.pem", "--algorithm", "rot13"],
      ["trust", "forget"],
    ]) {
      const outcome = await here(...args);
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain("help");
      expect(hasStackTrace(outcome)).toBe(false);
    }
  });

  test("no damage to an artifact makes any command fail in another way than refusing", {
    timeout: 120_000,
  }, async () => {
    const good = readFileSync(join(folder, "signed.buf"));
    const parts: { offset: number; length: number; section_id?: string }[] = JSON.parse(
      fayger("inspect", "signed.buf", "--json").stdout,
    ).parts;
    // A load does not read the body of a section that this machine does not select.
    const unread = parts.find((part) => part.section_id === "assets/style");
    expect(unread).toBeDefined();
    const { offset = 0, length = 0 } = unread ?? {};
    const damaged = join(folder, "damaged.buf");
    const store = ["--store", join(folder, "trust.cbor")];
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: good.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom("inspect", "verify"),
        async (at, change, command) => {
          const bad = Buffer.from(good);
          bad[at] = (bad[at] ?? 0) ^ change;
          writeFileSync(damaged, bad);
          const outcome = await faygerHere([command, damaged, "--json", ...(command === "verify" ? store : [])]);
          expect(hasStackTrace(outcome)).toBe(false);
          const document = JSON.parse(outcome.stdout);
          if (command === "verify" && at >= offset && at < offset + length) {
            expect(document.verdict).toBe("accepted");
          } else {
            expect(outcome.code).toBe(1);
            expect(document.error.code).toMatch(/^LDR_/);
          }
        },
      ),
      { numRuns: 300, seed: 7 },
    );
  });
});

describe("what a shell does to a command", () => {
  const guest = (name: string, capability: string, functions: GuestSource["functions"], instruction: Uint8Array) => {
    const { serialize } = createSerializer(nodeSha256);
    const artifact = serialize({
      manifest: {
        schemaVersion: [1, 0],
        runtimeInterfaceMin: [1, 0, 0],
        name: "test/guest",
        version: "1.0.0",
        entry: { section: "code", symbol: "main" },
        runtime: { codeFormat: "wasm-core-2" },
        requiredCapabilities: [capability],
      },
      sections: [
        {
          sectionId: "code",
          kind: SectionKind.Code,
          visibility: SectionVisibility.Required,
          profileConstraints: {},
          body: guestModule({ functions: { ...EVENTS, ...functions }, data: [[64, instruction]] }),
        },
      ],
    });
    writeFileSync(join(folder, name), artifact);
    return [name, "--allow-unsigned", "--allow", capability, "--trace"] as const;
  };
  const EVENTS: GuestSource["functions"] = {
    fayger_alloc: { params: [ValueType.I32], results: [ValueType.I32], code: [i32(1024)] },
    fayger_on_event: { params: [ValueType.I32, ValueType.I32], code: [] },
  };
  const timer = timeTimerStart(3_600_000_000_000n, 0n);
  const waiting = (): readonly string[] =>
    guest("timer.buf", "time.timer", { main: { code: (call) => [emitAt(call, 64, timer.length), op.drop] } }, timer);

  /** Start `fayger run`, press Ctrl-C a moment after its trace has told of `step`, and see how it ends. */
  async function interrupted(args: readonly string[], step: string) {
    const child = startFayger(["run", ...args], { folder });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      const ran = stderr.includes(step);
      stderr += text;
      if (!ran && stderr.includes(step)) setTimeout(() => child.kill("SIGINT"), 200);
    });
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    return { code, signal, stderr, stdout: "" };
  }

  // @spec tools.errors
  test.skipIf(process.platform === "win32")("Ctrl-C ends a program that waits, tidily", async () => {
    const outcome = await interrupted(waiting(), "time.timer_start");
    expect(outcome.code).toBe(130);
    expect(outcome.stderr).toContain("-> Terminated");
    expect(outcome.stderr).not.toContain("error");
    expect(hasStackTrace(outcome)).toBe(false);
  });

  test.skipIf(process.platform === "win32")("Ctrl-C ends a program that never lets go of the thread", async () => {
    // By the signal itself, or tidily where it came before the program.
    const endings = ["SIGINT", 130];
    const endless = await interrupted(
      guest("endless.buf", "time.timer", { main: { code: [forever] } }, timer),
      "-> Running",
    );
    expect(endings).toContain(endless.signal ?? endless.code);
    const read = ioStdinRead(1);
    const main = { code: (call: (target: string) => Part) => [emitAt(call, 64, read.length), op.drop] };
    const reading = [...guest("reads.buf", "io.stdio", { main }, read), "--engine", "host-engine"];
    const reads = await interrupted(reading, "-> Running");
    expect(endings).toContain(reads.signal ?? reads.code);
  });

  // @spec instructions.io.stdio.waiting
  test.skipIf(process.platform === "win32").each(["interpreter", "host-engine-worker"])(
    "Ctrl-C ends a program that waits for input, tidily, on the engine %s",
    async (engine) => {
      const read = ioStdinRead(1);
      const main = { code: (call: (target: string) => Part) => [emitAt(call, 64, read.length), op.drop] };
      const log = join(folder, `${engine}.log`);
      const outcome = await interrupted(
        [...guest("reads.buf", "io.stdio", { main }, read), "--engine", engine, "--record", log],
        "-> Running",
      );
      expect(outcome.code).toBe(130);
      expect(outcome.stderr).toContain("-> Terminated");
      expect(existsSync(log)).toBe(true);
    },
  );

  test("a reader of the trace that goes away stops nothing", async () => {
    const write = ioStdoutWrite(new TextEncoder().encode("out"));
    const main = { code: (call: (target: string) => Part) => [emitAt(call, 64, write.length), op.drop] };
    const child = startFayger(["run", ...guest("writes.buf", "io.stdio", { main }, write)], { folder });
    child.stderr.destroy();
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect([code, stdout]).toEqual([0, "out"]);
  });

  // @spec tools.exit-codes
  test.each([[[]], [["--json"]]])("a reader of the answer that goes away changes nothing of it: %j", async (form) => {
    writeFileSync(join(folder, "cut.buf"), readFileSync(join(folder, "unsigned.buf")).subarray(0, -1));
    const codes = ["unsigned.buf", "cut.buf"].map(async (name) => {
      const child = startFayger(["verify", name, "--allow-unsigned", ...form], { folder });
      child.stdout.destroy();
      child.stderr.resume();
      const [code] = (await once(child, "close")) as [number | null];
      return code;
    });
    expect(await Promise.all(codes)).toEqual([0, 1]);
  });

  test.skipIf(process.platform !== "linux")("output that cannot be written is no success", () => {
    const full = openSync("/dev/full", "w");
    const child = startFayger(["inspect", "signed.buf"], { folder, stdout: full });
    closeSync(full);
    return once(child, "close").then(([code]) => expect(code).toBe(4));
  });
});

describe("help and form", () => {
  test("a table of very many rows is laid out", () => {
    const terminal = createTerminal({ write: () => true }, { write: () => true }, {}, false);
    const rows = Array.from({ length: 300_000 }, (_, at) => [String(at), "x"]);
    expect(table(terminal, [{ title: "A" }, { title: "B" }], rows)).toHaveLength(rows.length + 1);
  });

  test("every command has a help with its options and examples that name the command", async () => {
    const overview = await here("help");
    expect(overview.code).toBe(0);
    for (const command of commands) {
      expect(overview.stdout).toContain(command.summary);
      const help = await here(command.name, "--help");
      expect(help.code).toBe(0);
      expect(help.stdout).toContain("Examples");
      for (const option of Object.keys(command.options)) expect(help.stdout).toContain(`--${option}`);
      for (const [line] of command.examples) expect(line.startsWith(command.name)).toBe(true);
    }
  });

  test("colour is for terminals, NO_COLOR forbids it, FORCE_COLOR asks for it", () => {
    const coloured = (environment: Record<string, string>): boolean =>
      runFayger(["inspect", "signed.buf"], { folder, environment }).stdout.includes("\u001b[");
    expect(coloured({})).toBe(false);
    expect(coloured({ FORCE_COLOR: "1" })).toBe(true);
    expect(coloured({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });

  // @spec security.terminal-text
  test("texts of an artifact cannot write to the screen what is not text", async () => {
    const recipe = JSON.parse(readFileSync(join(example, "recipe.json"), "utf8"));
    recipe.annotations = { "\u001b[31mred": "a\u202eb\u0007" };
    recipe.sections = recipe.sections.map((section: { file: string }) => ({
      ...section,
      file: join(example, section.file),
    }));
    writeFileSync(join(folder, "nasty.json"), JSON.stringify(recipe));
    expect((await here("pack", "nasty.json", "-o", "nasty.buf")).code).toBe(0);
    const shown = (await here("inspect", "nasty.buf", "--hex")).stdout;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the absence of control characters is the point
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    // Told as what the author wrote: an annotation `requires` is nobody's finding.
    expect(shown).toContain("annotation \\u{1b}[31mred");
  });
});
