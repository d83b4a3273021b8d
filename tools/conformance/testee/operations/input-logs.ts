import { setImmediate } from "node:timers/promises";
import type { InputLogEnd } from "../../../../generated/codecs/input-log-end.js";
import { encodeInputLogRecord } from "../../../../generated/codecs/input-log-record.js";
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
import type { InstructionChannel } from "../../../../reference/index.js";
import { nodeSha256 } from "../../../../reference/node.js";
import { type Answer, accepted, answering, refused } from "../answer.js";
import { fromHexadecimal, toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { bytesIn, clockAt, given, givenBytes } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";
import { toTagged } from "../value.js";

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
export async function replay(inputs: VectorInputs): Promise<Answer> {
  const record = recordIn(givenBytes(inputs, "bytes"));
  const clock = clockAt();
  const { events } = surroundingsAt(clock);
  const program = new ScriptedProgram();
  const replayer = new InputReplayer(record, {
    events,
    clock,
    commands: program.commands,
    diverged: () => replayer.close(),
  });
  program.begin(replayer);
  for (const step of given(inputs, "program")) {
    // Whatever a step causes has happened before the next.
    await setImmediate();
    program.take(step, replayer);
    if (replayer.difference !== undefined) return refused(replayer.difference);
  }
  const { replies, handedOver: handed_over, repeated } = program;
  return accepted({ replies, handed_over, repeated });
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
  readonly handedOver: string[] = [];
  readonly repeated: VectorRepeated[] = [];
  readonly commands: ReplayCommands = {
    suspend: async () => void this.repeated.push({ command: "suspend" }),
    resume: async () => void this.repeated.push({ command: "resume" }),
    terminate: async () => {
      this.repeated.push({ command: "terminate" });
      this.#hasEnded = true;
      this.#channel?.close();
    },
    grant: (quota, value) => void this.repeated.push({ command: "grant", quota, value }),
  };
  #channel: InstructionChannel | undefined;
  #waiting: Uint8Array | undefined;
  #hasEnded = false;

  begin(replayer: InputReplayer): void {
    this.#channel = replayer.open({
      instance: "instance#1",
      required: [],
      optional: [],
      hostFunctions: undefined,
      quotas: {},
      deliver: (event) => {
        this.#waiting = event;
        this.handedOver.push(toHexadecimal(event));
      },
    });
    replayer.begin();
  }

  /** @throws InputError where an event is taken that nobody handed over */
  take(
    { emits, takes_event: takes, quota_reached: reached, ends, ...how }: VectorProgramStep,
    replayer: InputReplayer,
  ) {
    if (emits !== undefined) {
      const reply = replayer.emit(fromHexadecimal(emits));
      // Of a reply that never came nothing is told, nor of what an ended program is given in its place.
      const isNone = !(reply instanceof Uint8Array) || (this.#hasEnded && equalBytes(reply, INTERRUPTED));
      if (!isNone && replayer.difference === undefined) this.replies.push(toHexadecimal(reply));
    } else if (takes === true) {
      const event = this.#waiting;
      if (event === undefined) throw new InputError("no event was handed over");
      this.#waiting = undefined;
      replayer.called(event);
    } else if (reached === true) {
      if (!replayer.quotaReached()) throw new InputError("no quota is waited for");
    } else {
      replayer.finish(endOf(ends, how));
    }
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
