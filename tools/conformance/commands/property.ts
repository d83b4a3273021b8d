import { createHash, randomInt } from "node:crypto";
import type fc from "fast-check";
import { type Command, ExitCode, type Invocation, UsageError } from "../../cli/command.js";
import { printable } from "../../cli/output/terminal.js";
import { count } from "../../cli/output/units.js";
import type { Law } from "../property/law.js";
import { type Counterexample, type LawOutcome, laws, tryLaws } from "../property/run.js";
import { wordsOf } from "../session/command-line.js";
import { Session } from "../session/session.js";
import { noTranscript, openTranscript } from "../session/transcript.js";
import { boundsOf, CORPUS_OPTION, commandOf, corpusOf, IMPLEMENTATION_OPTIONS, numberOf } from "./options.js";

const { impl, timeout, memory, transcript: transcriptOption } = IMPLEMENTATION_OPTIONS;
/** Characters of a question or an answer that are shown of a counterexample. */
const SHOWN = 600;
const MOST_SEED = 2 ** 31 - 1;

/** `fayger conform property`: laws that need no expected answer, tried with generated cases. */
export const property: Command = {
  name: "conform property",
  summary: "try laws that hold of every implementation, with generated cases",
  usage: ['conform property --impl "COMMAND" [--law NAME] [--runs N] [--seed N]'],
  description:
    "A law holds of every conforming implementation whatever it is asked: what is accepted encodes to the same bytes, no\nchange of a signed artifact is accepted, ... Cases are generated from what the corpus accepts. One that breaks a law is\nmade as small as it can be, asking the implementation anew at every step, and shown with all that was said.",
  options: {
    ...(impl && { impl }),
    law: { type: "string", value: "NAME", multiple: true, help: "only this law; --list shows them" },
    list: { type: "boolean", help: "show the laws" },
    runs: { type: "string", short: "n", value: "N", help: "cases for each law (default 200)" },
    seed: { type: "string", value: "N", help: "make the cases of an earlier run again" },
    ...(timeout && { timeout }),
    ...(memory && { memory }),
    ...(transcriptOption && { transcript: transcriptOption }),
    ...CORPUS_OPTION,
  },
  exitCodes: [
    [ExitCode.Ok, "every law that could be asked holds in every case"],
    [ExitCode.Refused, "a law is broken, or none could be asked"],
    [ExitCode.Usage, "the command line makes no sense"],
    [ExitCode.Failed, "nothing was tried: the corpus is damaged, or the implementation cannot be started"],
  ],
  examples: [
    ['conform property --impl "python3 mine.py"', "every law, 200 cases each"],
    ["conform property -i ./mine --law decode-gives-the-same-bytes -n 10000", "one law, thoroughly"],
    ["conform property -i ./mine --seed 12345", "the same cases as before"],
  ],
  run: async (invocation) => {
    const [stray] = invocation.positionals;
    if (stray !== undefined) throw new UsageError(`found \`${stray}\` where only options are expected`);
    const { terminal } = invocation;
    const chosen = chosenLaws(invocation.texts("law"));
    if (invocation.flag("list")) return list(invocation, chosen);
    const command = commandOf(invocation);
    const check = await generator();
    const seed = numberOf(invocation, "seed", randomInt(MOST_SEED), 0, MOST_SEED);
    const path = invocation.text("transcript");
    const transcript = path === undefined ? noTranscript : openTranscript(path);
    const entrance = new Session(wordsOf(command), boundsOf(invocation), transcript);
    const stop = (): void => void entrance.abandon();
    invocation.signal.addEventListener("abort", stop, { once: true });
    try {
      const outcomes = await tryLaws({
        check,
        corpus: corpusOf(invocation),
        entrance,
        laws: chosen,
        runs: numberOf(invocation, "runs", 200, 1, 10_000_000),
        seed,
        onProgress: ({ name }, done) => terminal.progress(`${name}: ${done} cases …`),
      });
      terminal.progress(undefined);
      if (invocation.signal.aborted) return ExitCode.Interrupted;
      return show(invocation, outcomes, seed);
    } finally {
      invocation.signal.removeEventListener("abort", stop);
      await entrance.close();
      transcript.close();
    }
  },
};

