/** What a terminal says that a person did. */
export type TerminalInput =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "click"; readonly column: number; readonly row: number }
  | { readonly kind: "wheel"; readonly direction: -1 | 1 };

/** Last letters of sequences `ESC [ … letter` and `ESC O letter`. */
const BY_LETTER: Readonly<Record<string, string>> = {
  A: "ArrowUp",
  B: "ArrowDown",
  C: "ArrowRight",
  D: "ArrowLeft",
  F: "End",
  H: "Home",
  P: "F1",
  Q: "F2",
  R: "F3",
  S: "F4",
  Z: "Shift+Tab",
};

/** Numbers of sequences `ESC [ number ~`. */
const BY_NUMBER: Readonly<Record<string, string>> = {
  1: "Home",
  2: "Insert",
  3: "Delete",
  4: "End",
  5: "PageUp",
  6: "PageDown",
  7: "Home",
  8: "End",
  11: "F1",
  12: "F2",
  13: "F3",
  14: "F4",
  15: "F5",
  17: "F6",
  18: "F7",
  19: "F8",
  20: "F9",
  21: "F10",
  23: "F11",
  24: "F12",
};

const NAMED: Readonly<Record<string, string>> = {
  "\r": "Enter",
  "\n": "Enter",
  "\t": "Tab",
  "\u007f": "Backspace",
  "\b": "Backspace",
  "\u001b": "Escape",
};

const PASTE_BEGINS = "\u001b[200~";
const PASTE_ENDS = "\u001b[201~";
/** Units of a sequence, and of pasted text, beyond which it is none. */
const LONGEST_SEQUENCE = 64;
const LONGEST_PASTE = 65_536;

