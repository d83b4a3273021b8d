import { closeSync, openSync, writeSync } from "node:fs";

/**
 * Every line that went between the runner and an implementation: `N > line` was sent to process N, `N < line` came from
 * it, `N 2 line` came on its standard error, `N ! text` is a note of the runner.
 */
export interface Transcript {
  write(process: number, mark: ">" | "<" | "2" | "!", line: string): void;
  close(): void;
}

/** A transcript that keeps nothing. */
export const noTranscript: Transcript = { write: () => undefined, close: () => undefined };

/** A transcript in a file. @throws Error of the host */
export function openTranscript(path: string): Transcript {
  const file = openSync(path, "w");
  return {
    write: (process, mark, line) => void writeSync(file, `${process} ${mark} ${line}\n`),
    close: () => closeSync(file),
  };
}
