import { describe, expect, test } from "vitest";
import { TRAILER_SIZE } from "../../generated/layouts/trailer.js";
import type { BufObject } from "../contracts/buf-object.js";
import { FaygerError } from "../errors/fayger-error.js";
import { nodeSha256 } from "../security/backends/node.js";
import type { LoaderOptions } from "./load-options.js";
import { createLoader } from "./loader.js";
import { createSerializer } from "./serializer.js";
import { ObservedSource, type ObservedSourceOptions } from "./testing/observed-source.js";
import { type RecordedServices, recordedServices } from "./testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "./testing/sample-artifact.js";

const serializer = createSerializer(nodeSha256);
const BODY_BYTES = 20_000;
const big = ["a", "b", "c"].map((letter) =>
  sampleSection(`big/${letter}`, new Uint8Array(BODY_BYTES).fill(letter.charCodeAt(0))),
);
const artifact = { manifest: sampleManifest(), sections: [...big, ...sampleSections()] };
const bytes = serializer.serialize(artifact);
/** Reads that opening costs: both ends. */
const OPENING = 2;
const bodyA = big[0]?.body;

interface Opened {
  readonly object: BufObject;
  readonly source: ObservedSource;
  readonly services: RecordedServices;
}

async function openLazily(
  options: ObservedSourceOptions = {},
  loader: LoaderOptions = {},
  tag?: string,
): Promise<Opened> {
  const services = recordedServices(nodeSha256);
  const source = new ObservedSource(bytes, options);
  source.tag = tag;
  const object = await createLoader(services, loader).load(source, { profile: SAMPLE_PROFILE, strategy: "lazy" });
  expect(source.reads).toHaveLength(OPENING);
  return { object, source, services };
}

function verified({ recorded }: RecordedServices): number {
  return recorded.filter((event) => event.name === "load.section_verified").length;
}

/** Far quicker than a deep comparison of long bodies. */
function expectSame(found: Uint8Array | undefined, expected: Uint8Array | undefined): void {
  expect(Buffer.compare(found ?? new Uint8Array(), expected ?? Uint8Array.of(1))).toBe(0);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FaygerError);
  const { code, context } = error as FaygerError;
  expect((context as { readonly phase: string }).phase).toBe("read_sections");
  return code;
}

