import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planReads } from "./read-plan.js";

const layout = fc.array(fc.record({ gap: fc.nat(3), length: fc.integer({ min: 1, max: 20 }) }), { maxLength: 20 });

describe("planReads", () => {
  test("covers exactly the bodies, in order, joins all neighbours that fit and nothing else", () => {
    fc.assert(
      fc.property(layout, fc.integer({ min: 1, max: 40 }), (gaps, pieceBytes) => {
        let end = 0;
        const bodies = gaps.map(({ gap, length }) => {
          const at = end + gap;
          end = at + length;
          return { at, length };
        });
        const runs = planReads(bodies, pieceBytes);
        expect(runs.flatMap((run) => run.bodies)).toEqual(bodies);
        for (const [number, run] of runs.entries()) {
          expect(run.length).toBe(run.bodies.reduce((sum, body) => sum + body.length, 0));
          expect(run.at).toBe(run.bodies[0]?.at);
          expect(run.length <= pieceBytes || run.bodies.length === 1).toBe(true);
          const next = runs[number + 1];
          const isForced =
            next === undefined ||
            next.at > run.at + run.length ||
            run.length + (next.bodies[0]?.length ?? 0) > pieceBytes;
          expect(isForced).toBe(true);
        }
      }),
    );
  });
});
