import { summaryLine } from "../diagnostics/diagnostic.js";
import { type DiagnosticFormat, diagnosticFormats, renderDiagnostics } from "../diagnostics/render.js";
import { createSourceFile, type SourceFile } from "../diagnostics/source.js";
import type { ParsedArguments } from "./arguments.js";
import type { Command, UsageError } from "./command.js";
import type { CommandHost, ExitCode } from "./host.js";
import { parseFiles } from "./parse-files.js";

/** `fayger-spec parse FILE...`. */
export const parseCommand: Command = {
  name: "parse",
  summary: "Parse and resolve CDDL files and report what is wrong with them.",
  operands: "FILE...",
  options: [
    { name: "format", values: diagnosticFormats, description: "how to print diagnostics (default text)" },
    { name: "one-schema", description: "the files together are one schema: each name is defined once" },
  ],
  examples: [
    "fayger-spec parse spec/cddl/manifest.cddl",
    "fayger-spec parse --one-schema spec/cddl/*.cddl",
    "fayger-spec parse --format json schema.cddl",
  ],
  run: runParse,
};

function runParse(args: ParsedArguments, host: CommandHost): ExitCode | UsageError {
  if (args.positionals.length === 0) return { usageError: "parse needs at least one FILE" };
  const sources = new Map<string, SourceFile>();
  for (const path of args.positionals) {
    const content = host.readFile(path);
    if ("problem" in content) return { usageError: `cannot read ${path}: ${content.problem}` };
    sources.set(path, createSourceFile(path, content.text));
  }
  const findImport = (module: string, from: SourceFile): SourceFile | undefined => {
    const path = siblingPath(from.path, `${module}.cddl`);
    const known = sources.get(path);
    if (known !== undefined) return known;
    const content = host.readFile(path);
    if ("problem" in content) return undefined;
    const source = createSourceFile(path, content.text);
    sources.set(path, source);
    return source;
  };

  const oneSchema = args.options.has("one-schema");
  const outcome = parseFiles([...sources.values()], { oneSchema, findImport });
  const format = (args.options.get("format") ?? "text") as DiagnosticFormat;
  const rendered = renderDiagnostics(outcome.diagnostics, {
    format,
    sourceOf: (file) => sources.get(file),
    colour: host.colour,
    explain: host.explain,
  });
  if (format !== "text") {
    host.stdout(rendered);
    return outcome.exitCode;
  }
  host.stderr(rendered);
  const { files, rules } = outcome.summary;
  if (outcome.diagnostics.length === 0) {
    host.stdout(`${count(files, "file")}, ${count(rules, "rule")}: ${summaryLine(outcome.summary)}\n`);
  }
  return outcome.exitCode;
}

/** A file in the same folder as another. */
function siblingPath(path: string, name: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1) + name;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