describe("a lazy body", () => {
  // @spec loader.strategy, loader.read-sections.verified-first
  test("is read at its first access, verified, and then kept", async () => {
    const { object, source, services } = await openLazily();
    expectSame(await object.sections.read("big/a"), bodyA);
    expectSame(await object.sections.read("big/a"), bodyA);
    expect(source.reads).toHaveLength(OPENING + 1);
    expect(verified(services)).toBe(1);
  });

  // @spec loader.read-sections.shared
  test("is read once for concurrent first accesses", async () => {
    const { object, source, services } = await openLazily();
    const bodies = await Promise.all(Array.from({ length: 20 }, () => object.sections.read("big/b")));
    expect(new Set(bodies).size).toBe(1);
    expect(source.reads).toHaveLength(OPENING + 1);
    expect(verified(services)).toBe(1);
  });

  // @spec loader.read-sections.again
  test("that left the cache is read and verified again, and a change since then is refused", async () => {
    const { object, source, services } = await openLazily({}, { cacheBytes: BODY_BYTES });
    await object.sections.read("big/a");
    await object.sections.read("big/b");
    await object.sections.read("big/a");
    expect(source.reads).toHaveLength(OPENING + 3);
    expect(verified(services)).toBe(3);
    await object.sections.read("big/b");
    source.bytes = bytes.slice();
    source.bytes[source.bytes.length - 44 - 14 - 3 * BODY_BYTES] = 0;
    expect(await codeOf(object.sections.read("big/a"))).toBe("LDR_DIGEST_MISMATCH");
  });

  test("that is damaged is refused each time, and does not spoil the others", async () => {
    const { object, source } = await openLazily();
    source.bytes = bytes.slice();
    source.bytes[source.bytes.length - 44 - 14 - 2 * BODY_BYTES] = 0;
    for (let i = 0; i < 2; i += 1) expect(await codeOf(object.sections.read("big/b"))).toBe("LDR_DIGEST_MISMATCH");
    expectSame(await object.sections.read("big/a"), bodyA);
  });

  // @spec loader.source.changed
  test("of a source whose size or tag changed is LDR_SOURCE_CHANGED, whatever its bytes are", async () => {
    const changes: readonly Partial<Pick<ObservedSource, "bytes" | "tag">>[] = [
      { bytes: bytes.slice(0, -1) },
      { bytes: Uint8Array.of(...bytes, 0) },
      { bytes: new Uint8Array(10) },
      { tag: '"two"' },
      { tag: undefined },
      { tag: 'W/"one"' },
    ];
    for (const change of changes) {
      for (const section of ["big/c", "data/words"]) {
        const { object, source } = await openLazily({}, {}, '"one"');
        Object.assign(source, change);
        expect(await codeOf(object.sections.read(section))).toBe("LDR_SOURCE_CHANGED");
      }
    }
  });

  // @spec loader.source.strong-etag
  test("does not care about weak tags", async () => {
    const { object, source } = await openLazily({}, {}, 'W/"one"');
    source.tag = 'W/"two"';
    expectSame(await object.sections.read("big/a"), bodyA);
  });

  // @spec loader.read-sections.unselected
  test("that was not selected, or does not exist, never reaches the source", async () => {
    const services = recordedServices(nodeSha256);
    const source = new ObservedSource(bytes, { isSynchronous: true });
    const object = await createLoader(services).load(source, {
      profile: { ...SAMPLE_PROFILE, max_section_bytes: 100 },
    });
    expect(object.sections.isSelected("big/a")).toBe(false);
    for (const [section, reason] of [
      ["big/a", "max_section_bytes"],
      ["none", "missing"],
      ["__proto__", "missing"],
    ] as const) {
      await expect(object.sections.read(section)).rejects.toMatchObject({
        code: "LDR_SECTION_NOT_SELECTED",
        context: { section_id: section, reason },
      });
      expect(() => object.sections.readSync(section)).toThrow(FaygerError);
    }
    expect(source.reads).toHaveLength(OPENING);
  });
});

describe("readSync", () => {
  test("reads and verifies where the source can, and shares the cache with read", async () => {
    const { object, source } = await openLazily({ isSynchronous: true });
    expectSame(object.sections.readSync("big/a"), bodyA);
    expect(await object.sections.read("big/a")).toBe(object.sections.readSync("big/a"));
    expect(source.reads).toHaveLength(OPENING + 1);
    source.bytes = bytes.slice();
    source.bytes[source.bytes.length - 44 - 14 - 2 * BODY_BYTES] = 0;
    expect(() => object.sections.readSync("big/b")).toThrow(FaygerError);
  });

  test("answers undefined where the source needs waiting and the body is not at hand", async () => {
    const { object } = await openLazily();
    expect(object.sections.readSync("big/b")).toBeUndefined();
    await object.sections.read("big/b");
    expectSame(object.sections.readSync("big/b"), big[1]?.body);
  });

  test("answers with what opening has read, where the source needs waiting", async () => {
    const small = serializer.serialize({ manifest: sampleManifest(), sections: sampleSections() });
    const object = await createLoader(recordedServices(nodeSha256)).load(new ObservedSource(small), {
      profile: SAMPLE_PROFILE,
    });
    expect(object.sections.readSync("data/words")).toEqual(sampleSections()[1]?.body);
  });
});

