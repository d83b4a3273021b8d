import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { IpfsGateway } from "../../reference/loader/sources/testing/ipfs-gateway.js";
import { S3Stub } from "../../reference/loader/sources/testing/s3-stub.js";
import { buildFile } from "../../reference/loader/sources/testing/unixfs-builder.js";
import {
  SAMPLE_PROFILE,
  sampleManifest,
  sampleSection,
  sampleSections,
} from "../../reference/loader/testing/sample-artifact.js";
import { createFayger, createMemorySource, createSerializer, nodeSha256, presignS3Url } from "../../reference/node.js";
import { showProgress } from "./output/progress.js";
import { createTerminal } from "./output/terminal.js";
import { fayger, faygerBeside, hasStackTrace, type Outcome, startFayger } from "./testing.js";

// The command line over real servers of this process, in child processes.
// @spec tools.sources

const example = fileURLToPath(new URL("../../reference/examples/file-report", import.meta.url));
const stub = new S3Stub();
const gateway = new IpfsGateway();
let folder: string;
let signed: Uint8Array;
let cid: string;
let environment: Record<string, string>;

/** An artifact of 3 MiB whose head is short. */
const large = createSerializer(nodeSha256).serialize({
  manifest: sampleManifest(),
  sections: [
    ...sampleSections(),
    sampleSection("data/a", new Uint8Array(1_500_000).fill(1)),
    sampleSection("data/b", new Uint8Array(1_500_000).fill(2)),
  ],
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fayger-sources-"));
  mkdirSync(join(folder, "out"));
  expect(fayger(["keygen", "-o", "author.pem"], { folder }).code).toBe(0);
  expect(
    fayger(["pack", join(example, "recipe.json"), "--key", "author.pem", "-o", "signed.buf"], { folder }).code,
  ).toBe(0);
  expect(fayger(["trust", "add", "author.pem.pub"], { folder }).code).toBe(0);
  signed = new Uint8Array(readFileSync(join(folder, "signed.buf")));
  await stub.start();
  await gateway.start();
  stub.put("tools", "a dir/signed+1.buf", signed);
  stub.put("tools", "large.buf", large);
  const damaged = large.slice();
  damaged[2_000_000] = 9;
  stub.put("tools", "damaged.buf", damaged);
  stub.put("open", "signed.buf", signed);
  stub.put("open", "large.buf", large);
  stub.publicBuckets.add("open");
  cid = buildFile(signed).cid;
  gateway.addFile(`${cid}/bin/my%20tool.buf`, signed);
  environment = {
    AWS_ENDPOINT_URL: stub.endpoint,
    AWS_REGION: stub.region,
    AWS_ACCESS_KEY_ID: stub.accessKeyId,
    AWS_SECRET_ACCESS_KEY: stub.secretAccessKey,
    IPFS_GATEWAY: gateway.url,
  };
});
afterAll(async () => {
  await stub.stop();
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  stub.requests.length = 0;
});

const run = (...args: string[]): Promise<Outcome> => faygerBeside(args, { folder, environment });
const RUN_ARGS = [
  "--allow",
  "fs.read,fs.write,io.stdio,random.get,time.clock",
  "--dir",
  `/in=${example}/in`,
  "--dir",
  "/out=out:rw",
];

/** Bytes of every range that was answered, and where it began. */
function ranges(): string[] {
  return stub.requests.map(({ headers }) => headers.range ?? "none");
}

describe.each([
  ["https://, http://", () => `${stub.endpoint}/open/signed.buf`],
  ["s3://", () => "s3://tools/a dir/signed+1.buf"],
  ["ipfs://", () => `ipfs://${cid}/bin/my%20tool.buf`],
])("an artifact at %s", (_what, address) => {
  test("is verified, inspected and run like a file", async () => {
    const local = JSON.parse((await run("verify", "signed.buf", "--json")).stdout);
    const verified = await run("verify", address(), "--json");
    expect(verified.stderr).toBe("");
    expect(JSON.parse(verified.stdout)).toEqual(local);
    const inspected = await run("inspect", address(), "--hex");
    const [title, ...rest] = inspected.stdout.split("\n");
    expect(title).toContain("(13.0 KiB)");
    expect(rest).toEqual((await run("inspect", "signed.buf", "--hex")).stdout.split("\n").slice(1));
    const ran = await run("run", address(), ...RUN_ARGS);
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toMatch(/^reported on 1 text in \d+ us\n$/);
    expect(ran.code).toBe(0);
  });
});

