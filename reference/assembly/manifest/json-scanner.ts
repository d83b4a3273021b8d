import { MOST_FINDINGS } from "./limits.js";
import { partName, type SyntaxFault } from "./syntax-fault.js";

/** What a token is; `stop` where a fault is so bad that nothing behind it can be read. */
export type TokenKind = "{" | "}" | "[" | "]" | ":" | "," | "string" | "scalar" | "word" | "other" | "end" | "stop";

/** Words of other languages for the three of JSON. */
const FOREIGN_WORDS: Readonly<Record<string, string>> = { none: "null", nil: "null", yes: "true", no: "false" };
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);
/** What opens a text in other languages, and what then closes it. */
const FOREIGN_QUOTES: Readonly<Record<string, string>> = { "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "`": "`" };
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/**
 * Takes a text apart into the tokens of RFC 8259, one at a time. It goes on behind a fault where it is certain what was
 * meant, so that authors see several at once.
 */
export class JsonScanner {
  kind: TokenKind = "end";
  /** Where the token begins and ends. */
  start = 0;
  end: number;
  /** What a string or scalar stands for; of a word, the word. */
  value: unknown;
  readonly #faults: SyntaxFault[] = [];
  readonly #text: string;
  readonly #takesComments: boolean;

  constructor(text: string, from: number, takesComments: boolean) {
    this.#text = text;
    this.end = from;
    this.#takesComments = takesComments;
  }

  /** Goes to the next token. */
  next(): void {
    this.value = undefined;
    if (!this.#skip()) return;
    const character = this.#text[this.start];
    if (character === undefined) this.#token("end", this.start);
    else if ("{}[]:,".includes(character)) this.#token(character as TokenKind, this.start + 1);
    else if (character === '"') this.#string();
    else if (/[-+.0-9]/.test(character)) this.#number();
    else if (/[A-Za-z_$]/.test(character)) this.#word();
    else if (FOREIGN_QUOTES[character] !== undefined) this.#foreignString(FOREIGN_QUOTES[character]);
    else this.#token("other", this.start + ((this.#text.codePointAt(this.start) as number) > 0xffff ? 2 : 1));
  }

  /** Whether a colon follows the token, behind nothing but white space. */
  colonFollows(): boolean {
    const behind = /[ \t\r\n]*/y;
    behind.lastIndex = this.end;
    behind.exec(this.#text);
    return this.#text[behind.lastIndex] === ":";
  }

  #token(kind: TokenKind, end: number, value?: unknown): void {
    this.kind = kind;
    this.end = end;
    this.value = value;
  }

  /** What was found so far, in the order of finding. */
  get faults(): readonly SyntaxFault[] {
    return this.#faults;
  }

  /** Whether so much is wrong that more would help nobody. */
  get isHopeless(): boolean {
    return this.#faults.length >= MOST_FINDINGS;
  }

  /** Tells of a fault, unless there are very many. */
  fault(fault: SyntaxFault): void {
    const { offset, length } = fault;
    if (this.#faults.length < MOST_FINDINGS - 1) this.#faults.push(fault);
    // @spec faymanifest.validation.bound: how many come behind is not known, as nothing more is read.
    else if (!this.isHopeless)
      this.#faults.push({ offset, length, message: "so much is wrong that nothing behind this is read" });
  }

  /** Skips white space and comments; false where a comment has no end. @spec faymanifest.comments */
  #skip(): boolean {
    const text = this.#text;
    let at = this.end;
    for (;;) {
      const unit = text.charCodeAt(at);
      if (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) {
        at++;
        continue;
      }
      if (unit !== 0x2f && unit !== 0x23) break;
      const opening = unit === 0x23 ? "#" : text.slice(at, at + 2);
      if (opening === "/*") {
        const close = text.indexOf("*/", at + 2);
        if (close < 0) {
          this.fault({ offset: at, length: 2, message: "expected `*/`: this comment has no end" });
          this.start = at;
          this.#token("stop", text.length);
          return false;
        }
        at = this.#comment(at, close + 2, opening);
      } else if (opening === "//" || opening === "#") {
        const lineEnd = /[\n\r\u2028\u2029]|$/g;
        lineEnd.lastIndex = at;
        at = this.#comment(at, lineEnd.exec(text)?.index ?? text.length, opening);
      } else break;
    }
    this.start = at;
    return true;
  }

  #comment(start: number, end: number, opening: string): number {
    if (opening === "#") {
      const fix = this.#takesComments ? { fix: { offset: start, length: 1, text: "//" } } : {};
      this.fault({ offset: start, length: end - start, message: "no comment begins with `#`", ...fix });
    } else if (!this.#takesComments) {
      this.fault({ offset: start, length: end - start, message: "comments are not allowed here" });
    }
    return end;
  }

  #string(): void {
    const text = this.#text;
    let value = "";
    let from = this.start + 1;
    for (let at = from; ; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 0x22) {
        this.#token("string", at + 1, value + text.slice(from, at));
        return;
      }
      if (unit === 0x5c) {
        value += text.slice(from, at);
        const [character, end] = this.#escape(at);
        value += character;
        from = end;
        at = end - 1;
      } else if (!(unit >= 0x20)) {
        // The end of the text gives no number.
        if (unit === 0x0a || unit === 0x0d || Number.isNaN(unit)) {
          this.#openString(at);
          return;
        }
        this.#controlCharacter(at, unit);
      }
    }
  }

  /** What an escape stands for, and where it ends. */
  #escape(at: number): readonly [string, number] {
    const point = this.#text.codePointAt(at + 1);
    const letter = point === undefined ? "" : String.fromCodePoint(point);
    const plain = ESCAPED[letter];
    if (plain !== undefined) return [plain, at + 2];
    if (letter === "u") {
      const hex = this.#text.slice(at + 2, at + 6);
      if (/^[0-9A-Fa-f]{4}$/.test(hex)) return [String.fromCharCode(Number.parseInt(hex, 16)), at + 6];
      this.fault({ offset: at, length: 2, message: "expected four hexadecimal digits behind `\\u`" });
      return ["", at + 2];
    }
    // What ends the line or the text is no letter of the escape.
    const length = letter < " " ? 1 : 1 + letter.length;
    this.fault({
      offset: at,
      length,
      message: 'expected one of `"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` and `u` behind a backslash',
      ...(letter === "'"
        ? { fix: { offset: at, length: 1, text: "" } }
        : { suggestion: "A backslash that belongs to the text is written twice." }),
    });
    return [letter === "'" ? letter : "", at + length];
  }

  #controlCharacter(at: number, unit: number): void {
    const escaped = JSON.stringify(String.fromCharCode(unit)).slice(1, -1);
    this.fault({
      offset: at,
      length: 1,
      message: `expected \`${escaped}\`: ${unit === 9 ? "a tab" : "a control character"} must be escaped in a text`,
      fix: { offset: at, length: 1, text: escaped },
    });
  }

  #openString(end: number): void {
    this.fault({
      offset: this.start,
      length: end - this.start,
      message: 'expected `"`: this text is not closed on its line',
      suggestion: "A line break in a text is written `\\n`.",
    });
    this.#token("stop", end);
  }

  #foreignString(closing: string): void {
    const text = this.#text;
    let at = this.start + 1;
    while (at < text.length && text[at] !== closing && text.charCodeAt(at) >= 0x20) at++;
    if (text[at] !== closing) {
      this.fault({ offset: this.start, length: 1, message: 'expected `"`: texts stand in double quotes' });
      this.#token("stop", at);
      return;
    }
    const content = text.slice(this.start + 1, at);
    const isPlain = !/["\\]/.test(content);
    this.fault({
      offset: this.start,
      length: at + 1 - this.start,
      message: 'expected `"`: texts stand in double quotes',
      ...(isPlain && { fix: { offset: this.start, length: at + 1 - this.start, text: `"${content}"` } }),
    });
    this.#token("string", at + 1, content);
  }

  /** @spec encoding.json.numbers */
  #number(): void {
    const run = /[-+.0-9A-Za-z_]+/y;
    run.lastIndex = this.start;
    const written = run.exec(this.#text)?.[0] ?? "";
    const end = this.start + written.length;
    if (NUMBER.test(written)) {
      this.#token("scalar", end, Number(written));
      return;
    }
    const meant = written
      .replace(/^\+/, "")
      .replace(/^(-?)\./, "$10.")
      .replace(/\.$/, "");
    this.fault({
      offset: this.start,
      length: written.length,
      message: `expected a number as JSON writes them, found ${partName(this.#text, this.start, end)}`,
      // What stands right behind a word would become a part of it.
      ...(NUMBER.test(meant) &&
        !/[\w$.+-]/.test(this.#text[this.start - 1] ?? "") && {
          fix: { offset: this.start, length: written.length, text: meant },
        }),
    });
    this.#token("scalar", end, 0);
  }

  #word(): void {
    const run = /[A-Za-z0-9_$.-]+/y;
    run.lastIndex = this.start;
    const word = run.exec(this.#text)?.[0] ?? "";
    const end = this.start + word.length;
    if (WORDS.has(word)) this.#token("scalar", end, WORDS.get(word));
    else this.#token("word", end, word);
  }

  /** The word of JSON that a word is meant for, as `true` for `True`. */
  meantWord(): string | undefined {
    const word = String(this.value).toLowerCase();
    return WORDS.has(word) ? word : Object.hasOwn(FOREIGN_WORDS, word) ? FOREIGN_WORDS[word] : undefined;
  }
}
