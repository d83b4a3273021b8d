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
 * every change elsewhere in the file and none of the line itself.
 *
 * @param lineOf the text of a line of a file, from 1
 */
export function explain(
  survivors: readonly JudgedMutant[],
  explanations: readonly Explanation[],
  lineOf: (file: string, line: number) => string,
): Explained {
  const used = new Set<Explanation>();
  const explained: { mutant: JudgedMutant; explanation: Explanation }[] = [];
  const open: JudgedMutant[] = [];
  for (const mutant of survivors) {
    const text = lineOf(mutant.file, mutant.line).trim();
    const explanation = explanations.find(
      (each) =>
        each.file === mutant.file &&
        each.line === text &&
        (each.replacement === undefined || each.replacement === mutant.replacement),
    );
    if (explanation === undefined) open.push(mutant);
    else {
      used.add(explanation);
      explained.push({ mutant, explanation });
    }
  }
  return { explained, open, stale: explanations.filter((each) => !used.has(each)) };
}
