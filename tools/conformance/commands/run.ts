import { readFileSync, writeFileSync } from "node:fs";
import { type Command, ExitCode, type Invocation, UsageError } from "../../cli/command.js";
import { interruptible } from "../../cli/interrupt.js";
import { packageVersion } from "../../cli/version.js";
import { writeReport } from "../reports/forms.js";
import { showReport } from "../reports/screen.js";
import { lookup } from "../reports/vector-lookup.js";
import { ofText } from "../reports/words.js";
import { GRADES, type Grade } from "../run/grade.js";
import { type KnownFailure, KnownFailuresFault, readKnownFailures, writeKnownFailures } from "../run/known-failures.js";
import { type Progress, runVectors } from "../run/run.js";
import { TomlFault } from "../run/toml.js";
import { CAN_MEASURE_MEMORY } from "../session/memory.js";
import { noTranscript, openTranscript } from "../session/transcript.js";
import { diagnosisLines } from "../zoo/diagnosis-lines.js";
import {
  boundsOf,
  CORPUS_OPTION,
  commandOf,
  corpusOf,
  entranceOf,
  FILTER_OPTIONS,
  filterOf,
  IMPLEMENTATION_OPTIONS,
  numberOf,
  outputsOf,
  REPORT_OPTIONS,
} from "./options.js";
import { mustBeWritable } from "./writable.js";

/** Milliseconds between two changes of the progress line. */
const SHOW_EVERY_MS = 80;

