import { DEEPEST } from "./depth.js";
import type { TextEdit } from "./finding.js";
import { type DuplicateMember, JsonBuilder } from "./json-builder.js";
import type { JsonNode } from "./json-node.js";
import { JsonScanner, type TokenKind } from "./json-scanner.js";
import type { Told } from "./limits.js";
import { partName, type SyntaxFault } from "./syntax-fault.js";

/** What a text holds. */
export interface JsonReading {
  /** The document; undefined where there is a fault, or it is too deep. */
  readonly root: JsonNode | undefined;
  /** Everything that is no JSON, as far as it is certain how to go on. */
  readonly faults: readonly SyntaxFault[];
  /** Where nesting becomes too deep; nothing behind is read. Undefined where it does not, or a fault comes before. */
  readonly tooDeepAt: number | undefined;
  /** Members that were passed over, in the order of the text. */
  readonly duplicates: Told<DuplicateMember>;
}

/** What is expected next. */
type Phase = "value" | "first-item" | "name" | "first-name" | "colon" | "after" | "done";

/**
 * Reads one JSON text. Takes time and space linear in its length whatever it holds, and keeps a stack of its own.
 *
 * @spec encoding.json
 */
export function readJson(text: string, options: { readonly comments: boolean; readonly from?: number }): JsonReading {
  return new JsonReader(text, options.from ?? 0, options.comments).read();
}

class JsonReader {
  readonly #text: string;
  readonly #scanner: JsonScanner;
  readonly #builder = new JsonBuilder();
  #tooDeepAt: number | undefined;
  /** Where the last token ended, and the last comma began. */
  #lastEnd = 0;
  #commaAt = 0;
  /** Whether something is missing where the last value or member should stand, and whether that is before the comma. */
  #isHole = false;
  #isCommaBehindHole = false;

  constructor(text: string, from: number, takesComments: boolean) {
    this.#text = text;
    this.#scanner = new JsonScanner(text, from, takesComments);
  }

  read(): JsonReading {
    this.#advance();
    let phase: Phase = "value";
    while (phase !== "done") {
      phase = this.#scanner.kind === "stop" || this.#scanner.isHopeless ? "done" : this.#step(phase);
    }
    const { faults } = this.#scanner;
    const isFaulty = faults.length > 0;
    return {
      root: isFaulty || this.#tooDeepAt !== undefined ? undefined : this.#builder.root,
      faults: [...faults].sort((a, b) => a.offset - b.offset),
      tooDeepAt: isFaulty ? undefined : this.#tooDeepAt,
      duplicates: this.#builder.duplicates,
    };
  }

