import type { Assembled } from "../../../reference/assembly/index.js";
import type { IFay } from "../../../reference/node.js";
import { type Invocation, UsageError } from "../command.js";
import { printable, type Terminal } from "../output/terminal.js";
import { wrap, wrappedTable } from "../output/wrapped.js";
import { type CommandedAction, isFault, readActionLine } from "./action-line.js";
import type { Dialogue } from "./dialogue.js";
import { valuesJson, valuesText } from "./values.js";

/** A command that was given, and what became of it. */
export interface CommandTaken {
  readonly action: string;
  readonly input: readonly unknown[];
  readonly outcome: string;
  readonly output: readonly unknown[];
  /** Why it failed, where it did. */
  readonly host_error?: string;
  readonly code?: string;
  /** Whether a person typed it at a terminal. */
  readonly isAsked: boolean;
}

/** Words that are no actions: none of them has a dot. */
const WORDS = ["help", "quit"] as const;

/** Gives an iFay in control mode command its commands: those of the command line, else those that come in. */
export class Commands {
  /** Those that were given, the first one first. */
  readonly taken: CommandTaken[] = [];
  readonly #terminal: Terminal;
  readonly #assembled: Assembled;
  readonly #given: readonly CommandedAction[];

  /** @throws UsageError where a command of the command line is none */
  constructor(invocation: Invocation, assembled: Assembled) {
    this.#terminal = invocation.terminal;
    this.#assembled = assembled;
    this.#given = invocation.texts("command").map((text) => {
      const reading = readActionLine(text);
      if (reading === undefined) throw new UsageError('--command: expected "PART.ACTION [VALUE ...]", found nothing');
      if (isFault(reading)) throw new UsageError(`--command: ${reading.problem}: \`${text}\``);
      return reading;
    });
  }

  /** Give every command, and end the iFay when there is none any more. @spec tools.run.assembly.commands */
  async give(fay: IFay, dialogue: Dialogue): Promise<void> {
    for (const command of this.#given) await this.#give(fay, command, false);
    if (this.#given.length === 0) await this.#listen(fay, dialogue);
    fay.finish();
  }

  /** Actions, and words of the prompt, that begin like this. */
  complete(typed: string): readonly string[] {
    return [...WORDS, ...this.#actions().map(({ name }) => name)].filter((name) => name.startsWith(typed.trimStart()));
  }

  async #listen(fay: IFay, dialogue: Dialogue): Promise<void> {
    const { isPersonal } = dialogue;
    if (isPersonal) this.#terminal.note(this.#terminal.style("dim", "help lists the actions; quit, or Ctrl-D, ends"));
    for (;;) {
      const line = await dialogue.line(this.#terminal.style("bold", "> "));
      if (line === undefined || line.trim() === "quit") return;
      if (line.trim() === "help") this.#help();
      else if (!/^\s*(#|$)/.test(line)) await this.#take(fay, line, isPersonal);
    }
  }

  async #take(fay: IFay, line: string, isAsked: boolean): Promise<void> {
    const reading = readActionLine(line);
    if (reading === undefined) return;
    if (!isFault(reading)) {
      await this.#give(fay, reading, isAsked);
      return;
    }
    this.#terminal.note(`${this.#terminal.style("red", "error")} ${printable(reading.problem)}`);
    this.taken.push({ action: line.trim(), input: [], outcome: "failed", output: [], isAsked });
  }

  async #give(fay: IFay, { action, input }: CommandedAction, isAsked: boolean): Promise<void> {
    const { outcome, output, hostError, code } = await fay.command(action, input);
    const why = { ...(hostError !== undefined && { host_error: hostError }), ...(code !== undefined && { code }) };
    this.taken.push({ action, input: valuesJson(input), outcome, output: valuesJson(output), ...why, isAsked });
    const terminal = this.#terminal;
    if (outcome === "done" && output.length > 0)
      terminal.line(`${terminal.style("green", action)} ${terminal.style("dim", "=")} ${valuesText(output)}`);
    if (!this.#actions().some(({ name }) => name === action)) this.#unknown(action);
  }

  #unknown(action: string): void {
    const near = this.#actions().filter(({ name }) => name.split(".").some((word) => action.split(".").includes(word)));
    const hint = near.length === 0 ? "`help` lists them" : `there is ${near.map(({ name }) => name).join(", ")}`;
    this.#terminal.note(
      `${this.#terminal.style("cyan", "help")}  no part has the action ${printable(action)}; ${hint}`,
    );
  }

  #help(): void {
    const terminal = this.#terminal;
    const rows = this.#actions().map(({ name, skill, permission }) => [
      terminal.style("cyan", name),
      printable(skill ?? "-"),
      printable(permission ?? "-"),
    ]);
    const columns = [{ title: "ACTION" }, { title: "SKILL" }, { title: "PERMISSION" }];
    for (const line of wrappedTable(terminal, columns, rows)) terminal.note(line);
    const values = 'values follow the action: 3, 1.5, true, north, "two words"; what stands in quotes is text';
    for (const line of wrap(values, terminal.columns)) terminal.note(terminal.style("dim", line));
  }

  #actions(): { readonly name: string; readonly skill?: string; readonly permission?: string }[] {
    return this.#assembled.parts.flatMap((part) =>
      part.actions.map((action) => ({ ...action, name: `${part.name}.${action.name}` })),
    );
  }
}
