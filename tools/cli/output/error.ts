import { causeChain, type FaygerError, is, isFaygerError } from "../../../reference/errors/index.js";
import { nativeErrorText } from "./native-errors.js";
import { pairs } from "./table.js";
import { hex, printable, type Terminal } from "./terminal.js";

/** What a person can do about an error, by its code; a reason or a trap of its context wins where it is listed. */
const HELP: Readonly<Record<string, string>> = {
  "LDR_SIGNATURE_FAIL.MissingSignature": "sign it with `fayger sign`, or accept it once with --allow-unsigned",
  "LDR_SIGNATURE_FAIL.RevokedKey": "the key's owner withdrew it; ask for an artifact signed with another key",
  LDR_BAD_MAGIC: "this is not a BuF; `fayger pack` makes one",
  LDR_TRUNCATED: "the file is shorter than it says; fetch it again",
  LDR_CRC_MISMATCH: "the file was damaged on its way; fetch it again",
  LDR_DIGEST_MISMATCH: "the file was changed or damaged; fetch it again",
  LDR_SOURCE_CHANGED: "somebody replaced it while it was read; try again",
  LDR_SECTION_UNFIT: "raise the profile's size limits, or ask for a smaller artifact",
  LDR_ASSEMBLY_INVALID: "the artifact is not what its FayManifest asks for; assemble it again with `fayger assemble`",
  LDR_LIMIT_EXCEEDED: "limits protect this machine; ask for a smaller artifact",
  RT_NO_MATCHING_IMPLEMENTATION:
    "no engine here can do all that the artifact and your quotas need; `fayger host` shows what each can",
  RT_CODE_INVALID: "the program is broken or made for something else; ask who built it",
  RT_ASSEMBLY_FAILED: "a part could not be started, and everything before it was undone; the cause says why",
  RT_INSTANCE_FAILED: "--trace shows what the program did before that",
  "RT_TRAP.unreachable":
    "the program itself gave up, as programs do that get no more memory; --usage shows what it used",
  RT_TRAP: "the program itself is at fault; nothing outside of it was harmed",
  RT_SNAPSHOT_UNAVAILABLE: "a program can be saved between two of its steps, with nothing open at the host; try again",
  ADP_NO_MATCHING_PLATFORM: "`fayger host` shows the adapters, and what each of them is for",
  ADP_INPUT_LOG_INVALID:
    "the file is no whole log of a run like this one: the same artifact, snapshot, profile and --quota; record a new one",
  ADP_REPLAY_DIVERGED:
    "the program or its engine changed since the log was made, or a command came in the middle of a call, where not\nevery engine can stop; `fayger host` tells which can stop anywhere",
  RT_SNAPSHOT_INVALID: "the file is no whole snapshot of a program that this artifact holds",
  RT_ABI_VIOLATION: "the program broke a rule of the guest ABI; ask who built it",
};

function helpFor(error: FaygerError, trust: ConsultedTrust | undefined): string | undefined {
  if (trust !== undefined && is(error, "LDR_SIGNATURE_FAIL") && error.context.reason === "UntrustedKey")
    return untrustedHelp(trust);
  if (is(error, "RT_CAPABILITY_INSUFFICIENT")) return missingHelp(error.context.missing);
  if (is(error, "RT_QUOTA_EXCEEDED"))
    return "the lower of the artifact's quota and yours holds; --usage shows what was used";
  // A program whose artifact cannot be read has done nothing wrong, and often nothing at all.
  if (is(error, "RT_INSTANCE_FAILED") && error.cause?.sourceLayer === "loader") return helpFor(error.cause, trust);
  const reason = is(error, "RT_TRAP") ? error.context.trap : "reason" in error.context && error.context.reason;
  return (typeof reason === "string" ? HELP[`${error.code}.${reason}`] : undefined) ?? HELP[error.code];
}

function missingHelp(missing: readonly string[]): string {
  const lacking = "where it is allowed already, this adapter lacks it: ";
  // A terminal without a display, as over ssh, counts as a server, which draws nothing.
  const draws = missing.some((name) => name.startsWith("ui."));
  return [
    `if you trust the program with it: --allow ${missing.join(",")}`,
    `${lacking}${draws ? "in a terminal without a display, add --adapter native_desktop" : "`fayger host` shows what each can"}`,
  ].join("\n");
}

