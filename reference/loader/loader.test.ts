import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, test } from "vitest";
import { encodeManifest } from "../../generated/codecs/manifest.js";
import { encodeSectionIndex } from "../../generated/codecs/section-index.js";
import { LOADER_PHASES } from "../../generated/enums/loader-phase.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { Artifact } from "../contracts/buf-serializer.js";
import type { BufSource } from "../contracts/buf-source.js";
import type { SignatureRequest, SignatureVerdict } from "../contracts/security.js";
import { FaygerError } from "../errors/fayger-error.js";
import { nodeSha256 } from "../security/backends/node.js";
import type { LoaderOptions, LoadOptions } from "./load-options.js";
import { createLoader } from "./loader.js";
import { createMemorySource } from "./memory-source.js";
import { createSerializer } from "./serializer.js";
import { ObservedSource, type ObservedSourceOptions } from "./testing/observed-source.js";
import { type RecordedServices, recordedServices } from "./testing/recorded-services.js";
import { assemble, SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "./testing/sample-artifact.js";

const serializer = createSerializer(nodeSha256);
const sample: Artifact = { manifest: sampleManifest(), sections: sampleSections() };
const open: BufObject[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((object) => object.close()));
});

async function load(
  source: BufSource,
  options: Partial<LoadOptions> = {},
  loader: LoaderOptions = {},
  services: RecordedServices = recordedServices(nodeSha256),
): Promise<BufObject> {
  const object = await createLoader(services, loader).load(source, { profile: SAMPLE_PROFILE, ...options });
  open.push(object);
  return object;
}

function bytesOf(artifact: Artifact): Uint8Array {
  return serializer.serialize(artifact);
}

/** An artifact whose bodies do not fit into the first read. */
function longArtifact(sections: number, bodyBytes: number): Artifact {
  const data = Array.from({ length: sections }, (_, at) =>
    sampleSection(`data/s${String(at).padStart(6, "0")}`, new Uint8Array(bodyBytes).fill(at)),
  );
  return { manifest: sampleManifest(), sections: [...sampleSections(), ...data] };
}

async function rejection(work: Promise<unknown>): Promise<FaygerError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FaygerError);
  return error as FaygerError;
}

describe("a source in memory", () => {
  // @spec loader.source.memory, errors.api-misuse
  test("is made of bytes, and of nothing else: a mistake of its caller is no damaged artifact", async () => {
    const bytes = bytesOf(sample);
    // As another frame of a page, or a test runner with contexts of its own, makes them.
    const foreign = runInNewContext("new ArrayBuffer(length)", { length: bytes.length });
    new Uint8Array(foreign).set(bytes);
    for (const given of [bytes, Buffer.from(bytes), new Uint8Array(bytes).buffer, foreign])
      expect((await load(createMemorySource(given))).index.length).toBe(sample.sections.length);
    for (const given of [undefined, "text", [1, 2, 3], new Uint16Array(60), new DataView(new ArrayBuffer(92)), {}])
      expect(() => createMemorySource(given as never)).toThrow(TypeError);
  });
});

