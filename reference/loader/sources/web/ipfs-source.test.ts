import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { BufSource } from "../../../contracts/buf-source.js";
import { FaygerError } from "../../../errors/fayger-error.js";
import { nodeSha256 } from "../../../security/backends/node.js";
import { createLoader } from "../../loader.js";
import { createSerializer } from "../../serializer.js";
import { recordedServices } from "../../testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "../../testing/sample-artifact.js";
import { IpfsGateway } from "../testing/ipfs-gateway.js";
import { type BuiltDag, buildBlock, buildFile, buildFolder, field, link } from "../testing/unixfs-builder.js";
import { createIpfsBlockSource, type IpfsBlockSourceOptions } from "./ipfs-block-source.js";
import { createIpfsSource, type IpfsSourceOptions } from "./ipfs-source.js";

const first = new IpfsGateway();
const second = new IpfsGateway();
const opened: BufSource[] = [];
const body = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 13) & 255);
const artifact = createSerializer(nodeSha256).serialize({
  manifest: sampleManifest(),
  sections: [...sampleSections(), sampleSection("data/long", body)],
});
const file = buildFile(artifact, { chunkBytes: 20_000, width: 4 });
const quick = { sleep: async () => undefined, attempts: 2 };

beforeAll(async () => {
  await Promise.all([first.start(), second.start()]);
});
afterAll(async () => {
  await Promise.all(opened.map((source) => source.close()));
  await Promise.all([first.stop(), second.stop()]);
});
afterEach(() => {
  for (const gateway of [first, second]) {
    gateway.answer = (_url, bytes) => bytes;
    gateway.requests.length = 0;
  }
});

async function refusal(work: Promise<unknown>): Promise<FaygerError<"LDR_SOURCE_UNAVAILABLE">> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FaygerError);
  expect(error).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
  return error as FaygerError<"LDR_SOURCE_UNAVAILABLE">;
}

const loader = createLoader(recordedServices(nodeSha256));

// @spec loader.source.ipfs
describe("a source over IPFS gateways", () => {
  function source(options: Partial<IpfsSourceOptions> = {}, address = `ipfs://${file.cid}`): BufSource {
    const made = createIpfsSource(address, { gateways: [first.url, `${second.url}/`], ...quick, ...options });
    opened.push(made);
    return made;
  }

  beforeAll(() => {
    first.addFile(file.cid, artifact);
    second.addFile(file.cid, artifact);
    first.addFile(`${file.cid}/a%20b/%C3%A4.buf`, artifact);
  });

  test("is loaded from through the first gateway, and tells no entity tag", async () => {
    const made = source();
    expect(made.description).toBe(`ipfs://${file.cid}`);
    const object = await loader.load(made, { profile: SAMPLE_PROFILE });
    expect(Buffer.compare(await object.sections.read("data/long"), body)).toBe(0);
    expect(first.requests.length).toBe(3);
    expect(second.requests.length).toBe(0);
    expect(await made.etag?.()).toBeUndefined();
    await object.close();
    await refusal(made.read(0, 1));
  });

  test("reads a file below an identifier", async () => {
    const made = source({}, `ipfs://${file.cid}/a%20b/%C3%A4.buf`);
    expect(await made.read(0, 4)).toEqual(artifact.slice(0, 4));
    expect(made.description).toBe(`ipfs://${file.cid}/a b/ä.buf`);
  });

  // @spec loader.source.ipfs.gateways
  test.each([
    ["drops the connection", "drop" as const],
    ["has failed", 502],
    ["does not know the file", 404],
  ])("goes on with the next gateway when the first %s, before and in the middle of a load", async (_what, fault) => {
    const made = source();
    const object = await loader.load(made, { profile: SAMPLE_PROFILE });
    first.answer = () => fault;
    expect(Buffer.compare(await object.sections.read("data/long"), body)).toBe(0);
    first.requests.length = 0;
    await object.sections.read("data/words");
    expect(first.requests.length).toBe(0);
    await object.close();
    const other = source();
    expect((await other.openEnds?.(10, 10))?.size).toBe(artifact.length);
  });

  // @spec loader.source.ipfs.size
  test("takes nothing from a gateway that tells another size", async () => {
    const made = source();
    await made.openEnds?.(10, 10);
    first.answer = () => 503;
    second.answer = (_url, bytes) => bytes.subarray(1);
    const { reason } = (await refusal(made.read(0, 50))).context;
    expect(reason).toContain("tells a size of");
    expect(reason).toContain("HTTP 503");
  });

  test("says what each gateway said when none gives it", async () => {
    first.answer = () => 404;
    second.answer = () => "drop";
    const error = await refusal(source().size());
    expect(error.context.reason).toMatch(/^no gateway gives it; 127\.0\.0\.1:\d+: HTTP 404.*; 127\.0\.0\.1:\d+: /);
  });

  test("trusts no gateway: what it changes is refused by the loader", async () => {
    first.answer = (_url, bytes) => {
      const changed = bytes.slice();
      const at = Math.floor(changed.length / 2);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return changed;
    };
    const object = await loader.load(source(), { profile: SAMPLE_PROFILE });
    await expect(object.sections.read("data/long")).rejects.toMatchObject({ code: "LDR_DIGEST_MISMATCH" });
    await object.close();
  });

  test("stops at once when its caller stops it, and asks no other gateway", async () => {
    const controller = new AbortController();
    first.answer = () => {
      controller.abort();
      return "drop";
    };
    await expect(source().size(controller.signal)).rejects.toMatchObject({ code: "LDR_ABORTED" });
    expect(second.requests.length).toBe(0);
  });

  test.each([
    ["no gateway", []],
    ["a gateway that is no URL", ["gateway"]],
    ["a gateway with a query", ["https://gateway.example/?a"]],
    ["a gateway with a password", ["https://a:b@gateway.example"]],
  ])("cannot be made with %s", (_what, gateways) => {
    expect(() => createIpfsSource(file.cid, { gateways })).toThrow(TypeError);
    expect(() => createIpfsBlockSource(file.cid, { gateways })).toThrow(TypeError);
  });
});

