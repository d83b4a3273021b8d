import { type Command, ExitCode, UsageError } from "../../cli/command.js";
import { table } from "../../cli/output/table.js";
import { printable } from "../../cli/output/terminal.js";
import { count } from "../../cli/output/units.js";
import { type ComparedCorpus, diffCorpora } from "../corpus/diff.js";
import { type OpenCorpus, openCorpus } from "../corpus/open.js";

/** `fayger conform diff`: what changed between two corpora. @spec conformance.corpus */
export const diff: Command = {
  name: "conform diff",
  summary: "what changed between two corpora, and the version it asks for",
  usage: ["conform diff BEFORE AFTER"],
  description:
    "BEFORE and AFTER are folders of corpora. Every change of a vector is named by its kind, the gravest first. A corpus in\nwhich something was removed or is answered otherwise needs a higher major version, one with new vectors a higher minor.",
  options: {},
  exitCodes: [
    [ExitCode.Ok, "the version of AFTER says what changed"],
    [ExitCode.Refused, "AFTER needs a higher version"],
    [ExitCode.Usage, "the command line makes no sense"],
    [ExitCode.Failed, "one of them is damaged"],
  ],
  examples: [["conform diff corpus-1.0.0 conformance-vectors", "before a release"]],
  async run(invocation) {
    const { terminal, positionals } = invocation;
    const [before, after, stray] = positionals;
    if (before === undefined || after === undefined || stray !== undefined) {
      throw new UsageError("expected two folders: `fayger conform diff BEFORE AFTER`");
    }
    const result = diffCorpora(compared(openCorpus(before)), compared(openCorpus(after)));
    const exit = result.sufficient ? ExitCode.Ok : ExitCode.Refused;
    if (terminal.isJson) {
      terminal.json(result);
      return exit;
    }
    const rows = result.changes.map(({ kind, id, before: was, after: is }) => [
      kind,
      id,
      terminal.style("dim", printable(was === undefined ? (is ?? "") : `${was} -> ${is ?? ""}`)),
    ]);
    if (rows.length > 0) {
      for (const line of table(terminal, [{ title: "CHANGE" }, { title: "VECTOR" }, { title: "" }], rows))
        terminal.line(line);
      terminal.line();
    }
    terminal.line(`${count(result.changes.length, "change")} from ${result.before} to ${result.after}`);
    terminal.line(
      result.sufficient
        ? terminal.style("green", `${result.after} says so`)
        : terminal.style("red", `this is a ${result.bump} change: the version has to be ${result.required} or higher`),
    );
    return exit;
  },
};

function compared(corpus: OpenCorpus): ComparedCorpus {
  return {
    version: corpus.index.corpus,
    vectors: corpus.index.families.flatMap(({ name }) => corpus.vectorsOf(name)),
    files: new Map(corpus.index.files.map(({ path, sha256 }) => [path, sha256])),
  };
}