describe("a load", () => {
  // @spec loader.hand-off
  test("hands over what the artifact says", async () => {
    const object = await load(createMemorySource(bytesOf(sample)), { strategy: "eager" });
    expect(object.manifest).toMatchObject(sample.manifest);
    expect(Array.from(object.index, (entry) => [entry.sectionId, entry.offset, entry.length])).toEqual([
      ["code/main", 0, 8],
      ["data/words", 8, 6],
    ]);
    expect(object.trust).toBe("unsigned");
    expect(object.strategy).toBe("eager");
    expect(object.selection).toEqual({ selected: ["code/main", "data/words"], skipped: [], selectedBytes: 14 });
    expect(await object.sections.read("data/words")).toEqual(sample.sections[1]?.body);
    expect(object.sections.readSync("data/words")).toEqual(sample.sections[1]?.body);
  });

  // @spec loader.phases, loader.events, loader.strategy, loader.resolve.assembly
  // @spec manifest.deprecation-notice, selection.skipped-event, signatures.events
  test.each(["eager", "lazy"] as const)("tells every phase in order, and what it did (%s)", async (strategy) => {
    const services = recordedServices(nodeSha256);
    const constrained = sampleSection("data/drone", Uint8Array.of(1), {
      profileConstraints: { terminals: ["embedded"] },
    });
    const manifest = sampleManifest({ deprecationNotice: "use another", assembly: "fay/it" });
    const assembly = sampleSection("fay/it", Uint8Array.of(2), {
      kind: 5,
      profileConstraints: { terminals: ["desktop"] },
    });
    await load(
      createMemorySource(bytesOf({ manifest, sections: [...sampleSections(), constrained, assembly] })),
      { strategy },
      {},
      services,
    );
    const names = services.recorded.map((event) => event.name);
    const phases = (name: string): unknown[] =>
      services.recorded
        .filter((event) => event.name === name)
        .map((event) => (event.fields as { phase: string }).phase);
    expect(phases("load.phase_started")).toEqual(LOADER_PHASES);
    expect(phases("load.phase_completed")).toEqual(LOADER_PHASES);
    expect(names.slice(0, 2)).toEqual(["load.load_started", "load.phase_started"]);
    expect(names.filter((name) => name === "load.load_started")).toHaveLength(1);
    expect(names.filter((name) => name === "load.source_opened")).toHaveLength(1);
    expect(names.at(-1)).toBe("load.load_completed");
    expect(names.filter((name) => name === "load.section_verified")).toHaveLength(strategy === "eager" ? 2 : 0);
    expect(services.recorded).toContainEqual({
      name: "load.section_skipped",
      fields: { section_id: "data/drone", reason: "terminal", length: 1 },
    });
    expect(services.recorded).toContainEqual({ name: "load.assembly_unselected", fields: { section_id: "fay/it" } });
    expect(services.recorded).toContainEqual({
      name: "load.deprecated",
      fields: { name: manifest.name, notice: "use another" },
    });
    expect(services.recorded).toContainEqual({ name: "security.signature_skipped", fields: { trust: "unsigned" } });
    for (const event of services.recorded) {
      if (event.name === "load.phase_completed") expect(event.fields.duration_ns).toBeGreaterThan(0);
    }
  });

  // @spec selection.profile.invalid, selection.profile
  test("refuses a wrong profile before anything is read, and gives the source back", async () => {
    const source = new ObservedSource(bytesOf(sample));
    const profile = { terminal: "server", capabilities: [], features: [], memory_bytes: -1 };
    const error = await rejection(load(source, { profile }));
    expect(error).toMatchObject({ code: "LDR_PROFILE_INVALID", context: { path: "$.memory_bytes", found: "-1" } });
    expect(source.reads).toEqual([]);
    expect(source.closed).toBe(1);
  });

  // @spec loader.source.closed
  test("gives the source back when it fails and when the object is closed, and answers nothing afterwards", async () => {
    const broken = new ObservedSource(new Uint8Array(10));
    expect((await rejection(load(broken))).code).toBe("LDR_BAD_MAGIC");
    expect(broken.closed).toBe(1);
    const source = new ObservedSource(bytesOf(sample));
    const object = await load(source);
    await object.close();
    expect(source.closed).toBe(1);
    expect(await rejection(object.sections.read("code/main"))).toMatchObject({
      code: "LDR_SOURCE_UNAVAILABLE",
      context: { phase: "read_sections" },
    });
    expect(() => object.sections.readSync("code/main")).toThrow(FaygerError);
  });

  // @spec loader.verify-digest.expected
  test("that fails when it is handed over leaves nothing to read", async () => {
    let taken: BufObject | undefined;
    const refused = new FaygerError("LDR_ABORTED", "not taken", { phase: "hand_off" });
    const handOff = (object: BufObject): never => {
      taken = object;
      throw refused;
    };
    const loading = load(createMemorySource(bytesOf(sample)), { strategy: "eager", handOff });
    expect(await rejection(loading)).toBe(refused);
    expect((await rejection(taken?.sections.read("data/words") ?? Promise.resolve())).code).toBe(
      "LDR_SOURCE_UNAVAILABLE",
    );
  });

  test("takes an artifact by its manifest digest", async () => {
    const bytes = bytesOf(sample);
    const { manifestDigest } = await load(createMemorySource(bytes));
    expect((await load(createMemorySource(bytes), { expectedManifestDigest: manifestDigest })).manifestDigest).toEqual(
      manifestDigest,
    );
    const error = await rejection(load(createMemorySource(bytes), { expectedManifestDigest: new Uint8Array(32) }));
    expect(error).toMatchObject({
      code: "LDR_DIGEST_MISMATCH",
      context: { phase: "verify_digest", part: "expected_manifest", offset: 48 },
    });
  });

  // @spec manifest.dependencies, loader.resolve.dependencies
  test("resolves dependencies against what the host offers", async () => {
    const manifest = sampleManifest({ dependencies: [{ name: "acme/library", versionRange: "^1.2.0" }] });
    const source = (): BufSource => createMemorySource(bytesOf({ ...sample, manifest }));
    await load(
      source(),
      {},
      {
        offers: [
          { name: "acme/library", version: "1.1.0" },
          { name: "acme/library", version: "1.3.0" },
        ],
      },
    );
    const error = await rejection(
      load(
        source(),
        {},
        {
          offers: [
            { name: "acme/library", version: "2.0.0" },
            { name: "other", version: "1.3.0" },
          ],
        },
      ),
    );
    expect(error).toMatchObject({
      code: "LDR_DEPENDENCY_UNRESOLVED",
      context: { phase: "resolve", name: "acme/library", version_range: "^1.2.0", available: ["2.0.0"] },
    });
  });

  test.each([
    ["missing", { section: "data/none", symbol: "main" }],
    ["not_code", { section: "data/words", symbol: "main" }],
    ["not_selected", { section: "data/drone", symbol: "main" }],
  ])("refuses an entry that is %s", async (reason, entry) => {
    const drone = sampleSection("data/drone", Uint8Array.of(1), {
      kind: 1,
      profileConstraints: { terminals: ["embedded"] },
    });
    const artifact = { manifest: sampleManifest({ entry }), sections: [...sampleSections(), drone] };
    const error = await rejection(load(createMemorySource(bytesOf(artifact))));
    expect(error).toMatchObject({
      code: "LDR_ENTRY_UNRESOLVED",
      context: { phase: "resolve", section_id: entry.section, reason },
    });
  });
});

