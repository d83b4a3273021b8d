import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Bounds, CrashCause } from "./entrance.js";
import { keepTrack, kill } from "./living.js";
import { CAN_MEASURE_MEMORY, residentBytes } from "./memory.js";
import type { Transcript } from "./transcript.js";

/** What a process did next. */
export type ChildEvent =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "ended"; readonly cause: CrashCause; readonly detail: string; readonly status: number | null }
  | { readonly kind: "timeout" };

/** Characters of standard error that are kept. */
const KEPT_ERROR = 2000;
/** Milliseconds between two looks at the memory. */
const LOOK_EVERY_MS = 50;
/** Milliseconds that pipes may stay open behind a process that has ended. */
const PIPES_MS = 1000;

let started = 0;

/** One process of an implementation: lines in, lines out, with bounds on memory and on the length of a line. */
export class Child {
  readonly #process: ChildProcess;
  readonly #number: number;
  readonly #bounds: Bounds;
  readonly #transcript: Transcript;
  readonly #lines: string[] = [];
  #queued = 0;
  #pieces: Buffer[] = [];
  #unfinished = 0;
  #errors = "";
  #fault: { cause: CrashCause; detail: string } | undefined;
  #end: Extract<ChildEvent, { kind: "ended" }> | undefined;
  #wake: (() => void) | undefined;
  readonly #watch: NodeJS.Timeout | undefined;
  /** Resolves when the process and its pipes are gone. */
  readonly gone: Promise<void>;

  /** @param input whether the process gets a standard input */
  constructor(
    words: readonly [string, ...string[]],
    { bounds, transcript, input }: { bounds: Bounds; transcript: Transcript; input: boolean },
  ) {
    const [program, ...args] = words;
    started += 1;
    this.#number = started;
    this.#bounds = bounds;
    this.#transcript = transcript;
    const child = spawn(program, args, {
      stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    this.#process = child;
    keepTrack(child);
    transcript.write(this.#number, "!", `started: ${words.join(" ")}`);
    // Whoever ends early closes its input; how it ended is told by its end.
    child.stdin?.on("error", () => undefined);
    child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk));
    child.stderr?.on("data", (chunk: Buffer) => this.#takeError(chunk));
    child.once("error", (error: NodeJS.ErrnoException) => {
      this.#fault ??= { cause: "start", detail: startTrouble(program, error) };
      // Without a process there is no `close`.
      if (child.pid === undefined) this.#ended(null, null);
    });
    child.once("exit", () => {
      // Whatever it started goes with it, or would keep the pipes open.
      kill(child);
      const letGo = (): void => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      };
      setTimeout(() => afterLook(letGo), PIPES_MS).unref();
    });
    this.gone = new Promise((resolve) => {
      child.once("close", () => resolve());
      child.once("error", () => child.pid === undefined && resolve());
    });
    child.once("close", (status, signal) => this.#ended(status, signal));
    this.#watch = CAN_MEASURE_MEMORY ? setInterval(() => this.#look(), LOOK_EVERY_MS).unref() : undefined;
  }

  /** Send one line. */
  send(line: string): void {
    this.#transcript.write(this.#number, ">", line);
    if (this.#process.stdin?.writable === true) this.#process.stdin.write(`${line}\n`);
  }

  /** Say that nothing more is sent. */
  endInput(): void {
    this.#process.stdin?.end();
  }

  /** The next line, the end, or a timeout, whichever comes first. A line that came before the end comes first. */
  async next(milliseconds: number): Promise<ChildEvent> {
    let isLate = false;
    const late = (): void => {
      isLate = true;
      this.#wake?.();
    };
    const timer = setTimeout(() => afterLook(late), milliseconds);
    try {
      for (;;) {
        const text = this.#lines.shift();
        if (text !== undefined) {
          this.#queued -= text.length + 1;
          return { kind: "line", text };
        }
        if (this.#end !== undefined) return this.#end;
        if (isLate) return { kind: "timeout" };
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
      this.#wake = undefined;
    }
  }

  /** A line that has come already; undefined where none has. */
  pending(): string | undefined {
    return this.#lines[0];
  }

  /** Bytes that it has written behind its last line feed. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** The last lines of its standard error, for people; empty where there are none. */
  get lastErrors(): string {
    return this.#errors.trim();
  }

  /** End it and everything it started. */
  async stop(why: string): Promise<void> {
    if (this.#end === undefined) this.#transcript.write(this.#number, "!", `stopped: ${why}`);
    kill(this.#process);
    await this.gone;
  }

  #take(chunk: Buffer): void {
    if (this.#fault !== undefined) return;
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      this.#line(chunk.subarray(from, at));
      from = at + 1;
    }
    if (from < chunk.length) {
      this.#pieces.push(chunk.subarray(from));
      this.#unfinished += chunk.length - from;
    }
    if (Math.max(this.#unfinished, this.#queued) > this.#bounds.lineBytes)
      this.#break("protocol", `wrote more than ${this.#bounds.lineBytes.toLocaleString("en-US")} bytes without an end`);
    this.#wake?.();
  }

  #line(last: Buffer): void {
    const bytes = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#unfinished = 0;
    const text = bytes.toString("utf8");
    this.#transcript.write(this.#number, "<", text);
    this.#lines.push(text);
    // With its end: lines of nothing take memory too.
    this.#queued += text.length + 1;
  }

  #takeError(chunk: Buffer): void {
    const text = chunk.toString("utf8");
    for (const line of text.split("\n")) if (line !== "") this.#transcript.write(this.#number, "2", line);
    this.#errors = (this.#errors + text).slice(-KEPT_ERROR);
  }

  #look(): void {
    const { pid } = this.#process;
    if (pid === undefined || this.#end !== undefined) return;
    const bytes = residentBytes(pid);
    if (bytes > this.#bounds.memoryBytes)
      this.#break("memory", `held ${mebibytes(bytes)} of memory, ${mebibytes(this.#bounds.memoryBytes)} is allowed`);
  }

  #break(cause: CrashCause, detail: string): void {
    this.#fault ??= { cause, detail };
    kill(this.#process);
  }

  #ended(status: number | null, signal: NodeJS.Signals | null): void {
    if (this.#end !== undefined) return;
    clearInterval(this.#watch);
    const how = signal === null ? `ended with status ${status}` : `ended by ${signal} (${constants.signals[signal]})`;
    const rest = this.#unfinished > 0 ? `, behind ${this.#unfinished} bytes without a line feed` : "";
    this.#end = { kind: "ended", cause: "ended", detail: `${how}${rest}`, ...this.#fault, status };
    this.#transcript.write(this.#number, "!", this.#end.detail);
    this.#wake?.();
  }
}

/**
 * Call something when the pipes have been looked at once more: where this process was held up, what came in time lies in
 * them, and a timer that is due comes first.
 */
function afterLook(then: () => void): void {
  setImmediate(then);
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2).toLocaleString("en-US")} MiB`;
}

function startTrouble(program: string, { code }: NodeJS.ErrnoException): string {
  const why: Readonly<Record<string, string>> = {
    ENOENT: "there is no such program",
    EACCES: "it may not be executed",
    EPERM: "it may not be executed",
    ENOEXEC: "it is no program of this system",
  };
  return `\`${program}\` cannot be started: ${why[code ?? ""] ?? code ?? "no reason is known"}`;
}
