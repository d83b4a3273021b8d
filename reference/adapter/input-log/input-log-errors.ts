import type { DecodeReason } from "../../../generated/enums/decode-reason.js";
import type { InputLogFault } from "../../../generated/enums/input-log-fault.js";
import { FaygerError } from "../../errors/fayger-error.js";

/**
 * The log cannot be used.
 *
 * @param detail what was expected, for people
 * @param offset where a document breaks a rule of its encoding or schema, from the start of that document
 * @spec instructions.input-log.invalid
 */
export function inputLogInvalid(
  reason: InputLogFault | DecodeReason,
  detail: string,
  offset?: number,
): FaygerError<"ADP_INPUT_LOG_INVALID"> {
  const context = { reason, ...(offset !== undefined && { offset }) };
  return new FaygerError("ADP_INPUT_LOG_INVALID", `the input log cannot be used: ${detail}`, context);
}

/**
 * A replay did something else than its log says.
 *
 * @param entry the entry at which it was found, from 0; the number of entries where the log was over
 * @spec instructions.replay.diverged
 */
export function replayDiverged(
  instance: string,
  entry: number,
  expected: string,
  found: string,
): FaygerError<"ADP_REPLAY_DIVERGED"> {
  const message = `the replay left its log at entry ${entry}: expected ${expected}, found ${found}`;
  return new FaygerError("ADP_REPLAY_DIVERGED", message, { instance, entry, expected, found });
}
