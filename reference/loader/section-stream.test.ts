import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TRAILER_SIZE } from "../../generated/layouts/trailer.js";
import type { BufObject, StreamOptions } from "../contracts/buf-object.js";
import type { Sha256 } from "../contracts/security.js";
import { FaygerError } from "../errors/fayger-error.js";
import { nodeSha256 } from "../security/backends/node.js";
import { concatenate } from "./bytes.js";
import type { LoaderOptions } from "./load-options.js";
import { createLoader } from "./loader.js";
import { createSerializer } from "./serializer.js";
import { ObservedSource, type ObservedSourceOptions } from "./testing/observed-source.js";
import { type RecordedServices, recordedServices } from "./testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "./testing/sample-artifact.js";

const serializer = createSerializer(nodeSha256);
const BODY_BYTES = 50_000;
const PIECE_BYTES = 4_096;
/** Pieces of one body. */
const PIECES = Math.ceil(BODY_BYTES / PIECE_BYTES);
/** Reads that opening costs: both ends. */
const OPENING = 2;
const body = Uint8Array.from({ length: BODY_BYTES }, (_, at) => (at * 31) >> 3);
const neighbours = ["b", "c", "d"].map((letter) =>
  sampleSection(`near/${letter}`, new Uint8Array(20_000).fill(letter.charCodeAt(0))),
);
const sections = [
  ...sampleSections(),
  sampleSection("long/a", body),
  ...neighbours,
  sampleSection("none", new Uint8Array()),
];
const bytes = serializer.serialize({ manifest: sampleManifest(), sections });
/** First byte of the long body: the last one but the neighbours. */
const BODY_AT = bytes.length - TRAILER_SIZE - 60_000 - BODY_BYTES;

interface Opened {
  readonly object: BufObject;
  readonly source: ObservedSource;
  readonly services: RecordedServices;
}

async function open(
  options: ObservedSourceOptions = {},
  loader: LoaderOptions = {},
  sha256: Sha256 = nodeSha256,
): Promise<Opened> {
  const services = recordedServices(sha256);
  const source = new ObservedSource(bytes, options);
  source.tag = '"one"';
  const object = await createLoader(services, { pieceBytes: PIECE_BYTES, ...loader }).load(source, {
    profile: SAMPLE_PROFILE,
  });
  return { object, source, services };
}

function damaged(at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function verified({ recorded }: RecordedServices): unknown[] {
  return recorded.flatMap((event) => (event.name === "load.section_verified" ? [event.fields.section_id] : []));
}

function expectSame(found: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(found, expected)).toBe(0);
}

interface Drained {
  readonly pieces: readonly Uint8Array[];
  readonly error: unknown;
}

/** Everything a stream hands out, and how it ends. Each piece is copied: it may be overwritten. */
async function drain(object: BufObject, section: string, options?: StreamOptions): Promise<Drained> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of object.sections.stream(section, options)) pieces.push(piece.slice());
    return { pieces, error: undefined };
  } catch (error) {
    return { pieces, error };
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FaygerError);
  expect((error as FaygerError).context).toMatchObject({ phase: "read_sections" });
  return (error as FaygerError).code;
}