// @spec loader.source.ipfs.blocks
describe("a source over blocks of IPFS", () => {
  function source(built: BuiltDag, options: Partial<IpfsBlockSourceOptions> = {}, path = ""): BufSource {
    first.addBlocks(built);
    second.addBlocks(built);
    const made = createIpfsBlockSource(built.cid + path, { gateways: [first.url, second.url], ...quick, ...options });
    opened.push(made);
    return made;
  }

  test("reads any range of a file of any layout", async () => {
    const layout = fc.record({
      chunkBytes: fc.integer({ min: 1, max: 300 }),
      width: fc.integer({ min: 2, max: 8 }),
      rawLeaves: fc.boolean(),
      packed: fc.boolean(),
    });
    const content = fc.uint8Array({ maxLength: 1200 });
    const range = fc.tuple(fc.nat({ max: 1300 }), fc.nat({ max: 1300 }));
    await fc.assert(
      fc.asyncProperty(content, layout, fc.boolean(), range, async (bytes, how, isOld, [offset, length]) => {
        const version = isOld && !how.rawLeaves ? 0 : 1;
        const made = source(buildFile(bytes, { ...how, version }), { cacheBytes: isOld ? 0 : 500 });
        expect(await made.size()).toBe(bytes.length);
        expect(await made.read(offset, length)).toEqual(bytes.slice(offset, offset + length));
        const ends = await made.openEnds?.(length, 44);
        expect(ends?.head).toEqual(bytes.slice(0, length));
        expect(ends?.tail).toEqual(bytes.slice(-44));
        await made.close();
      }),
      { numRuns: 40 },
    );
  });

  test("is loaded from like any other source, and fetches only the blocks it needs, each once", async () => {
    const made = source(file);
    const object = await loader.load(made, { profile: SAMPLE_PROFILE });
    // Top, two inner nodes on the way to each end, and a leaf at each.
    const opening = first.requests.length;
    expect(opening).toBeLessThanOrEqual(7);
    expect(Buffer.compare(await object.sections.read("data/long"), body)).toBe(0);
    expect(new Set(first.requests).size).toBe(first.requests.length);
    expect(first.requests.length).toBeLessThanOrEqual(file.blocks.size);
    await object.close();
    await refusal(made.read(0, 1));
  });

  test("finds files in folders by name", async () => {
    const folder = buildFolder({ bin: buildFolder({ "my tool.buf": file }), other: buildFile(Uint8Array.of(1)) });
    expect(await source(folder, {}, "/bin/my%20tool.buf").read(0, 3)).toEqual(artifact.slice(0, 3));
    expect((await refusal(source(folder, {}, "/bin/none").size())).context.reason).toContain("no such name");
    expect((await refusal(source(folder, {}, "/bin").size())).context.reason).toContain("it is a folder");
    expect((await refusal(source(folder, {}, "/other/x").size())).context.reason).toContain("no folder");
  });

  test("a block that was changed in a single byte is never used, and the next gateway is asked", async () => {
    const made = source(file);
    first.answer = (_url, bytes) => Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
    expect(Buffer.compare(await made.read(0, artifact.length), artifact)).toBe(0);
    second.answer = first.answer;
    const error = await refusal(source(file).read(0, 10));
    expect(error.context.reason).toContain("the block has another digest");
    expect(error.context.reason).toContain(file.cid);
  });

  // @spec loader.source.ipfs.bounds
  test("refuses blocks that are too long, files that are too deep, and nodes with too many links", async () => {
    const long = buildBlock(0x55, new Uint8Array(2_097_153));
    expect((await refusal(source(long).size())).context.reason).toContain("longer than 2097152 bytes");
    expect(await source(buildBlock(0x55, new Uint8Array(2_097_152))).size()).toBe(2_097_152);
    let tower = buildFile(Uint8Array.of(7));
    for (let depth = 0; depth < 17; depth += 1) tower = node([tower], 1);
    expect((await refusal(source(tower).read(0, 1))).context.reason).toContain("blocks deep");
    const leaf = buildFile(new Uint8Array());
    const wide = node(
      Array.from({ length: 16_386 }, () => leaf),
      0,
    );
    expect((await refusal(source(wide).size())).context.reason).toContain("more than 16384 links");
  });

  test("believes no size: a part that is not as long as the block above it says is refused", async () => {
    const leaf = buildFile(Uint8Array.of(1, 2, 3));
    const lying = node([{ ...leaf, size: 1_000_000 }], 1_000_000);
    const made = source(lying);
    expect(await made.size()).toBe(1_000_000);
    expect((await refusal(made.read(0, 1_000_000))).context.reason).toContain("not as long as");
    expect((await refusal(source(node([leaf], 9)).size())).context.reason).toContain("do not add up");
  });

  test.each([
    ["another codec", buildBlock(0x71, Uint8Array.of(0xa0)), "neither raw nor dag-pb"],
    ["no UnixFS data", buildBlock(0x70, new Uint8Array()), "no UnixFS data"],
    ["a sharded directory", buildBlock(0x70, field(1, field(1, 5))), "sharded directory is not supported"],
    ["a symbolic link", buildBlock(0x70, field(1, field(1, 4))), "symbolic link is not supported"],
    ["sizes without parts", buildBlock(0x70, field(1, Buffer.concat([field(1, 2), field(4, 9)]))), "one size for each"],
    ["a link to nothing", buildBlock(0x70, field(2, field(2, Buffer.from("x")))), "no content identifier"],
    ["a field that leaves the block", buildBlock(0x70, Uint8Array.of(0x0a, 0x7f, 1)), "longer than its block"],
    ["an endless number", buildBlock(0x70, new Uint8Array(40).fill(0xff)), "cannot be read"],
  ])("refuses %s, and says so", async (_what, built, text) => {
    expect((await refusal(source(built).size())).context.reason).toContain(text);
  });

  test("any bytes under a right digest are a file or a refusal", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.boolean(), async (bytes, isInner) => {
        const made = source(buildBlock(0x70, isInner ? field(1, bytes) : bytes));
        const size = await made.size().catch((error: unknown) => error);
        if (typeof size !== "number") expect(size).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
        await made.close();
      }),
      { numRuns: 60 },
    );
  });

  function node(parts: readonly BuiltDag[], size: number): BuiltDag {
    const unix = Buffer.concat([field(1, 2), field(3, size), ...parts.map((part) => field(4, part.size))]);
    const links = parts.map((part) => link(part.cidBytes, "", part.size));
    const built = buildBlock(0x70, Buffer.concat([...links, field(1, unix)]));
    return { ...built, size, blocks: new Map([...parts.flatMap((part) => [...part.blocks]), ...built.blocks]) };
  }
});
