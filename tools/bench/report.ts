import type { RaceResult } from "./race.js";

/** One JSON object for each race and peer, with rounded numbers. */
export function jsonReport(results: readonly RaceResult[]): string {
  return `${JSON.stringify(results.map(rounded), undefined, 2)}\n`;
}

function rounded(result: RaceResult): RaceResult {
  return {
    ...result,
    ratio: round(result.ratio),
    oursMicroseconds: round(result.oursMicroseconds),
    peerMicroseconds: round(result.peerMicroseconds),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** A table for people: one line a peer, races parted by an empty line. */
export function textReport(results: readonly RaceResult[]): string {
  const lines = [line("race", "peer", "fayger", "peer", "ratio", "goal")];
  let last = "";
  for (const result of results) {
    if (result.name !== last) lines.push("");
    const { goal, ratio } = result;
    const verdict = goal === undefined ? "" : `${ratio >= goal ? "met" : "MISSED"} (${goal})`;
    const name = result.name === last ? "" : result.name;
    const times = [time(result.oursMicroseconds), time(result.peerMicroseconds)] as const;
    lines.push(line(name, result.peer, ...times, `${ratio.toFixed(2)}x`, verdict));
    last = result.name;
  }
  lines.push("", "ratio: time of the peer divided by Fayger's time; above 1, Fayger is faster.");
  return `${lines.join("\n")}\n`;
}

function line(race: string, peer: string, ours: string, theirs: string, ratio: string, goal: string): string {
  const cells = [race.padEnd(38), peer.padEnd(13), ours.padStart(10), theirs.padStart(10), ratio.padStart(9), goal];
  return cells.join("  ").trimEnd();
}

function time(microseconds: number): string {
  return microseconds < 1000 ? `${microseconds.toFixed(2)} us` : `${(microseconds / 1000).toFixed(2)} ms`;
}
