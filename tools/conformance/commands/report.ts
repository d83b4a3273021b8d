import { type Command, ExitCode, onlyPositional, UsageError } from "../../cli/command.js";
import { CorpusFault } from "../corpus/corpus-fault.js";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { openCorpus } from "../corpus/open.js";
import { writeReport } from "../reports/forms.js";
import { ReportFault, readReport } from "../reports/read-report.js";
import { showReport } from "../reports/screen.js";
import { lookup } from "../reports/vector-lookup.js";
import { CORPUS_OPTION, outputsOf, REPORT_OPTIONS } from "./options.js";

/** `fayger conform report`: a report in other forms. */
export const report: Command = {
  name: "conform report",
  summary: "show a JSON report, or write it in another form",
  usage: ["conform report REPORT.json [--report FILE]"],
  description:
    "Every form of a report is made from its JSON, so that a run need not be repeated for another one. Forms are json, html,\njunit (.xml), markdown (.md), badge (.svg) and ifacts (.ifacts.json).",
  options: {
    ...REPORT_OPTIONS,
    ...CORPUS_OPTION,
  },
  exitCodes: [
    [ExitCode.Ok, "the run it is of passed"],
    [ExitCode.Refused, "the run it is of did not pass"],
    [ExitCode.Usage, "the file is no report"],
  ],
  examples: [
    ["conform report result.json", "on the screen"],
    ["conform report result.json -o result.html -o badge.svg", "as a page and a badge"],
  ],
  run: async (invocation) => {
    const { terminal } = invocation;
    const path = onlyPositional(invocation, "a JSON report: `fayger conform report FILE`");
    const outputs = outputsOf(invocation);
    try {
      const found = readReport(path);
      const folder = invocation.text("corpus");
      const corpus = corpusAtHand(folder, found.corpus.digest);
      for (const { file, form } of outputs) writeReport(file, form, found, corpus);
      if (terminal.isJson) terminal.json(found);
      else if (outputs.length === 0) {
        const vectorOf = corpus === undefined ? undefined : lookup(corpus);
        showReport(terminal, found, { all: invocation.flag("all"), vectorOf });
      }
      for (const { file } of outputs) terminal.note(terminal.style("dim", `wrote ${file}`));
      return found.passed ? ExitCode.Ok : ExitCode.Refused;
    } catch (error) {
      if (error instanceof ReportFault) throw new UsageError(error.message);
      throw error;
    }
  },
};

/** The corpus the report is of, for what it says of a vector; none where another one, or none, is at hand. */
function corpusAtHand(folder: string | undefined, digest: string): ReturnType<typeof openCorpus> | undefined {
  try {
    const corpus = openCorpus(folder ?? ownCorpusFolder());
    return corpus.index.digest === digest ? corpus : undefined;
  } catch (error) {
    if (folder === undefined && error instanceof CorpusFault) return undefined;
    throw error;
  }
}
