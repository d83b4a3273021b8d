import type { FaygerEvent } from "../../../generated/codecs/fayger-event.js";
import { readInputLog } from "../../../reference/adapter/input-log/index.js";
import { processStreams, processTerminal } from "../../../reference/adapter/platforms/index.js";
import { type BufObject, type Fayger, nodeSha256, type RunResult } from "../../../reference/node.js";
import { ASSEMBLY_OPTIONS, assertFitting, runAssembled } from "../assembly/run-assembled.js";
import { type Command, ExitCode, type Invocation, onlyPositional, UsageError } from "../command.js";
import { readInput } from "../files.js";
import { printError } from "../output/error.js";
import { holdNotesWhile } from "../output/held-notes.js";
import { showProgress } from "../output/progress.js";
import { hearRefusals, printRefusals, type Refusals } from "../output/refusals.js";
import { hex } from "../output/terminal.js";
import { tracePrinter } from "../output/trace.js";
import { usageJson, usageTable } from "../output/usage.js";
import { replaceFile } from "../replace-file.js";
import { LOAD_OPTIONS, loadOptionsOf, type ReplayedPolicy, RUN_OPTIONS, setUp } from "../setup.js";
import { programSignals } from "../signals.js";
import { ARTIFACT, ARTIFACT_HELP, openArtifact, SOURCE_OPTIONS } from "../sources.js";

