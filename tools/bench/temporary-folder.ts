import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let made: string | undefined;

/** A folder for the files of this run, made at the first call and removed when the process ends. */
export function temporaryFolder(): string {
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), "fayger-bench-"));
  made = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  // Without a listener an interrupted process ends without its exit event, and the files would stay.
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  return folder;
}
