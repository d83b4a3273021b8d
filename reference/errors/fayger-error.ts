import type { SourceLayer } from "../../generated/enums/source-layer.js";
import { ERROR_CODES, type ErrorCode, isErrorCode } from "../../generated/errors/error-code.js";
import type { ErrorContexts } from "../../generated/errors/error-context.js";
import { type FaygerErrorJson, faygerErrorToJson } from "../../generated/json/fayger-error.js";

/** What may accompany an error. */
export interface FaygerErrorOptions {
  /** The lower error that this one gives a meaning to. It keeps its own source layer. */
  readonly cause?: FaygerError | undefined;
}

/**
 * The one error of all layers.
 *
 * `code`, `sourceLayer` and `context` are what programs look at; `message` is for people and is never matched. The
 * source layer is that of the code's row in the table `error-codes`: nobody can pass another one.
 *
 * @typeParam C the code, as a literal type, which makes `context` the one of that code
 * @spec errors.shape, errors.message
 */
export class FaygerError<C extends ErrorCode = ErrorCode> extends Error {
  /** Stable code out of the table `error-codes`. */
  readonly code: C;
  /** The layer that first made this error. */
  readonly sourceLayer: SourceLayer;
  /** What triggered the error; keys are the wire names of the table. */
  readonly context: ErrorContexts[C];
  /** The lower error this one wraps. */
  declare readonly cause?: FaygerError;

  /**
   * @param code a code of the table `error-codes`
   * @param message short text for people, without the code; one line
   * @param context every field of the code's row; optional ones may be absent
   * @throws TypeError where the code is not in the table or the cause is not a FaygerError: a fault of the calling
   * program, never of its input
   */
  constructor(code: C, message: string, context: ErrorContexts[C], options?: FaygerErrorOptions) {
    const cause = options?.cause;
    if (cause !== undefined && !isFaygerError(cause)) {
      throw new TypeError("the cause of a FaygerError must be a FaygerError; wrap other errors with hostError()");
    }
    if (!isErrorCode(code)) throw new TypeError(`no such error code: ${String(code)}`);
    // @spec errors.cause-kept: the wrapped error is stored as it is, so its own source layer survives.
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.sourceLayer = ERROR_CODES[code].layer;
    this.context = context;
  }

  /** The number of the code, as it stands in a UniversalReply. */
  get number(): number {
    return ERROR_CODES[this.code].number;
  }

  /**
   * The JSON form: exactly `code`, `source_layer`, `message`, `context` and, where there is one, `cause`. Bytes are
   * lower-case hexadecimal, `safe_uint` fields are decimal strings.
   *
   * @spec errors.json
   */
  toJSON(): FaygerErrorJson {
    return faygerErrorToJson(this);
  }
}

// On the prototype, so that an instance carries no own `name` that a generic serializer would write.
Object.defineProperty(FaygerError.prototype, "name", { value: "FaygerError", configurable: true, writable: true });

/** A FaygerError of some code, as a union in which comparing `code` narrows `context`. */
export type AnyFaygerError = { [C in ErrorCode]: FaygerError<C> }[ErrorCode];

/** Whether a caught value is a FaygerError. */
export function isFaygerError(value: unknown): value is FaygerError {
  return isInstance(value, FaygerError);
}

/** `instanceof`, also for a foreign proxy that throws when it is touched. */
export function isInstance<T>(value: unknown, type: abstract new (...given: never[]) => T): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

/**
 * Whether a caught value is a FaygerError with this code; narrows `context`.
 *
 * ```ts
 * if (is(error, "RT_CAPABILITY_INSUFFICIENT")) console.log(error.context.missing);
 * ```
 */
export function is<C extends ErrorCode>(value: unknown, code: C): value is FaygerError<C> {
  return isFaygerError(value) && value.code === code;
}