test("standard input is an artifact too", async () => {
  const verified = await faygerBeside(["verify", "-", "--json"], { folder, environment, input: signed });
  expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: "accepted", trust: "verified" });
  const inspected = await faygerBeside(["inspect", "-"], { folder, environment, input: signed.subarray(0, 500) });
  expect(inspected.code).toBe(1);
  expect(inspected.stdout).toContain("standard input");
  expect(inspected.stderr).toContain("LDR_TRUNCATED");
  const ran = await faygerBeside(["run", "-", ...RUN_ARGS], { folder, environment, input: signed });
  expect(ran.stdout).toMatch(/^reported on 1 text/);
});

describe("no more is read than is needed", () => {
  test("inspect leaves the sections of a large artifact where they are", async () => {
    const inspected = await run("inspect", "s3://tools/large.buf", "--hex");
    expect(inspected.code).toBe(0);
    expect(inspected.stdout).toMatch(/sound, as far as it was read: 3 sections left where they are/);
    expect(inspected.stdout).toMatch(/data\/b .*not read/);
    expect(ranges().sort()).toEqual(["bytes=-44", "bytes=0-16383"]);
    const asJson = JSON.parse((await run("inspect", "s3://tools/large.buf", "--json")).stdout);
    expect(asJson).toMatchObject({ sound: true, unread_sections: 3 });
  });

  test("inspect --bodies checks them, and finds the one that is damaged", async () => {
    const sound = await run("inspect", "s3://tools/large.buf", "--bodies");
    expect(sound.stdout).toContain("every digest is right");
    const damaged = await run("inspect", "s3://tools/damaged.buf", "--bodies");
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toMatch(/data\/a .* right\n.*data\/b .* not right/);
    expect(damaged.stderr).toContain("LDR_DIGEST_MISMATCH");
    expect(damaged.stderr).toContain("help  the file was changed or damaged; fetch it again\n");
  });

  test("inspect judges the sections of a file that is too long to be held whole, and shows the rest of it", async () => {
    const long = sampleSection("data/long", new Uint8Array(70_000_000));
    const bytes = createSerializer(nodeSha256).serialize({
      manifest: sampleManifest(),
      sections: [...sampleSections(), long],
    });
    writeFileSync(join(folder, "long.buf"), bytes);
    const sound = await run("inspect", "long.buf", "--hex");
    expect({ code: sound.code, stderr: sound.stderr }).toEqual({ code: 0, stderr: "" });
    expect(sound.stdout).toContain("every digest is right");
    expect(sound.stdout.length).toBeLessThan(100_000);
    bytes[60_000_000] = 1;
    writeFileSync(join(folder, "long.buf"), bytes);
    const damaged = await run("inspect", "long.buf");
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toMatch(/data\/long .* not right/);
    rmSync(join(folder, "long.buf"));
  });

  test("run of something that is refused reads no section", async () => {
    const refused = await run("run", "s3://tools/large.buf");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("MissingSignature");
    expect(ranges().sort()).toEqual(["bytes=-44", "bytes=0-16383"]);
  });
});

