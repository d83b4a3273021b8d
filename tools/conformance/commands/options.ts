import { VECTOR_OPERATIONS } from "../../../generated/enums/vector-operation.js";
import { type Invocation, type OptionSpec, UsageError } from "../../cli/command.js";
import { type Filter, HIGHEST_STEP, idsForcing, nearest } from "../corpus/choose.js";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { type OpenCorpus, openCorpus } from "../corpus/open.js";
import { formOf, REPORT_FORMS, type ReportForm } from "../reports/forms.js";
import { CommandLineFault, wordsOf } from "../session/command-line.js";
import { type Bounds, DEFAULT_BOUNDS } from "../session/entrance.js";

/** Where the corpus is. */
export const CORPUS_OPTION: Readonly<Record<string, OptionSpec>> = {
  corpus: { type: "string", value: "FOLDER", help: "corpus; else the one of this package" },
};

/** What becomes of a report. */
export const REPORT_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  report: {
    type: "string",
    short: "o",
    value: "FILE",
    multiple: true,
    help: "write the report; its form follows from the name",
  },
  format: {
    type: "string",
    value: "FORM",
    help: `form of the one --report: ${REPORT_FORMS.map(({ name }) => name).join(", ")}`,
  },
  all: { type: "boolean", help: "show every finding" },
};

/** Which cases. */
export const FILTER_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  level: { type: "string", short: "l", value: "N", help: `families up to step N of the ladder, 0 to ${HIGHEST_STEP}` },
  family: { type: "string", short: "f", value: "NAME", multiple: true, help: "only this family" },
  id: {
    type: "string",
    value: "ID",
    multiple: true,
    help: "only this vector, ID#NUMBER one of its cases, PREFIX/ all whose ids begin so",
  },
  clause: {
    type: "string",
    value: "REQUIREMENT",
    multiple: true,
    help: "only vectors that force this requirement, or one whose id begins so",
  },
};

/** How an implementation is started, and its bounds. */
export const IMPLEMENTATION_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  impl: { type: "string", short: "i", value: "COMMAND", help: "command line of the implementation; no shell reads it" },
  entrance: {
    type: "string",
    value: "KIND",
    help: "session: one process, lines of JSON (default); command: one a case",
  },
  operations: { type: "string", value: "LIST", help: "with --entrance command: operations it has, joined by commas" },
  jobs: { type: "string", short: "j", value: "N", help: "processes at a time (default 2)" },
  timeout: { type: "string", value: "SECONDS", help: "for one answer (default 10)" },
  memory: { type: "string", value: "SIZE", help: "of one process with its children, such as 512MiB (default 1GiB)" },
  transcript: { type: "string", value: "FILE", help: "write every line that was sent and received" },
};

/** The corpus of a command line. @throws CorpusFault */
export function corpusOf(invocation: Invocation): OpenCorpus {
  return openCorpus(invocation.text("corpus") ?? ownCorpusFolder());
}

/** The filter of a command line. @throws UsageError, UnknownFilter */
export function filterOf(invocation: Invocation, corpus: OpenCorpus): Filter {
  const level = invocation.text("level");
  const [families, named, clauses] = [invocation.texts("family"), invocation.texts("id"), invocation.texts("clause")];
  if (named.length > 0 && clauses.length > 0)
    throw new UsageError("--clause: names vectors, as --id does; give one of the two");
  const ids = clauses.length > 0 ? idsForcing(corpus, clauses) : named;
  const [, step] = /^L?(\d)$/i.exec(level ?? "") ?? [];
  if (level !== undefined && (step === undefined || Number(step) > HIGHEST_STEP))
    throw new UsageError(`--level: expected 0 to ${HIGHEST_STEP}, found \`${level}\``);
  return {
    ...(step !== undefined && { ladder: Number(step) }),
    ...(families.length > 0 && { families }),
    ...(ids.length > 0 && { ids }),
  };
}

/** The implementation's command line. @throws UsageError */
export function commandOf(invocation: Invocation): string {
  const command = invocation.text("impl");
  if (command === undefined)
    throw new UsageError('expected --impl "COMMAND", for instance --impl "python3 my_fayger.py"');
  try {
    wordsOf(command);
  } catch (error) {
    if (error instanceof CommandLineFault) throw new UsageError(`--impl: ${error.message}`);
    throw error;
  }
  return command;
}

/** How the implementation is entered. @throws UsageError */
export function entranceOf(invocation: Invocation): {
  entrance: "session" | "command";
  operations?: readonly string[];
} {
  const entrance = invocation.text("entrance") ?? "session";
  const listed = invocation.text("operations");
  if (entrance !== "session" && entrance !== "command")
    throw new UsageError(`--entrance: expected session or command, found \`${entrance}\``);
  if (listed === undefined) return { entrance };
  if (entrance === "session") throw new UsageError("--operations: a session says itself which operations it has");
  const operations = listed.split(",").map((name) => name.trim());
  for (const name of operations)
    if (!(VECTOR_OPERATIONS as readonly string[]).includes(name))
      throw new UsageError(`--operations: there is no operation \`${name}\`${nearest(name, VECTOR_OPERATIONS)}`);
  return { entrance, operations };
}

/** The bounds of the implementation's processes. @throws UsageError */
export function boundsOf(invocation: Invocation): Bounds {
  const timeout = numberOf(invocation, "timeout", DEFAULT_BOUNDS.answerMs / 1000, 0.001, 86_400);
  const memory = invocation.text("memory");
  return {
    ...DEFAULT_BOUNDS,
    answerMs: timeout * 1000,
    startMs: Math.max(timeout * 1000, DEFAULT_BOUNDS.startMs),
    ...(memory !== undefined && { memoryBytes: sizeOf(memory) }),
  };
}

/** A number of a command line. @throws UsageError */
export function numberOf(invocation: Invocation, name: string, otherwise: number, least: number, most: number): number {
  const text = invocation.text(name);
  if (text === undefined) return otherwise;
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const isWhole = least < 1 || Number.isInteger(number);
  if (!(number >= least && number <= most && isWhole))
    throw new UsageError(
      `--${name}: expected ${least < 1 ? "a number" : "a whole number"} from ${least} to ${most}, found \`${text}\``,
    );
  return number;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function sizeOf(text: string): number {
  const [, number, unit] = /^(\d{1,9}(?:\.\d+)?)\s*(k|m|g|)(?:i?b)?$/i.exec(text) ?? [];
  if (number === undefined) throw new UsageError(`--memory: expected a size such as 512MiB or 1GiB, found \`${text}\``);
  return Math.floor(Number(number) * (UNITS[(unit ?? "").toLowerCase()] ?? 1));
}

/** The reports of a command line and their forms. @throws UsageError */
export function outputsOf(invocation: Invocation): { file: string; form: ReportForm }[] {
  const files = invocation.texts("report");
  const format = invocation.text("format");
  if (format !== undefined && files.length !== 1)
    throw new UsageError("--format: names the form of exactly one --report");
  return files.map((file) => {
    const form = formOf(file, format);
    if (form === undefined)
      throw new UsageError(
        format === undefined
          ? `--report: \`${file}\` does not say its form; end it with ${REPORT_FORMS.map(({ extension }) => extension).join(", ")}, or add --format`
          : `--format: there is no form \`${format}\`; there are ${REPORT_FORMS.map(({ name }) => name).join(", ")}`,
      );
    return { file, form };
  });
}
