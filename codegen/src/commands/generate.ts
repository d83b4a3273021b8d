import { hasErrors } from "../diagnostics/diagnostic.js";
import { diagnosticFormats } from "../diagnostics/render.js";
import type { ParsedArguments } from "./arguments.js";
import type { Command, UsageError } from "./command.js";
import { type CommandHost, type ExitCode, exitCode } from "./host.js";

/** `fayger-spec generate`. */
export const generateCommand: Command = {
  name: "generate",
  summary: "Check spec/ and write generated/ from it: code, JSON Schemas, documents. Writes nothing on an error.",
  operands: "",
  options: [
    { name: "check", description: "write nothing; exit 1 when a file of generated/ is not what spec/ gives" },
    { name: "watch", description: "run again whenever a file of spec/ changes, until Ctrl-C" },
    {
      name: "freeze",
      description: "record tables and schemas in spec/released/ as what this version promises, before generating",
    },
    { name: "format", values: diagnosticFormats, description: "how to print diagnostics (default text)" },
  ],
  examples: ["fayger-spec generate", "fayger-spec generate --check", "fayger-spec generate --watch"],
  run: runGenerate,
};

async function runGenerate(args: ParsedArguments, host: CommandHost): Promise<ExitCode | UsageError> {
  if (args.positionals.length > 0) return { usageError: "generate takes no operands" };
  if (args.options.has("check") && args.options.has("watch"))
    return { usageError: "--check and --watch exclude each other" };
  if (args.options.has("check") && args.options.has("freeze"))
    return { usageError: "--check and --freeze exclude each other" };
  if (host.listFiles("spec/tables").length === 0) {
    return {
      usageError: "there is no spec/tables here; generate runs in the root of a clone of the Fayger repository",
    };
  }
  // The printer is slow to load, so that the other commands do without it.
  const loaded = await import("./generate-run.js").catch(missingPackage);
  if ("usageError" in loaded) return loaded;
  const run = new loaded.GenerateRun(args, host);
  if (args.options.has("freeze")) {
    const problem = run.freeze();
    if (problem !== undefined) return { usageError: problem };
  }
  if (!args.options.has("watch")) return hasErrors(run.once()) ? exitCode.diagnostics : exitCode.ok;
  // Before the first run: what is saved while it goes on must not be missed.
  const interrupted = host.watch("spec", () => void run.once());
  run.once();
  host.stdout("watching spec/; Ctrl-C ends\n");
  await interrupted;
  return exitCode.ok;
}

/** What the printer and the tables need are development dependencies: the published package comes without them. */
function missingPackage(error: unknown): UsageError {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
  const name = /package '([^']+)'/.exec(error.message)?.[1] ?? "a development dependency";
  return { usageError: `generate needs ${name}; run it in a clone of the Fayger repository, after npm ci` };
}
