import { createHash, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readSigner } from "../../../reference/node.js";
import { makeRelease, SUMS, verifyRelease } from "./release.js";
import { filesOfTar, type TarFile, tarOf } from "./tar.js";

const text = (value: string) => new Uint8Array(Buffer.from(value));

function signerOf() {
  const { privateKey } = generateKeyPairSync("ed25519");
  const reading = readSigner(new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" })));
  if (reading.key === undefined) throw new TypeError("no key");
  return reading.key;
}

const files: readonly TarFile[] = [
  { path: "families/smoke.json", bytes: text("[]\n") },
  { path: "files/empty", bytes: new Uint8Array() },
  { path: "index.json", bytes: text("{}\n") },
];
const index = {
  corpus: "1.0.0",
  specification: "1.0",
  seed: "x",
  digest: "00".repeat(32),
  families: [],
  files: [],
  clauses: [],
};
const signer = signerOf();

const changed = (release: readonly TarFile[], name: string, change: (bytes: Uint8Array) => Uint8Array): TarFile[] =>
  release.map((file) => (file.path.endsWith(name) ? { ...file, bytes: change(file.bytes) } : file));

const withByte = (bytes: Uint8Array, at: number, byte: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = byte;
  return copy;
};

const flipped = (bytes: Uint8Array): Uint8Array =>
  withByte(bytes, bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1);

/** A release whose list fits whatever is in it, signed again. */
async function listedAgain(release: readonly TarFile[]): Promise<TarFile[]> {
  const published = release.filter(({ path }) => !path.startsWith(SUMS));
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const sums = text(published.map(({ path, bytes }) => `${digest(bytes)}  ${path}\n`).join(""));
  return [...published, { path: SUMS, bytes: sums }, { path: `${SUMS}.sig`, bytes: await signer.sign(sums) }];
}

// @spec conformance.corpus.signed
describe("a release of a corpus", () => {
  it("loads as an artifact that holds the same files as the tarball", async () => {
    const release = await makeRelease({ index, files }, signer);
    expect(release.map(({ path }) => path)).toEqual([
      "fayger-conformance-1.0.0.buf",
      "fayger-conformance-1.0.0.tar",
      "SHA256SUMS",
      "SHA256SUMS.sig",
    ]);
    expect(await verifyRelease(release, signer, files)).toEqual([]);
    expect(await verifyRelease(release, signer)).toEqual([]);
  });

  it("is byte for byte the same when it is made again", async () => {
    expect(await makeRelease({ index, files }, signer)).toEqual(await makeRelease({ index, files }, signer));
  });

  it.each([
    [".buf", "fayger-conformance-1.0.0.buf: its SHA-256 is not the one in SHA256SUMS"],
    [".tar", "fayger-conformance-1.0.0.tar: its SHA-256 is not the one in SHA256SUMS"],
    [".sig", "SHA256SUMS.sig: not a signature by this key"],
  ])("is refused where %s was changed", async (name, problem) => {
    const release = changed(await makeRelease({ index, files }, signer), name, flipped);
    expect(await verifyRelease(release, signer)).toEqual([problem]);
  });

  it("is refused by who believes another key", async () => {
    const release = await makeRelease({ index, files }, signer);
    expect(await verifyRelease(release, signerOf())).toEqual(["SHA256SUMS.sig: not a signature by this key"]);
  });

  it("is refused where the artifact is damaged behind a list that was made again", async () => {
    const release = changed(await makeRelease({ index, files }, signer), ".buf", (bytes) => bytes.slice(0, -1));
    expect(await verifyRelease(await listedAgain(release), signer)).toEqual([
      expect.stringMatching(/^fayger-conformance-1[.]0[.]0[.]buf: LDR_TRUNCATED, /),
    ]);
  });

  it("is refused where artifact and tarball hold different files", async () => {
    const other = files.map((file) => (file.path === "index.json" ? { ...file, bytes: text("[]\n") } : file));
    const [artifact] = await makeRelease({ index, files: other }, signer);
    const release = changed(await makeRelease({ index, files }, signer), ".buf", () => artifact?.bytes ?? text(""));
    expect(await verifyRelease(await listedAgain(release), signer)).toEqual(["the artifact has another index.json"]);
  });

  it("says which files are missing or too many", async () => {
    const release = await makeRelease({ index, files }, signer);
    const without = release.filter(({ path }) => !path.endsWith(".tar"));
    expect(await verifyRelease(without, signer)).toEqual([
      "fayger-conformance-1.0.0.tar: listed in SHA256SUMS and not there",
      "no tarball",
    ]);
    expect(await verifyRelease([...release, { path: "more", bytes: text("") }], signer)).toEqual([
      "more: not listed in SHA256SUMS",
    ]);
    expect(await verifyRelease(release, signer, files.slice(1))).toEqual([
      "the tarball has families/smoke.json, which the corpus lacks",
      "the artifact has families/smoke.json, which the corpus lacks",
    ]);
  });
});

describe("an archive", () => {
  it("gives its files back", () => {
    expect(filesOfTar(tarOf(files))).toEqual(files);
  });

  it("refuses a path it cannot hold, and bytes that are no archive of its form", () => {
    expect(() => tarOf([{ path: "a".repeat(101), bytes: text("") }])).toThrow(TypeError);
    expect(() => tarOf([{ path: "ä", bytes: text("") }])).toThrow(TypeError);
    expect(() => filesOfTar(text("no archive"))).toThrow(TypeError);
    const archive = tarOf(files);
    for (const at of [0, 100, 124, 148, 257]) {
      expect(() => filesOfTar(withByte(archive, at, 0x7f))).toThrow(TypeError);
    }
    for (let length = 0; length < archive.length - 1024; length += 512) {
      expect(() => filesOfTar(archive.subarray(0, length))).toThrow(TypeError);
    }
  });
});