// What follows the Escape of a whole sequence: [ with parameters and a last character, O with a letter, or [ [ with one on
// the console of Linux. A further Escape before it means Alt.
const SEQUENCE = /^(?:\[\[([A-E])|\[(<?[0-9;:?]*)([@-Z\\-~])|O([ -~]))/;
// What may become one.
const UNFINISHED = /^(?:\[\[?|\[<?[0-9;:?]*|O)?$/;

/**
 * Makes keys of what a terminal sends. A sequence may come in parts; a lone Escape is known to be one only when nothing
 * follows for a while, which the caller says with `flush`.
 *
 * @spec instructions.ui.input
 */
export class KeyDecoder {
  #rest = "";
  #pasted: string | undefined;

  /** Whether something waits for more. */
  get isWaiting(): boolean {
    return this.#rest !== "";
  }

  /** Take what came, and give what is whole. */
  push(text: string): TerminalInput[] {
    this.#rest += text;
    const inputs: TerminalInput[] = [];
    while (this.#rest !== "") {
      const before = this.#rest.length;
      const input = this.#pasted === undefined ? this.#next() : this.#paste(this.#pasted);
      if (input !== undefined) inputs.push(input);
      if (this.#rest.length === before) break;
    }
    return inputs;
  }

  /** Nothing followed: what waits is what it is. */
  flush(): TerminalInput[] {
    if (this.#pasted !== undefined) return [];
    const inputs: TerminalInput[] = [];
    for (let before = -1; this.#rest !== "" && this.#rest.length !== before; ) {
      before = this.#rest.length;
      const input = this.#character(this.#rest.startsWith("\u001b") && this.#rest.length > 1);
      if (input !== undefined) inputs.push(input);
    }
    return inputs;
  }

  #next(): TerminalInput | undefined {
    const rest = this.#rest;
    if (!rest.startsWith("\u001b")) return this.#character(false);
    if (rest.startsWith(PASTE_BEGINS)) {
      this.#rest = rest.slice(PASTE_BEGINS.length);
      this.#pasted = "";
      return undefined;
    }
    const escapes = rest.startsWith("\u001b\u001b") ? 2 : 1;
    const found = SEQUENCE.exec(rest.slice(escapes));
    if (found !== null) {
      const [whole, console, parameters = "", last = "", letter] = found;
      this.#rest = rest.slice(escapes + whole.length);
      const isAlt = escapes === 2;
      if (console !== undefined) return keyed(`F${"ABCDE".indexOf(console) + 1}`, isAlt ? 2 : 0);
      return letter === undefined ? sequence(parameters, last, isAlt) : keyed(BY_LETTER[letter], isAlt ? 2 : 0);
    }
    if (rest.length <= LONGEST_SEQUENCE && UNFINISHED.test(rest.slice(escapes))) return undefined;
    return this.#character(rest.length > 1);
  }

  /** One character, after an Escape that means Alt. */
  #character(isAlt: boolean): TerminalInput | undefined {
    const rest = isAlt ? this.#rest.slice(1) : this.#rest;
    const [character = ""] = rest;
    const code = character.charCodeAt(0);
    // Half of a character: the other half is on its way.
    if (!isAlt && character.length === 1 && code >= 0xd800 && code < 0xdc00 && rest.length === 1) return undefined;
    this.#rest = rest.slice(character.length);
    const name = NAMED[character];
    if (name !== undefined) return keyed(name, isAlt ? 2 : 0);
    if (code === 0) return keyed(" ", isAlt ? 6 : 4);
    if (code < 0x1b) return keyed(String.fromCharCode(code + 0x60), isAlt ? 6 : 4);
    if (code < 0x20) return keyed(String.fromCharCode(code + 0x40), isAlt ? 6 : 4);
    // The other control characters are no keys.
    if (code >= 0x80 && code < 0xa0) return undefined;
    return keyed(character, isAlt ? 2 : 0);
  }

  #paste(before: string): TerminalInput | undefined {
    const end = this.#rest.indexOf(PASTE_ENDS);
    // The end itself may be cut in two.
    const sure = end === -1 ? this.#rest.length - partOf(this.#rest, PASTE_ENDS) : end;
    const text = (before + this.#rest.slice(0, sure)).slice(0, LONGEST_PASTE);
    this.#rest = this.#rest.slice(end === -1 ? sure : end + PASTE_ENDS.length);
    this.#pasted = end === -1 ? text : undefined;
    return end === -1 ? undefined : { kind: "paste", text };
  }
}

/** How many units at the end of a text are the beginning of another. */
function partOf(text: string, wanted: string): number {
  for (let length = Math.min(text.length, wanted.length - 1); length > 0; length -= 1)
    if (text.endsWith(wanted.slice(0, length))) return length;
  return 0;
}

function sequence(parameters: string, last: string, isAlt: boolean): TerminalInput | undefined {
  if (parameters.startsWith("<")) return mouse(parameters.slice(1), last);
  const [first = "", modifiers = "1"] = parameters.split(";");
  const bits = (Number.parseInt(modifiers, 10) - 1) | (isAlt ? 2 : 0);
  return keyed(last === "~" ? BY_NUMBER[first] : BY_LETTER[last], bits);
}

/** A report of the form SGR: button, column and row from 1; `M` for pressed. */
function mouse(parameters: string, last: string): TerminalInput | undefined {
  const [button = -1, column = 1, row = 1] = parameters.split(";").map(Number);
  if (last !== "M") return undefined;
  if (button === 64 || button === 65) return { kind: "wheel", direction: button === 64 ? -1 : 1 };
  return button === 0 ? { kind: "click", column: column - 1, row: row - 1 } : undefined;
}

/** A key with its modifiers: 1 Shift, 2 Alt, 4 Ctrl, added up. Nothing where there is no such key. */
function keyed(name: string | undefined, modifiers: number): TerminalInput | undefined {
  if (name === undefined) return undefined;
  const isShifted = (modifiers & 1) !== 0 && !name.startsWith("Shift+");
  const key = `${modifiers & 4 ? "Ctrl+" : ""}${modifiers & 2 ? "Alt+" : ""}${isShifted ? "Shift+" : ""}${name}`;
  return { kind: "key", key };
}
