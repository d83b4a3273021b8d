import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSerializer, nodeSha256, readSigner, type Signer } from "../../reference/node.js";

// Bodies that are longer than what pack and sign hold of them.

const program = fileURLToPath(new URL("../../dist/bin/fayger.js", import.meta.url));
const MIB = 1_048_576;
/** Prints what the process held at most, in bytes, when it ends. */
const MEASURED = `process.on("exit", () => process.stderr.write("held " + process.resourceUsage().maxRSS * 1024));`;

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-long-"));
  writeFileSync(at("code"), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  writeFileSync(
    at("recipe.json"),
    JSON.stringify({
      name: "tests/long",
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { code_format: "text" },
      sections: [
        { id: "code", kind: "code", file: "code" },
        { id: "model", kind: "data", file: "model" },
      ],
    }),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

function start(...args: string[]): ChildProcess {
  return startWith(MEASURED, args);
}

/**
 * The same, where something happens in the middle: as soon as more than a mebibyte is written.
 *
 * @param happens a statement that may use `fs`; in the process itself, which nobody outside would hit at the same moment
 */
function startInterrupted(happens: string, ...args: string[]): ChildProcess {
  return startWith(
    `import fs from "node:fs";
     import { syncBuiltinESMExports } from "node:module";
     const { writeSync } = fs;
     let written = 0;
     fs.writeSync = (...all) => {
       const before = written;
       const count = writeSync(...all);
       written += count;
       if (before <= ${MIB} && written > ${MIB}) ${happens};
       return count;
     };
     syncBuiltinESMExports();`,
    args,
  );
}

function startWith(script: string, args: readonly string[]): ChildProcess {
  const url = `data:text/javascript,${encodeURIComponent(script)}`;
  return spawn(process.execPath, ["--import", url, program, ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function end(child: ChildProcess): Promise<Ended> {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr };
}

/** What the process held at most, in bytes. */
const held = ({ stderr }: Ended): number => Number(/held (\d+)/.exec(stderr)?.[1]);

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}

// @spec tools.streamed
describe("pack and sign", () => {
  test("give the bytes that the serializer gives of bodies in memory", async () => {
    const model = new Uint8Array(3 * MIB + 17).map((_, i) => (i * 31) >> 3);
    writeFileSync(at("model"), model);
    expect((await end(start("keygen", "-o", "k"))).code).toBe(0);
    expect((await end(start("pack", "recipe.json", "-o", "packed.buf"))).code).toBe(0);
    const packed = new Uint8Array(readFileSync(at("packed.buf")));
    const serializer = createSerializer(nodeSha256);
    const artifact = serializer.parse(packed);
    expect(isSame(artifact.sections[1]?.body, model)).toBe(true);
    expect(isSame(serializer.serialize(artifact), packed)).toBe(true);

    const { key } = readSigner(readFileSync(at("k")));
    const signed = serializer.serialize(await serializer.sign(artifact, key as Signer));
    expect((await end(start("sign", "packed.buf", "--key", "k", "-o", "signed.buf"))).code).toBe(0);
    expect(isSame(readFileSync(at("signed.buf")), signed)).toBe(true);
    expect((await end(start("pack", "recipe.json", "--key", "k", "-o", "at-once.buf"))).code).toBe(0);
    expect(isSame(readFileSync(at("at-once.buf")), signed)).toBe(true);
    expect((await end(start("sign", "packed.buf", "--key", "k"))).code).toBe(0);
    expect(isSame(readFileSync(at("packed.buf")), signed)).toBe(true);
  });

  test("hold no more of a long body than of a short one", async () => {
    writeFileSync(at("model"), "short");
    expect((await end(start("keygen", "-o", "k"))).code).toBe(0);
    const short = [
      await end(start("pack", "recipe.json", "-o", "x.buf")),
      await end(start("sign", "x.buf", "--key", "k")),
    ];
    truncateSync(at("model"), 256 * MIB);
    const long = [
      await end(start("pack", "recipe.json", "-o", "x.buf")),
      await end(start("sign", "x.buf", "--key", "k")),
    ];
    expect([...short, ...long].map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(statSync(at("x.buf")).size).toBeGreaterThan(256 * MIB);
    // Memory that is not given back at once, and not the body.
    for (const [i, outcome] of long.entries()) expect(held(outcome) - held(short[i] as Ended)).toBeLessThan(100 * MIB);
  });

  test("leave nothing when they are stopped in the middle", async () => {
    writeFileSync(at("model"), "");
    truncateSync(at("model"), 64 * MIB);
    const interrupt = 'process.kill(process.pid, "SIGINT")';
    const ended = await end(startInterrupted(interrupt, "pack", "recipe.json", "-o", "x.buf"));
    expect(ended).toMatchObject({ code: 130, stderr: expect.stringContaining("LDR_ABORTED") });
    expect(readdirSync(folder).sort()).toEqual(["code", "model", "recipe.json"]);
  });

  // @spec tools.sign.in-place
  test("keep nobody out who comes after one that was killed in the middle", async () => {
    writeFileSync(at("model"), new Uint8Array(2 * MIB));
    expect((await end(start("keygen", "-o", "k"))).code).toBe(0);
    expect((await end(start("pack", "recipe.json", "-o", "x.buf"))).code).toBe(0);
    const bytes = readFileSync(at("x.buf"));
    const kill = 'process.kill(process.pid, "SIGKILL")';
    expect((await end(startInterrupted(kill, "sign", "x.buf", "--key", "k"))).code).toBe(null);
    expect(isSame(readFileSync(at("x.buf")), bytes)).toBe(true);
    expect(await end(start("sign", "x.buf", "--key", "k"))).toMatchObject({ code: 0 });
  });

  test("say so where a file changes between its digest and its bytes", async () => {
    writeFileSync(at("model"), "");
    truncateSync(at("model"), 3 * MIB);
    const change = `fs.appendFileSync(${JSON.stringify(at("model"))}, "more")`;
    const { code, stderr } = await end(startInterrupted(change, "pack", "recipe.json", "-o", "x.buf"));
    expect(code).toBe(2);
    expect(stderr).toContain(`${at("model")} was changed while it was packed`);
    expect(existsSync(at("x.buf"))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(["code", "model", "recipe.json"]);
  });

  test("sign refuses a damaged body, and leaves the artifact as it was", async () => {
    writeFileSync(at("model"), new Uint8Array(2 * MIB));
    expect((await end(start("keygen", "-o", "k"))).code).toBe(0);
    expect((await end(start("pack", "recipe.json", "-o", "x.buf"))).code).toBe(0);
    const bytes = readFileSync(at("x.buf"));
    bytes.writeUInt8(1, bytes.length - MIB);
    writeFileSync(at("x.buf"), bytes);
    const { code, stderr } = await end(start("sign", "x.buf", "--key", "k"));
    expect(code).toBe(1);
    expect(stderr).toContain("LDR_DIGEST_MISMATCH");
    expect(isSame(readFileSync(at("x.buf")), bytes)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["code", "k", "k.pub", "model", "recipe.json", "x.buf"]);
  });
});