describe("reads", () => {
  const forms: readonly ObservedSourceOptions[] = [{}, { opensEnds: true }];

  // @spec loader.reads.small
  test.each(forms)("a small artifact costs one, eager or lazy (%j)", async (form) => {
    for (const strategy of ["eager", "lazy"] as const) {
      const services = recordedServices(nodeSha256);
      const source = new ObservedSource(bytesOf(sample), form);
      const object = await load(source, { strategy }, {}, services);
      const completed = services.recorded.find((event) => event.name === "load.load_completed");
      expect(completed?.fields).toMatchObject({ reads: 1, sections: 2 });
      await object.sections.read("code/main");
      await object.sections.read("data/words");
      // openEnds of this source reads the tail as well.
      expect(source.reads).toHaveLength(form.opensEnds === true ? 2 : 1);
    }
  });

  // @spec loader.reads.open
  test.each([1, 10, 150])("a large artifact of %i more sections opens with two, in parallel", async (sections) => {
    const bytes = bytesOf(longArtifact(sections, 40_000));
    const source = new ObservedSource(bytes);
    await load(source);
    expect(source.reads).toEqual([
      { offset: 0, length: 16_384 },
      { offset: bytes.length - 44, length: 44 },
    ]);
  });

  test("ten thousand sections open with three", async () => {
    const bytes = bytesOf(longArtifact(10_000, 3));
    const source = new ObservedSource(bytes);
    const object = await load(source);
    expect(source.reads).toHaveLength(3);
    const [, , rest] = source.reads;
    expect(rest?.offset).toBe(16_384);
    expect((rest?.offset ?? 0) + (rest?.length ?? 0)).toBe(bytes.length - 44 - 14 - 30_000);
    await object.sections.read("data/s009999");
    expect(source.reads).toHaveLength(4);
    expect(source.reads[3]?.length).toBe(3);
  });

  // @spec loader.limits.allocation, loader.source.short-read
  test("no memory is made for what follows the front before its bytes are there, whatever a source could fill", async () => {
    const bytes = bytesOf(longArtifact(2000, 3));
    const copying = new ObservedSource(bytes);
    const filling = new ObservedSource(bytes, { fillsMemory: true });
    const [copied, filled] = [await load(copying), await load(filling)];
    expect(filling.reads).toEqual(copying.reads);
    expect(filling.targets).toEqual([]);
    expect(Array.from(filled.index, ({ sectionId }) => sectionId)).toEqual(
      Array.from(copied.index, ({ sectionId }) => sectionId),
    );
    const short = (found: Uint8Array, request: number): Uint8Array => (request === 2 ? found.subarray(1) : found);
    for (const options of [{ answer: short }, { answer: short, fillsMemory: true }]) {
      await expect(load(new ObservedSource(bytes, options))).rejects.toMatchObject({
        code: "LDR_TRUNCATED",
        context: { phase: "read_head" },
      });
    }
  });

  // @spec loader.reads.bodies, loader.read-sections.coalesced
  test("an eager load joins neighbours and never touches an unselected body", async () => {
    const hidden = { profileConstraints: { terminals: ["embedded"] } };
    const bodies = Array.from({ length: 9 }, (_, at) => {
      const body = new Uint8Array(20_000).fill(at);
      return sampleSection(`data/s${at}`, body, at === 4 ? hidden : {});
    });
    const artifact = { manifest: sampleManifest(), sections: [...sampleSections(), ...bodies] };
    const bytes = bytesOf(artifact);
    const source = new ObservedSource(bytes);
    const object = await load(source, { strategy: "eager" });
    expect(object.selection.skipped).toEqual([{ sectionId: "data/s4", reason: "terminal", length: 20_000 }]);
    // Two to open, two for the runs on both sides of the gap.
    expect(source.reads).toHaveLength(4);
    const hiddenAt = bytes.length - 44 - 6 - 4 * 20_000 - 20_000;
    for (const { offset, length } of source.reads.slice(2)) {
      expect(offset + length <= hiddenAt || offset >= hiddenAt + 20_000).toBe(true);
    }
    for (const { sectionId, body } of artifact.sections) {
      if (sectionId !== "data/s4") expect(Buffer.compare(await object.sections.read(sectionId), body)).toBe(0);
    }
    expect(source.reads).toHaveLength(4);
  });

  test("a longer body than a piece is read piece by piece, with the same result", async () => {
    const artifact = longArtifact(3, 50_000);
    for (const strategy of ["eager", "lazy"] as const) {
      const source = new ObservedSource(bytesOf(artifact), { isSynchronous: true });
      const object = await load(source, { strategy }, { pieceBytes: 7_000, cacheBytes: 0 });
      for (const { sectionId, body } of artifact.sections) {
        expect(Buffer.compare(await object.sections.read(sectionId), body)).toBe(0);
        expect(Buffer.compare(object.sections.readSync(sectionId) ?? new Uint8Array(), body)).toBe(0);
      }
      expect(Math.max(...source.reads.slice(2).map((read) => read.length))).toBeLessThanOrEqual(7_000);
    }
  });

  // @spec loader.limits.allocation, format.bounds
  test("hostile lengths are refused by the size before anything is asked for", async () => {
    const bytes = bytesOf(sample);
    for (const [at, code] of [
      [24, "LDR_LIMIT_EXCEEDED"],
      [40, "LDR_LIMIT_EXCEEDED"],
      [30, "LDR_TRUNCATED"],
    ] as const) {
      const hostile = bytes.slice();
      hostile[at] = at === 30 ? 0x0f : 0xff;
      const source = new ObservedSource(hostile);
      expect(await rejection(load(source))).toMatchObject({ code, context: { phase: "read_head" } });
      expect(source.reads).toHaveLength(1);
    }
  });
});

