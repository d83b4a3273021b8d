/** What a command may do outside itself. `cli.ts` provides it on Node; tests provide one in memory. */
export interface CommandHost {
  /** Reads a UTF-8 text file. Never throws: `problem` says in one sentence fragment why there is no text. */
  readonly readFile: (path: string) => FileContent;
  /** Writes a text file, creating its folder. */
  readonly writeFile: (path: string, text: string) => void;
  /** Deletes a file. */
  readonly deleteFile: (path: string) => void;
  /** Calls `onChange` after files below a folder changed, until the user interrupts; then the promise resolves. */
  readonly watch: (folder: string, onChange: () => void) => Promise<void>;
  /** Paths of all files below a folder, recursively, sorted; empty when the folder does not exist. */
  readonly listFiles: (folder: string) => readonly string[];
  /** Reads a page of `codegen/docs/diagnostics/`, by its path below that folder. */
  readonly readDocsPage: (page: string) => FileContent;
  /** What a user types before a code to see its page, for example `fayger-spec explain`. */
  readonly explain: string;
  /** Version of the package, `major.minor.patch`. */
  readonly version: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Milliseconds from any fixed start, for durations only. */
  readonly now: () => number;
  /** Whether people read the output on a terminal that shows colours and did not refuse them. */
  readonly colour: boolean;
}

/** The text of a file, or why it cannot be had. */
export type FileContent = { readonly text: string } | { readonly problem: string };

/** Exit codes of `fayger-spec`: 0 nothing wrong, 1 diagnostics of severity error, 2 the command line is wrong. */
export const exitCode = { ok: 0, diagnostics: 1, usage: 2 } as const;

/** One of {@link exitCode}. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
