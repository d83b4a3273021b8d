import type { FaygerEvent } from "../../../generated/codecs/fayger-event.js";
import { EventCategory } from "../../../generated/enums/event-category.js";
import type { Assembled } from "../../../reference/assembly/index.js";
import type { BufObject, Fayger, IFay, RunResult } from "../../../reference/node.js";
import { ExitCode, type Invocation, type OptionSpec, UsageError } from "../command.js";
import { printError } from "../output/error.js";
import { hex } from "../output/terminal.js";
import { usageJson, usageTable } from "../output/usage.js";
import { ANSWER_OPTIONS, Answers } from "./answers.js";
import { AssemblyLines } from "./assembly-lines.js";
import { Commands, type CommandTaken } from "./commands.js";
import { Dialogue } from "./dialogue.js";
import { KeptPermissions } from "./kept-permissions.js";

/** Options of `fayger run` that only an assembled artifact understands. */
export const ASSEMBLY_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  command: {
    type: "string",
    value: '"ACTION [VALUE ...]"',
    multiple: true,
    help: "of an assembled artifact in control mode command: do this action, else those on standard input",
  },
  ...ANSWER_OPTIONS,
  "answer-within": {
    type: "string",
    value: "SECONDS",
    help: "of an assembled artifact: an action fails whose part does nothing for so long, 60 without this, 0 for never",
  },
  "forget-permissions": {
    type: "boolean",
    help: "of an assembled artifact: forget the persistent permissions that you gave in earlier runs",
  },
};

/** Options of `fayger run` that an assembled artifact cannot follow: it is many programs, and not one. */
const SINGLE_PROGRAM = ["record", "replay", "save", "resume"] as const;

/**
 * Refuse options that do not go with an artifact.
 *
 * @throws UsageError
 * @spec tools.run.assembly.options
 */
export function assertFitting(invocation: Invocation, assembled: Assembled | undefined): void {
  if (assembled === undefined) {
    const isGiven = (name: string): boolean =>
      invocation.texts(name).length > 0 || invocation.text(name) !== undefined || invocation.flag(name);
    const other = Object.keys(ASSEMBLY_OPTIONS).find(isGiven);
    if (other !== undefined)
      throw new UsageError(`--${other} is for artifacts that \`fayger assemble\` made, and this is none`);
    return;
  }
  const single = SINGLE_PROGRAM.find((name) => invocation.text(name) !== undefined);
  if (single !== undefined)
    throw new UsageError(
      `--${single} is for a single program, and this is an assembled artifact of ${assembled.parts.length} parts; leave it out`,
    );
  if (invocation.handedOn.length > 0)
    throw new UsageError(
      "what stands behind -- is for a single program; the parts of an assembled artifact have settings",
    );
  const { controlMode } = assembled.manifest;
  if (invocation.texts("command").length > 0 && controlMode !== "command")
    throw new UsageError(`--command is for control mode command, and this iFay is in control mode ${controlMode}`);
}

/** What a run of an assembled artifact knows. */
interface Flight {
  readonly invocation: Invocation;
  readonly fayger: Fayger;
  readonly object: BufObject;
  readonly assembled: Assembled;
  readonly lines: AssemblyLines;
  readonly commands: readonly CommandTaken[];
  readonly fay: IFay;
  readonly result: RunResult;
  readonly events: readonly FaygerEvent[];
}

/**
 * Assemble what an artifact holds, and run it to its end.
 *
 * @param heard events that --trace has kept, and the key that signed the artifact, where one is trusted
 * @returns the exit code
 * @spec tools.run.assembly
 */