function chosenLaws(names: readonly string[]): readonly Law[] {
  for (const name of names) {
    if (!laws.some((law) => law.name === name))
      throw new UsageError(`--law: there is no law \`${name}\`; --list shows them`);
  }
  return names.length === 0 ? laws : laws.filter(({ name }) => names.includes(name));
}

/** The library that generates and shrinks. It is needed for nothing else, so not everybody has it. */
async function generator(): Promise<typeof fc> {
  try {
    return (await import("fast-check")).default;
  } catch {
    throw new UsageError("this command needs the package fast-check: npm install fast-check");
  }
}

function list({ terminal }: Invocation, chosen: readonly Law[]): number {
  if (terminal.isJson) {
    terminal.json(chosen.map(({ name, statement, clauses, operations }) => ({ name, statement, clauses, operations })));
  }
  for (const { name, statement, operations } of chosen) {
    terminal.line(`${terminal.style("bold", name)}  ${terminal.style("dim", operations.join(", "))}`);
    terminal.line(`  ${statement}`);
  }
  return ExitCode.Ok;
}

function show({ terminal }: Invocation, outcomes: readonly LawOutcome[], seed: number): number {
  const asked = outcomes.filter(({ outcome }) => outcome !== "not asked");
  const broken = outcomes.filter(({ outcome }) => outcome === "broken");
  // @spec conformance.no-vacuous-pass
  const passed = asked.length > 0 && broken.length === 0;
  if (terminal.isJson) {
    terminal.json({
      passed,
      seed,
      laws: outcomes.map(({ law, outcome, tried, counterexample }) => ({
        name: law.name,
        outcome,
        tried,
        ...(counterexample !== undefined && { counterexample }),
      })),
    });
    return passed ? ExitCode.Ok : ExitCode.Refused;
  }
  const styles = { holds: "green", broken: "red", "not asked": "dim" } as const;
  for (const { law, outcome, tried } of outcomes) {
    const cases = outcome === "not asked" ? "an operation is not declared" : count(tried, "case");
    terminal.line(
      `${terminal.style(styles[outcome], outcome.padEnd(9))}  ${law.name.padEnd(36)}  ${terminal.style("dim", cases)}`,
    );
  }
  for (const { law, counterexample } of broken) {
    if (counterexample !== undefined) for (const line of counterexampleLines(law, counterexample)) terminal.line(line);
  }
  terminal.line();
  const sum = `${asked.length - broken.length} of ${asked.length} laws hold`;
  const left = outcomes.length - asked.length;
  terminal.line(
    `${terminal.style(passed ? "green" : "red", asked.length === 0 ? "no law could be asked" : sum)}${
      left === 0 ? "" : `, ${left} not asked`
    }  ${terminal.style("dim", `seed ${seed}`)}`,
  );
  return passed ? ExitCode.Ok : ExitCode.Refused;
}

function counterexampleLines(law: Law, { problem, exchange, shrinks }: Counterexample): string[] {
  const lines = ["", `${law.name}: ${law.statement}`, `  ${printable(problem)}`];
  for (const { operation, inputs, answer } of exchange) {
    lines.push(`  > ${operation} ${short(inputs)}`, `  < ${short(answer)}`);
  }
  const digest = createHash("sha256").update(JSON.stringify(exchange)).digest("hex").slice(0, 8);
  lines.push(`  counterexample ${digest}, found after ${count(shrinks, "step")} of making it smaller`);
  return lines;
}

function short(value: unknown): string {
  const text = printable(typeof value === "string" ? value : JSON.stringify(value));
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}
