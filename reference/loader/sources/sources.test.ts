import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BufSource } from "../../contracts/buf-source.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { nodeSha256 } from "../../security/backends/node.js";
import { createLoader } from "../loader.js";
import { createMemorySource } from "../memory-source.js";
import { createSerializer } from "../serializer.js";
import { recordedServices } from "../testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "../testing/sample-artifact.js";
import { createFileSource } from "./file-source.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-sources-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const content = Uint8Array.from({ length: 700_000 }, (_, at) => (at * 31) & 255);

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const makers: readonly { readonly name: string; readonly make: (bytes: Uint8Array) => BufSource }[] = [
  { name: "memory", make: (bytes) => createMemorySource(bytes) },
  { name: "file", make: (bytes) => createFileSource(file(`contract-${bytes.length}`, bytes)) },
];

describe.each(makers)("a source over $name", ({ make }) => {
  // @spec loader.source.interface, loader.source.file
  test("tells its size and gives any range, shorter only at the end", async () => {
    const source = make(content);
    expect(await source.size()).toBe(content.length);
    for (const [offset, length] of [
      [0, 0],
      [0, 10],
      [5, 699_000],
      [699_990, 10],
      [699_990, 500],
      [700_000, 5],
      [900_000, 5],
      [0, 1e15],
    ] as const) {
      const expected = content.slice(offset, offset + length);
      expect(Buffer.compare(await source.read(offset, length), expected)).toBe(0);
      expect(Buffer.compare(source.readSync?.(offset, length) ?? new Uint8Array(1), expected)).toBe(0);
    }
    await source.close();
  });

  test("gives both ends together, of short and of empty artifacts too", async () => {
    for (const bytes of [content, content.slice(0, 50), content.slice(0, 3), new Uint8Array()]) {
      const source = make(bytes);
      const ends = await source.openEnds?.(100, 44);
      expect(ends?.size).toBe(bytes.length);
      expect(Buffer.compare(ends?.head ?? content, bytes.slice(0, 100))).toBe(0);
      expect(Buffer.compare(ends?.tail ?? content, bytes.slice(-44))).toBe(0);
      await source.close();
    }
  });

  test("gives bytes that belong to the caller", async () => {
    const source = make(content.slice(0, 100));
    (await source.read(0, 10)).fill(0);
    source.readSync?.(0, 10).fill(0);
    (await source.openEnds?.(10, 5))?.head.fill(0);
    expect(await source.read(1, 3)).toEqual(content.slice(1, 4));
    await source.close();
  });

  // @spec loader.source.closed
  test("refuses every read once it is closed, and closes twice", async () => {
    const source = make(content.slice(0, 100));
    await source.size();
    await source.close();
    await source.close();
    await expect(source.read(0, 1)).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
    expect(() => source.readSync?.(0, 1)).toThrow(FaygerError);
    await expect(source.openEnds?.(1, 1)).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
  });
});

// @spec loader.source.memory
test.each([
  ["plain bytes", (bytes: Uint8Array) => bytes.slice()],
  // What reads files on Node gives this, and its own `slice` copies nothing.
  ["a Buffer of Node", (bytes: Uint8Array) => Buffer.from(bytes)],
])("a memory source does not see later changes of what it was made from: %s", async (_what, given) => {
  const bytes = given(content.slice(0, 10));
  const source = createMemorySource(bytes);
  bytes.fill(0);
  expect(await source.read(0, 10)).toEqual(content.slice(0, 10));
});

