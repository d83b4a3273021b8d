import { describe, expect, test } from "vitest";
import { encodeManifest } from "../../generated/codecs/manifest.js";
import { encodeSectionIndex } from "../../generated/codecs/section-index.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { BufSource } from "../contracts/buf-source.js";
import { nodeSha256 } from "../security/backends/node.js";
import { createLoader } from "./loader.js";
import { recordedServices } from "./testing/recorded-services.js";
import { assemble, SAMPLE_PROFILE, sampleManifest, sampleSections } from "./testing/sample-artifact.js";

const MIB = 1_048_576;
const PIECE_BYTES = 4 * MIB;
/** Reads that are under way, each with a piece in memory. */
const CONCURRENCY = 2;
/** What the tests themselves and the runtime may use meanwhile. */
const SLACK = 4 * MIB;

/**
 * A source whose long body exists nowhere: every byte of it is made when it is read. It claims any length, tells the
 * memory that is held at each read, and can end early.
 */
class EndlessSource implements BufSource {
  readonly description = "endless";
  /** Bytes of the long body that were delivered. */
  delivered = 0;
  /** Most bytes in buffers of this process at any read, beyond those at the first. */
  peak = 0;
  /** The same, less four times what had been delivered. */
  excess = 0;
  readonly readInto?: (offset: number, target: Uint8Array) => Promise<number>;
  readonly readSync?: (offset: number, length: number) => Uint8Array;
  readonly #head: Uint8Array;
  readonly #tail: Uint8Array;
  readonly #length: number;
  readonly #breaksAt: number;
  #base = Number.NaN;

