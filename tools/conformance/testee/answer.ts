import { InstructionError } from "../../../generated/instructions/message.js";
import type { VectorEffects, VectorResult } from "../../../generated/json/vector.js";
import { CodecError } from "../../../reference/codec/codegen-v1.js";
import { isFaygerError } from "../../../reference/index.js";
import { toHexadecimal } from "./hexadecimal.js";

/** A context as it stands in an answer: bytes as hexadecimal, every integer a number. */
export type AnswerContext = Readonly<Record<string, unknown>>;

/** What an implementation says to one case; the members of an `answer` message. @spec conformance.refusal */
export type Answer =
  | {
      readonly verdict: "accept";
      readonly result: VectorResult;
      readonly effects?: VectorEffects;
    }
  | {
      readonly verdict: "reject";
      readonly code: string;
      readonly context: AnswerContext;
      /** Only where the operation gives one with a refusal too. */
      readonly result?: VectorResult;
      readonly effects?: VectorEffects;
    };

/** An acceptance. */
export function accepted(result: VectorResult = {}, effects?: VectorEffects): Answer {
  return { verdict: "accept", result, ...(effects !== undefined && { effects }) };
}

/**
 * The refusal that an error means.
 *
 * @throws the error itself, where it is none of the coded ones: an implementation that breaks has not refused anything
 * @spec conformance.refusal, conformance.crash
 */
export function refused(error: unknown, effects?: VectorEffects, result?: VectorResult): Answer {
  const extra = { ...(effects !== undefined && { effects }), ...(result !== undefined && { result }) };
  if (isFaygerError(error)) {
    return { verdict: "reject", code: error.code, context: contextInJson(error.context), ...extra };
  }
  if (error instanceof CodecError) {
    const { reason, path, offset } = error;
    return { verdict: "reject", code: "CODEC", context: { reason, path, offset }, ...extra };
  }
  if (error instanceof InstructionError) {
    const { reason, offset, expected, found } = error;
    const context = { reason, offset, expected, found };
    return { verdict: "reject", code: "ADP_INSTRUCTION_MALFORMED", context, ...extra };
  }
  throw error;
}

/** What `work` gives, or the refusal it throws. `effects` is asked when it has ended, either way. */
export async function answering(
  work: () => VectorResult | Promise<VectorResult>,
  effects?: () => VectorEffects,
): Promise<Answer> {
  try {
    const result = await work();
    return accepted(result, effects?.());
  } catch (error) {
    return refused(error, effects?.());
  }
}

/** The context of an error, or the fields of an event, as they stand in an answer. */
export function contextInJson(context: object): AnswerContext {
  const members = Object.entries(context).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, valueInJson(value)]));
}

function valueInJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHexadecimal(value);
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(valueInJson);
  return value;
}
