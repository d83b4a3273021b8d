import { Trap } from "../../../generated/enums/trap.js";
import { hostError } from "../../errors/host-error.js";
import type { StepResult } from "../execution-strategy.js";
import type { EngineFailure } from "./engine-instance.js";
import { StopReason } from "./rewrite/additions.js";

/**
 * The words of V8, from which alone some traps can be told. Where V8 says the same of two traps the rewritten module
 * tells them apart: it looks for NaN before a conversion, and notes which element is called.
 */
const V8_WORDS: readonly (readonly [words: RegExp, trap: Trap])[] = [
  [/^unreachable$/, Trap.Unreachable],
  [/^(divide|remainder) by zero$/, Trap.IntegerDivideByZero],
  [/^divide result unrepresentable$|^float unrepresentable in integer range$/, Trap.IntegerOverflow],
  [/memory access out of bounds|data segment.* out of bounds/, Trap.MemoryOutOfBounds],
  [/(table|element segment).* out of bounds/, Trap.TableOutOfBounds],
];

/** What V8 says of a call through an element that is empty or has another type. */
const CALLED_ELEMENT = /null function|function signature/;

/**
 * What a step that ended so has to return: a trap, or that the host could not do its part.
 *
 * @spec guest-abi.traps, guest-abi.host-memory
 */
export function failedStep(failure: EngineFailure): StepResult {
  const { kind, name, message, reason } = failure;
  // @spec guest-abi.host-memory: an engine without memory left fails this instance and nothing else.
  if (reason === StopReason.OutOfMemory) return hostFailed("memory.grow", { code: "ENOMEM" });
  if (reason === StopReason.OutOfTableElements) return hostFailed("table.grow", { code: "ENOMEM" });
  // The call stack of the engine, where it ends before that of the specification, is the host's as well.
  if (kind !== "trap") return hostFailed("WebAssembly", { name });
  return { kind: "trapped", trap: trapOf(failure), detail: message };
}

function trapOf({ message, reason, emptyElement }: EngineFailure): Trap {
  if (reason === StopReason.StackExhausted) return Trap.StackExhausted;
  if (reason === StopReason.InvalidConversion) return Trap.InvalidConversion;
  if (CALLED_ELEMENT.test(message)) return emptyElement ? Trap.UninitializedElement : Trap.IndirectCallTypeMismatch;
  return V8_WORDS.find(([words]) => words.test(message))?.[1] ?? Trap.Other;
}

function hostFailed(call: string, what: { readonly name?: string; readonly code?: string }): StepResult {
  return { kind: "host_failed", error: hostError(Object.assign(new Error(call), what), call) };
}
