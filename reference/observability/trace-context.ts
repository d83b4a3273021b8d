import type { TraceContext } from "../../generated/codecs/trace-context.js";
import { traceContextToJson } from "../../generated/json/fayger-event.js";

/** Fills an array with random bytes, injected so that a run can be repeated. */
export type RandomFill = (target: Uint8Array) => void;

/** Begin a trace. @param recorded whether the trace is recorded: bit 0 of the flags */
export function beginTrace(random: RandomFill, recorded = true): TraceContext {
  return { traceId: nonZero(random, 16), spanId: nonZero(random, 8), flags: recorded ? 1 : 0 };
}

/** A new span in the trace of `parent`. */
export function childSpan(parent: TraceContext, random: RandomFill): TraceContext {
  return { traceId: parent.traceId, spanId: nonZero(random, 8), flags: parent.flags };
}

/** The `traceparent` header of W3C Trace Context, version 00. @spec events.trace-context */
export function formatTraceparent(trace: TraceContext): string {
  const { trace_id: traceId, span_id: spanId, flags } = traceContextToJson(trace);
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, "0")}`;
}

/**
 * Read a `traceparent` header. `undefined` for anything that is not one: such a header is ignored, never repaired.
 *
 * @spec events.trace-context
 */
export function parseTraceparent(header: string): TraceContext | undefined {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header);
  if (match === null) return undefined;
  const [, version = "", trace = "", span = "", flags = "", rest] = match;
  // Version ff is forbidden; a later version may add fields behind the flags, version 00 may not.
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  const traceId = bytesOf(trace);
  const spanId = bytesOf(span);
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

function nonZero(random: RandomFill, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  random(bytes);
  // All zero means "no trace"; a broken source of randomness must not make traces vanish.
  if (isZero(bytes)) bytes[length - 1] = 1;
  return bytes;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
}
