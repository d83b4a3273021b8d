import { type Command, ExitCode, UsageError } from "../../cli/command.js";
import { table } from "../../cli/output/table.js";
import { printable } from "../../cli/output/terminal.js";
import { count } from "../../cli/output/units.js";
import { countCases } from "../corpus/cases.js";
import { choose, stepOf } from "../corpus/choose.js";
import { STEP_NAMES } from "../reports/words.js";
import { CORPUS_OPTION, corpusOf, FILTER_OPTIONS, filterOf } from "./options.js";

/** `fayger conform list`: what there is to ask. */
export const list: Command = {
  name: "conform list",
  summary: "show the families, or the vectors of a filter",
  usage: ["conform list [--level N] [--family NAME] [--id ID] [--clause REQUIREMENT] [--vectors]"],
  description:
    "Shows the families by the steps of the ladder, the order in which an implementation is best built, with their vectors and\ncases. A vector with a recipe stands for many cases. --vectors shows every vector with what it is about.",
  options: { ...FILTER_OPTIONS, vectors: { type: "boolean", help: "show every vector" }, ...CORPUS_OPTION },
  exitCodes: [
    [ExitCode.Ok, "shown"],
    [ExitCode.Usage, "a filter names nothing"],
    [ExitCode.Failed, "the corpus is damaged"],
  ],
  examples: [
    ["conform list", "all families"],
    ["conform list --family smoke --vectors", "the vectors of one"],
    ["conform list --clause capabilities.policy --vectors", "what forces the requirements on a host's policy"],
    ["conform list --level 2 --json", "for a program"],
  ],
  run: async (invocation) => {
    const { terminal, positionals } = invocation;
    if (positionals[0] !== undefined)
      throw new UsageError(`found \`${positionals[0]}\` where only options are expected`);
    const corpus = corpusOf(invocation);
    const { index } = corpus;
    const chosen = choose(corpus, filterOf(invocation, corpus));
    const rows = chosen.map(({ family, vectors, only }) => {
      const active = vectors.filter(({ status }) => status === "active");
      return {
        family,
        step: stepOf(family),
        vectors: active.length,
        cases: countCases([{ family, vectors, only }]),
        accepting: active.filter(({ expect, expand }) => expand === undefined && expect.verdict === "accept").length,
        refusing: active.filter(({ expect, expand }) => expand === undefined && expect.verdict === "reject").length,
        exhaustive: active.filter(({ expand }) => expand !== undefined).length,
      };
    });
    const vectors = chosen.flatMap((each) => each.vectors);
    if (terminal.isJson) {
      const listed = vectors.map(({ id, status, operation, why, expand }) => ({
        id,
        status,
        operation,
        why,
        cases: expand?.cases ?? 1,
      }));
      terminal.json({
        corpus: { version: index.corpus, digest: index.digest, specification: index.specification },
        families: rows,
        ...(invocation.flag("vectors") && { vectors: listed }),
      });
      return ExitCode.Ok;
    }
    terminal.line(
      `${terminal.style("bold", `corpus ${index.corpus}`)} ${terminal.style("dim", `${index.digest.slice(0, 16)}, specification ${index.specification}`)}`,
    );
    const columns = [
      { title: "STEP", align: "right" },
      { title: "FAMILY" },
      { title: "VECTORS", align: "right" },
      { title: "CASES", align: "right" },
      { title: "ACCEPTED", align: "right" },
      { title: "REFUSED", align: "right" },
      { title: "EXHAUSTIVE", align: "right" },
    ] as const;
    const cells = [...rows]
      .sort((a, b) => a.step - b.step)
      .map((row) =>
        [row.step, row.family, row.vectors, row.cases, row.accepting, row.refusing, row.exhaustive].map((cell) =>
          typeof cell === "number" ? cell.toLocaleString("en-US") : cell,
        ),
      );
    terminal.line();
    for (const line of table(terminal, columns, cells)) terminal.line(line);
    terminal.line();
    const steps = [...new Set(rows.map(({ step }) => step))].sort();
    terminal.line(terminal.style("dim", steps.map((step) => `step ${step}: ${STEP_NAMES[step] ?? ""}`).join("; ")));
    if (invocation.flag("vectors")) {
      terminal.line();
      const described = vectors.map(({ id, why, status, expand }) => [
        status === "active" ? id : terminal.style("dim", `${id} (withdrawn)`),
        expand === undefined ? "" : `×${expand.cases.toLocaleString("en-US")}`,
        printable(why),
      ]);
      for (const line of table(
        terminal,
        [{ title: "VECTOR" }, { title: "", align: "right" }, { title: "WHY" }],
        described,
      ))
        terminal.line(line);
    }
    terminal.line();
    terminal.line(
      `${count(
        rows.reduce((sum, row) => sum + row.vectors, 0),
        "vector",
      )}, ${count(
        rows.reduce((sum, row) => sum + row.cases, 0),
        "case",
      )}`,
    );
    return ExitCode.Ok;
  },
};
