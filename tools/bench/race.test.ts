import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { median, type Race, runRace, takeMeasurement } from "./race.js";
import { jsonReport, textReport } from "./report.js";

/** A clock that only the contestants move. */
function clock() {
  let time = 0;
  const now = (): number => time;
  return {
    now,
    clocks: { wall: now, cpu: () => time * 3 },
    spend: (milliseconds: number) => () => {
      time += milliseconds;
    },
  };
}

describe("a race", () => {
  test("gives the ratio of the times, whatever the noise of a round", async () => {
    const { clocks, spend } = clock();
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
    const results = await runRace("codec", race, { rounds: 5, sliceMilliseconds: 40 }, clocks);
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
    expect(textReport(results)).toMatch(/slow .* 3\.50x +3\.50x {2}met \(3\)/);
  });

  test("tells the fastest round of each apart from the middle of all", async () => {
    const { clocks, spend } = clock();
    // A machine that does something else in three rounds of five, and in one of them with both.
    const noisy = (times: readonly number[]) => {
      let run = 0;
      return (): void => spend(times[run++] ?? 0)();
    };
    const race: Race = {
      name: "decode",
      // The first run of each is for the number of runs in a slice.
      ours: { name: "fayger", run: noisy([40, 40, 80, 80, 80, 40]) },
      peers: [{ name: "slow", run: noisy([60, 60, 60, 60, 90, 60]) }],
      check: () => undefined,
    };
    const [result] = await runRace("codec", race, { rounds: 5, sliceMilliseconds: 40 }, clocks);
    expect(result).toMatchObject({ ratio: 1.125, fastestRatio: 1.5 });
  });

  test("awaits a contestant that works with promises, and measures with the clock it names", async () => {
    const { clocks, spend } = clock();
    const later = (milliseconds: number) => async () => {
      await Promise.resolve();
      spend(milliseconds)();
    };
    const race: Race = {
      name: "load",
      ours: { name: "fayger", run: later(2) },
      peers: [{ name: "sync", run: spend(8) }],
      check: () => undefined,
      clock: "cpu",
      rounds: 2,
      goals: { sync: 5 },
    };
    const results = await runRace("loader", race, { rounds: 5, sliceMilliseconds: 40 }, clocks);
    expect(results).toMatchObject([{ ratio: 4, oursMicroseconds: 6000, peerMicroseconds: 24_000, clock: "cpu" }]);
    expect(textReport(results)).toMatch(/sync cpu .* 4\.00x +4\.00x {2}MISSED \(5\)/);
  });

  test("leaves out what a contestant takes to get going again, where a race says so", async () => {
    const { clocks, spend } = clock();
    // Slow in its first run after somebody else.
    let runsInTurn = 0;
    const forgetful = (): void => spend(++runsInTurn > 1 ? 2 : 30)();
    const other = (): void => {
      runsInTurn = 0;
      spend(20)();
    };
    const race: Race = {
      name: "open",
      ours: { name: "fayger", run: forgetful },
      peers: [{ name: "slow", run: other }],
      check: () => undefined,
    };
    const settings = { rounds: 4, sliceMilliseconds: 40 };
    const [cold] = await runRace("loader", race, settings, clocks);
    const [warm] = await runRace("loader", { ...race, warmsSlices: true }, settings, clocks);
    expect(warm?.ratio).toBe(10);
    expect(cold?.ratio).toBeLessThan(10);
  });

  test("does not start where the contestants differ", async () => {
    const { now, clocks, spend } = clock();
    const race: Race = {
      name: "decode",
      ours: { name: "fayger", run: spend(1) },
      peers: [],
      check: () => {
        throw new Error("fayger and slow differ");
      },
    };
    await expect(runRace("codec", race, { rounds: 1, sliceMilliseconds: 1 }, clocks)).rejects.toThrow("differ");
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

describe("a measurement", () => {
  test("says of each figure whether it is within what was expected", async () => {
    const figures = await takeMeasurement("loader", {
      name: "open",
      run: () => [
        { what: "reads", value: 3, unit: "reads", atMost: 3 },
        { what: "memory", value: 40.25, unit: "MiB", atMost: 32 },
        { what: "speed", value: 0.5, unit: "GB/s", atLeast: 0.3 },
        { what: "bytes", value: 70_000, unit: "bytes" },
      ],
    });
    const lines = textReport(figures).split("\n");
    expect(lines.find((text) => text.includes("reads"))).toMatch(/^open .* 3 reads {2}met \(at most 3\)$/);
    expect(lines.find((text) => text.includes("memory"))).toMatch(/40\.3 MiB {2}MISSED \(at most 32\)$/);
    expect(lines.find((text) => text.includes("speed"))).toMatch(/0\.5 GB\/s {2}met \(at least 0\.3\)$/);
    expect(lines.find((text) => text.includes("70,000 bytes"))).toBeDefined();
    expect(JSON.parse(jsonReport(figures))[1]).toEqual({
      suite: "loader",
      name: "open",
      what: "memory",
      value: 40.25,
      unit: "MiB",
      atMost: 32,
    });
  });
});