describe("a file source", () => {
  test.each([
    ["a name that leads nowhere", "none"],
    ["a folder", "."],
  ])("of %s is LDR_SOURCE_UNAVAILABLE", async (_what, name) => {
    const source = createFileSource(join(folder, name));
    await expect(source.size()).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
    await expect(source.openEnds?.(1, 1)).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
    await source.close();
  });

  test.skipIf(process.platform === "win32")("refuses a pipe at once, also where nobody writes to it", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const error: unknown = await createFileSource(path)
      .size()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", context: { reason: "not a regular file" } });
  });

  test("is closed only when no read is under way: its descriptor may be given to another file", async () => {
    // Long enough to be read by another thread.
    const long = new Uint8Array(4_000_000).fill(9);
    const source = createFileSource(file("closing", long));
    const reading = source.read(0, long.length);
    const order: string[] = [];
    await Promise.all([
      reading.then((bytes) => order.push(`read ${Buffer.compare(bytes, long)}`)),
      source.close().then(() => order.push("closed")),
    ]);
    expect(order).toEqual(["read 0", "closed"]);
  });

  test("stays the same file where the process changes its folder", async () => {
    const path = file("relative", content);
    const before = process.cwd();
    const source = createFileSource(relative(before, path));
    expect(await source.size()).toBe(content.length);
    process.chdir(folder);
    try {
      expect(await source.read(0, 10)).toEqual(content.slice(0, 10));
    } finally {
      process.chdir(before);
      await source.close();
    }
  });

  // The host reads no more than 2^31-1 bytes in one call.
  test("gives more than 2 GiB in one read", async () => {
    const length = 2 ** 31 + 5;
    const path = file("huge", new Uint8Array());
    truncateSync(path, length);
    appendFileSync(path, "end");
    const source = createFileSource(path);
    const bytes = await source.read(1, length + 2);
    expect(bytes.length).toBe(length + 2);
    expect(Buffer.from(bytes.subarray(-4)).toString()).toBe("\0end");
    await source.close();
    rmSync(path);
  });

  test("lets the host have its turn between many reads that are made at once", async () => {
    const source = createFileSource(file("turns", new Uint8Array(1_000_000)));
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 0);
    for (let at = 0; at < 200; at += 1) await source.read(0, 1_000_000);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
    await source.close();
  });

  test("keeps the native error as cause, without its message", async () => {
    const error: unknown = await createFileSource(join(folder, "none"))
      .size()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FaygerError);
    expect((error as FaygerError).cause).toMatchObject({ code: "HOST_ERROR", context: { native_code: "ENOENT" } });
  });

  const serializer = createSerializer(nodeSha256);
  const big = sampleSection("big", new Uint8Array(50_000).fill(7));
  const artifact = serializer.serialize({ manifest: sampleManifest(), sections: [big, ...sampleSections()] });

  test.each<[string, (path: string) => void]>([
    ["cut off", (path) => truncateSync(path, artifact.length - 1)],
    ["made longer", (path) => writeFileSync(path, Uint8Array.of(...artifact, 0))],
    ["written again with the same bytes", (path) => utimesSync(path, new Date(1_000), new Date(1_000))],
    ["replaced by another file", (path) => renameSync(file("other", artifact), path)],
    ["deleted", (path) => rmSync(path)],
  ])("that is %s under a lazy load is LDR_SOURCE_CHANGED", async (what, change) => {
    const path = file(`lazy ${what}.buf`, artifact);
    const object = await createLoader(recordedServices(nodeSha256)).load(createFileSource(path), {
      profile: SAMPLE_PROFILE,
    });
    expect(object.sections.readSync("data/words")).toEqual(sampleSections()[1]?.body);
    change(path);
    const changed = { code: "LDR_SOURCE_CHANGED", context: { phase: "read_sections" } };
    await expect(object.sections.read("big")).rejects.toMatchObject(changed);
    await expect(object.sections.read("code/main")).rejects.toMatchObject(changed);
    const attempt = async (): Promise<unknown> => object.sections.readSync("big");
    await expect(attempt()).rejects.toMatchObject(changed);
    // What was verified before stays good.
    expect(await object.sections.read("data/words")).toEqual(sampleSections()[1]?.body);
    await object.close();
  });

  test("loads eagerly and lazily what was packed", async () => {
    const path = file("whole.buf", artifact);
    for (const strategy of ["eager", "lazy"] as const) {
      const object = await createLoader(recordedServices(nodeSha256)).load(createFileSource(path), {
        profile: SAMPLE_PROFILE,
        strategy,
      });
      expect(Buffer.compare(await object.sections.read("big"), big.body)).toBe(0);
      expect(Buffer.compare(object.sections.readSync("big") ?? new Uint8Array(), big.body)).toBe(0);
      await object.close();
    }
  });
});
