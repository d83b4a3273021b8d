import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UI_NODE_KIND_NUMBERS } from "../../../../generated/enums/ui-node-kind.js";
import { ioClose } from "../../../../generated/instructions/io.js";
import {
  uiCellsClear,
  uiCellsWrite,
  uiCursorPlace,
  uiFocusSet,
  uiInputOpen,
  uiNodeCreate,
  uiNodePlace,
  uiScreenOpen,
  uiSurfaceOpen,
  uiTextSet,
} from "../../../../generated/instructions/ui.js";
import { hostileText, uiStep } from "../../ui/testing/ui-arbitraries.js";
import { openUiProgram } from "../../ui/testing/ui-program.js";
import { holdingStreams } from "./held-streams.js";
import { Terminal } from "./terminal.js";
import type { TerminalDevice, TerminalListener } from "./terminal-device.js";
import { withoutOwnSequences } from "./testing/own-sequences.js";

const FAILED = "ADP_HOST_CALL_FAILED";
const drawn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A device in memory, behind which a terminal shows what is drawn. */
class ShownDevice implements TerminalDevice {
  isUsable = true;
  listener: TerminalListener | undefined;
  sent = "";
  readonly log: string[] = [];
  readonly terminal: InstanceType<typeof xterm.Terminal>;
  #columns: number;
  #rows: number;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  }