describe("a stream", () => {
  // @spec loader.read-sections.streaming, loader.read-sections.streaming.end
  test.each<ObservedSourceOptions>([{}, { fillsMemory: true }, { isSynchronous: true }])(
    "hands out the body in pieces of a bounded length, and ends well when the digest is right (%j)",
    async (form) => {
      for (const reuseMemory of [false, true]) {
        const { object, source, services } = await open(form);
        const { pieces, error } = await drain(object, "long/a", { reuseMemory });
        expect(error).toBeUndefined();
        expect(pieces.every((piece) => piece.length <= PIECE_BYTES)).toBe(true);
        expectSame(concatenate(pieces), body);
        expect(source.reads.slice(OPENING)).toEqual(
          Array.from({ length: PIECES }, (_, at) => ({
            offset: BODY_AT + at * PIECE_BYTES,
            length: Math.min(PIECE_BYTES, BODY_BYTES - at * PIECE_BYTES),
          })),
        );
        expect(verified(services)).toEqual(["long/a"]);
        await object.close();
      }
    },
  );

  test("gives pieces that belong to the caller, whatever becomes of them", async () => {
    for (const section of ["long/a", "data/words"]) {
      const { object } = await open({ fillsMemory: true });
      const expected = sections.find(({ sectionId }) => sectionId === section)?.body as Uint8Array;
      await object.sections.read(section);
      for (let round = 0; round < 2; round += 1) {
        const kept: Uint8Array[] = [];
        for await (const piece of object.sections.stream(section)) kept.push(piece);
        expectSame(concatenate(kept), expected);
        for (const piece of kept) piece.fill(0);
      }
      expectSame(await object.sections.read(section), expected);
    }
  });

  test("hashes what arrived, not what a caller made of it", async () => {
    const { object } = await open();
    for await (const piece of object.sections.stream("long/a")) piece.fill(0);
  });

  test("from any place verifies the whole body and hands out the rest of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(BODY_BYTES), fc.boolean(), async (offset, isSpoiled) => {
        const { object, source } = await open();
        if (isSpoiled) source.bytes = damaged(BODY_AT);
        const { pieces, error } = await drain(object, "long/a", { offset });
        expectSame(
          concatenate(pieces).subarray(isSpoiled && offset === 0 ? 1 : 0),
          body.subarray(isSpoiled && offset === 0 ? 1 : offset),
        );
        if (isSpoiled) expect(error).toMatchObject({ code: "LDR_DIGEST_MISMATCH" });
        else expect(error).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  test("of an empty body reads nothing and ends", async () => {
    const { object, source, services } = await open();
    expect(await drain(object, "none")).toEqual({ pieces: [], error: undefined });
    expect(source.reads).toHaveLength(OPENING);
    expect(verified(services)).toEqual(["none"]);
  });

  // @spec loader.read-sections.streaming.end, loader.source.changed
  test("of a damaged body hands out its pieces and then throws; a source that changed is named first", async () => {
    for (const at of [BODY_AT, BODY_AT + BODY_BYTES - 1]) {
      const { object, source, services } = await open();
      source.bytes = damaged(at);
      const { pieces, error } = await drain(object, "long/a");
      expect(pieces).toHaveLength(PIECES);
      expect(error).toMatchObject({
        code: "LDR_DIGEST_MISMATCH",
        context: { phase: "read_sections", part: "section", section_id: "long/a", offset: BODY_AT },
      });
      expect(verified(services)).toEqual([]);
      source.tag = '"two"';
      expect((await drain(object, "long/a")).error).toMatchObject({ code: "LDR_SOURCE_CHANGED" });
    }
    const { object, source } = await open();
    source.tag = '"two"';
    expect((await drain(object, "long/a")).error).toMatchObject({ code: "LDR_SOURCE_CHANGED" });
  });

  test("of a source that ends early is LDR_TRUNCATED, or LDR_SOURCE_CHANGED where it says so itself", async () => {
    const { object, source } = await open({ answer: (found, request) => (request > 5 ? found.slice(1) : found) });
    expect((await drain(object, "long/a")).error).toMatchObject({ code: "LDR_TRUNCATED" });
    source.bytes = bytes.slice(0, BODY_AT + 10);
    expect((await drain(object, "long/a")).error).toMatchObject({ code: "LDR_SOURCE_CHANGED" });
  });

  // @spec loader.read-sections.streaming.stop
  test("that is left stops its reads, reads no further, and leaves the artifact as it was", async () => {
    const { object, source, services } = await open({}, { concurrency: 2 });
    for await (const _piece of object.sections.stream("long/a")) break;
    const { signal } = source;
    expect(signal?.aborted).toBe(true);
    expect(source.reads).toHaveLength(OPENING + 2);
    expect(verified(services)).toEqual([]);
    expectSame(await object.sections.read("long/a"), body);
  });

  test("that is ended while a piece is on its way does not wait for it", async () => {
    const { object } = await open({
      answer: (found, request) => (request >= OPENING ? new Promise(() => undefined) : found),
    });
    const stream = object.sections.stream("long/a");
    const next = codeOf(stream.next());
    expect(await stream.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toBe("LDR_ABORTED");
  });

  // @spec loader.cancellation
  test("stops with its signal, and with the object", async () => {
    const { object } = await open({
      answer: (found, request) => (request >= OPENING + 3 ? new Promise(() => undefined) : found),
    });
    const controller = new AbortController();
    const stopped = drain(object, "long/a", { signal: controller.signal });
    const closed = drain(object, "long/a");
    controller.abort();
    expect((await stopped).error).toMatchObject({ code: "LDR_ABORTED", context: { phase: "read_sections" } });
    expect(await codeOf(object.sections.stream("long/a", { signal: controller.signal }).next())).toBe("LDR_ABORTED");
    await object.close();
    expect((await closed).error).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
    expect(await codeOf(object.sections.stream("long/a").next())).toBe("LDR_SOURCE_UNAVAILABLE");
  });

  test("is never further ahead than it may be, however slowly it is read", async () => {
    const { object, source } = await open({}, { concurrency: 3 });
    let taken = 0;
    for await (const _piece of object.sections.stream("long/a")) {
      taken += 1;
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
      expect(source.reads.length - OPENING).toBeLessThan(taken + 3);
    }
    expect(taken).toBe(PIECES);
  });

  test("of a section that is not there, and from a place that is not there, is refused", async () => {
    const { object, source } = await open();
    expect(await codeOf(object.sections.stream("nothing").next())).toBe("LDR_SECTION_NOT_SELECTED");
    for (const offset of [-1, BODY_BYTES + 1, 0.5, Number.NaN]) {
      await expect(object.sections.stream("long/a", { offset }).next()).rejects.toThrow(TypeError);
    }
    expect(source.reads).toHaveLength(OPENING);
  });
});

describe("verify", () => {
  // @spec loader.read-sections.bounded, loader.read-sections.again
  test("goes through as few buffers as reads can be under way, keeps nothing, and reads again each time", async () => {
    const { object, source, services } = await open({ fillsMemory: true }, { concurrency: 3 });
    await object.sections.verify("long/a");
    expect(source.targets).toHaveLength(PIECES);
    expect(new Set(source.targets.map(({ buffer }) => buffer)).size).toBe(3);
    await object.sections.verify("long/a");
    expect(source.reads).toHaveLength(OPENING + 2 * PIECES);
    expect(verified(services)).toEqual(["long/a", "long/a"]);
    source.bytes = damaged(BODY_AT + 9);
    expect(await codeOf(object.sections.verify("long/a"))).toBe("LDR_DIGEST_MISMATCH");
    expect(await codeOf(object.sections.verify("long/a", AbortSignal.abort()))).toBe("LDR_ABORTED");
    expect(await codeOf(object.sections.verify("nothing"))).toBe("LDR_SECTION_NOT_SELECTED");
  });

  test("of every selected body at load goes through as few buffers", async () => {
    const source = new ObservedSource(bytes, { fillsMemory: true });
    const loader = createLoader(recordedServices(nodeSha256), { pieceBytes: PIECE_BYTES, concurrency: 2 });
    await loader.load(source, { profile: SAMPLE_PROFILE, strategy: "lazy", verifyBodies: true });
    expect(new Set(source.targets.map(({ buffer }) => buffer)).size).toBe(2);
  });
});

describe("prefetch", () => {
  // @spec loader.read-sections.prefetch, loader.read-sections.shared
  test("reads neighbours together; an access meanwhile waits for the same read", async () => {
    const { object, source, services } = await open({}, { pieceBytes: 60_000 });
    const fetched = object.sections.prefetch(["near/d", "near/c", "near/b", "near/b", "data/words"]);
    const found = await object.sections.read("near/c");
    await fetched;
    expect(source.reads.slice(OPENING)).toEqual([{ offset: BODY_AT + BODY_BYTES, length: 60_000 }]);
    expectSame(found, neighbours[1]?.body as Uint8Array);
    for (const { sectionId, body: expected } of neighbours) expectSame(await object.sections.read(sectionId), expected);
    expect(source.reads).toHaveLength(OPENING + 1);
    expect(verified(services)).toEqual(["data/words", "near/b", "near/c", "near/d"]);
  });

  test("leaves to the first access what does not fit into the cache", async () => {
    const { object, source } = await open({}, { pieceBytes: 60_000, cacheBytes: 45_000 });
    await object.sections.prefetch(["near/b", "near/c", "near/d", "long/a"]);
    expect(source.reads.slice(OPENING)).toEqual([{ offset: BODY_AT + BODY_BYTES, length: 40_000 }]);
    await object.sections.read("near/b");
    await object.sections.read("near/c");
    expect(source.reads).toHaveLength(OPENING + 1);
  });

  test("tells of a faulty body and keeps the others", async () => {
    const { object, source } = await open({}, { pieceBytes: 60_000 });
    source.bytes = damaged(BODY_AT + BODY_BYTES + 20_000);
    expect(await codeOf(object.sections.prefetch(["near/b", "near/c", "near/d"]))).toBe("LDR_DIGEST_MISMATCH");
    await object.sections.read("near/b");
    await object.sections.read("near/d");
    expect(source.reads).toHaveLength(OPENING + 1);
    expect(await codeOf(object.sections.prefetch(["nothing"]))).toBe("LDR_SECTION_NOT_SELECTED");
  });

  test("that is stopped stops its read, unless somebody else waits for it", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { object, source } = await open(
      {
        answer: async (found, request) => {
          if (request >= OPENING) await gate;
          return found;
        },
      },
      { pieceBytes: 60_000 },
    );
    const controller = new AbortController();
    const fetched = codeOf(object.sections.prefetch(["near/b", "near/c"], controller.signal));
    const patient = object.sections.read("near/c");
    controller.abort();
    expect(await fetched).toBe("LDR_ABORTED");
    expect(source.signal?.aborted).toBe(false);
    release();
    expectSame(await patient, neighbours[1]?.body as Uint8Array);
    expect(source.reads).toHaveLength(OPENING + 1);
  });
});

describe("a lazy read that failed", () => {
  // @spec loader.read-sections.failed
  test("is not kept: an access in the very next moment reads again", async () => {
    let isBroken = true;
    const { object, source } = await open(
      { answer: (found, request) => (isBroken && request >= OPENING ? Promise.reject(new Error("cable")) : found) },
      { pieceBytes: 60_000 },
    );
    const first = codeOf(object.sections.read("near/b"));
    const second = object.sections.read("near/b").catch(() => {
      isBroken = false;
      return object.sections.read("near/b");
    });
    expect(await first).toBe("LDR_SOURCE_UNAVAILABLE");
    expectSame(await second, neighbours[0]?.body as Uint8Array);
    expect(source.reads).toHaveLength(OPENING + 2);
  });
});

describe("a host whose digest of long bytes does not hold the thread", () => {
  /** Counts what goes each way. */
  function twoWays(): { readonly sha256: Sha256; readonly long: number[]; failing: boolean } {
    const long: number[] = [];
    const ways = {
      long,
      failing: false,
      sha256: {
        ...nodeSha256,
        digestLong: async (data: Uint8Array): Promise<Uint8Array> => {
          long.push(data.length);
          if (ways.failing) throw new RangeError("too long");
          return nodeSha256.digest(data);
        },
      },
    };
    return ways;
  }

  const long = sampleSection("long/z", new Uint8Array(200_000).fill(7));
  const whole = serializer.serialize({ manifest: sampleManifest(), sections: [...sampleSections(), long] });

  test.each(["eager", "lazy"] as const)("is asked for it, also for a body of many pieces (%s)", async (strategy) => {
    for (const pieceBytes of [1_000_000, 30_000]) {
      for (const failing of [false, true]) {
        const ways = twoWays();
        ways.failing = failing;
        const loader = createLoader(recordedServices(ways.sha256), { pieceBytes });
        const object = await loader.load(new ObservedSource(whole), { profile: SAMPLE_PROFILE, strategy });
        expectSame(await object.sections.read("long/z"), long.body);
        expect(ways.long).toEqual([200_000]);
        const spoiled = whole.slice();
        spoiled[whole.length - TRAILER_SIZE - 1] = 0;
        const refused = createLoader(recordedServices(ways.sha256), { pieceBytes })
          .load(new ObservedSource(spoiled), { profile: SAMPLE_PROFILE, strategy })
          .then((loaded) => loaded.sections.read("long/z"));
        expect(await codeOf(refused)).toBe("LDR_DIGEST_MISMATCH");
      }
    }
  });

  test("is not asked where nobody can wait", async () => {
    const ways = twoWays();
    const object = await createLoader(recordedServices(ways.sha256), { pieceBytes: 30_000 }).load(
      new ObservedSource(whole, { isSynchronous: true }),
      { profile: SAMPLE_PROFILE },
    );
    expectSame(object.sections.readSync("long/z") as Uint8Array, long.body);
    expect(ways.long).toEqual([]);
  });
});
