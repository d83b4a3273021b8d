import { createMemorySource, createSerializer, createWebLoader } from "../../../reference/web.js";

/** How fast sections of one length are read and verified. */
export interface DigestSpeed {
  /** Length of the section in bytes. */
  readonly bytes: number;
  /** The browser's bare digest, in MB/s. */
  readonly bare: number;
  /** Reading a section of the same length, in MB/s. */
  readonly section: number;
  /** The second by the first, the median over the rounds. */
  readonly ratio: number;
}

/**
 * Compare reading a section, which verifies it, with the bare digest of the same bytes, in turns.
 *
 * @param lengths of the sections in bytes
 * @param rounds of each
 */
export async function measureDigests(lengths: readonly number[], rounds: number): Promise<readonly DigestSpeed[]> {
  const { nobleSha256 } = await import("../../../reference/security/backends/noble/noble-sha256.js");
  const speeds: DigestSpeed[] = [];
  for (const bytes of lengths) {
    const body = crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65_536)));
    const whole = new Uint8Array(bytes).map((_, at) => body[at % body.length] ?? 0);
    const artifact = createSerializer(nobleSha256).serialize({
      manifest: {
        schemaVersion: [1, 0],
        runtimeInterfaceMin: [1, 0, 0],
        name: "bench/digest",
        version: "1.0.0",
        entry: { section: "code/main", symbol: "run" },
        runtime: { codeFormat: "wasm-core-2" },
        requiredCapabilities: [],
      },
      sections: [
        { sectionId: "code/main", kind: 1, visibility: 0, profileConstraints: {}, body: Uint8Array.of(0) },
        { sectionId: "data/body", kind: 2, visibility: 0, profileConstraints: {}, body: whole },
      ],
    });
    // Nothing is cached: each read verifies anew.
    const web = await createWebLoader({ enforceSignature: false, loader: { cacheBytes: 0 } });
    const source = createMemorySource(artifact);
    // A section of a remote artifact arrives as a buffer of its own; the copy that a memory source makes is not ours.
    const view = artifact.slice();
    const object = await web.load({ ...source, read: async (at, length) => view.subarray(at, at + length) });
    const times: { bare: number; section: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const bare = await time(() => crypto.subtle.digest("SHA-256", whole));
      const section = await time(() => object.sections.read("data/body"));
      times.push({ bare, section });
    }
    await object.close();
    const speed = (pick: (of: { bare: number; section: number }) => number): number =>
      bytes / 1000 / median(times.map(pick));
    speeds.push({
      bytes,
      bare: speed(({ bare }) => bare),
      section: speed(({ section }) => section),
      ratio: median(times.map(({ bare, section }) => bare / section)),
    });
  }
  return speeds;
}

/** Milliseconds that an action takes. */
async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