/** `fayger conform run`: ask an implementation and judge its answers. */
export const run: Command = {
  name: "conform run",
  summary: "ask an implementation and judge its answers",
  usage: ['conform run --impl "COMMAND" [--level N] [--family NAME] [--id ID] [--clause REQUIREMENT] [--report FILE]'],
  description:
    "Starts COMMAND, asks it every case that was chosen, and shows what came out. The implementation never sees an expected\nanswer or the id of a vector. It passes a case when it meets every grade up to --grade: verdict, code, phase, locus,\neffects; the first three make a claim of conformance. What it does not declare is not asked and counts as unsupported.",
  options: {
    ...IMPLEMENTATION_OPTIONS,
    ...FILTER_OPTIONS,
    grade: {
      type: "string",
      short: "g",
      value: "GRADE",
      help: "grade up to which a case has to be right (default phase)",
    },
    "fail-fast": { type: "boolean", help: "ask nothing more after the first case that does not pass" },
    "max-crashes": { type: "string", value: "N", help: "ask nothing more after N crashes and timeouts (default 50)" },
    "known-failures": { type: "string", value: "FILE", help: "failures that are known, in TOML; see the README" },
    "write-known-failures": { type: "string", value: "FILE", help: "write what fails now as such a list" },
    ...REPORT_OPTIONS,
    ...CORPUS_OPTION,
  },
  exitCodes: [
    [ExitCode.Ok, "every case that was asked passed, or failed as --known-failures says"],
    [ExitCode.Refused, "a case did not pass, or the run has another problem that it names"],
    [ExitCode.Usage, "the command line makes no sense, or a filter names nothing"],
    [
      ExitCode.Failed,
      "nothing was judged: the corpus is damaged, the implementation cannot be started, or the runner itself failed",
    ],
    [ExitCode.HostTrouble, "a file of this machine could not be read or written"],
    [ExitCode.Interrupted, "stopped with Ctrl-C; every process of the implementation was ended"],
  ],
  examples: [
    ['conform run --impl "python3 mine.py" --level 0', "the first few cases, which test the adapter to the runner"],
    ["conform run -i ./mine -l 2 -o report.html -o report.json", "documents and artifacts, with two reports"],
    ["conform run -i ./mine --family artifact-head --grade effects", "one family, judged to the last grade"],
    ["conform run -i ./mine --id smoke/echo/nothing --transcript lines.txt", "one vector, and what was said"],
    ["conform run -i ./mine --clause snapshots.order", "what forces one requirement"],
    ["conform run -i ./mine --entrance command -l 1", "an implementation that is started once a case"],
    ["conform run -i ./mine --known-failures known.toml", "in CI: fails on every change, better or worse"],
  ],
  run: async (invocation) => {
    const [stray] = invocation.positionals;
    if (stray !== undefined) throw new UsageError(`found \`${stray}\` where only options are expected`);
    const { terminal } = invocation;
    const command = commandOf(invocation);
    const outputs = outputsOf(invocation);
    const knownFailures = knownFailuresOf(invocation);
    const bounds = boundsOf(invocation);
    const list = invocation.text("write-known-failures");
    for (const file of [...outputs.map((output) => output.file), ...(list === undefined ? [] : [list])])
      mustBeWritable(file);
    const corpus = corpusOf(invocation);
    const path = invocation.text("transcript");
    const transcript = path === undefined ? noTranscript : openTranscript(path);
    if (!CAN_MEASURE_MEMORY && !terminal.isJson)
      terminal.note(
        terminal.style("dim", "note: this system does not tell what memory a process holds; it is not limited"),
      );
    try {
      const { report, failures, noIntroduction } = await runVectors({
        corpus,
        filter: filterOf(invocation, corpus),
        grade: gradeOf(invocation),
        command,
        ...entranceOf(invocation),
        bounds,
        jobs: numberOf(invocation, "jobs", 2, 1, 256),
        mostCrashes: numberOf(invocation, "max-crashes", 50, 1, 1_000_000_000),
        failFast: invocation.flag("fail-fast"),
        knownFailures,
        transcript,
        runner: { name: "fayger", version: packageVersion() },
        now: () => new Date(),
        signal: invocation.signal,
        onProgress: progressLine(invocation),
      });
      terminal.progress(undefined);
      for (const { file, form } of outputs) writeReport(file, form, report, corpus);
      if (list !== undefined) writeFileSync(list, writeKnownFailures(failures, knownFailures));
      if (terminal.isJson) terminal.json(report);
      else {
        showReport(terminal, report, { all: invocation.flag("all"), vectorOf: lookup(corpus) });
        for (const line of diagnosisLines(terminal, corpus, report)) terminal.line(line);
        for (const { file } of outputs) terminal.note(terminal.style("dim", `wrote ${file}`));
        if (list !== undefined) terminal.note(terminal.style("dim", `wrote ${list}: give the reasons`));
      }
      if (noIntroduction !== undefined) return ExitCode.Failed;
      return report.passed ? ExitCode.Ok : ExitCode.Refused;
    } finally {
      transcript.close();
    }
  },
};

function gradeOf(invocation: Invocation): Grade {
  const name = invocation.text("grade") ?? "phase";
  const grade = GRADES.find((each) => each === name);
  if (grade === undefined) throw new UsageError(`--grade: expected ${GRADES.join(", ")}, found \`${name}\``);
  return grade;
}

function knownFailuresOf(invocation: Invocation): readonly KnownFailure[] {
  const path = invocation.text("known-failures");
  if (path === undefined) return [];
  // A pipe may have to be waited for.
  const text = interruptible(() => readFileSync(path, "utf8"));
  try {
    return readKnownFailures(text);
  } catch (error) {
    if (error instanceof TomlFault || error instanceof KnownFailuresFault)
      throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

function progressLine({ terminal }: Invocation): (progress: Progress) => void {
  let shown = Number.NEGATIVE_INFINITY;
  return ({ done, cases, family, failed }) => {
    const now = performance.now();
    if (now - shown < SHOW_EVERY_MS) return;
    shown = now;
    const bad = failed === 0 ? "" : `, ${failed.toLocaleString("en-US")} did not pass`;
    terminal.progress(`${ofText(done, cases)} cases${bad}: ${family} …`);
  };
}
