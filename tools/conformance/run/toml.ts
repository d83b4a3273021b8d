/** A value of the part of TOML that is read. */
export type TomlValue = string | number | boolean | readonly TomlValue[] | TomlTable;

/** Keys and values. */
export interface TomlTable {
  readonly [key: string]: TomlValue;
}

/** A text that is no TOML, or TOML outside the part that is read. */
export class TomlFault extends Error {
  override readonly name = "TomlFault";
  /** Line of the fault, from 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  '"': '"',
  "\\": "\\",
};

/**
 * Read the part of TOML 1.0 that lists need: comments, `[[name]]` headers, bare keys, one-line texts in both quotes,
 * integers, booleans, days (given as texts), arrays and inline tables on one line. Everything else is refused with its
 * line, and so is a key that is there twice; nothing is guessed.
 *
 * @returns the tables of each header, and under `""` what stands before the first one
 * @throws TomlFault
 */
export function readToml(text: string): Readonly<Record<string, readonly TomlTable[]>> {
  const root: Record<string, TomlValue> = {};
  const lists: Record<string, Record<string, TomlValue>[]> = { "": [root] };
  let table = root;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const reader = new LineReader(line, index + 1);
    if (reader.isDone()) continue;
    if (reader.takes("[[")) {
      const name = reader.key();
      reader.expect("]]");
      reader.end();
      table = {};
      lists[name] = [...(lists[name] ?? []), table];
      continue;
    }
    reader.pair(table);
    reader.end();
  }
  return lists;
}

/** A text as a TOML text in double quotes. */
export function tomlText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this replaces
  return `"${text.replace(/["\\]/g, "\\$&").replace(/[\u0000-\u001f\u007f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

class LineReader {
  readonly #line: string;
  readonly #number: number;
  #at = 0;

  constructor(line: string, number: number) {
    this.#line = line;
    this.#number = number;
  }

  /** Whether nothing but blanks and a comment is left. */
  isDone(): boolean {
    this.#blanks();
    return this.#at === this.#line.length || this.#line[this.#at] === "#";
  }

  end(): void {
    if (!this.isDone()) throw this.#fault(`found \`${this.#line.slice(this.#at)}\` where the line should end`);
  }

  takes(text: string): boolean {
    this.#blanks();
    if (!this.#line.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.#fault(`expected \`${text}\``);
  }

  key(): string {
    const key = this.#match(/[A-Za-z0-9_-]+/y);
    if (key === undefined) throw this.#fault("expected a key of letters, digits, `-` and `_`");
    return key;
  }

  pair(table: Record<string, TomlValue>): void {
    const key = this.key();
    if (Object.hasOwn(table, key)) throw this.#fault(`\`${key}\` is there twice`);
    this.expect("=");
    Object.defineProperty(table, key, { value: this.value(), enumerable: true });
  }

  value(): TomlValue {
    if (this.takes('"""') || this.takes("'''")) throw this.#fault("texts over several lines are not read");
    if (this.takes('"')) return this.#basic();
    if (this.takes("'")) return this.#literal();
    if (this.takes("[")) return this.#array();
    if (this.takes("{")) return this.#inline();
    const day = this.#match(/\d{4}-\d{2}-\d{2}(?![\dT:.-])/y);
    if (day !== undefined) return day;
    const number = this.#match(/[+-]?(0|[1-9]\d{0,14})(?![\w.+-])/y);
    if (number !== undefined) return Number(number);
    const word = this.#match(/(true|false)(?!\w)/y);
    if (word !== undefined) return word === "true";
    throw this.#fault("expected a text in quotes, an integer, true, false, a day, an array or an inline table");
  }

  #basic(): string {
    let text = "";
    for (; this.#at < this.#line.length; this.#at += 1) {
      const character = this.#line[this.#at] ?? "";
      if (character === '"') {
        this.#at += 1;
        return text;
      }
      if (character !== "\\") {
        text += character;
        continue;
      }
      this.#at += 1;
      const letter = this.#line[this.#at] ?? "";
      if (letter === "u") {
        const digits = /^[0-9A-Fa-f]{4}/.exec(this.#line.slice(this.#at + 1))?.[0];
        if (digits === undefined) throw this.#fault("expected four hexadecimal digits behind `\\u`");
        text += String.fromCharCode(Number.parseInt(digits, 16));
        this.#at += 4;
        continue;
      }
      const stands = ESCAPES[letter];
      if (stands === undefined) throw this.#fault(`there is no escape \`\\${letter}\``);
      text += stands;
    }
    throw this.#fault("a text is not closed");
  }

  #literal(): string {
    const end = this.#line.indexOf("'", this.#at);
    if (end === -1) throw this.#fault("a text is not closed");
    const text = this.#line.slice(this.#at, end);
    this.#at = end + 1;
    return text;
  }

  #array(): TomlValue[] {
    const items: TomlValue[] = [];
    while (!this.takes("]")) {
      if (items.length > 0) {
        this.expect(",");
        if (this.takes("]")) break;
      }
      items.push(this.value());
    }
    return items;
  }

  #inline(): TomlTable {
    const table: Record<string, TomlValue> = {};
    for (let isFirst = true; !this.takes("}"); isFirst = false) {
      if (!isFirst) this.expect(",");
      this.pair(table);
    }
    return table;
  }

  #match(pattern: RegExp): string | undefined {
    this.#blanks();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#line)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #blanks(): void {
    while (this.#line[this.#at] === " " || this.#line[this.#at] === "\t") this.#at += 1;
  }

  #fault(message: string): TomlFault {
    return new TomlFault(this.#number, message);
  }
}