describe("what cannot be opened", () => {
  const secrets = (): string[] => [stub.secretAccessKey, "wrong/secret", "X-Amz-Signature", "hunter2"];

  test.each([
    [
      "a wrong secret",
      "verify",
      "s3://tools/large.buf",
      { AWS_SECRET_ACCESS_KEY: "wrong/secret" },
      4,
      "SignatureDoesNotMatch",
    ],
    [
      "a wrong region",
      "inspect",
      "s3://tools/large.buf",
      { AWS_REGION: "us-other-1" },
      4,
      "AuthorizationHeaderMalformed",
    ],
    ["a key that is not there", "run", "s3://tools/none", {}, 4, "NoSuchKey"],
    ["half of the credentials", "inspect", "s3://tools/large.buf", { AWS_ACCESS_KEY_ID: "" }, 2, "go together"],
    ["no region", "verify", "s3://tools/x", { AWS_REGION: "", AWS_ENDPOINT_URL: "" }, 2, "set AWS_REGION"],
    ["no key", "run", "s3://tools", {}, 2, "s3://BUCKET/KEY"],
    ["no gateway", "inspect", "ipfs://bafk", { IPFS_GATEWAY: "" }, 2, "--gateway URL"],
    ["no content identifier", "run", "ipfs://bafk", {}, 2, "no content identifier"],
    ["an unknown scheme", "verify", "gopher://x", {}, 2, "nothing is known of gopher:"],
    ["an address with a password", "inspect", "http://me:hunter2@[", {}, 2, "http: address"],
  ])("%s ends in one clear message", async (_what, command, address, changed, code, text) => {
    const outcome = await faygerBeside([command, address], { folder, environment: { ...environment, ...changed } });
    expect(outcome.stderr).toContain(text);
    expect(outcome.code).toBe(code);
    expect(hasStackTrace(outcome)).toBe(false);
    for (const secret of secrets()) expect(outcome.stderr + outcome.stdout).not.toContain(secret);
  });

  test("a signed URL is never shown", async () => {
    const url = await presignS3Url({
      endpoint: stub.endpoint,
      region: stub.region,
      bucket: "tools",
      key: "damaged.buf",
      credentials: stub,
      expiresSeconds: 600,
    });
    for (const line of [
      ["inspect", url, "--bodies"],
      ["verify", url, "--allow-unsigned"],
    ]) {
      const outcome = await run(...line);
      expect(outcome.stderr).toContain("LDR_DIGEST_MISMATCH");
      for (const secret of secrets()) expect(outcome.stderr + outcome.stdout).not.toContain(secret);
    }
  });

  test("Ctrl-C ends a load from a server that does not answer", async () => {
    const silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const asked = once(silent, "request");
    const child = startFayger(["verify", `http://127.0.0.1:${(silent.address() as AddressInfo).port}/x.buf`], {
      folder,
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    await asked;
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    silent.closeAllConnections();
    silent.close();
    expect(code).toBe(130);
    expect(stderr).toContain("LDR_ABORTED");
  });
});

describe("progress", () => {
  async function shown(isTTY: boolean, isJson = false, environment = {}): Promise<string> {
    let stderr = "";
    const write = (text: string): void => {
      stderr += text;
    };
    const stream = { isTTY, columns: 40, write };
    const terminal = createTerminal({ write: () => undefined }, stream, environment, isJson);
    const fayger = await createFayger({ enforceSignature: false, observe: (bus) => showProgress(terminal, bus) });
    const object = await fayger.load(createMemorySource(large), { profile: SAMPLE_PROFILE, strategy: "eager" });
    await object.close();
    return stderr;
  }

  // @spec tools.progress
  test("is shown on a terminal, fits its line, and is taken away at the end", async () => {
    const stderr = await shown(true);
    expect(stderr).toContain("read_sections …");
    expect(stderr).toMatch(/\rread 2\.\d MiB of 2\.\d MiB \(100 %\) …/);
    for (const line of stderr.split(/[\r\n]/)) expect(line.replace("\u001b[2K", "").length).toBeLessThan(40);
    expect(stderr.endsWith("\r\u001b[2K")).toBe(true);
  });

  test("is shown nowhere else", async () => {
    expect(await shown(false)).toBe("");
    expect(await shown(true, true)).toBe("");
    // A terminal that would print what moves the cursor on others.
    expect(await shown(true, false, { TERM: "dumb" })).toBe("");
  });
});