describe("a source that misbehaves", () => {
  const bytes = bytesOf(longArtifact(2, 40_000));

  // @spec loader.source.unavailable, loader.source.untrusted
  test("throwing anything is LDR_SOURCE_UNAVAILABLE with the host's error below it", async () => {
    for (const thrown of [new Error("disk on fire /home/secret"), "text", undefined, { code: "EIO" }]) {
      const source = new ObservedSource(bytes, { answer: () => Promise.reject(thrown) });
      const error = await rejection(load(source));
      expect(error).toMatchObject({
        code: "LDR_SOURCE_UNAVAILABLE",
        context: { phase: "read_head", source: "observed" },
      });
      expect(error.cause?.code).toBe("HOST_ERROR");
      expect(JSON.stringify(error)).not.toContain("secret");
    }
  });

  test("its own coded errors keep their code and get the phase of the load", async () => {
    const own = new FaygerError("LDR_SOURCE_UNAVAILABLE", "server says 503", {
      phase: "read_head",
      source: "observed",
      reason: "503",
    });
    const source = new ObservedSource(bytes, {
      answer: (found, request) => (request < 2 ? found : Promise.reject(own)),
    });
    const error = await rejection(load(source, { strategy: "eager" }));
    expect(error).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", context: { phase: "read_sections", reason: "503" } });
  });

  // @spec loader.source.short-read, loader.source.long-read
  test("fewer bytes are LDR_TRUNCATED, more bytes LDR_SOURCE_UNAVAILABLE, no bytes as well", async () => {
    const cases = [
      [(found: Uint8Array) => found.slice(1), "LDR_TRUNCATED"],
      [(found: Uint8Array) => Uint8Array.of(...found, 0), "LDR_SOURCE_UNAVAILABLE"],
      [() => "text" as unknown as Uint8Array, "LDR_SOURCE_UNAVAILABLE"],
    ] as const;
    for (const [answer, code] of cases) {
      for (const request of [0, 1, 2]) {
        const source = new ObservedSource(bytes, {
          answer: (found, number) => (number === request ? answer(found) : found),
        });
        const error = await rejection(load(source, { strategy: "eager" }));
        expect([request, error.code]).toEqual([request, code]);
      }
    }
  });

  test.each([Number.NaN, -1, 1.5, 2 ** 60, Number.POSITIVE_INFINITY])(
    "a size of %d is LDR_SOURCE_UNAVAILABLE",
    async (size) => {
      const source = createMemorySource(bytes);
      const error = await rejection(
        load({ description: "odd", size: async () => size, read: source.read, close: source.close }),
      );
      expect(error).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", context: { phase: "read_head" } });
    },
  );

  // @spec loader.source.untrusted
  test("ends that are none are LDR_SOURCE_UNAVAILABLE, a tag that is no text counts as none", async () => {
    const source = new ObservedSource(bytesOf(sample), { opensEnds: true });
    Object.assign(source, { openEnds: async () => null });
    expect((await rejection(load(source))).code).toBe("LDR_SOURCE_UNAVAILABLE");
    for (const tag of [null, 5, {}]) {
      const tagged = new ObservedSource(bytesOf(longArtifact(1, 20_000)));
      Object.assign(tagged, { etag: async () => tag });
      const object = await load(tagged);
      expect(await object.sections.read("data/s000000")).toHaveLength(20_000);
    }
  });

  test("exabytes declared by the source itself allocate nothing", async () => {
    const source: BufSource = {
      description: "boaster",
      size: async () => Number.MAX_SAFE_INTEGER,
      read: async (offset, length) => (offset === 0 ? bytes.slice(0, length) : new Uint8Array(length)),
      close: async () => undefined,
    };
    expect(await rejection(load(source))).toMatchObject({
      code: "LDR_STRUCTURE_INVALID",
      context: { reason: "computed_end" },
    });
  });
});