export async function runAssembled(
  invocation: Invocation,
  fayger: Fayger,
  object: BufObject,
  assembled: Assembled,
  { events, keyId }: { readonly events: readonly FaygerEvent[]; readonly keyId: string | undefined },
): Promise<number> {
  const { terminal, signal } = invocation;
  const answerMilliseconds = answerTime(invocation);
  const kept = new KeptPermissions(object, keyId);
  if (invocation.flag("forget-permissions")) tellForgotten(invocation, kept.forget());
  const given = kept.read();
  const commands = new Commands(invocation, assembled);
  const dialogue = new Dialogue({
    input: process.stdin,
    output: process.stderr,
    complete: (typed) => commands.complete(typed),
    interrupted: () => void process.kill(process.pid, "SIGINT"),
  });
  const answers = new Answers(invocation, dialogue, assembled, kept);
  const lines = new AssemblyLines(terminal, assembled, (reason) => answers.unasked(reason));
  const subscription = fayger.events.subscribe((event) => dialogue.around(() => lines.hear(event)), {
    categories: [EventCategory.Assembly],
  });
  const hangUp = (): void => dialogue.close();
  signal.addEventListener("abort", hangUp, { once: true });
  const begin = process.hrtime.bigint();
  try {
    lines.begin();
    lines.given(given);
    const fay = await fayger.assemble(object, {
      confirm: (question) => answers.confirm(question),
      authentication: answers.authentication,
      given,
      ...(answerMilliseconds !== undefined && { answerMilliseconds }),
      signal,
    });
    // Whoever is asked for a command is let go when there is nothing left to command.
    void fay.done.then(hangUp);
    if (assembled.manifest.controlMode === "command") await commands.give(fay, dialogue);
    const result = await fay.done;
    lines.end(Number(process.hrtime.bigint() - begin), endOf(invocation, result));
    return report({ invocation, fayger, object, assembled, lines, commands: commands.taken, fay, result, events });
  } finally {
    signal.removeEventListener("abort", hangUp);
    dialogue.close();
    subscription.unsubscribe();
  }
}

/** How long a part may do nothing for an action. @throws UsageError @spec assembly.calls.unanswered */
function answerTime(invocation: Invocation): number | undefined {
  const text = invocation.text("answer-within");
  if (text === undefined) return undefined;
  const seconds = /^[0-9]+([.][0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= LONGEST_ANSWER))
    throw new UsageError(
      `--answer-within: expected seconds, 0 to ${LONGEST_ANSWER.toLocaleString("en")}; found \`${text}\``,
    );
  return Math.ceil(seconds * 1000);
}

/** Seconds of a year: whoever wants more wants no bound. */
const LONGEST_ANSWER = 31_536_000;

function tellForgotten({ terminal }: Invocation, count: number): void {
  if (terminal.isJson) return;
  const what = count === 1 ? "one permission" : `${count} permissions`;
  terminal.note(terminal.style("dim", count === 0 ? "no permission was kept" : `forgot ${what}`));
}

function endOf({ signal }: Invocation, { failure, exceeded }: RunResult): string {
  if (signal.aborted) return "stopped";
  return failure === undefined && exceeded === undefined ? "ended" : "failed";
}

function report(flight: Flight): number {
  const { invocation, result, commands } = flight;
  const { terminal } = invocation;
  const error = result.failure?.error ?? result.exceeded;
  if (terminal.isJson) terminal.json(flightJson(flight));
  else {
    if (error !== undefined) printError(terminal, error);
    if (invocation.flag("usage") && result.usage !== undefined) {
      for (const line of usageTable(terminal, result.usage)) terminal.note(line);
      terminal.note(terminal.style("dim", "of the entry code; every quota holds for each part on its own"));
    }
  }
  if (invocation.signal.aborted) return ExitCode.Interrupted;
  if (error !== undefined) return ExitCode.Failed;
  // A person at the terminal has seen it; a script sees the exit code.
  return commands.some(({ outcome, isAsked }) => outcome !== "done" && !isAsked) ? ExitCode.Failed : ExitCode.Ok;
}

function flightJson({ invocation, fayger, object, assembled, lines, commands, fay, result, events }: Flight): object {
  const { manifest, resolution } = assembled;
  const error = result.failure?.error ?? result.exceeded;
  const { usage } = result;
  return {
    name: manifest.name,
    version: manifest.version,
    manifest_digest: hex(object.manifestDigest),
    trust: object.trust,
    adapter: fayger.adapter.descriptor().platformId,
    control_mode: manifest.controlMode,
    stage: resolution.resolvedStage,
    ...(fay.result.fayId !== undefined && { fay_id: fay.result.fayId }),
    steps: lines.steps,
    reports: lines.reports,
    refusals: lines.refusals,
    failures: lines.failures,
    failed_parts: lines.failedParts,
    permissions: lines.permissions,
    ...(manifest.controlMode === "command" && {
      commands: commands.map(({ isAsked: _, ...command }) => command),
    }),
    actions: { ...lines.ended, refused: lines.refused },
    state: result.state,
    ...(error !== undefined && { failure: error.toJSON() }),
    ...(invocation.flag("usage") && usage !== undefined && { usage: usageJson(usage) }),
    ...(invocation.flag("trace") && { events }),
  };
}
