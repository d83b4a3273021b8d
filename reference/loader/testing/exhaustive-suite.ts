import { beforeAll, describe, expect, test } from "vitest";
import { type Bench, sweep } from "./exhaustive.js";
import { bitFlips, insertions, truncations } from "./mutations.js";

/** What is put into an artifact. */
interface Damages {
  /**
   * Whether every byte is put in at every place too, two hundred thousand artifacts. Each has another length than its
   * trailer says, which is found before the signature is looked at: who has signed makes no difference.
   */
  readonly insertions: boolean;
}

/**
 * Not sampled: every single damage of its kind to one small artifact, against an oracle that shares no code with the
 * loader. One file an artifact calls this, so that they run side by side.
 *
 * @param makeBench the artifact and the loader that is judged
 */
export function refusesEveryDamage(artifact: string, makeBench: () => Promise<Bench>, damages: Damages): void {
  let bench: Bench;

  beforeAll(async () => {
    // Hundreds of thousands of errors, none of whose stacks anybody reads.
    Reflect.set(Error, "stackTraceLimit", 0);
    bench = await makeBench();
  });

  /** What each single damage must never do: load whole. A body that the profile leaves out is not looked at. */
  function unnoticed(accepted: readonly string[]): readonly string[] {
    const at = bench.bytes.length - 45;
    return accepted.filter((what) => !what.endsWith(` of byte ${at} turned over`));
  }

  describe(`a small artifact ${artifact}, eager and lazy`, () => {
    // @spec loader.checks.order, loader.coded-errors, format.header, format.trailer, signatures.bytes, format.digest.algorithm
    // @spec loader.read-sections.verified-first
    test("every single-bit flip is refused with the code, phase and place of the total order", async () => {
      const { cases, accepted, wrong } = await sweep(bitFlips(bench.bytes), bench, { isDescribed: true });
      expect(wrong).toEqual([]);
      expect(unnoticed(accepted)).toEqual([]);
      expect(accepted).toHaveLength(8);
      expect(cases).toBe(bench.bytes.length * 8);
    });

    // @spec format.parts, loader.read-head.size
    test("every truncation", async () => {
      const { cases, accepted, wrong } = await sweep(truncations(bench.bytes), bench, { isDescribed: true });
      expect(wrong).toEqual([]);
      expect(accepted).toEqual([]);
      expect(cases).toBe(bench.bytes.length);
    });

    if (!damages.insertions) return;
    // @spec format.parts, format.trailer.total-length
    test.each([0, 1, 2, 3, 4, 5])("every byte put in at every place, part %i of 6", async (part) => {
      const share = Math.ceil(bench.bytes.length / 6);
      const [start, end] = [part * share, Math.min((part + 1) * share, bench.bytes.length)];
      const { cases, accepted, wrong } = await sweep(insertions(bench.bytes, start, end), bench);
      expect(wrong).toEqual([]);
      expect(accepted).toEqual([]);
      // Behind the last byte as well.
      expect(cases).toBe((end - start + (part === 5 ? 1 : 0)) * 256);
    });
  });
}