/** Whom a command asked whether a key is trusted. */
export interface ConsultedTrust {
  readonly path: string;
  /** Whether the command line named it. */
  readonly isNamed: boolean;
  readonly exists: boolean;
}

function untrustedHelp({ path, isNamed, exists }: ConsultedTrust): string {
  const add = `add it with \`fayger trust add KEY.pub${isNamed ? ` --store ${printable(path)}` : ""}\``;
  const none = exists ? "" : `\nnobody is trusted yet: there is no trust store at ${printable(path)}`;
  return `if you know whose key it is, ${add}${none}`;
}

/** What an error says for people: of a source that the host cannot read, why, rather than that it cannot. */
function messageOf(error: FaygerError): string {
  const code = unreadableCode(error);
  if (code === undefined || !is(error, "LDR_SOURCE_UNAVAILABLE")) return error.message;
  return `${error.context.source} cannot be read: ${nativeErrorText(code)}`;
}

/** What the host's own error is, where it keeps a source from being read. */
function unreadableCode(error: FaygerError): string | undefined {
  const { cause } = error;
  return is(error, "LDR_SOURCE_UNAVAILABLE") && is(cause, "HOST_ERROR") ? cause.context.native_code : undefined;
}

/** Rows of the context that the message has said already. */
function isSaid(error: FaygerError, name: string): boolean {
  // The message of a host error says all of it; its context is for programs.
  if (error.code === "HOST_ERROR") return true;
  return unreadableCode(error) !== undefined && (name === "source" || name === "reason");
}

/** What a cause says for people: of the host's own error its meaning rather than its code. */
function causeText(cause: FaygerError): string {
  const code = is(cause, "HOST_ERROR") ? cause.context.native_code : undefined;
  return code === undefined ? printable(cause.message) : `${nativeErrorText(code)} (${code})`;
}

/** One context value for people. Offsets are shown in hexadecimal and decimal. */
function show(name: string, value: unknown): string {
  if (value instanceof Uint8Array) return value.length === 0 ? "(no bytes)" : hex(value);
  if (Array.isArray(value))
    return value.length === 0 ? "(none)" : value.map((item) => printable(String(item))).join(", ");
  if (name === "offset" && typeof value === "number")
    return `0x${value.toString(16)} (byte ${value.toLocaleString("en-US")})`;
  return printable(String(value));
}

/**
 * Print an error with its context and its causes; never a stack trace. In JSON mode: `{ "error": … }`.
 *
 * @param trust where it was looked up who is trusted, for a command that asks
 * @spec tools.errors
 */
export function printError(terminal: Terminal, error: FaygerError, trust?: ConsultedTrust): void {
  if (terminal.isJson) {
    terminal.json({ error: error.toJSON() });
    return;
  }
  const { phase, ...rest } = Object.fromEntries(Object.entries(error.context));
  const where = typeof phase === "string" ? terminal.style("dim", ` in phase ${phase}`) : "";
  terminal.note(`${terminal.style("red", "error")} ${terminal.style("bold", error.code)}${where}`);
  terminal.note(`  ${printable(messageOf(error))}`);
  const shown = Object.entries(rest).filter(([name]) => !isSaid(error, name));
  const entries = shown.map(([name, value]) => [name, show(name, value)] as const);
  for (const line of pairs(terminal, entries)) terminal.note(`  ${line}`);
  for (const cause of causeChain(error).slice(1)) {
    terminal.note(
      `  ${terminal.style("dim", "caused by")} ${cause.code} ${terminal.style("dim", `(${cause.sourceLayer})`)}: ${causeText(cause)}`,
    );
  }
  const help = helpFor(error, trust);
  if (help !== undefined) terminal.note(`${terminal.style("cyan", "help")}  ${help}`);
}

/** Whether an unknown thing is a FaygerError; here so that commands need one import. */
export { isFaygerError };