describe("an access that its caller stops", () => {
  test("ends for that caller alone; the read goes on for the others", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { object, source } = await openLazily({
      answer: async (found, request) => {
        if (request >= OPENING) await gate;
        return found;
      },
    });
    const controller = new AbortController();
    const patient = object.sections.read("big/a");
    const hasty = codeOf(object.sections.read("big/a", controller.signal));
    controller.abort();
    expect(await hasty).toBe("LDR_ABORTED");
    release();
    expectSame(await patient, bodyA);
    expect(source.reads).toHaveLength(OPENING + 1);
  });

  test("of all callers stops the read, and the next access starts a new one", async () => {
    let isBlocked = true;
    const { object, source } = await openLazily({
      answer: (found, request) => (request >= OPENING && isBlocked ? new Promise(() => undefined) : found),
    });
    const controller = new AbortController();
    const first = codeOf(object.sections.read("big/a", controller.signal));
    const second = codeOf(object.sections.read("big/a", controller.signal));
    controller.abort();
    expect([await first, await second]).toEqual(["LDR_ABORTED", "LDR_ABORTED"]);
    isBlocked = false;
    expectSame(await object.sections.read("big/a"), bodyA);
    expect(source.reads).toHaveLength(OPENING + 2);
  });

  test("ends with the object when that is closed", async () => {
    const { object } = await openLazily({
      answer: (found, request) => (request >= OPENING ? new Promise(() => undefined) : found),
    });
    const waiting = codeOf(object.sections.read("big/a"));
    await object.close();
    expect(await waiting).toBe("LDR_SOURCE_UNAVAILABLE");
  });
});

describe("an eager load", () => {
  // @spec loader.read-sections.order
  test("reports the first faulty body in index order, whatever arrives first", async () => {
    const spoiled = bytes.slice();
    spoiled[bytes.length - 44 - 14 - BODY_BYTES] = 0;
    spoiled[bytes.length - 44 - 14 - 2 * BODY_BYTES] = 0;
    const source = new ObservedSource(spoiled, {
      answer: async (found, request) => {
        for (let i = 0; i < 20 - request; i += 1) await Promise.resolve();
        return found;
      },
    });
    const loader = createLoader(recordedServices(nodeSha256), { pieceBytes: BODY_BYTES, concurrency: 8 });
    await expect(loader.load(source, { profile: SAMPLE_PROFILE, strategy: "eager" })).rejects.toMatchObject({
      code: "LDR_DIGEST_MISMATCH",
      context: { part: "section", section_id: "big/b" },
    });
  });

  test("never has more reads under way than it may", async () => {
    let underWay = 0;
    let most = 0;
    const source = new ObservedSource(bytes, {
      answer: async (found) => {
        underWay += 1;
        most = Math.max(most, underWay);
        for (let i = 0; i < 10; i += 1) await Promise.resolve();
        underWay -= 1;
        return found;
      },
    });
    const loader = createLoader(recordedServices(nodeSha256), { pieceBytes: 1_000, concurrency: 2 });
    await loader.load(source, { profile: SAMPLE_PROFILE, strategy: "eager" });
    expect(most).toBe(2);
  });
});

describe("a lazy load that verifies bodies", () => {
  const options = { profile: SAMPLE_PROFILE, strategy: "lazy", verifyBodies: true } as const;

  // @spec loader.read-sections.bounded
  test("reads each of them once, piece by piece, and keeps none", async () => {
    const services = recordedServices(nodeSha256);
    const source = new ObservedSource(bytes);
    const object = await createLoader(services, { pieceBytes: 6000 }).load(source, options);
    expect(verified(services)).toBe(artifact.sections.length);
    expect(source.reads.every(({ length }) => length <= 16_384)).toBe(true);
    const before = source.reads.length;
    expectSame(await object.sections.read("big/a"), bodyA);
    expect(source.reads.length).toBeGreaterThan(before);
    await object.close();
  });

  test("gives the verdict of an eager load", async () => {
    for (const pieceBytes of [6000, 1_000_000]) {
      const damaged = bytes.slice();
      const at = damaged.length - TRAILER_SIZE - sampleSections().reduce((sum, { body }) => sum + body.length, 0) - 1;
      damaged[at] = 0;
      const loader = createLoader(recordedServices(nodeSha256), { pieceBytes });
      const verdicts = await Promise.all(
        [options, { profile: SAMPLE_PROFILE, strategy: "eager" } as const].map(async (form) =>
          loader.load(new ObservedSource(damaged), form).catch((error: unknown) => error),
        ),
      );
      expect(verdicts[0]).toMatchObject({ code: "LDR_DIGEST_MISMATCH", context: { section_id: "big/c" } });
      expect(verdicts[1]).toEqual(verdicts[0]);
    }
  });
});
