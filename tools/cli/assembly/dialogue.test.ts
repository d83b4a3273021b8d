import { PassThrough } from "node:stream";
import xterm from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { Dialogue, type PersonalInput, type PersonalOutput } from "./dialogue.js";

/** A terminal without a person: what is typed, and what is seen. */
class Desk {
  readonly dialogue: Dialogue;
  readonly #input = Object.assign(new PassThrough(), { isTTY: true }) satisfies PersonalInput;
  readonly #screen = new xterm.Terminal({ cols: 80, rows: 10, allowProposedApi: true });

  constructor() {
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 }) satisfies PersonalOutput;
    output.on("data", (bytes: Uint8Array) => this.#screen.write(bytes));
    this.dialogue = new Dialogue({ input: this.#input, output, complete: (typed) => [`${typed}pleted`] });
  }

  /** Press keys one after another, and let each arrive. */
  async type(keys: string): Promise<void> {
    for (const key of keys) {
      this.#input.write(key);
      await settled();
    }
  }

  /** The line of the screen that the cursor is in. */
  async line(): Promise<string> {
    await settled();
    await new Promise<void>((shown) => this.#screen.write("", shown));
    const { active } = this.#screen.buffer;
    return (
      active
        .getLine(active.baseY + active.cursorY)
        ?.translateToString(true)
        .trimEnd() ?? ""
    );
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a dialogue at a terminal", () => {
  // @spec tools.run.assembly.confirm
  it("leaves a question where it is until it is answered, whoever asks meanwhile", async () => {
    const desk = new Desk();
    const first = desk.dialogue.confirm("look around?");
    await settled();
    expect(await desk.line()).toBe("look around? [y/N]");
    await desk.type("y");
    const second = desk.dialogue.confirm("pay 1000?");
    const third = desk.dialogue.confirm("fly?");
    await settled();
    await desk.type("\r");
    expect(await first).toBe(true);
    expect(await desk.line()).toBe("pay 1000? [y/N]");
    await desk.type("\r");
    expect(await second).toBe(false);
    await desk.type("y\r");
    expect(await third).toBe(true);
    desk.dialogue.close();
  });

  // @spec tools.run.assembly.confirm
  it("takes nothing for an answer that was typed before the question, and gives it back behind it", async () => {
    const desk = new Desk();
    const command = desk.dialogue.line("> ");
    await desk.type("y");
    const question = desk.dialogue.confirm("pay 1000?");
    await desk.type("\r");
    expect(await question).toBe(false);
    expect(await desk.line()).toBe("> y");
    await desk.type("es\r");
    expect(await command).toBe("yes");
    desk.dialogue.close();
  });

  // @spec tools.run.assembly.commands
  it("completes what is commanded, and no answer", async () => {
    const desk = new Desk();
    const command = desk.dialogue.line("> ");
    const question = desk.dialogue.confirm("pay?");
    await desk.type("\t");
    expect(await desk.line()).toBe("pay? [y/N]");
    await desk.type("\r");
    expect(await question).toBe(false);
    await desk.type("com\t\r");
    expect(await command).toBe("completed");
    desk.dialogue.close();
  });

  it("tells everybody who waits that it is closed", async () => {
    const desk = new Desk();
    const answers = [desk.dialogue.line("> "), desk.dialogue.confirm("one?"), desk.dialogue.confirm("two?")];
    await settled();
    desk.dialogue.close();
    expect(await Promise.all([...answers, desk.dialogue.confirm("late?")])).toEqual([undefined, false, false, false]);
  });
});
