import { beforeAll, describe, expect, test } from "vitest";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import type { LoadProfile } from "../../generated/json/load-profile.js";
import type { Artifact, ArtifactSection } from "../contracts/buf-serializer.js";
import type { SignaturePolicy } from "../contracts/security.js";
import { generateKeyPair, nodeSha256 } from "../security/backends/node.js";
import { trustingPolicy } from "../security/backends/testing/trusting-policy.js";
import { createLoader, type Loader } from "./loader.js";
import { createSerializer } from "./serializer.js";
import { SILENT } from "./testing/exhaustive.js";
import { bitFlips } from "./testing/mutations.js";
import { type ObservedRead, ObservedSource, type ObservedSourceOptions } from "./testing/observed-source.js";
import { countingClock, TRUSTING_POLICY } from "./testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "./testing/sample-artifact.js";
import { refusalOf } from "./testing/verdict.js";

// When a source is read, and which of its bytes: asserted on the trace of everything that was asked of it.

const serializer = createSerializer(nodeSha256);
const STRATEGIES = ["eager", "lazy"] as const;
const KINDS: readonly ObservedSourceOptions[] = [{}, { opensEnds: true }, { isSynchronous: true }];

function loaderOf(signaturePolicy: SignaturePolicy, frontBytes?: number): Loader {
  const services = { sha256: nodeSha256, signaturePolicy, events: SILENT, clock: countingClock() };
  return createLoader(services, frontBytes === undefined ? {} : { frontBytes });
}

/** First byte of the bodies, and the first behind them. */
function bodiesOf(bytes: Uint8Array): readonly [number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [48 + Number(view.getBigUint64(24)) + Number(view.getBigUint64(40)), bytes.length - 44];
}

/** Whether one of the reads touches a byte of `[start, end)`. */
function touches(reads: readonly ObservedRead[], [start, end]: readonly [number, number]): boolean {
  return reads.some(({ offset, length }) => offset < end && offset + length > start && length > 0);
}

