import { diagnosticCodes, diagnosticRegistry, docsPagePath, isDiagnosticCode } from "../diagnostics/registry.js";
import { closestName } from "../diagnostics/suggest.js";
import type { ParsedArguments } from "./arguments.js";
import type { Command, UsageError } from "./command.js";
import { type CommandHost, type ExitCode, exitCode } from "./host.js";

/** `fayger-spec explain [CODE]`. */
export const explainCommand: Command = {
  name: "explain",
  summary: "Explain a diagnostic code, or list all codes.",
  operands: "[CODE]",
  options: [],
  examples: ["fayger-spec explain", "fayger-spec explain cddl/undefined-rule"],
  run: runExplain,
};

function runExplain(args: ParsedArguments, host: CommandHost): ExitCode | UsageError {
  const [code, another] = args.positionals;
  if (another !== undefined) return { usageError: "explain takes one CODE" };
  if (code === undefined) {
    for (const known of diagnosticCodes()) host.stdout(`${diagnosticRegistry[known].severity.padEnd(7)}  ${known}\n`);
    return exitCode.ok;
  }
  if (!isDiagnosticCode(code)) {
    const similar = closestName(code, diagnosticCodes());
    return { usageError: `unknown code ${code}${similar === undefined ? "" : `; did you mean ${similar}?`}` };
  }
  const page = host.readDocsPage(docsPagePath(code));
  if ("problem" in page) return { usageError: `the page of ${code} cannot be read: ${page.problem}` };
  host.stdout(page.text.endsWith("\n") ? page.text : `${page.text}\n`);
  return exitCode.ok;
}
