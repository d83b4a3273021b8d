import { setImmediate } from "node:timers/promises";
import type { InputLogEnd } from "../../../../generated/codecs/input-log-end.js";
import { encodeInputLogRecord } from "../../../../generated/codecs/input-log-record.js";
import { InstructionFlag } from "../../../../generated/enums/instruction-flag.js";
import { ERROR_CODES } from "../../../../generated/errors/error-code.js";
import { encodeErrorReply } from "../../../../generated/instructions/message.js";
import type { VectorInputs, VectorProgramStep, VectorRepeated } from "../../../../generated/json/vector.js";
import {
  checkQuotas,
  checkSubject,
  type InputLogContent,
  InputReplayer,
  type ReplayCommands,
  readInputLog,
} from "../../../../reference/adapter/input-log/index.js";
import { equalBytes } from "../../../../reference/adapter/input-log/input-log-document.js";
import { decodeCbor } from "../../../../reference/codec/codegen-v1.js";
import { type InstructionChannel, isFaygerError } from "../../../../reference/index.js";
import { nodeSha256 } from "../../../../reference/node.js";
import { type Answer, accepted, answering, refused } from "../answer.js";
import { fromHexadecimal, toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { bytesIn, clockAt, given, givenBytes } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";
import { toTagged } from "../value.js";
import { everyWay, type Way } from "../ways.js";

/** Read an input log, and judge whether it is of this program. @spec instructions.input-log.order */
export function readInputLogOf(inputs: VectorInputs): Promise<Answer> {
  const subject = {
    manifestDigest: givenBytes(inputs, "manifest_digest"),
    snapshotDigest: bytesIn(inputs, "snapshot_digest"),
    sections: given(inputs, "selected"),
  };
  return answering(() => {
    const log = readInputLog(givenBytes(inputs, "bytes"), nodeSha256);
    checkSubject(log, subject);
    checkQuotas(log, given(inputs, "quotas"));
    return { value: toTagged(decodeCbor(encodeInputLogRecord(log.record))) };
  });
}

/** Repeat what an input log says to a program that does what the case says. @spec instructions.replay */
export function replay(inputs: VectorInputs): Promise<Answer> {
  const record = recordIn(givenBytes(inputs, "bytes"));
  // What somebody hears of a replay may change nothing in it.
  return everyWay(
    (way) => replayOnce(inputs, record, way),
    () => ["in memory"],
  );
}

async function replayOnce(inputs: VectorInputs, record: InputLogContent["record"], way: Way): Promise<Answer> {
  const clock = clockAt();
  const { events, told, published } = surroundingsAt(clock, way);
  const { queued = [], tell } = inputs;
  const program = new ScriptedProgram(queued.map(fromHexadecimal));
  const replayer = new InputReplayer(record, {
    queuedEvents: queued.length,
    events,
    clock,
    commands: refusing(program.commands, unrepeatable(inputs, record)),
    diverged: () => program.endsForDifference(),
  });
  program.begin(replayer);
  await setImmediate();
  for (const step of given(inputs, "program")) {
    if (replayer.difference !== undefined) break;
    program.take(step, replayer);
    // Whatever a step causes has happened before the next.
    await setImmediate();
  }
  program.checkEnd(replayer);
  const effects = tell === undefined ? {} : { events: published(), told: told(tell) };
  if (replayer.difference !== undefined) return refused(replayer.difference, effects);
  const { replies, handedOver: handed_over, repeated, completeAtRest: complete_at_rest } = program;
  const last = replayer.lastInstruction;
  const result = {
    replies,
    handed_over,
    repeated,
    complete_at_rest,
    causes: codesOf(replayer.lastError),
    ...(last !== undefined && { last_instruction: toHexadecimal(last) }),
  };
  return accepted(result, effects);
}

/** The code of an error, and those of its causes. */
function codesOf(error: unknown): string[] {
  return isFaygerError(error) ? [error.code, ...codesOf(error.cause)] : [];
}

/** Whether each command that the host carries out fails, in their order; `quota` is none of them. */
function unrepeatable({ unrepeatable: places = [] }: VectorInputs, record: InputLogContent["record"]) {
  return record.entries.flatMap(({ command }, at) =>
    command === undefined || command === "quota" ? [] : [places.includes(at)],
  );
}

/** Commands of which some fail. */
function refusing(commands: ReplayCommands, fails: boolean[]): ReplayCommands {
  const attempt = <T>(make: () => T): T => {
    if (fails.shift() === true) throw new RangeError("this host does not do that");
    return make();
  };
  return {
    suspend: async () => attempt(commands.suspend),
    resume: async () => attempt(commands.resume),
    terminate: async () => attempt(commands.terminate),
    grant: (quota, value) => attempt(() => commands.grant(quota, value)),
  };
}

/** @throws InputError where the log is none: what is wrong with one is for `read_input_log` */
function recordIn(bytes: Uint8Array): InputLogContent["record"] {
  try {
    return readInputLog(bytes, nodeSha256).record;
  } catch (error) {
    throw new InputError(`no input log: ${String(error)}`);
  }
}

/** What an instance that has ended is answered. */
const INTERRUPTED = encodeErrorReply(ERROR_CODES.ADP_HOST_CALL_FAILED.number, "interrupted");

/** The program of a case, and the instance around it. */
class ScriptedProgram {
  readonly replies: string[] = [];
  readonly completeAtRest: boolean[] = [];
  readonly handedOver: string[] = [];
  readonly repeated: VectorRepeated[] = [];
  readonly commands: ReplayCommands = {
    suspend: async () => void this.repeated.push({ command: "suspend" }),
    resume: async () => void this.repeated.push({ command: "resume" }),
    terminate: async () => {
      this.repeated.push({ command: "terminate" });
      this.#end();
    },
    grant: (quota, value) => void this.repeated.push({ command: "grant", quota, value }),
  };
  /** Events that wait: those of the snapshot, and behind them what was handed over. */
  readonly #waiting: Uint8Array[];
  #channel: InstructionChannel | undefined;
  #hasEnded = false;
  /** Replies that have not come. */
  #unanswered = 0;

  constructor(queued: readonly Uint8Array[]) {
    this.#waiting = [...queued];
  }

  begin(replayer: InputReplayer): void {
    this.#channel = replayer.open({
      instance: "instance#1",
      required: [],
      optional: [],
      hostFunctions: undefined,
      quotas: {},
      deliver: (event, isCompletion) => {
        if (isCompletion !== (((event[0] ?? 0) & InstructionFlag.Async) !== 0))
          throw new Error("an event is handed over as what it is not");
        this.#waiting.push(event);
        this.handedOver.push(toHexadecimal(event));
      },
    });
    replayer.begin();
    // A runtime tells of its beginning by an event and by the end of the command.
    replayer.begin();
  }

  /** @throws InputError where an event is taken that nobody handed over */
  take(step: VectorProgramStep, replayer: InputReplayer): void {
    const { emits, takes_event: takes, refuses_event: refuses, rests, quota_reached: reached, ends, ...how } = step;
    if (emits !== undefined) {
      this.#emit(fromHexadecimal(emits), replayer);
    } else if (takes === true) {
      const event = this.#waiting.shift();
      if (event === undefined) throw new InputError("no event was handed over");
      replayer.called(event);
    } else if (refuses === true) {
      replayer.eventRefused();
    } else if (rests === true) {
      this.completeAtRest.push(replayer.openCalls + replayer.openHandles + replayer.openSubscriptions === 0);
    } else if (reached === true) {
      if (!replayer.quotaReached()) throw new InputError("no quota is waited for");
    } else {
      this.#end();
      replayer.finish(endOf(ends, how));
    }
  }

  /** The replay has left its log. @throws Error where the instance has ended by itself */
  endsForDifference(): void {
    if (this.#hasEnded) throw new Error("an instance that has ended is ended for a difference");
    this.#end();
  }

  /** @throws Error where a difference has ended nothing, or an instance that has ended waits for a reply still */
  checkEnd({ difference }: InputReplayer): void {
    if (difference !== undefined && !this.#hasEnded) throw new Error("a difference has not ended the instance");
    if (this.#hasEnded && this.#unanswered > 0) throw new Error("an instance has ended and waits for a reply");
  }

  #emit(instruction: Uint8Array, replayer: InputReplayer): void {
    const reply = replayer.emit(instruction);
    if (reply instanceof Uint8Array) {
      // Of what an ended program is given in the place of a reply nothing is told.
      const isNone = this.#hasEnded && equalBytes(reply, INTERRUPTED);
      if (!isNone && replayer.difference === undefined) this.replies.push(toHexadecimal(reply));
      return;
    }
    this.#unanswered += 1;
    reply.then(() => {
      this.#unanswered -= 1;
    });
  }

  #end(): void {
    this.#hasEnded = true;
    this.#channel?.close();
  }
}

function endOf(state: VectorProgramStep["ends"], { exit_code: exitCode, failure }: VectorProgramStep): InputLogEnd {
  if (state === undefined) throw new InputError("a step does nothing");
  return {
    state,
    ...(exitCode !== undefined && { exitCode }),
    ...(failure !== undefined && { failure }),
  };
}
