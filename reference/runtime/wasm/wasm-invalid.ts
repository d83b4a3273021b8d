import type { CodeReason } from "../../../generated/enums/code-reason.js";

/** Why a module is refused: the reasons of the table `code-reasons` that do not speak of the guest ABI. */
export type WasmInvalidReason = Exclude<CodeReason, GuestInvalidReason>;

/** Why a valid module is no guest program. @spec guest-abi.code.interface */
type GuestInvalidReason = Extract<
  CodeReason,
  "unknown_import" | "import_type" | "missing_export" | "export_type" | "event_exports"
>;

/** The subset of reasons that name a WebAssembly extension which wasm-core-2 leaves out. */
export type UnsupportedReason = Extract<WasmInvalidReason, `unsupported_${string}`>;

/**
 * A module was refused. The only error that decoding and validating may throw on any input.
 * The Runtime_Implementation reports it as `RT_CODE_INVALID` with `reason` and `offset` as context.
 *
 * @spec guest-abi.code.reason
 */
export class WasmInvalid extends Error {
  override readonly name = "WasmInvalid";
  /** Which rule was broken. */
  readonly reason: WasmInvalidReason;
  /** First byte of the offending item, counted from the first byte of the module; at most its length. */
  readonly offset: number;
  /** What a valid module has at `offset`, for people. */
  readonly expected: string;

  /** `found` only completes the message: it describes what stands there instead. */
  constructor(reason: WasmInvalidReason, offset: number, expected: string, found?: string) {
    super(`${reason} at byte ${offset}: expected ${expected}${found === undefined ? "" : `, found ${found}`}`);
    this.reason = reason;
    this.offset = offset;
    this.expected = expected;
  }
}

/** A byte as messages show it: `0x0b`. */
export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
