import { type Command, ExitCode, UsageError } from "../../cli/command.js";
import { pairs } from "../../cli/output/table.js";
import { printable } from "../../cli/output/terminal.js";
import { count } from "../../cli/output/units.js";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { wholeCorpus } from "../corpus/whole.js";
import { requirements } from "./specification.js";

/** Problems that are shown. */
const SHOWN = 40;

/** `fayger conform verify`: whether a corpus is the one its digest names. */
export const verify: Command = {
  name: "conform verify",
  summary: "check every file of a corpus against its digest",
  usage: ["conform verify [FOLDER] [--digest HEX]"],
  description:
    "Reads every file of the corpus: that it is the one whose SHA-256 the index states, that none is missing and none lies\nthere besides, that every vector is of the schema and made from an accepted one, and that the sentences it forces read as\nthey did when it was made. --digest names the corpus that you expect.",
  options: { digest: { type: "string", value: "HEX", help: "the digest that the corpus must have" } },
  exitCodes: [
    [ExitCode.Ok, "the corpus is whole"],
    [ExitCode.Refused, "it is not; every problem is named"],
    [ExitCode.Failed, "there is no index that can be read"],
  ],
  examples: [
    ["conform verify", "the corpus of this package"],
    ["conform verify ./corpus-1.2.0 --digest 9f86d0818884…", "a corpus that came from somewhere"],
  ],
  run: async (invocation) => {
    const { terminal, positionals } = invocation;
    const [folder = ownCorpusFolder(), stray] = positionals;
    if (stray !== undefined) throw new UsageError(`expected one folder, found also \`${stray}\``);
    const wanted = invocation.text("digest");
    if (wanted !== undefined && !/^[0-9a-f]{64}$/.test(wanted))
      throw new UsageError("--digest: expected 64 lower-case hexadecimal digits");
    const sentences = new Map(requirements().map(({ id, sentence }) => [id, sentence]));
    const whole = wholeCorpus(folder, sentences);
    const problems =
      wanted === undefined || wanted === whole.digest
        ? whole.problems
        : [`the digest is ${whole.digest}, expected ${wanted}`, ...whole.problems];
    if (terminal.isJson) terminal.json({ ...whole, problems, whole: problems.length === 0 });
    for (const line of pairs(terminal, [
      ["corpus", printable(whole.version)],
      ["digest", whole.digest],
      ["specification", printable(whole.specification)],
      ["holds", `${count(whole.files, "file")}, ${count(whole.vectors, "vector")}, ${count(whole.cases, "case")}`],
    ]))
      terminal.line(line);
    terminal.line();
    for (const problem of problems.slice(0, SHOWN))
      terminal.line(`${terminal.style("red", "wrong")}  ${printable(problem)}`);
    if (problems.length > SHOWN) terminal.line(terminal.style("dim", `… and ${problems.length - SHOWN} more`));
    terminal.line(
      problems.length === 0
        ? terminal.style("green", "whole: every file is the one the digest names")
        : terminal.style("red", `not whole: ${count(problems.length, "problem")}`),
    );
    return problems.length === 0 ? ExitCode.Ok : ExitCode.Refused;
  },
};
