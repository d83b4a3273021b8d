import { readFileSync } from "node:fs";
import type { JudgedMutant } from "./campaign.js";

/** Why some mutants are not noticed, as a person wrote it. */
export interface Explanation {
  /** File from the root of the repository. */
  readonly file: string;
  /** The line the mutants stand in, without the spaces around it; every line of the file that reads so. */
  readonly line: string;
  /** The replacement of one mutant; all mutants of the line where absent. */
  readonly replacement?: string;
  /**
   * Whether it holds for everything from that line to the one that closes what it opens: the next line that is indented
   * as little. For a function or a table of which no vector sees anything.
   */
  readonly block?: true;
  /**
   * `equivalent`: nothing an implementation answers can differ. `unseen`: something differs that no operation of a vector
   * shows, and that a test of the reference holds.
   */
  readonly verdict: "equivalent" | "unseen";
  /** Why, in one sentence. */
  readonly reason: string;
}

/** Survivors with their explanations, and explanations that fit nothing any more. */
export interface Explained {
  readonly explained: readonly { readonly mutant: JudgedMutant; readonly explanation: Explanation }[];
  readonly open: readonly JudgedMutant[];
  readonly stale: readonly Explanation[];
}

/** Reads the explanations. @param path a JSON file: a list of {@link Explanation} */
export function readExplanations(path: string): readonly Explanation[] {
  return JSON.parse(readFileSync(path, "utf8")) as readonly Explanation[];
}

/**
 * Puts survivors and explanations together. An explanation is looked for by the text of the line, so that it outlives
 * every change elsewhere in the file and none of the line itself. One that names a replacement goes before one that does
 * not, and one of the line before one of a block.
 *
 * @param linesOf the lines of a file
 */
export function explain(
  survivors: readonly JudgedMutant[],
  explanations: readonly Explanation[],
  linesOf: (file: string) => readonly string[],
): Explained {
  const used = new Set<Explanation>();
  const explained: { mutant: JudgedMutant; explanation: Explanation }[] = [];
  const open: JudgedMutant[] = [];
  const ordered = [...explanations].sort((a, b) => breadth(a) - breadth(b));
  for (const mutant of survivors) {
    const lines = linesOf(mutant.file);
    const explanation = ordered.find((each) => each.file === mutant.file && fits(each, mutant, lines));
    if (explanation === undefined) open.push(mutant);
    else {
      used.add(explanation);
      explained.push({ mutant, explanation });
    }
  }
  return { explained, open, stale: explanations.filter((each) => !used.has(each)) };
}

function breadth({ replacement, block }: Explanation): number {
  return (block === true ? 2 : 0) + (replacement === undefined ? 1 : 0);
}

function fits(explanation: Explanation, { line, replacement }: JudgedMutant, lines: readonly string[]): boolean {
  if (explanation.replacement !== undefined && explanation.replacement !== replacement) return false;
  const at = line - 1;
  if (explanation.block !== true) return lines[at]?.trim() === explanation.line;
  return lines.some((text, start) => text.trim() === explanation.line && start <= at && at <= endOf(lines, start));
}

/** The line that closes what another opens. */
function endOf(lines: readonly string[], start: number): number {
  const indent = indentOf(lines[start] ?? "");
  const end = lines.findIndex((text, at) => at > start && text.trim() !== "" && indentOf(text) <= indent);
  return end < 0 ? lines.length - 1 : end;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
