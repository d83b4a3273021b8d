import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { median, type Race, runRace } from "./race.js";
import { jsonReport, textReport } from "./report.js";

/** A clock that only the contestants move. */
function clock() {
  let time = 0;
  return {
    now: () => time,
    spend: (milliseconds: number) => () => {
      time += milliseconds;
    },
  };
}

describe("a race", () => {
  test("gives the ratio of the times, whatever the noise of a round", () => {
    const { now, spend } = clock();
    const race: Race = {
      name: "decode",
      ours: { name: "fayger", run: spend(2) },
      peers: [
        { name: "slow", run: spend(7) },
        { name: "fast", run: spend(1) },
      ],
      check: () => undefined,
      goals: { slow: 3 },
    };
    const results = runRace("codec", race, { rounds: 5, sliceMilliseconds: 40 }, now);
    expect(results.map(({ peer, ratio, goal }) => ({ peer, ratio, goal }))).toEqual([
      { peer: "slow", ratio: 3.5, goal: 3 },
      { peer: "fast", ratio: 0.5, goal: undefined },
    ]);
    expect(JSON.parse(jsonReport(results))[0]).toMatchObject({
      suite: "codec",
      name: "decode",
      peer: "slow",
      ratio: 3.5,
    });
    expect(textReport(results)).toMatch(/slow .* 3\.50x {2}met \(3\)/);
  });

  test("does not start where the contestants differ", () => {
    const { now, spend } = clock();
    const race: Race = {
      name: "decode",
      ours: { name: "fayger", run: spend(1) },
      peers: [],
      check: () => {
        throw new Error("fayger and slow differ");
      },
    };
    expect(() => runRace("codec", race, { rounds: 1, sliceMilliseconds: 1 }, now)).toThrow("differ");
    expect(now()).toBe(0);
  });

  test.prop([fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 })])(
    "the median lies in the middle",
    (values) => {
      const middle = median(values);
      expect(values.filter((value) => value <= middle).length).toBeGreaterThanOrEqual(values.length / 2);
      expect(values.filter((value) => value >= middle).length).toBeGreaterThanOrEqual(values.length / 2);
    },
  );
});