  #step(phase: Phase): Phase {
    switch (phase) {
      case "value":
      case "first-item":
        return this.#value(phase === "first-item");
      case "name":
      case "first-name":
        return this.#name(phase === "first-name");
      case "colon":
        return this.#colon();
      default:
        return this.#after();
    }
  }

  #value(isFirst: boolean): Phase {
    const { kind, start, end, value } = this.#scanner;
    switch (kind) {
      case "{":
      case "[":
        return this.#open(kind === "{");
      case "string":
      case "scalar":
        return this.#leaf(value);
      case "word":
        return this.#bareWord(String(value));
      case "]":
        if (this.#builder.isInArray) {
          if (!isFirst) this.#trailingComma();
          return this.#close();
        }
        return this.#unexpected("a value");
      case "}":
      case ",":
        if (this.#builder.depth === 0 || (kind === "}" && this.#builder.isInArray)) return this.#unexpected("a value");
        return this.#hole(`expected a value before ${partName(this.#text, start, end)}`);
      default:
        return this.#unexpected(this.#builder.isInArray ? "a value or `]`" : "a value");
    }
  }

  /** A text without quotes, or a word of another language. */
  #bareWord(word: string): Phase {
    const { start, end } = this.#scanner;
    const meant = this.#scanner.meantWord();
    if (this.#builder.depth === 0) {
      const found = partName(this.#text, start, end);
      const suggestion = "A JSON file begins with `{`, and its names and texts stand in double quotes.";
      this.#scanner.fault({
        offset: start,
        length: end - start,
        message: `expected \`{\`, found ${found}`,
        suggestion,
      });
      return "done";
    }
    const isForeign = /^(nan|infinity|undefined)$/i.test(word);
    const message = isForeign
      ? `expected a value, found \`${word}\`, which JSON does not have`
      : meant === undefined
        ? `expected a value, found ${partName(this.#text, start, end)}: texts stand in double quotes`
        : `expected \`${meant}\`, found \`${word}\``;
    // `yes` can also be a text; `True` cannot be meant otherwise.
    const isCertain = meant !== undefined && /^(true|false|null|none)$/i.test(word);
    this.#fault(
      start,
      end - start,
      message,
      isCertain ? { offset: start, length: end - start, text: meant } : undefined,
    );
    return this.#leaf(word);
  }

  /** Goes on without a value where one should stand. */
  #hole(message: string): Phase {
    const at = this.#lastEnd;
    this.#fault(at, 0, message);
    this.#builder.attach({ start: at, end: at, value: null });
    this.#isHole = true;
    return "after";
  }

  #leaf(value: unknown): Phase {
    const { start, end } = this.#scanner;
    this.#isHole = false;
    this.#builder.attach({ start, end, value });
    this.#advance();
    return "after";
  }

  #name(isFirst: boolean): Phase {
    const { kind, start, end, value } = this.#scanner;
    if (kind === "string") return this.#named(String(value));
    if ((kind === "word" || kind === "scalar") && this.#scanner.colonFollows()) {
      const written = this.#text.slice(start, end);
      const fix = { offset: start, length: end - start, text: `"${written}"` };
      // What is no number of JSON is a fault of its own already, and one edit there is enough.
      const isFaulty = this.#scanner.faults.at(-1)?.offset === start;
      this.#fault(start, end - start, `expected \`"\`: names stand in double quotes`, isFaulty ? undefined : fix);
      return this.#named(written);
    }
    if (kind === "}") {
      if (!isFirst) this.#trailingComma();
      return this.#close();
    }
    if (kind === ",") {
      this.#fault(start, 1, "expected a name in double quotes, found `,`");
      this.#isHole = true;
      this.#comma();
      return "name";
    }
    return this.#unexpected(isFirst ? "a name in double quotes or `}`" : "a name in double quotes");
  }

  #named(name: string): Phase {
    this.#builder.name(name, this.#scanner.start, this.#scanner.end);
    this.#advance();
    return "colon";
  }

  #colon(): Phase {
    const { kind, start, end } = this.#scanner;
    const at = this.#lastEnd;
    if (kind === ":") {
      this.#advance();
      return "value";
    }
    if (kind === "other" && this.#text[start] === "=") {
      const length = this.#text[start + 1] === ">" ? 2 : 1;
      this.#fault(start, length, "expected `:` behind the name", { offset: start, length, text: ":" });
      this.#advance();
      if (length === 2) this.#advance();
      return "value";
    }
    if (kind === "," || kind === "}") {
      return this.#hole("expected `:` and a value behind the name");
    }
    if (kind === "{" || kind === "[" || ((kind === "string" || kind === "scalar") && start > at)) {
      const found = partName(this.#text, start, end);
      this.#fault(at, 0, `expected \`:\` before ${found}`, { offset: at, length: 0, text: ":" });
      return "value";
    }
    return this.#unexpected("`:`");
  }

  #after(): Phase {
    const { kind, start } = this.#scanner;
    if (this.#builder.depth === 0) {
      if (kind !== "end") this.#unexpected("the end of the file");
      return "done";
    }
    const isArray = this.#builder.isInArray;
    const next = isArray ? "value" : "name";
    if (kind === ",") {
      this.#comma();
      return next;
    }
    if (kind === (isArray ? "]" : "}")) return this.#close();
    if (kind === "other" && this.#text[start] === ";") {
      this.#fault(start, 1, "expected `,`, found `;`", { offset: start, length: 1, text: "," });
      this.#comma();
      return next;
    }
    if (this.#beginsNext(isArray)) {
      const at = this.#lastEnd;
      const found = partName(this.#text, start, this.#scanner.end);
      this.#fault(at, 0, `expected \`,\` before ${found}`, { offset: at, length: 0, text: "," });
      return next;
    }
    return this.#unexpected(isArray ? "`,` or `]`" : "`,` or `}`");
  }

  /** Whether the next element or member certainly begins here, where a comma should stand. */
  #beginsNext(isArray: boolean): boolean {
    const { kind, start } = this.#scanner;
    if (!isArray) return (kind === "string" || kind === "word") && this.#scanner.colonFollows();
    if (kind === "{" || kind === "[") return true;
    // `"say "1""` is no list: a quote in a text is likelier than a comma that is missing without any blank.
    return (kind === "string" || kind === "scalar") && start > this.#lastEnd && !this.#scanner.colonFollows();
  }

  #comma(): void {
    this.#commaAt = this.#scanner.start;
    this.#isCommaBehindHole = this.#isHole;
    this.#advance();
  }

  #trailingComma(): void {
    const at = this.#commaAt;
    const closing = this.#scanner.kind;
    const isCertain = this.#text[at] === "," && !this.#isCommaBehindHole;
    const fix = isCertain ? { offset: at, length: 1, text: "" } : undefined;
    this.#fault(at, 1, `expected no \`,\` before \`${closing}\``, fix);
  }

  #open(isObject: boolean): Phase {
    // @spec faymanifest.validation.text
    if (this.#builder.depth === DEEPEST) {
      this.#tooDeepAt = this.#scanner.start;
      return "done";
    }
    this.#builder.open(isObject, this.#scanner.start);
    this.#advance();
    return isObject ? "first-name" : "first-item";
  }

  #close(): Phase {
    this.#isHole = false;
    this.#builder.close(this.#scanner.end);
    this.#advance();
    return "after";
  }

  #unexpected(expected: string): Phase {
    const { kind, start, end } = this.#scanner;
    const text = this.#text;
    if (kind === "end") {
      this.#fault(start, 0, this.#endOfFile(expected));
      return "done";
    }
    const suggestion = this.#adviceAt(kind, start);
    this.#scanner.fault({
      offset: start,
      length: end - start,
      message: `expected ${expected}, found ${partName(text, start, end)}`,
      ...(suggestion !== undefined && { suggestion }),
    });
    return "done";
  }

  /** What is probably wrong where something stands that nothing expects. */
  #adviceAt(kind: TokenKind, start: number): string | undefined {
    if (kind === ":" && this.#builder.isInArray) {
      return `A list has no names: the one that begins in line ${this.#openedLine()} is probably not closed.`;
    }
    const isBehindText = start === this.#lastEnd && this.#text[start - 1] === '"';
    if (!isBehindText || kind === "}" || kind === "]" || kind === ":") return undefined;
    return 'A quote is missing before, or one that belongs to the text is not written `\\"`.';
  }

  #openedLine(): number {
    return this.#text.slice(0, this.#builder.openedAt).split(/\r\n|\n|\r/).length;
  }

  #endOfFile(expected: string): string {
    if (this.#builder.depth === 0) return `expected ${expected}: the file is empty`;
    const line = this.#openedLine();
    const what = this.#builder.isInArray ? "list" : "object";
    return `expected ${expected}, found the end of the file: the ${what} that begins in line ${line} is not closed`;
  }

  #fault(offset: number, length: number, message: string, fix?: TextEdit): void {
    this.#scanner.fault({ offset, length, message, ...(fix && { fix }) });
  }

  #advance(): void {
    this.#lastEnd = this.#scanner.end;
    this.#scanner.next();
  }
}