describe("a caller that stops", () => {
  test("gets LDR_ABORTED also where whoever takes the object never answers", async () => {
    const stop = new AbortController();
    const loading = load(createMemorySource(bytesOf(sample)), {
      signal: stop.signal,
      handOff: () => {
        stop.abort();
        return new Promise(() => undefined);
      },
    });
    expect(await rejection(loading)).toMatchObject({ code: "LDR_ABORTED", context: { phase: "hand_off" } });
  });

  // @spec loader.cancellation
  test("gets LDR_ABORTED with the phase, before, during and between phases, also from a source that never answers", async () => {
    const bytes = bytesOf(longArtifact(2, 40_000));
    const stopped = AbortSignal.abort();
    expect(await rejection(load(createMemorySource(bytes), { signal: stopped }))).toMatchObject({
      code: "LDR_ABORTED",
      context: { phase: "read_head" },
    });

    const controller = new AbortController();
    const silent = new ObservedSource(bytes, { answer: () => new Promise(() => undefined) });
    const waiting = rejection(load(silent, { signal: controller.signal }));
    controller.abort();
    expect(await waiting).toMatchObject({ code: "LDR_ABORTED", context: { phase: "read_head" } });

    const later = new AbortController();
    const half = new ObservedSource(bytes, {
      answer: (found, request) => {
        if (request < 2) return found;
        queueMicrotask(() => later.abort());
        return new Promise(() => undefined);
      },
    });
    expect(await rejection(load(half, { signal: later.signal, strategy: "eager" }))).toMatchObject({
      code: "LDR_ABORTED",
      context: { phase: "read_sections" },
    });
    expect(half.closed).toBe(1);
  });

  test("has one listener on its signal, however many loads and bodies wait with it, and none afterwards", async () => {
    const listeners = new Set<() => void>();
    let most = 0;
    const signal = {
      aborted: false,
      addEventListener(_type: "abort", listener: () => void): void {
        listeners.add(listener);
        most = Math.max(most, listeners.size);
      },
      removeEventListener: (_type: "abort", listener: () => void) => void listeners.delete(listener),
    };
    const bytes = bytesOf(longArtifact(12, 40_000));
    const objects = await Promise.all(
      (["eager", "lazy"] as const).map((strategy) => load(new ObservedSource(bytes), { signal, strategy })),
    );
    for (const { sections, selection } of objects) {
      await Promise.all(selection.selected.map((sectionId) => sections.read(sectionId, signal)));
      await Promise.all(selection.selected.map((sectionId) => sections.verify(sectionId, signal)));
      await sections.prefetch(selection.selected, signal);
    }
    expect({ most, left: listeners.size }).toEqual({ most: 1, left: 0 });
  });

  test("gets LDR_ABORTED also where the source throws when it hears of it", async () => {
    const source: ObservedSource = new ObservedSource(bytesOf(longArtifact(1, 40_000)), {
      answer: (found, request) => {
        source.signal?.addEventListener("abort", () => {
          throw new Error("not now");
        });
        return request < 2 ? found : new Promise<never>(() => undefined);
      },
    });
    const object = await load(source);
    const stop = new AbortController();
    const readings = ["data/s000000", "data/s000000"].map((id) =>
      object.sections.read(id, stop.signal).catch((error: unknown) => error),
    );
    await new Promise(setImmediate);
    stop.abort();
    for (const error of await Promise.all(readings)) expect(error).toMatchObject({ code: "LDR_ABORTED" });
    await object.close();
  });
});

