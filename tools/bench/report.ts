import type { FigureResult, RaceResult } from "./race.js";

/** Everything one run of the bench has found, in the order it was found. */
export type Finding = RaceResult | FigureResult;

/** One JSON object for each race and peer and for each figure, with rounded numbers. */
export function jsonReport(findings: readonly Finding[]): string {
  return `${JSON.stringify(findings.map(rounded), undefined, 2)}\n`;
}

function rounded(finding: Finding): Finding {
  if (isFigure(finding)) return { ...finding, value: round(finding.value) };
  return {
    ...finding,
    ratio: round(finding.ratio),
    fastestRatio: round(finding.fastestRatio),
    oursMicroseconds: round(finding.oursMicroseconds),
    peerMicroseconds: round(finding.peerMicroseconds),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** A table for people: one line a peer or figure, races parted by an empty line. */
export function textReport(findings: readonly Finding[]): string {
  const lines = [line("race", "peer", "fayger", "peer", "ratio", "fastest", "goal")];
  let last = "";
  for (const finding of findings) {
    if (finding.name !== last) lines.push("");
    const name = finding.name === last ? "" : finding.name;
    lines.push(isFigure(finding) ? figureLine(name, finding) : raceLine(name, finding));
    last = finding.name;
  }
  lines.push(
    "",
    "ratio: time of the peer divided by Fayger's time, median of the rounds; above 1, Fayger is faster.",
    "fastest: the same of the fastest round of each, which the noise of the machine touches least.",
    "cpu: processor time of all threads instead of time that passed.",
  );
  return `${lines.join("\n")}\n`;
}

function raceLine(name: string, result: RaceResult): string {
  const { peer, ratio, fastestRatio, goal, clock } = result;
  const verdict = goal === undefined ? "" : `${met(ratio >= goal)} (${goal})`;
  const times = [time(result.oursMicroseconds), time(result.peerMicroseconds)] as const;
  const ratios = [`${ratio.toFixed(2)}x`, `${fastestRatio.toFixed(2)}x`] as const;
  return line(name, clock === "cpu" ? `${peer} cpu` : peer, ...times, ...ratios, verdict);
}

function figureLine(name: string, { what, value, unit, atMost, atLeast }: FigureResult): string {
  const amount = `${Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(1)} ${unit}`;
  const verdict =
    atMost !== undefined
      ? `${met(value <= atMost)} (at most ${atMost.toLocaleString("en")})`
      : atLeast !== undefined
        ? `${met(value >= atLeast)} (at least ${atLeast.toLocaleString("en")})`
        : "";
  const cells = [name.padEnd(NAME_WIDTH), what.padEnd(PEER_WIDTH + 14), amount.padStart(19), verdict];
  return cells.join("  ").trimEnd();
}

function met(isMet: boolean): string {
  return isMet ? "met" : "MISSED";
}

function isFigure(finding: Finding): finding is FigureResult {
  return "what" in finding;
}

const NAME_WIDTH = 40;
const PEER_WIDTH = 22;

function line(race: string, peer: string, ...cells: readonly string[]): string {
  const [ours = "", theirs = "", ratio = "", fastest = "", goal = ""] = cells;
  const numbers = [ours.padStart(11), theirs.padStart(11), ratio.padStart(9), fastest.padStart(9)];
  return [race.padEnd(NAME_WIDTH), peer.padEnd(PEER_WIDTH), ...numbers, goal].join("  ").trimEnd();
}

function time(microseconds: number): string {
  if (microseconds < 1) return `${(microseconds * 1000).toFixed(1)} ns`;
  return microseconds < 1000 ? `${microseconds.toFixed(2)} us` : `${(microseconds / 1000).toFixed(2)} ms`;
}
