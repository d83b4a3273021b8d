import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { ActionOutcome } from "./assembly-options.js";

/** One command of a person. */
export interface Command {
  readonly action: string;
  readonly input: readonly Tlv[];
}

interface Commanded extends Command {
  readonly settle: (outcome: ActionOutcome) => void;
}

const LOST: ActionOutcome = { outcome: "failed", output: [] };

/** Commands of a person, one after another, and who waits for the next. @spec assembly.control-mode.command */
export class CommandQueue {
  readonly #waiting: Commanded[] = [];
  readonly #takers: ((command: Command | undefined) => void)[] = [];
  /** Given out, and nothing heard of it. */
  #current: Commanded | undefined;
  #closed = false;

  /** Whether no more commands are taken. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** A command. Resolves to what became of it; to `failed` where nobody takes it any more. */
  add(action: string, input: readonly Tlv[]): Promise<ActionOutcome> {
    return new Promise((settle) => {
      if (this.#closed) return settle(LOST);
      this.#waiting.push({ action, input, settle });
      this.#give();
    });
  }

  /** Tell what became of the command that was taken last, if it is of this name. */
  settle(action: string, outcome: ActionOutcome): void {
    const current = this.#current;
    this.#current = undefined;
    current?.settle(current.action === action ? outcome : LOST);
  }

  /** The next command, or nothing where there is none any more. Waits for it. */
  next(): Promise<Command | undefined> {
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#give();
    });
  }

  /** There are no more commands than those that wait. */
  close(): void {
    this.#closed = true;
    this.#give();
  }

  /** Nobody takes any more. */
  abandon(): void {
    this.close();
    for (const { settle } of this.#waiting.splice(0)) settle(LOST);
    this.#current?.settle(LOST);
    this.#current = undefined;
    this.#give();
  }

  #give(): void {
    while (this.#takers.length > 0 && (this.#waiting.length > 0 || this.#closed)) {
      const taker = this.#takers.shift() as (command: Command | undefined) => void;
      const command = this.#waiting.shift();
      if (command !== undefined) {
        this.#current?.settle(LOST);
        this.#current = command;
      }
      taker(command);
    }
  }
}