describe("a signature that is wrong", () => {
  let bytes: Uint8Array;
  let policy: SignaturePolicy;

  beforeAll(async () => {
    Error.stackTraceLimit = 4;
    const { signer, publicKey } = generateKeyPair("ed25519");
    policy = trustingPolicy(publicKey);
    const artifact: Artifact = { manifest: sampleManifest(), sections: sampleSections() };
    bytes = serializer.serialize(await serializer.sign(artifact, signer));
  });

  // @spec loader.verify-signature, loader.reads.bodies
  test.each(STRATEGIES)("is reported before a byte of a body is read (%s)", async (strategy) => {
    // Another manifest under the genuine signature: every check before the signature passes.
    const { manifest, sections } = serializer.parse(bytes);
    const forged = serializer.serialize({ manifest: { ...manifest, version: "6.6.6" }, sections });
    for (const options of KINDS) {
      const source = new ObservedSource(forged, options);
      const load = loaderOf(policy, 48).load(source, { profile: SAMPLE_PROFILE, strategy });
      await expect(load).rejects.toMatchObject({
        code: "LDR_SIGNATURE_FAIL",
        context: { phase: "verify_signature", reason: "InvalidSignature" },
      });
      expect(source.reads).toHaveLength(3);
      expect(touches(source.reads, bodiesOf(forged))).toBe(false);
      expect(source.closed).toBe(1);
    }
  });

  // @spec loader.checks.order, loader.reads.bodies
  test("and so is every other fault of manifest, index and trailer, whichever bit it is", async () => {
    const loader = loaderOf(policy, 48);
    const [start, end] = bodiesOf(bytes);
    const wrong: unknown[] = [];
    let cases = 0;
    for (const flips of [bitFlips(bytes, 48, start), bitFlips(bytes, end)]) {
      for (const { what, bytes: changed } of flips) {
        for (const strategy of STRATEGIES) {
          cases += 1;
          const source = new ObservedSource(changed);
          const load = loader.load(source, { profile: SAMPLE_PROFILE, strategy });
          const refusal = await load.then(() => undefined, refusalOf);
          if (refusal === undefined || touches(source.reads, [start, end])) wrong.push({ what, strategy, refusal });
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(cases).toBe((bytes.length - 48 - (end - start)) * 8 * 2);
  });
});

describe("how often a source is read", () => {
  function sectionsOf(count: number): ArtifactSection[] {
    const [code] = sampleSections() as [ArtifactSection];
    const others = Array.from({ length: count - 1 }, (_, at) =>
      sampleSection(`data/${String(at).padStart(6, "0")}`, Uint8Array.of(at & 255, at >> 8)),
    );
    return [code, ...others];
  }

  // @spec loader.reads.open, loader.reads.small
  test.each([1, 2, 20, 100, 200])(
    "at most twice to open %i sections, at most once where it is small",
    async (count) => {
      const bytes = serializer.serialize({ manifest: sampleManifest(), sections: sectionsOf(count) });
      for (const options of KINDS) {
        const source = new ObservedSource(bytes, options);
        const object = await loaderOf(TRUSTING_POLICY).load(source, { profile: SAMPLE_PROFILE });
        expect(object.index).toHaveLength(count);
        const most = options.opensEnds === true || bytes.length > 16_384 ? 2 : 1;
        expect(source.reads.length).toBeLessThanOrEqual(most);
        // A body that the front has covered costs no read; another one costs one.
        const read = source.reads.length;
        await object.sections.read("code/main");
        expect(source.reads.length).toBeLessThanOrEqual(read + 1);
      }
    },
  );

  // @spec loader.reads.open
  test("at most three times at 100,000 sections, and once more for each body that is used", async () => {
    const bytes = serializer.serialize({ manifest: sampleManifest(), sections: sectionsOf(100_000) });
    const source = new ObservedSource(bytes);
    const object = await loaderOf(TRUSTING_POLICY).load(source, { profile: SAMPLE_PROFILE });
    expect(object.index).toHaveLength(100_000);
    expect(source.reads).toHaveLength(3);
    expect(touches(source.reads, bodiesOf(bytes))).toBe(false);
    for (const [at, sectionId] of ["code/main", "data/000000", "data/099998"].entries()) {
      await object.sections.read(sectionId);
      expect(source.reads).toHaveLength(4 + at);
    }
    // Bodies, and not a byte around them.
    expect(source.reads.slice(3).map(({ length }) => length)).toEqual([8, 2, 2]);
  });
});

describe("a body that was not selected", () => {
  const EMBEDDED: LoadProfile = {
    terminal: "embedded",
    capabilities: [],
    features: [],
    memory_bytes: 2 ** 20,
    // The required bodies, and no byte for an optional one.
    max_total_bytes: 1200,
  };
  const body = (length: number): Uint8Array => new Uint8Array(length).map((_, at) => at * 31);
  const sections: ArtifactSection[] = [
    sampleSections()[0] as ArtifactSection,
    sampleSection("data/a", body(5000)),
    sampleSection("data/b", body(1192), { visibility: SectionVisibility.Required }),
    sampleSection("data/c", body(300), { profileConstraints: { terminals: ["desktop"] } }),
    sampleSection("data/d", body(1)),
    sampleSection("data/e", body(0)),
    sampleSection("data/f", body(9000), { profileConstraints: { minMemoryBytes: 2 ** 21 } }),
  ];
  const bytes = serializer.serialize({ manifest: sampleManifest(), sections });

  // @spec loader.reads.bodies, loader.read-sections.unselected, selection.not-applicable
  test.each(STRATEGIES)("is never touched by a required-only embedded profile (%s)", async (strategy) => {
    const [start] = bodiesOf(bytes);
    const wanted = ["code/main", "data/b", "data/e"];
    for (const options of KINDS) {
      // The front ends where the bodies begin, so that what is read of them was asked for.
      const source = new ObservedSource(bytes, options);
      const object = await loaderOf(TRUSTING_POLICY, start).load(source, { profile: EMBEDDED, strategy });
      expect(object.selection.selected).toEqual(wanted);
      for (const { sectionId } of sections) {
        const read = object.sections.read(sectionId);
        if (wanted.includes(sectionId)) await read;
        else await expect(read).rejects.toMatchObject({ code: "LDR_SECTION_NOT_SELECTED" });
      }
      let at = start;
      for (const section of sections) {
        const place = [at, at + section.body.length] as const;
        const isRead = wanted.includes(section.sectionId) && section.body.length > 0;
        expect([section.sectionId, touches(source.reads, place)]).toEqual([section.sectionId, isRead]);
        at = place[1];
      }
    }
  });

  // @spec loader.reads.bodies
  test("may be damaged in every bit without being noticed, and is never handed out", async () => {
    const [start] = bodiesOf(bytes);
    const at = start + 8 + 5000 + 1192;
    const loader = loaderOf(TRUSTING_POLICY);
    for (const { bytes: changed } of bitFlips(bytes, at, at + 30)) {
      const object = await loader.load(new ObservedSource(changed), { profile: EMBEDDED, strategy: "eager" });
      await expect(object.sections.read("data/c")).rejects.toMatchObject({ code: "LDR_SECTION_NOT_SELECTED" });
      await object.close();
    }
  });
});