  size(): { columns: number; rows: number } {
    return { columns: this.#columns, rows: this.#rows };
  }

  take(listener: TerminalListener): void {
    this.log.push("taken");
    this.listener = listener;
  }

  write(text: string): void {
    this.sent += text;
    this.terminal.write(text);
  }

  giveBack(): void {
    this.log.push("given back");
    this.listener = undefined;
  }

  interrupt(): void {
    this.log.push("interrupted");
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.terminal.resize(columns, rows);
    this.listener?.redraw();
  }

  async screen(): Promise<string[]> {
    await drawn();
    await new Promise<void>((resolve) => this.terminal.write("", resolve));
    const { active } = this.terminal.buffer;
    return Array.from(
      { length: this.#rows },
      (_, row) =>
        active
          .getLine(active.baseY + row)
          ?.translateToString(true)
          .trimEnd() ?? "",
    );
  }
}

function open(columns = 20, rows = 5) {
  const device = new ShownDevice(columns, rows);
  const terminal = new Terminal(device, "true");
  const program = openUiProgram({ surfaces: terminal.surfaces, screens: terminal.screens });
  return { device, terminal, ...program };
}

describe("surfaces on a terminal", () => {
  // @spec instructions.ui.surface-end
  it("take it when there is something to draw, and give it back with the last of them", async () => {
    const { device, emit } = open();
    expect(emit(uiSurfaceOpen("First"))).toBe("1");
    expect(emit(uiSurfaceOpen("Second"))).toBe("2");
    expect(device.log).toEqual([]);
    expect((await device.screen())[0]).toBe(" Second");
    expect(emit(ioClose(2))).toBe("");
    expect((await device.screen())[0]).toBe(" First");
    expect(device.log).toEqual(["taken"]);
    expect(emit(ioClose(1))).toBe("");
    expect(device.log).toEqual(["taken", "given back"]);
    // And once more.
    expect(emit(uiSurfaceOpen("Third"))).toBe("3");
    expect((await device.screen())[0]).toBe(" Third");
    expect(device.log).toEqual(["taken", "given back", "taken"]);
  });

  it("do not flicker where they are closed before anything was drawn", async () => {
    const { device, emit } = open();
    emit(uiSurfaceOpen("First"));
    emit(ioClose(1));
    await drawn();
    expect(device.log).toEqual([]);
  });

  // @spec adapters.host-errors
  it("are not there without a terminal, and the cause says so", () => {
    const { device, emit, channel } = open();
    device.isUsable = false;
    for (const instruction of [uiSurfaceOpen("First"), uiScreenOpen()]) {
      expect(emit(instruction)).toBe(`${FAILED} unavailable`);
      expect(channel.lastError?.cause?.context).toMatchObject({ call: "isatty", native_code: "ENOTTY" });
    }
  });

  // @spec instructions.ui.closed
  it("are closed by Ctrl-C, and the second Ctrl-C is for the process", async () => {
    const { device, emit, events } = open();
    emit(uiSurfaceOpen("First"));
    emit(uiInputOpen(1));
    await drawn();
    device.listener?.input("\u0003");
    expect(events).toEqual(["ui.closed"]);
    expect(device.log).toEqual(["taken", "given back"]);
    // A program that will not leave.
    emit(uiSurfaceOpen("Again"));
    await drawn();
    device.listener?.input("\u0003");
    expect(device.log).toEqual(["taken", "given back", "taken", "given back", "interrupted"]);
  });

  it("hear keys, also those that come in parts, and a lone Escape after a while", async () => {
    const { device, emit, events } = open();
    emit(uiSurfaceOpen("Keys"));
    emit(uiInputOpen(1));
    emit(uiNodeCreate(1, 1, UI_NODE_KIND_NUMBERS.text_input));
    emit(uiNodePlace(1, 1, 0, 0));
    emit(uiFocusSet(1, 1));
    await drawn();
    for (const part of ["a", "\u001b", "[D", "b\u001b[200~x\ry\u001b[201~", "\r"]) device.listener?.input(part);
    expect(events.splice(0)).toEqual([
      "ui.changed 1 a",
      "ui.changed 1 ba",
      "ui.changed 1 bx ya",
      "ui.submitted 1 bx ya",
    ]);
    device.listener?.input("\u001b");
    while (events.length === 0) await drawn();
    expect(events).toEqual(["ui.key_pressed Escape"]);
  });

  it("are drawn anew in another size", async () => {
    const { device, emit, events } = open();
    emit(uiSurfaceOpen("Size"));
    emit(uiInputOpen(1));
    emit(uiNodeCreate(1, 1, UI_NODE_KIND_NUMBERS.text));
    emit(uiTextSet(1, 1, "one two three"));
    emit(uiNodePlace(1, 1, 0, 0));
    expect((await device.screen())[1]).toBe(" one two three");
    device.resize(10, 4);
    expect(events).toEqual(["ui.resized 10 4"]);
    expect(await device.screen()).toEqual([" Size", " one two", " three", ""]);
    // Taken back from somebody else, who has left something on it, in the same size.
    device.terminal.write("\u001b[2J\u001b[1;1Hleft over");
    device.listener?.redraw();
    expect(events).toEqual(["ui.resized 10 4"]);
    expect(await device.screen()).toEqual([" Size", " one two", " three", ""]);
  });

  it("are closed when the terminal is gone, before or after it was taken", async () => {
    const early = open();
    early.device.take = () => {
      throw new Error("the terminal is gone");
    };
    early.emit(uiSurfaceOpen("Gone"));
    early.emit(uiInputOpen(1));
    await drawn();
    expect(early.events).toEqual(["ui.closed"]);
    expect(early.device.log).toEqual(["given back"]);
    expect(early.terminal.isInUse).toBe(false);
    const { device, emit, events } = open();
    emit(uiSurfaceOpen("Gone"));
    emit(uiInputOpen(1));
    await drawn();
    device.listener?.lost();
    expect(events).toEqual(["ui.closed"]);
    expect(device.log).toEqual(["taken", "given back"]);
  });

  // @spec instructions.ui.no-markup
  it("send no sequence of a program's, whatever it draws", async () => {
    const cells = fc.tuple(fc.nat(30), fc.nat(8), hostileText);
    await fc.assert(
      fc.asyncProperty(
        fc.array(uiStep, { maxLength: 40 }),
        fc.array(cells, { maxLength: 10 }),
        async (steps, writes) => {
          const { device, emit } = open(30, 8);
          emit(uiSurfaceOpen("\u001b]0;title\u0007"));
          for (const step of steps) if (step.kind === "instruction") emit(step.make(1));
          await drawn();
          emit(uiScreenOpen());
          for (const [column, row, text] of writes) emit(uiCellsWrite(2, column, row, text, 0, 0, 0));
          await drawn();
          expect(withoutOwnSequences(device.sent)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          device.terminal.dispose();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("screens of cells on a terminal", () => {
  // @spec instructions.ui.cells
  it("show cells and the cursor, and tell every key", async () => {
    const { device, emit, events } = open(12, 3);
    expect(emit(uiScreenOpen())).toBe("1 12 3");
    expect(emit(uiInputOpen(1))).toBe("2");
    expect(emit(uiCellsWrite(1, 1, 0, "cells 漢字漢", 1, 0x0100_ff00, 0))).toBe("");
    expect(emit(uiCellsWrite(1, 0, 99, "outside", 0, 0, 0))).toBe("");
    expect(emit(uiCursorPlace(1, 3, 2, true))).toBe("");
    expect(await device.screen()).toEqual([" cells 漢字", "", ""]);
    expect([device.terminal.buffer.active.cursorX, device.terminal.buffer.active.cursorY]).toEqual([3, 2]);
    device.listener?.input("\tq\u001b[A");
    expect(events.splice(0)).toEqual(["ui.key_pressed Tab", "ui.key_pressed q", "ui.key_pressed ArrowUp"]);
    device.resize(6, 2);
    expect(events.splice(0)).toEqual(["ui.resized 6 2"]);
    expect(await device.screen()).toEqual([" cells", ""]);
    expect(emit(uiCursorPlace(1, 6, 0, true))).toBe(`${FAILED} invalid_argument`);
    expect(emit(uiCellsClear(1))).toBe("");
    expect(await device.screen()).toEqual(["", ""]);
  });

  // @spec instructions.ui.error-order, instructions.handles.closed
  it("refuse styles, colours and places of another form", () => {
    const { emit } = open();
    emit(uiScreenOpen());
    const wrong = `${FAILED} invalid_argument`;
    expect(emit(uiCellsWrite(1, 0, 0, "a", 32, 0, 0))).toBe(wrong);
    expect(emit(uiCellsWrite(1, 0, 0, "a", 0, 0x00ff_ffff, 0))).toBe(wrong);
    expect(emit(uiCellsWrite(1, 0, 0, "a", 0, 0, 0x0200_0001))).toBe(wrong);
    expect(emit(uiCellsWrite(1, 0, 0, "a".repeat(65_537), 0, 0, 0))).toBe(`${FAILED} too_large`);
    expect(emit(uiCellsWrite(1, 0, 0, "a".repeat(65_537), 32, 0, 0))).toBe(wrong);
    expect(emit(uiCursorPlace(1, 0, 5, false))).toBe(wrong);
    expect(emit(uiCellsWrite(9, 0, 0, "a", 32, 0, 0))).toBe(`${FAILED} bad_handle`);
    expect(emit(uiTextSet(1, 0, "a"))).toBe(`${FAILED} bad_handle`);
  });
});

describe("standard streams beside a drawing", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  // @spec instructions.ui.stdio
  it("wait until the terminal is given back, where they lead to it", async () => {
    const { device, terminal, emit } = open();
    const log: string[] = [];
    const say = (name: string) => (data: Uint8Array) => void log.push(`${name} ${new TextDecoder().decode(data)}`);
    const plain = { readInput: () => bytes("typed"), writeOutput: say("out"), writeError: say("err") };
    const streams = holdingStreams(plain, terminal, (descriptor) => descriptor !== 2);
    streams.writeOutput(bytes("before"));
    emit(uiSurfaceOpen("Drawn"));
    streams.writeOutput(bytes("one"));
    streams.writeError(bytes("elsewhere"));
    streams.writeOutput(bytes("two"));
    expect(() => streams.readInput(1)).toThrow(expect.objectContaining({ code: "EAGAIN" }));
    expect(() => streams.writeOutput(new Uint8Array(1_048_576))).toThrow(expect.objectContaining({ code: "EPIPE" }));
    await drawn();
    expect(log).toEqual(["out before", "err elsewhere"]);
    emit(ioClose(1));
    expect(device.log).toEqual(["taken", "given back"]);
    expect(log).toEqual(["out before", "err elsewhere", "out onetwo"]);
    expect(streams.readInput(1)).toEqual(bytes("typed"));
  });

  // @spec instructions.ui.stdio
  it("come in their order, and hold no more than the bytes of however many writes", () => {
    const { terminal, emit } = open();
    const log: string[] = [];
    const say = (name: string) => (data: Uint8Array) => void log.push(`${name} ${new TextDecoder().decode(data)}`);
    const plain = { readInput: () => bytes(""), writeOutput: say("out"), writeError: say("err") };
    const streams = holdingStreams(plain, terminal, () => true);
    // The second time nothing of the first is left.
    for (const [letter, surface] of [
      ["a", 1],
      ["b", 2],
    ] as const) {
      emit(uiSurfaceOpen("Drawn"));
      streams.writeError(bytes("first"));
      for (let write = 0; write < 100_000; write += 1) {
        streams.writeOutput(bytes(""));
        streams.writeOutput(bytes(letter));
      }
      streams.writeError(bytes("last"));
      streams.writeOutput(bytes("words"));
      expect(log).toEqual([]);
      emit(ioClose(surface));
      expect(log.splice(0)).toEqual(["err first", `out ${letter.repeat(100_000)}`, "err last", "out words"]);
    }
  });

  it("give a program that waited before nothing of what is typed for the drawing", async () => {
    const { terminal, emit } = open();
    let typed: (data: Uint8Array) => void = () => undefined;
    const input = (): Promise<Uint8Array> =>
      new Promise((resolve) => {
        typed = resolve;
      });
    const streams = holdingStreams(
      { readInput: input, writeOutput: () => undefined, writeError: () => undefined },
      terminal,
      () => true,
    );
    const { signal } = new AbortController();
    const before = Promise.resolve(streams.readInput(5, signal));
    emit(uiSurfaceOpen("Drawn"));
    typed(bytes("key"));
    await expect(before).rejects.toMatchObject({ code: "EAGAIN" });
    emit(ioClose(1));
    const after = streams.readInput(5, signal);
    typed(bytes("line"));
    expect(await after).toEqual(bytes("line"));
  });

  it("lose nothing where the process ends with the drawing open", async () => {
    const { device, terminal, emit } = open();
    const log: string[] = [];
    const write = (data: Uint8Array) => void log.push(new TextDecoder().decode(data));
    const streams = holdingStreams(
      { readInput: () => bytes(""), writeOutput: write, writeError: write },
      terminal,
      () => true,
    );
    emit(uiSurfaceOpen("Drawn"));
    await drawn();
    streams.writeError(bytes("last words"));
    device.listener?.ending();
    expect(log).toEqual(["last words"]);
  });
});
