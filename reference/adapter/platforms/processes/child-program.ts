import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { SIGNAL_NUMBERS, SIGNALS } from "../../../../generated/enums/signal.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { HostFailure } from "../../host-failure.js";
import { hostErrorOf, native } from "../native-call.js";
import { withChildDescriptors } from "./inherited-descriptors.js";
import { ProcessInput, ProcessOutput } from "./process-pipe.js";
import { endProcessTree } from "./process-tree.js";

/** What is started. */
export interface ProgramStart {
  /** Absolute path of the program. */
  readonly path: string;
  readonly argv: readonly string[];
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the host, valid until the process has begun; a fresh empty one where absent. */
  readonly folder: string | undefined;
}

/** How a process ended. */
export interface ProcessEnd {
  /** 0 where a signal ended it. */
  readonly exitCode: number;
  /** Number of the signal; 0 where it ended by itself. */
  readonly signal: number;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Processes that end with this one, however it ends, as long as it can still do anything. */
const living = new Set<ChildProgram>();

/** A process of the host, with everything that it has started. @spec instructions.proc.end */
export class ChildProgram {
  readonly input: ProcessInput;
  readonly output: ProcessOutput;
  readonly errors: ProcessOutput;
  readonly #child: Child;
  readonly #pid: number;
  readonly #ended: Promise<ProcessEnd>;
  readonly #cleanUp: () => void;
  #isAlive = true;

  private constructor(child: Child, pid: number, ended: Promise<ProcessEnd>, cleanUp: () => void) {
    this.#cleanUp = cleanUp;
    this.#child = child;
    this.#pid = pid;
    this.input = new ProcessInput(child.stdin);
    this.output = new ProcessOutput(child.stdout);
    this.errors = new ProcessOutput(child.stderr);
    if (living.size === 0) process.on("exit", endAll);
    living.add(this);
    this.#ended = ended.then((end) => {
      this.#isAlive = false;
      // Now: the number of the group may be given to another one as soon as nobody is in it.
      endProcessTree(pid, false);
      living.delete(this);
      if (living.size === 0) process.off("exit", endAll);
      return end;
    });
  }

  /**
   * Start a program, without a shell.
   *
   * @throws HostFailure as the host says
   * @spec instructions.proc.clean, instructions.proc.programs
   */
  static async start(start: ProgramStart): Promise<ChildProgram> {
    const own =
      start.folder === undefined ? native("mkdtemp", () => mkdtempSync(join(tmpdir(), "fayger-process-"))) : "";
    const cleaned = (): void => {
      if (own !== "") rmSync(own, { recursive: true, force: true });
    };
    let child: Child;
    try {
      child = native("spawn", () =>
        withChildDescriptors(
          (stdio) =>
            spawn(start.path, start.argv, {
              cwd: start.folder ?? own,
              // Node hands this variable of its own on unless another value is named, also where it is none.
              env: { NODE_V8_COVERAGE: undefined, ...start.environment },
              shell: false,
              // On POSIX a session and a group of its own: no terminal, and ended as a whole.
              detached: process.platform !== "win32",
              windowsHide: true,
              stdio,
            }) as Child,
        ),
      );
    } catch (error) {
      cleaned();
      throw error;
    }
    const ended = new Promise<ProcessEnd>((resolve) => {
      child.once("exit", (code, signal) => {
        cleaned();
        resolve({ exitCode: code ?? 0, signal: signal === null ? 0 : constants.signals[signal] });
      });
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.on("error", (error) => {
        if (child.pid === undefined) cleaned();
        reject(new HostFailure(hostErrorOf(error), "spawn", error));
      });
    });
    return new ChildProgram(child, child.pid as number, ended, cleaned);
  }

  /** Wait for its end. @throws HostFailure `interrupted` where nobody waits any more */
  wait(signal?: CancellationSignal): Promise<ProcessEnd> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new HostFailure("interrupted", "waitpid")));
      void this.#ended.then(resolve);
    });
  }

  /**
   * Send a signal of the table.
   *
   * @throws HostFailure `invalid_argument` for another number, `not_found` where it has ended
   * @spec instructions.proc.signals
   */
  signal(number: number): void {
    const name = SIGNALS.find((candidate) => SIGNAL_NUMBERS[candidate] === number);
    if (name === undefined) throw new HostFailure("invalid_argument", "kill");
    if (!this.#isAlive || !native("kill", () => this.#child.kill(NAMES[name]))) {
      throw new HostFailure("not_found", "kill");
    }
  }

  /** End it with this process, which will hear of nothing any more. */
  endWithHost(): void {
    this.end();
    this.#cleanUp();
  }

  /** End it and what it has started. */
  end(): void {
    if (this.#isAlive) endProcessTree(this.#pid, true);
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }
}

const NAMES = { hangup: "SIGHUP", interrupt: "SIGINT", kill: "SIGKILL", terminate: "SIGTERM" } as const;

function endAll(): void {
  for (const program of living) program.endWithHost();
}
