import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { countDiagnostics, type Diagnostic, hasErrors, summaryLine } from "../../codegen/src/diagnostics/diagnostic.js";
import { type DiagnosticFormat, diagnosticFormats, renderDiagnostics } from "../../codegen/src/diagnostics/render.js";
import type { SourceFile } from "../../codegen/src/diagnostics/source.js";
import { type OutputStream, wantsColour } from "../cli/output/terminal.js";
import { acceptRequirements } from "./accept.js";
import { compareStates } from "./breaking/judge.js";
import { openState } from "./breaking/open.js";
import { reportComparison } from "./breaking/report.js";
import { checkSpecification } from "./check.js";
import { checkDocumentation } from "./documentation.js";
import { checkExamples, writeExamples } from "./examples.js";
import { helpText } from "./help.js";
import type { SpecTree } from "./model.js";
import { summarise } from "./summary.js";
import { traceRequirements, traceToMarkdown } from "./trace.js";
import { readTree } from "./tree.js";
import { readVectorIndex } from "./vectors.js";

/** Where the tool runs and writes. */
export interface SpecToolHost {
  /** The repository. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Exit codes: 0 in order, 1 findings, 2 wrong command line. */
const exit = { ok: 0, findings: 1, usage: 2 } as const;

const options = {
  format: { type: "string" },
  json: { type: "boolean" },
  planned: { type: "string" },
  all: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

interface Settings {
  readonly format: DiagnosticFormat;
  readonly json: boolean;
  readonly planned: string | undefined;
  /** Write every diagnostic in full. */
  readonly all: boolean;
}

/** Runs one command line of `npm run spec --`; gives the exit code. */
export async function runSpecTool(args: readonly string[], host: SpecToolHost): Promise<number> {
  let parsed: { values: Record<string, string | boolean | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    return usage(host, error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const [command = "check", ...rest] = positionals;
  if (values["help"] === true || command === "help") {
    host.stdout.write(helpText);
    return exit.ok;
  }
  const format = values["format"] ?? "text";
  if (!isFormat(format)) return usage(host, `--format is ${diagnosticFormats.join(", ")}, not \`${String(format)}\``);
  const planned = typeof values["planned"] === "string" ? values["planned"] : undefined;
  const settings = { format, json: values["json"] === true, planned, all: values["all"] === true };
  switch (command) {
    case "check":
      return rest.length > 0 ? usage(host, `check takes no argument, found \`${rest[0]}\``) : check(host, settings);
    case "accept":
      return accept(host, rest, settings);
    case "trace":
      return trace(host, rest, settings);
    case "docs":
      return docs(host, settings);
    case "examples":
      return examples(host);
    case "breaking":
      return breaking(host, rest, settings);
    default:
      return usage(host, `there is no command \`${command}\``);
  }
}

function isFormat(text: unknown): text is DiagnosticFormat {
  return diagnosticFormats.some((format) => format === text);
}

function usage(host: SpecToolHost, message: string): number {
  host.stderr.write(`${message}\n\n${helpText}`);
  return exit.usage;
}

async function check(host: SpecToolHost, settings: Settings): Promise<number> {
  const tree = readTree(host.root);
  const report = checkSpecification(tree);
  const diagnostics = [...report.diagnostics, ...(await checkExamples(tree))];
  print(host, tree, diagnostics, settings);
  if (settings.format === "text") host.stdout.write(summarise(report));
  return hasErrors(diagnostics) ? exit.findings : exit.ok;
}

function accept(host: SpecToolHost, ids: readonly string[], settings: Settings): number {
  const acceptance = acceptRequirements(readTree(host.root), ids, settings.planned);
  for (const id of acceptance.unknown) host.stderr.write(`no chapter and no entry has \`${id}\`\n`);
  if (acceptance.unknown.length > 0) return exit.usage;
  writeFileSync(join(host.root, "spec/anchors.yaml"), acceptance.text);
  for (const what of ["added", "changed", "removed"] as const) {
    for (const id of acceptance[what]) host.stdout.write(`${what} ${id}\n`);
  }
  const count = acceptance.added.length + acceptance.changed.length + acceptance.removed.length;
  host.stdout.write(count === 0 ? "nothing to accept\n" : `spec/anchors.yaml: ${count} accepted\n`);
  return exit.ok;
}

function trace(host: SpecToolHost, asked: readonly string[], settings: Settings): number {
  const traces = traceRequirements(checkSpecification(readTree(host.root)), asked, readVectorIndex(host.root));
  if (traces.length === 0) {
    host.stderr.write(`no requirement is ${asked.map((text) => `\`${text}\``).join(" or ")}, or is cited there\n`);
    return exit.findings;
  }
  host.stdout.write(settings.json ? `${JSON.stringify(traces, null, 2)}\n` : traceToMarkdown(traces));
  return exit.ok;
}

function docs(host: SpecToolHost, settings: Settings): number {
  const { diagnostics, files, symbols } = checkDocumentation(host.root);
  print(host, { sources: files }, diagnostics, settings);
  if (settings.format === "text")
    host.stdout.write(`${symbols} public symbols; ${summaryLine(countDiagnostics(diagnostics))}\n`);
  return hasErrors(diagnostics) ? exit.findings : exit.ok;
}

async function examples(host: SpecToolHost): Promise<number> {
  const written = await writeExamples(host.root);
  host.stdout.write(written ? "spec/chapters/examples.md written\n" : "spec/chapters/examples.md is up to date\n");
  return exit.ok;
}

/** Two states of the specification against each other; the later one is this repository where none is named. */
function breaking(host: SpecToolHost, [old, now = ".", more]: readonly string[], settings: Settings): number {
  if (old === undefined || more !== undefined)
    return usage(host, "breaking takes OLD, and NEW where it is not this one");
  const [before, after] = [openState(host.root, old), openState(host.root, now)];
  for (const state of [before, after])
    if ("problem" in state) {
      host.stderr.write(`${state.problem}\n`);
      return exit.usage;
    }
  if ("problem" in before || "problem" in after) return exit.usage;
  const comparison = compareStates(before, after);
  host.stdout.write(reportComparison(comparison, settings.format));
  return comparison.holds ? exit.ok : exit.findings;
}

function print(
  host: SpecToolHost,
  tree: SpecTree | { readonly sources: readonly SourceFile[] },
  diagnostics: readonly Diagnostic[],
  settings: Settings,
): void {
  const files = "sources" in tree ? tree.sources : sourcesOf(tree);
  const text = renderDiagnostics(diagnostics, {
    format: settings.format,
    sourceOf: (path) => files.find((file) => file.path === path),
    colour: wantsColour(host.stdout, host.environment),
    ...(settings.all ? { limit: Number.MAX_SAFE_INTEGER } : {}),
  });
  if (text !== "") host.stdout.write(text);
}

function sourcesOf(tree: SpecTree): SourceFile[] {
  const single = [tree.readme, tree.anchors].filter((file) => file !== undefined);
  return [...single, ...tree.chapters, ...tree.specification, ...tree.implementation, ...tree.helpers, ...tree.tests];
}
