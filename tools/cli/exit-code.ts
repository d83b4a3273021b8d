import type { FaygerError } from "../../reference/errors/index.js";
import { ExitCode } from "./command.js";

/** What the exit codes mean, for the help; the whole table is in `spec/chapters/tools.md`. @spec tools.exit-codes */
export const EXIT_CODE_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [ExitCode.Ok, "done"],
  [ExitCode.Refused, "the artifact, or the FayManifest, was read and refused"],
  [ExitCode.Usage, "the command line makes no sense"],
  [ExitCode.Failed, "the program failed, or could not be started"],
  [ExitCode.HostTrouble, "the artifact, or a file of this machine, could not be read or written"],
  [ExitCode.Interrupted, "stopped with Ctrl-C"],
];

/** Codes of loads that ended before anything was judged: nothing is said about the artifact, and another try may do. */
const UNREAD: ReadonlySet<string> = new Set(["LDR_SOURCE_UNAVAILABLE", "LDR_SOURCE_CHANGED"]);

/** The exit code of a command that ends with this error. @spec tools.exit-codes, tools.exit-codes.unread */
export function exitCodeOf(error: FaygerError): number {
  if (UNREAD.has(error.code) || error.sourceLayer === "host") return ExitCode.HostTrouble;
  return error.sourceLayer === "loader" ? ExitCode.Refused : ExitCode.Failed;
}
