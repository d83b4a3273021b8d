import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** A stream a person may sit at. */
export type PersonalInput = Readable & { readonly isTTY?: boolean };
/** A stream a person may look at. */
export type PersonalOutput = Writable & { readonly isTTY?: boolean };

/** How a dialogue is set up. */
export interface DialogueOptions {
  readonly input: PersonalInput;
  /** Where questions and the prompt go: standard error, so that standard output holds what the iFay tells. */
  readonly output: PersonalOutput;
  /** Completions of what was typed so far. */
  readonly complete?: (typed: string) => readonly string[];
  /** Ctrl-C on the terminal, which a line editor keeps from the process. */
  readonly interrupted?: () => void;
}

/** Somebody who waits for a line. */
interface Waiting {
  readonly prompt: string;
  readonly hear: (line: string | undefined) => void;
}

/**
 * What a person is asked, and the lines that come in. On a terminal lines are edited, completed and remembered;
 * elsewhere they are read as they come, and nobody is there to ask.
 *
 * A question comes before a line that is wanted, and stays until it is answered: whoever asks meanwhile waits, so that
 * what a person answers is what they have read. What was typed before a question is no part of its answer, and comes back
 * behind it.
 */
export class Dialogue {
  /** Whether somebody sits there. */
  readonly isPersonal: boolean;
  readonly #options: DialogueOptions;
  #lines: Interface | undefined;
  #isAtEnd = false;
  /** Lines that came before anybody wanted them. */
  readonly #early: string[] = [];
  /** The first one is asked now. */
  readonly #questions: Waiting[] = [];
  /** Who wants a line that answers no question, the first one first. */
  readonly #wanted: Waiting[] = [];
  /** What was typed of a line when a question came before it. */
  #interrupted = "";

  constructor(options: DialogueOptions) {
    this.#options = options;
    this.isPersonal = options.input.isTTY === true && options.output.isTTY === true;
  }

  /** The next line, behind a prompt where somebody sits there; `undefined` at the end. */
  async line(prompt: string): Promise<string | undefined> {
    const early = this.#early.shift();
    return early ?? this.#ask(prompt, this.#wanted);
  }

  /** Whether a person says yes. Nobody there is a no. */
  async confirm(question: string): Promise<boolean> {
    if (!this.isPersonal) return false;
    const answer = await this.#ask(`${question} [y/N] `, this.#questions);
    return answer !== undefined && /^\s*y(es)?\s*$/i.test(answer);
  }

  /** Print while somebody may be typing: what is typed so far moves below. */
  around(print: () => void): void {
    this.#withdrawPrompt();
    print();
    this.#prompt(true);
  }

  /** Hear nothing any more: whoever waits gets the end. */
  close(): void {
    this.#isAtEnd = true;
    this.#lines?.close();
    this.#lines = undefined;
  }

  /** Who gets the next line. */
  get #asked(): Waiting | undefined {
    return this.#questions[0] ?? this.#wanted[0];
  }

  #withdrawPrompt(): void {
    if (this.isPersonal && this.#asked !== undefined) this.#options.output.write("\r\u001b[2K");
  }

  #prompt(keepsCursor = false): void {
    const asked = this.#asked;
    if (!this.isPersonal || asked === undefined) return;
    this.#lines?.setPrompt(asked.prompt);
    this.#lines?.prompt(keepsCursor);
  }

  async #ask(prompt: string, others: Waiting[]): Promise<string | undefined> {
    if (this.#isAtEnd) return undefined;
    const lines = this.#open();
    return new Promise((hear) => {
      this.#withdrawPrompt();
      const isFirst = others === this.#questions && others.length === 0;
      others.push({ prompt, hear });
      if (isFirst && this.isPersonal) this.#setAside(lines);
      lines.resume();
      this.#prompt(!isFirst);
    });
  }

  /** What is typed so far is for later: the line is empty. */
  #setAside(lines: Interface): void {
    this.#interrupted = lines.line;
    for (const name of ["e", "u"]) lines.write(null, { ctrl: true, name });
  }

  #open(): Interface {
    if (this.#lines !== undefined) return this.#lines;
    const { input, output, complete, interrupted } = this.#options;
    const lines = createInterface({
      input,
      ...(this.isPersonal && { output, terminal: true }),
      ...(complete !== undefined && {
        completer: (typed: string) => [this.#questions.length > 0 ? [] : complete(typed), typed],
      }),
    });
    this.#lines = lines;
    lines.on("line", (line) => {
      const isAnswer = this.#questions.length > 0;
      const waiting = isAnswer ? this.#questions.shift() : this.#wanted.shift();
      if (waiting === undefined) {
        this.#early.push(line);
        // What nobody waits for stays where it is: a file may have no end, and a person types only so much.
        if (!this.isPersonal) lines.pause();
        return;
      }
      waiting.hear(line);
      this.#prompt();
      if (!isAnswer || this.#questions.length > 0 || this.#interrupted === "") return;
      lines.write(this.#interrupted);
      this.#interrupted = "";
    });
    lines.on("SIGINT", () => interrupted?.());
    lines.on("close", () => {
      this.#isAtEnd = true;
      if (this.isPersonal && this.#asked !== undefined) output.write("\n");
      for (const { hear } of [...this.#questions.splice(0), ...this.#wanted.splice(0)]) hear(undefined);
    });
    return lines;
  }
}