  constructor(length: number, form: "fills" | "returns" | "synchronous", breaksAt = Number.POSITIVE_INFINITY) {
    this.#length = length;
    this.#breaksAt = breaksAt;
    [this.#head, this.#tail] = endsOf(length, Number.isFinite(breaksAt));
    if (form === "fills") {
      this.readInto = async (offset, target) => {
        if (offset < this.#head.length) {
          target.set(this.#head.subarray(offset, offset + target.length));
          return target.length;
        }
        const count = this.#deliver(target.length);
        target.fill(7, 0, count);
        return count;
      };
    }
    if (form === "synchronous") this.readSync = (_offset, length) => this.#make(length);
  }

  async size(): Promise<number> {
    return this.#head.length + this.#length + this.#tail.length;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset < this.#head.length) return this.#head.slice(offset, offset + length);
    if (offset >= this.#head.length + this.#length) return this.#tail.slice();
    return this.#make(length);
  }

  async close(): Promise<void> {}

  #make(length: number): Uint8Array {
    return new Uint8Array(this.#deliver(length)).fill(7);
  }

  #deliver(length: number): number {
    const { arrayBuffers } = process.memoryUsage();
    if (Number.isNaN(this.#base)) this.#base = arrayBuffers;
    this.peak = Math.max(this.peak, arrayBuffers - this.#base);
    this.excess = Math.max(this.excess, arrayBuffers - this.#base - 4 * this.delivered);
    const count = this.delivered >= this.#breaksAt ? 0 : length;
    this.delivered += count;
    return count;
  }
}

const digests = new Map<number, Uint8Array>();

/** Digest of so many sevens. */
function digestOf(length: number): Uint8Array {
  const found = digests.get(length);
  if (found !== undefined) return found;
  const digest = nodeSha256.incremental();
  const piece = new Uint8Array(MIB).fill(7);
  for (let left = length; left > 0; left -= MIB) digest.update(piece.subarray(0, Math.min(MIB, left)));
  const made = digest.digest();
  digests.set(length, made);
  return made;
}

/** What stands before the long body, filled up to the read at the front, and the trailer. */
function endsOf(length: number, isUnread: boolean): [head: Uint8Array, tail: Uint8Array] {
  let offset = 0;
  const entries = sampleSections().map(({ body, ...section }) => {
    const entry = { ...section, offset, length: body.length, digest: nodeSha256.digest(body) };
    offset += body.length;
    return entry;
  });
  const digest = isUnread ? new Uint8Array(32) : digestOf(length);
  const long = { sectionId: "long", kind: 2, offset, length, digest, visibility: 1 as const, profileConstraints: {} };
  const index = encodeSectionIndex([...entries, long]);
  const note = { note: "x".repeat(16_384) };
  const manifest = encodeManifest({
    ...sampleManifest({ annotations: note }),
    sectionIndexDigest: nodeSha256.digest(index),
  });
  const bodies = Uint8Array.from(sampleSections().flatMap(({ body }) => [...body]));
  const totalLength = 48 + manifest.length + index.length + bodies.length + length + 44;
  const artifact = assemble({ manifest, index, bodies, trailer: { totalLength } }, nodeSha256);
  return [artifact.slice(0, -44), artifact.slice(-44)];
}

async function open(source: EndlessSource, strategy: "eager" | "lazy" = "lazy"): Promise<BufObject> {
  const options = { pieceBytes: PIECE_BYTES, concurrency: CONCURRENCY };
  return createLoader(recordedServices(nodeSha256), options).load(source, { profile: SAMPLE_PROFILE, strategy });
}

const LENGTH = 96 * MIB + 5;

describe("a long body that is kept", () => {
  // @spec loader.limits.growth
  test.each(["fills", "returns", "synchronous"] as const)(
    "is put together in a quarter more than its length (a source that %s)",
    async (form) => {
      const source = new EndlessSource(LENGTH, form);
      const object = await open(source);
      const body = form === "synchronous" ? object.sections.readSync("long") : await object.sections.read("long");
      expect(body?.length).toBe(LENGTH);
      expect(body?.buffer.byteLength).toBe(LENGTH);
      // Pieces that are copied into the buffer wait for the collector: that is the source's own memory.
      const copied = form === "fills" ? 0 : LENGTH * 0.75;
      expect(source.peak).toBeLessThan(LENGTH * 1.25 + copied + (CONCURRENCY + 1) * PIECE_BYTES + SLACK);
    },
  );

  test("of an eager load is put together in the same way", async () => {
    const source = new EndlessSource(LENGTH, "fills");
    const object = await open(source, "eager");
    expect((await object.sections.read("long")).length).toBe(LENGTH);
    expect(source.peak).toBeLessThan(LENGTH * 1.25 + (CONCURRENCY + 1) * PIECE_BYTES + SLACK);
  });

  // @spec loader.limits.allocation, loader.limits.growth
  test("never takes more memory than four times what has arrived, whatever length is declared", async () => {
    for (const arrives of [0, 8 * MIB, 40 * MIB]) {
      const source = new EndlessSource(4096 * MIB, "fills", arrives);
      const object = await open(source);
      await expect(object.sections.read("long")).rejects.toMatchObject({ code: "LDR_TRUNCATED" });
      expect(source.excess).toBeLessThan((CONCURRENCY + 1) * PIECE_BYTES + SLACK);
    }
  });
});

describe("a long body that is not kept", () => {
  // @spec loader.read-sections.bounded
  test.each(["verify", "stream", "load"] as const)("passes through memory of constant size (%s)", async (way) => {
    const source = new EndlessSource(LENGTH * 3, "fills");
    if (way === "load") {
      const loader = createLoader(recordedServices(nodeSha256), { concurrency: CONCURRENCY });
      await loader.load(source, { profile: SAMPLE_PROFILE, strategy: "lazy", verifyBodies: true });
    } else {
      const object = await open(source);
      if (way === "verify") await object.sections.verify("long");
      else for await (const piece of object.sections.stream("long", { reuseMemory: true })) expect(piece[0]).toBe(7);
    }
    expect(source.delivered).toBe(LENGTH * 3);
    expect(source.peak).toBeLessThan(CONCURRENCY * MIB + SLACK);
  });
});
