import type { FaygerEvent } from "../../../generated/codecs/fayger-event.js";
import { processStreams } from "../../../reference/adapter/platforms/index.js";
import type { BufObject, Fayger, RunResult } from "../../../reference/node.js";
import { type Command, ExitCode, type Invocation, onlyPositional, UsageError } from "../command.js";
import { printError } from "../output/error.js";
import { showProgress } from "../output/progress.js";
import { hex } from "../output/terminal.js";
import { tracePrinter } from "../output/trace.js";
import { LOAD_OPTIONS, loadOptionsOf, RUN_OPTIONS, setUp } from "../setup.js";
import { ARTIFACT, ARTIFACT_HELP, openArtifact, SOURCE_OPTIONS } from "../sources.js";

/** `fayger run`: load an artifact and run its program. @spec tools.run */
export const run: Command = {
  name: "run",
  summary: "load an artifact and run its program",
  usage: [`run ${ARTIFACT} [--allow CAP] [--dir GUEST=HOST[:rw]] [--trace]`],
  description: `The program gets what you allow and nothing else; an artifact that no trusted key signed is refused. Its standard\nstreams are this command's own. With --json the program's standard output goes to standard error, so that standard\noutput holds one JSON document.\n${ARTIFACT_HELP}`,
  options: {
    ...LOAD_OPTIONS,
    ...RUN_OPTIONS,
    ...SOURCE_OPTIONS,
    eager: { type: "boolean", help: "read and verify every section before the program starts" },
    trace: { type: "boolean", help: "print every phase, transition, instruction and event to standard error" },
    debug: { type: "boolean", help: "with --trace: also debug events" },
  },
  examples: [
    ["run tool.buf --allow io.stdio", "run a program that only prints"],
    [
      "run report.buf --allow fs.read,fs.write --dir /in=./notes --dir /out=./result:rw",
      "files, in two folders you name",
    ],
    ["run s3://tools/report.buf --allow io.stdio", "from object storage, with AWS_REGION and the other AWS_ variables"],
    ["run report.buf --policy policy.json --trace", "the policy in a file, every step on the screen"],
  ],
  async run(invocation) {
    const path = onlyPositional(invocation, "an artifact: `fayger run FILE`, or a URL");
    const { terminal } = invocation;
    if (invocation.flag("debug") && !invocation.flag("trace")) throw new UsageError("--debug goes with --trace");
    const { source, isExposed } = await openArtifact(path, invocation);
    if (isExposed && invocation.flag("allow-unsigned") && invocation.text("digest") === undefined)
      terminal.note(
        `${terminal.style("yellow", "note")}  http and --allow-unsigned: anybody on the way can change this program; --digest pins it`,
      );
    const events: FaygerEvent[] = [];
    const fayger = await setUp(
      invocation,
      (bus) => {
        if (!invocation.flag("trace")) {
          showProgress(terminal, bus);
          return;
        }
        const receive = terminal.isJson
          ? (event: FaygerEvent) => void events.push(event)
          : tracePrinter(terminal, (line) => terminal.note(line));
        bus.subscribe(receive);
        if (invocation.flag("debug")) bus.subscribe(receive, { categories: ["debug"] });
      },
      terminal.isJson ? { ...processStreams, writeOutput: processStreams.writeError } : processStreams,
    );
    try {
      const object = await fayger.load(source, {
        strategy: invocation.flag("eager") ? "eager" : "lazy",
        ...loadOptionsOf(invocation),
      });
      const result = await fayger.run(object, invocation.signal);
      return report(invocation, fayger, object, result, events);
    } finally {
      await source.close();
    }
  },
};

function report(
  invocation: Invocation,
  fayger: Fayger,
  object: BufObject,
  result: RunResult,
  events: readonly FaygerEvent[],
): number {
  const { terminal } = invocation;
  const { failure } = result;
  if (terminal.isJson) {
    terminal.json({
      name: object.manifest.name,
      version: object.manifest.version,
      manifest_digest: hex(object.manifestDigest),
      trust: object.trust,
      adapter: fayger.adapter.descriptor().platformId,
      implementation: fayger.runtime.implementationOf(result.instance),
      instance: result.instance,
      state: result.state,
      ...(result.exitCode !== undefined && { exit_code: result.exitCode }),
      ...(failure !== undefined && { failure: failure.error.toJSON() }),
      ...(invocation.flag("trace") && { events }),
    });
  } else if (failure !== undefined) printError(terminal, failure.error);
  if (invocation.signal.aborted) return ExitCode.Interrupted;
  if (failure !== undefined) return ExitCode.Failed;
  // An exit code of a process has 8 bits; a program that failed with 256 must not look as if it had not.
  const code = result.exitCode ?? 0;
  return code === 0 ? ExitCode.Ok : code & 0xff || ExitCode.Failed;
}