describe("growth", () => {
  // @spec versions.negotiation.minor, encoding.growth.higher, encoding.growth.index, selection.unknown-constraint
  test("a higher minor loads, keeps what it does not know, and never applies a constraint it does not know", async () => {
    const later = { key: "zz_later", value: Uint8Array.of(0x82, 1, 2) };
    const manifest = sampleManifest({ schemaVersion: [1, 7], unknownFields: [later] });
    const constrained = sampleSection("data/later", Uint8Array.of(1), {
      profileConstraints: { unknownFields: [later] },
    });
    const artifact = { manifest, sections: [...sampleSections(), constrained] };
    const bytes = bytesOf(artifact);
    const object = await load(createMemorySource(bytes));
    expect(object.manifest.unknownFields).toEqual([later]);
    expect(object.selection.skipped).toEqual([{ sectionId: "data/later", reason: "unknown_constraint", length: 1 }]);
    expect(serializer.serialize(serializer.parse(bytes))).toEqual(bytes);
  });

  // @spec versions.negotiation.schema, encoding.growth.major, compatibility.schema.frozen
  test("another major passes digests and signature, without a name to judge by, and fails in negotiate_version", async () => {
    const index = encodeSectionIndex([]);
    const manifest = encodeManifest({ ...sampleManifest(), sectionIndexDigest: nodeSha256.digest(index) });
    manifest[Buffer.from(manifest).indexOf("schema_version") + "schema_version".length + 1] = 2;
    const bytes = assemble({ manifest, index, bodies: new Uint8Array() }, nodeSha256);
    const requests: SignatureRequest[] = [];
    const decide =
      (accepted: boolean) =>
      async (request: SignatureRequest): Promise<SignatureVerdict> => {
        requests.push(request);
        return accepted ? { accepted, trust: "verified" } : { accepted, reason: "MissingSignature" };
      };
    const error = await rejection(
      load(createMemorySource(bytes), {}, {}, recordedServices(nodeSha256, { decide: decide(true) })),
    );
    expect(error).toMatchObject({
      code: "LDR_SCHEMA_VERSION_UNSUPPORTED",
      context: { phase: "negotiate_version", required: "2.0", available: "1.0", expected_range: "1.x" },
    });
    const refused = await rejection(
      load(createMemorySource(bytes), {}, {}, recordedServices(nodeSha256, { decide: decide(false) })),
    );
    expect(refused).toMatchObject({
      code: "LDR_SIGNATURE_FAIL",
      context: { phase: "verify_signature", reason: "MissingSignature" },
    });
    expect(requests.map((request) => request.artifactName)).toEqual([undefined, undefined]);
    expect(() => serializer.parse(bytes)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("schema 2.0") }),
    );
  });

  // @spec versions.negotiation.runtime-interface
  test("a host that offers less, or another major, refuses the artifact", async () => {
    const bytes = bytesOf({ ...sample, manifest: sampleManifest({ runtimeInterfaceMin: [1, 2, 0] }) });
    await load(createMemorySource(bytes), {}, { runtimeInterface: [1, 10, 0] });
    for (const runtimeInterface of [
      [1, 1, 9],
      [2, 2, 0],
      [0, 9, 9],
    ] as const) {
      const error = await rejection(load(createMemorySource(bytes), {}, { runtimeInterface }));
      expect(error).toMatchObject({
        code: "LDR_RUNTIME_INTERFACE_UNSUPPORTED",
        context: { phase: "negotiate_version", required: "1.2.0", available: runtimeInterface.join(".") },
      });
    }
  });
});
