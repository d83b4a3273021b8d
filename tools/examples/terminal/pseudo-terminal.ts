import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import xterm from "@xterm/headless";

const HELPER = fileURLToPath(new URL("pseudo_terminal.py", import.meta.url));

/** Milliseconds after which a screen counts as one that never comes. A program starts slowly on a busy machine. */
const PATIENCE = 45_000;

/** How a program on a pseudo-terminal ended. */
export interface TerminalEnd {
  /** Exit code, or minus the number of the signal. */
  readonly code: number;
  /** Whether the terminal's settings are those from before. */
  readonly restored: boolean;
}

/** A program on a pseudo-terminal, and a terminal that shows what it draws. */
export class PseudoTerminal {
  /** What interprets the output. */
  readonly terminal: InstanceType<typeof xterm.Terminal>;
  /** How the program ended. */
  readonly ended: Promise<TerminalEnd>;
  /** Everything that was sent to the terminal. */
  raw = "";
  readonly #process: ChildProcess;
  readonly #waiting = new Set<() => void>();

  /** @param environment added to this process's own, without what would colour or size the terminal */
  constructor(
    command: readonly string[],
    columns: number,
    rows: number,
    environment: Readonly<Record<string, string>>,
  ) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const {
      NO_COLOR: _none,
      FORCE_COLOR: _forced,
      COLORTERM: _depth,
      COLUMNS: _columns,
      LINES: _lines,
      ...own
    } = process.env;
    this.#process = spawn("python3", [HELPER, String(columns), String(rows), ...command], {
      stdio: ["pipe", "pipe", "inherit", "pipe", "pipe"],
      env: { ...own, TERM: "xterm-256color", DISPLAY: ":0", ...environment },
    });
    this.#process.stdout?.on("data", (bytes: Buffer) => {
      this.raw += bytes.toString("latin1");
      this.terminal.write(bytes, () => {
        for (const look of [...this.#waiting]) look();
      });
    });
    let told = "";
    this.#process.stdio[4]?.on("data", (bytes: Buffer) => {
      told += bytes.toString();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#process.on("error", reject);
      // Behind everything written before: the terminal has shown all of it.
      this.#process.on("close", () => this.terminal.write("", () => resolve(JSON.parse(told) as TerminalEnd)));
    });
  }

  /** The rows of the screen, without the blanks at their ends. */
  screen(): string[] {
    const { buffer, rows } = this.terminal;
    return Array.from(
      { length: rows },
      (_, row) => buffer.active.getLine(buffer.active.baseY + row)?.translateToString(true) ?? "",
    );
  }

  /** Wait until the screen is as it should be. @throws Error with the screen, when it is not in time */
  async shows(isRight: (screen: readonly string[]) => boolean, what: string): Promise<readonly string[]> {
    let timer: NodeJS.Timeout | undefined;
    let look = (): void => {};
    try {
      return await new Promise<readonly string[]>((resolve, reject) => {
        look = () => {
          const screen = this.screen();
          if (isRight(screen)) resolve(screen);
        };
        this.#waiting.add(look);
        timer = setTimeout(
          () => reject(new Error(`the terminal never shows ${what}:\n${this.screen().join("\n")}`)),
          PATIENCE,
        );
        look();
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  /** Wait until some row holds a text. */
  showsText(text: string): Promise<readonly string[]> {
    return this.shows((screen) => screen.some((row) => row.includes(text)), `"${text}"`);
  }

  /** Type. */
  type(keys: string): void {
    this.#process.stdin?.write(keys);
  }

  /** Give the terminal another size. */
  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.#command(`resize ${columns} ${rows}`);
  }

  /** Send the program a signal. */
  signal(number: number): void {
    this.#command(`signal ${number}`);
  }

  /** End everything, however far it is. */
  async close(): Promise<void> {
    (this.#process.stdio[3] as Writable).end();
    await this.ended.catch(() => {});
    this.terminal.dispose();
  }

  #command(line: string): void {
    (this.#process.stdio[3] as Writable).write(`${line}\n`);
  }
}
