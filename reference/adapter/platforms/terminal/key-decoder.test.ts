import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyDecoder, type TerminalInput } from "./key-decoder.js";

const ESC = "\u001b";

function decoded(text: string): TerminalInput[] {
  const decoder = new KeyDecoder();
  return [...decoder.push(text), ...decoder.flush()];
}

const keysOf = (text: string): string[] =>
  decoded(text).map((input) => (input.kind === "key" ? input.key : JSON.stringify(input)));

/** Sequences and what they mean. */
const KNOWN: readonly (readonly [sequence: string, key: string])[] = [
  ["a", "a"],
  ["é", "é"],
  ["漢", "漢"],
  ["👍", "👍"],
  [" ", " "],
  ["\r", "Enter"],
  ["\n", "Enter"],
  ["\t", "Tab"],
  ["\u007f", "Backspace"],
  ["\u0003", "Ctrl+c"],
  ["\u0000", "Ctrl+ "],
  ["\u001f", "Ctrl+_"],
  [ESC, "Escape"],
  [`${ESC}[A`, "ArrowUp"],
  [`${ESC}OB`, "ArrowDown"],
  [`${ESC}[1;5C`, "Ctrl+ArrowRight"],
  [`${ESC}[1;2D`, "Shift+ArrowLeft"],
  [`${ESC}[Z`, "Shift+Tab"],
  [`${ESC}[H`, "Home"],
  [`${ESC}[4~`, "End"],
  [`${ESC}[3~`, "Delete"],
  [`${ESC}[3;8~`, "Ctrl+Alt+Shift+Delete"],
  [`${ESC}[5~`, "PageUp"],
  [`${ESC}[6~`, "PageDown"],
  [`${ESC}OP`, "F1"],
  [`${ESC}[[C`, "F3"],
  [`${ESC}[24~`, "F12"],
  [`${ESC}x`, "Alt+x"],
  [`${ESC}\r`, "Alt+Enter"],
  [`${ESC}${ESC}[A`, "Alt+ArrowUp"],
];

describe("keys of a terminal", () => {
  // @spec instructions.ui.input
  it.each(KNOWN)("%j is %s", (sequence, key) => {
    expect(keysOf(sequence)).toEqual([key]);
  });

  it("are the same in whatever parts they come", () => {
    const unambiguous = KNOWN.filter(([sequence]) => sequence !== ESC);
    const whole = fc.array(fc.constantFrom(...unambiguous), { maxLength: 12 });
    fc.assert(
      fc.property(whole, fc.array(fc.nat(40), { maxLength: 6 }), (parts, cuts) => {
        const text = parts.map(([sequence]) => sequence).join("");
        const decoder = new KeyDecoder();
        const inputs: TerminalInput[] = [];
        let from = 0;
        for (const cut of [...new Set(cuts)].sort((left, right) => left - right)) {
          // A decoder of UTF-8 gives no half of a pair.
          if (cut > text.length || (text.charCodeAt(cut) >= 0xdc00 && text.charCodeAt(cut) < 0xe000)) continue;
          inputs.push(...decoder.push(text.slice(from, cut)));
          from = cut;
        }
        inputs.push(...decoder.push(text.slice(from)), ...decoder.flush());
        expect(inputs).toEqual(parts.map(([, key]) => ({ kind: "key", key })));
      }),
    );
  });

  it("come out of anything at all, with no control character in their names", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary-ascii", maxLength: 30 }), { maxLength: 5 }), (parts) => {
        const decoder = new KeyDecoder();
        const inputs = [...parts.flatMap((part) => decoder.push(part)), ...decoder.flush()];
        for (const input of inputs) if (input.kind === "key") expect(input.key).toMatch(/^\P{Cc}+$/u);
        const pasted = inputs.some(({ kind }) => kind === "paste") || parts.join("").includes(`${ESC}[200~`);
        expect(decoder.isWaiting && !pasted).toBe(false);
      }),
    );
  });

  it("an Escape waits for what may follow it", () => {
    const decoder = new KeyDecoder();
    expect(decoder.push(ESC)).toEqual([]);
    expect(decoder.isWaiting).toBe(true);
    expect(decoder.push("[")).toEqual([]);
    expect(decoder.push("A")).toEqual([{ kind: "key", key: "ArrowUp" }]);
    expect(decoder.isWaiting).toBe(false);
  });

  it("pasted text is no keys, whatever it holds", () => {
    const text = `rm -rf\r\n${ESC}[A\u0003`;
    expect(decoded(`${ESC}[200~${text}${ESC}[201~b`)).toEqual([
      { kind: "paste", text },
      { kind: "key", key: "b" },
    ]);
    const decoder = new KeyDecoder();
    const inputs = Array.from(`${ESC}[200~${text}${ESC}[201~`).flatMap((unit) => decoder.push(unit));
    expect(inputs).toEqual([{ kind: "paste", text }]);
  });

  it("clicks and turns of the wheel tell where", () => {
    expect(decoded(`${ESC}[<0;5;3M${ESC}[<0;5;3m${ESC}[<64;1;1M${ESC}[<65;1;1M${ESC}[<2;1;1M`)).toEqual([
      { kind: "click", column: 4, row: 2 },
      { kind: "wheel", direction: -1 },
      { kind: "wheel", direction: 1 },
    ]);
  });
});
