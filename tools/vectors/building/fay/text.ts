/** A value of JSON, objects as maps: no name of a member means anything to them. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON; of several members of one name it has the last. */
export type JsonObject = ReadonlyMap<string, Json>;

/** What a JSON text says, and the members that it passes over, in their order. Or why it says nothing. */
export type ReadText =
  | { readonly value: Json; readonly passedOver: readonly string[] }
  | { readonly problem: "json_syntax" | "too_deep" };

/** Whether a value is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

/** A value that was made in the program. */
export function jsonOf(value: unknown): Json {
  const read = readText(Buffer.from(JSON.stringify(value), "utf8"));
  if ("problem" in read) throw new TypeError("no value of JSON");
  return read.value;
}

/** Read a JSON text of RFC 8259, at most 64 deep. @spec encoding.json, faymanifest.validation.text */
export function readText(bytes: Uint8Array): ReadText {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { problem: "json_syntax" };
  }
  try {
    const reader = new Reader(text);
    const value = reader.whole();
    const passedOver = reader.passedOver.sort((a, b) => a.at - b.at).map(({ path }) => path);
    return { value, passedOver };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.problem };
    throw error;
  }
}

class Unreadable extends Error {
  readonly problem: "json_syntax" | "too_deep";
  constructor(problem: "json_syntax" | "too_deep") {
    super(problem);
    this.problem = problem;
  }
}

const DEEPEST = 64;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// Control characters are what a text of JSON must not hold.
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;

class Reader {
  readonly passedOver: { readonly at: number; readonly path: string }[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Json {
    const value = this.#value("$", 0);
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw new Unreadable("json_syntax");
    return value;
  }

  #value(path: string, depth: number): Json {
    this.#take(SPACE);
    const first = this.#text[this.#at];
    if (first === "{" || first === "[") {
      if (depth === DEEPEST) throw new Unreadable("too_deep");
      this.#at += 1;
      return first === "{" ? this.#object(path, depth + 1) : this.#array(path, depth + 1);
    }
    if (first === '"') return JSON.parse(this.#needed(TEXT)) as string;
    const word = this.#take(WORD);
    if (word !== undefined) return JSON.parse(word) as boolean | null;
    return Number(this.#needed(NUMBER));
  }

  #object(path: string, depth: number): Json {
    const members = new Map<string, { value: Json; at: number }>();
    if (this.#next("}")) return new Map();
    do {
      this.#take(SPACE);
      const at = this.#at;
      const name = JSON.parse(this.#needed(TEXT)) as string;
      if (!this.#next(":")) throw new Unreadable("json_syntax");
      const before = members.get(name);
      if (before !== undefined) this.passedOver.push({ at: before.at, path: path + step(name) });
      members.set(name, { value: this.#value(path + step(name), depth), at });
    } while (this.#next(","));
    if (!this.#next("}")) throw new Unreadable("json_syntax");
    return new Map([...members].map(([name, { value }]) => [name, value]));
  }

  #array(path: string, depth: number): Json {
    const items: Json[] = [];
    if (this.#next("]")) return items;
    do items.push(this.#value(`${path}[${items.length}]`, depth));
    while (this.#next(","));
    if (!this.#next("]")) throw new Unreadable("json_syntax");
    return items;
  }

  #next(sign: string): boolean {
    this.#take(SPACE);
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #needed(pattern: RegExp): string {
    const found = this.#take(pattern);
    if (found === undefined) throw new Unreadable("json_syntax");
    return found;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** The step of a member in a path. @spec encoding.path */
export function step(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `.${name}`;
  const escaped = [...name].map((sign) => {
    if (ESCAPES[sign] !== undefined) return ESCAPES[sign];
    return sign < " " ? `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}` : sign;
  });
  return `['${escaped.join("")}']`;
}