/** `fayger run`: load an artifact and run its program. @spec tools.run, tools.run.usage */
export const run: Command = {
  name: "run",
  summary: "load an artifact and run its program",
  usage: [
    `run ${ARTIFACT} [--allow CAP] [--dir GUEST=HOST[:rw]] [--quota NAME=VALUE] [--usage] [--trace] [-- ARG ...]`,
    `run ${ARTIFACT} [--command "ACTION [VALUE ...]"] [--confirm all|SKILL] [--answer-within SECONDS]`,
  ],
  description: `The program gets what you allow and nothing else; an artifact that no trusted key signed is refused. Its standard\nstreams are this command's own, its arguments are what stands behind --, and Ctrl-C goes to it first where it asks for\nsignals. With --json the program's standard output goes to standard error, so that standard\noutput holds one JSON document. An artifact that \`fayger assemble\` made is taken through its steps first: its parts reach\neach other and nothing of this machine, so it needs no --allow. In control mode command it does what --command says, or\nwhat comes in on standard input, a line each; on a terminal it asks. Exit code 3 where one of these was not done.\nPersistent permissions that you gave on a terminal are kept for later runs of what the same trusted key signed under\nthe same name, or of the same bytes.\n${ARTIFACT_HELP}`,
  handsOn: true,
  options: {
    ...LOAD_OPTIONS,
    ...RUN_OPTIONS,
    ...SOURCE_OPTIONS,
    ...ASSEMBLY_OPTIONS,
    save: {
      type: "string",
      value: "FILE",
      help: "where Ctrl-C or a quota ends the program: save it, to go on with --resume",
    },
    resume: { type: "string", value: "FILE", help: "go on with a program that --save has saved" },
    record: {
      type: "string",
      value: "FILE",
      help: "write down what comes into the program, to repeat it with --replay",
    },
    replay: {
      type: "string",
      value: "FILE",
      help: "repeat what --record wrote: this machine is asked for nothing, and the first difference is told",
    },
    usage: { type: "boolean", help: "print what the program used, beside its quotas, when it has ended" },
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
    ["run fetch.buf --allow io.stdio,net.http --net https://example.org", "one host of the network, and no other"],
    ["run s3://tools/report.buf --allow io.stdio", "from object storage, with AWS_REGION and the other AWS_ variables"],
    ["run job.buf --quota wall_ms=5000 --quota memory_bytes=64MiB --usage", "bounded, and what it took"],
    ["run job.buf --engine host-engine-worker", "on another engine than the interpreter"],
    ["run job.buf --quota wall_ms=5000 --save job.snapshot", "five seconds of it, and the rest another time:"],
    ["run job.buf --resume job.snapshot", "here or on another machine"],
    ["run clock.buf --allow time.clock --record clock.log", "what came in, as a file; the same again, on any machine:"],
    ["run clock.buf --replay clock.log --engine host-engine", "whatever engine it is"],
    [
      "run tool.buf --allow io.stdio,proc.env --env LANG -- --verbose in.txt",
      "with arguments and one variable of yours",
    ],
    ["run report.buf --policy policy.json --trace", "the policy in a file, every step on the screen"],
    ["run drone.buf", "an assembled artifact: steps, telemetry, and what was refused"],
    ['run robot.buf --command "sensor.read gps"', "one that does what it is told"],
    ["run robot.buf --forget-permissions", "asks again for what you permitted before"],
  ],
  async run(invocation) {
    const path = onlyPositional(invocation, "an artifact: `fayger run FILE`, or a URL");
    const { terminal } = invocation;
    holdNotesWhile(processTerminal);
    if (invocation.flag("debug") && !invocation.flag("trace")) throw new UsageError("--debug goes with --trace");
    const replay = readReplay(invocation);
    const { source, isExposed } = await openArtifact(path, invocation);
    if (isExposed && invocation.flag("allow-unsigned") && invocation.text("digest") === undefined)
      terminal.note(
        `${terminal.style("yellow", "note")}  http and --allow-unsigned: anybody on the way can change this program; --digest pins it`,
      );
    const events: FaygerEvent[] = [];
    let keyId: string | undefined;
    let refusals: (() => Refusals) | undefined;
    const fayger = await setUp(
      invocation,
      (bus) => {
        bus.subscribe(
          ({ name, fields: { key_id: id } }) => {
            if (name === "signature_verified" && id instanceof Uint8Array) keyId = hex(id);
          },
          { categories: ["security"] },
        );
        refusals = hearRefusals(bus);
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
      {
        streams: terminal.isJson ? { ...processStreams, writeOutput: processStreams.writeError } : processStreams,
        arguments: invocation.handedOn,
        signals: programSignals,
      },
      replay,
    );
    try {
      const object = await fayger.load(source, {
        strategy: invocation.flag("eager") ? "eager" : "lazy",
        ...loadOptionsOf(invocation),
      });
      const assembled = await fayger.assembled(object);
      assertFitting(invocation, assembled);
      if (assembled !== undefined) return await runAssembled(invocation, fayger, object, assembled, { events, keyId });
      const from = invocation.text("resume");
      const result = await fayger.run(object, {
        signal: invocation.signal,
        save: invocation.text("save") !== undefined,
        record: invocation.text("record") !== undefined,
        ...(replay !== undefined && { replay: replay.bytes }),
        ...(from !== undefined && { from: readInput(from) }),
      });
      saveProgram(invocation, result);
      saveLog(invocation, result);
      return report(invocation, fayger, object, result, { events, refused: refusals?.() });
    } finally {
      await source.close();
    }
  },
};

/** Write what was saved of a program that was ended, or say why nothing was. @spec tools.run.save */
function saveProgram(invocation: Invocation, { snapshot, unsaved }: RunResult): void {
  const { terminal } = invocation;
  const file = invocation.text("save");
  if (file === undefined) return;
  if (snapshot !== undefined) replaceFile(file, snapshot);
  if (terminal.isJson) return;
  if (snapshot !== undefined) terminal.note(`saved to ${file}; go on with --resume ${file}`);
  if (unsaved !== undefined) printError(terminal, unsaved);
}

/** The log that --replay names, and the bounds under which it was made. @spec tools.run.replay */
function readReplay(invocation: Invocation): (ReplayedPolicy & { readonly bytes: Uint8Array }) | undefined {
  const file = invocation.text("replay");
  if (file === undefined) return undefined;
  for (const other of ["save", "record"]) {
    if (invocation.text(other) !== undefined) throw new UsageError(`--replay does not go with --${other}`);
  }
  const bytes = readInput(file);
  const { quotas: noticed, granted } = readInputLog(bytes, nodeSha256).record;
  const { memoryBytes, tableElements, fuel } = noticed;
  const quotas = {
    ...(memoryBytes !== undefined && { memory_bytes: memoryBytes }),
    ...(tableElements !== undefined && { table_elements: tableElements }),
    ...(fuel !== undefined && { fuel }),
  };
  return { bytes, quotas, capabilities: granted };
}

/** Write what came into the program, whole or not at all. @spec tools.run.record */
function saveLog(invocation: Invocation, { inputLog, unrecorded }: RunResult): void {
  const { terminal } = invocation;
  const file = invocation.text("record");
  if (file === undefined) return;
  if (inputLog !== undefined) replaceFile(file, inputLog);
  if (terminal.isJson) return;
  if (inputLog !== undefined) terminal.note(`recorded to ${file}; repeat with --replay ${file}`);
  if (unrecorded !== undefined) printError(terminal, unrecorded);
}

function report(
  invocation: Invocation,
  fayger: Fayger,
  object: BufObject,
  result: RunResult,
  heard: { readonly events: readonly FaygerEvent[]; readonly refused: Refusals | undefined },
): number {
  const { terminal } = invocation;
  const { usage } = result;
  // @spec tools.run.quota: a program that was ended for a quota has not done what it was run for, whatever its state is called.
  const error = result.diverged ?? result.failure?.error ?? result.exceeded;
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
      ...(error !== undefined && { failure: error.toJSON() }),
      ...(result.snapshot !== undefined && { saved: invocation.text("save") }),
      ...(result.unsaved !== undefined && { unsaved: result.unsaved.toJSON() }),
      ...(result.inputLog !== undefined && { recorded: invocation.text("record") }),
      ...(result.unrecorded !== undefined && { unrecorded: result.unrecorded.toJSON() }),
      ...(invocation.text("replay") !== undefined && { replayed: result.diverged === undefined }),
      ...(invocation.flag("usage") && usage !== undefined && { usage: usageJson(usage) }),
      ...(heard.refused !== undefined && heard.refused.messages.length > 0 && { refused: heard.refused.messages }),
      ...(invocation.flag("trace") && { events: heard.events }),
    });
  } else {
    const isWell = error === undefined && (result.exitCode ?? 0) === 0;
    // A trace has told every refusal where it happened.
    if (!isWell && !invocation.flag("trace") && heard.refused !== undefined) printRefusals(terminal, heard.refused);
    if (error !== undefined) printError(terminal, error);
    if (invocation.text("replay") !== undefined && result.diverged === undefined)
      terminal.note("repeated; nothing was different");
    if (invocation.flag("usage") && usage !== undefined)
      for (const line of usageTable(terminal, usage)) terminal.note(line);
  }
  if (invocation.signal.aborted) return ExitCode.Interrupted;
  if (error !== undefined) return ExitCode.Failed;
  // An exit code of a process has 8 bits; a program that failed with 256 must not look as if it had not.
  const code = result.exitCode ?? 0;
  return code === 0 ? ExitCode.Ok : code & 0xff || ExitCode.Failed;
}
