import { randomBytes } from "node:crypto";
import { isVectorFamily } from "../../../generated/enums/vector-family.js";
import { challenge, type FamilyScores, type Score } from "../../conformance/challenge/run.js";
import {
  boundsOf,
  CORPUS_OPTION,
  commandOf,
  corpusOf,
  IMPLEMENTATION_OPTIONS,
  numberOf,
} from "../../conformance/commands/options.js";
import { wordsOf } from "../../conformance/session/command-line.js";
import { Session } from "../../conformance/session/session.js";
import { noTranscript } from "../../conformance/session/transcript.js";
import { type Command, ExitCode, type Invocation, UsageError } from "../command.js";
import { table } from "../output/table.js";
import { printable } from "../output/terminal.js";

const { impl, timeout, memory } = IMPLEMENTATION_OPTIONS;
/** Wrong answers that are shown of a family. */
const WRONG = 2;
/** Characters that are shown of a question. */
const SHOWN = 300;
/** By how much of the cases a challenge may be worse than what is published before it counts as learnt by heart. */
const TOLERANCE = 0.02;

/** `fayger conform challenge`: cases that nobody has published, beside published ones. */
export const challengeCommand: Command = {
  name: "conform challenge",
  summary: "ask cases that nobody has published, beside published ones",
  usage: ['conform challenge --impl "COMMAND" [--seed TEXT] [--cases N] [--family NAME]'],
  description:
    "Makes new cases of every family from a seed, asks the reference what they answer, and then the implementation. An\nimplementation that only knows the corpus does well on what is published and badly on what is not. The seed makes the\nsame cases again.",
  options: {
    ...(impl && { impl }),
    seed: { type: "string", value: "TEXT", help: "from which the cases follow; drawn anew where absent" },
    cases: { type: "string", short: "n", value: "N", help: "new cases for each family (default 40)" },
    family: { type: "string", short: "f", value: "NAME", multiple: true, help: "only this family" },
    ...(timeout && { timeout }),
    ...(memory && { memory }),
    ...CORPUS_OPTION,
  },
  exitCodes: [
    [ExitCode.Ok, "what is not published is answered as well as what is"],
    [ExitCode.Refused, "it is answered worse, or nothing could be asked"],
    [ExitCode.Usage, "the command line makes no sense"],
    [ExitCode.Failed, "nothing was asked: the corpus is damaged, or the implementation cannot be started"],
  ],
  examples: [
    ['conform challenge --impl "python3 mine.py"', "40 new cases of each family"],
    [
      "conform challenge -i ./mine --seed release-7 -n 500",
      "many cases, the same ones for everybody who uses this seed",
    ],
  ],
  run: async (invocation) => {
    const [stray] = invocation.positionals;
    if (stray !== undefined) throw new UsageError(`found \`${stray}\` where only options are expected`);
    const command = commandOf(invocation);
    const corpus = corpusOf(invocation);
    const seed = invocation.text("seed") ?? randomBytes(8).toString("hex");
    const entrance = new Session(wordsOf(command), boundsOf(invocation), noTranscript);
    const stop = (): void => void entrance.abandon();
    invocation.signal.addEventListener("abort", stop, { once: true });
    try {
      const families = invocation.texts("family");
      for (const name of families)
        if (!isVectorFamily(name)) throw new UsageError(`--family: there is no family \`${name}\``);
      const scores = await challenge({
        corpus,
        entrance,
        families: corpus.index.families
          .map(({ name }) => name)
          .filter((name) => families.length === 0 || families.includes(name)),
        cases: numberOf(invocation, "cases", 40, 1, 1_000_000),
        seed,
        grade: "phase",
        onProgress: (family, done) => invocation.terminal.progress(`${family}: ${done} new cases …`),
      });
      invocation.terminal.progress(undefined);
      return invocation.signal.aborted ? ExitCode.Interrupted : show(invocation, scores, seed);
    } finally {
      invocation.signal.removeEventListener("abort", stop);
      await entrance.close();
    }
  },
};

function show({ terminal }: Invocation, scores: readonly FamilyScores[], seed: string): number {
  const published = sum(scores.map((score) => score.published));
  const unseen = sum(scores.map((score) => score.challenge));
  const passed = unseen.of > 0 && share(published) - share(unseen) <= TOLERANCE;
  const exit = passed ? ExitCode.Ok : ExitCode.Refused;
  if (terminal.isJson) {
    terminal.json({ passed, seed, published, challenge: unseen, families: scores });
    return exit;
  }
  const columns = [
    { title: "FAMILY" },
    { title: "PUBLISHED", align: "right" },
    { title: "NEW", align: "right" },
    { title: "DIFFERENCE", align: "right" },
  ] as const;
  const rows = [...scores, { family: "all", published, challenge: unseen, wrong: [] }].map((score) => [
    score.family,
    ratio(score.published),
    terminal.style(
      share(score.published) - share(score.challenge) > TOLERANCE ? "red" : "green",
      ratio(score.challenge),
    ),
    percent(share(score.challenge) - share(score.published)),
  ]);
  for (const line of table(terminal, columns, rows)) terminal.line(line);
  for (const { family, wrong } of scores) {
    for (const { question, expected, found } of wrong.slice(0, WRONG)) {
      terminal.line();
      terminal.line(`${family}: ${question.operation} ${short(question.inputs)}`);
      terminal.line(`  expected ${short(expected)}`);
      terminal.line(`  found    ${short(found)}`);
    }
  }
  terminal.line();
  const verdict =
    unseen.of === 0
      ? "nothing could be asked"
      : passed
        ? "new cases are answered as well as published ones"
        : "new cases are answered worse than published ones";
  terminal.line(`${terminal.style(passed ? "green" : "red", verdict)}  ${terminal.style("dim", `--seed ${seed}`)}`);
  return exit;
}

function sum(scores: readonly Score[]): Score {
  return scores.reduce((total, { right, of }) => ({ right: total.right + right, of: total.of + of }), {
    right: 0,
    of: 0,
  });
}

function share({ right, of }: Score): number {
  return of === 0 ? 0 : right / of;
}

function ratio({ right, of }: Score): string {
  return `${right}/${of}`;
}

function percent(difference: number): string {
  const points = (100 * difference).toFixed(1);
  return difference > 0 ? `+${points} %` : `${points} %`;
}

function short(value: unknown): string {
  const text = printable(typeof value === "string" ? value : JSON.stringify(value));
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}
