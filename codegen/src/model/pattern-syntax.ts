/**
 * The regular expressions the schema may use: a subset of XML Schema's, in which every character is ASCII. Literal
 * characters, escapes of punctuation, classes, groups, alternatives, and the repetitions `*`, `+`, `?`.
 */
export type PatternNode =
  /** One character out of these, as a sorted list of codes. */
  | { readonly kind: "characters"; readonly codes: readonly number[] }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly parts: readonly PatternNode[] }
  /** `minimum` is 0 or 1; `many` tells whether it may occur more than once. */
  | { readonly kind: "repeat"; readonly part: PatternNode; readonly minimum: 0 | 1; readonly many: boolean };

/** An expression, or why it is refused. */
export type PatternResult = { readonly node: PatternNode } | { readonly problem: string };

/** Characters that mean something outside a class. */
const META = "\\.?*+(){}[]|^$";

/** Reads an expression. */
export function parsePattern(source: string): PatternResult {
  const parser = new PatternParser(source);
  try {
    return { node: parser.whole() };
  } catch (error) {
    if (error instanceof PatternProblem) return { problem: error.message };
    throw error;
  }
}

class PatternProblem extends Error {}

class PatternParser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  whole(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw new PatternProblem("`)` without `(`");
    return node;
  }

  #choice(): PatternNode {
    const parts = [this.#sequence()];
    while (this.#accept("|")) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "choice", parts };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#peek())) parts.push(this.#repeated());
    return { kind: "sequence", parts };
  }

  #repeated(): PatternNode {
    const part = this.#atom();
    const sign = this.#peek();
    if (sign === "*" || sign === "+" || sign === "?") {
      this.#at++;
      if ("*+?".includes(this.#peek()) && this.#peek() !== "") throw new PatternProblem("two repetitions in a row");
      return { kind: "repeat", part, minimum: sign === "+" ? 1 : 0, many: sign !== "?" };
    }
    if (sign === "{") throw new PatternProblem("counted repetition `{...}` is not implemented");
    return part;
  }

  #atom(): PatternNode {
    const character = this.#next();
    if (character === "(") {
      const node = this.#choice();
      if (!this.#accept(")")) throw new PatternProblem("`(` is not closed");
      return node;
    }
    if (character === "[") return { kind: "characters", codes: this.#class() };
    if (character === "\\") return { kind: "characters", codes: [this.#escape()] };
    if (META.includes(character))
      throw new PatternProblem(`\`${character}\` is not implemented; escape it to mean itself`);
    return { kind: "characters", codes: [ascii(character)] };
  }

  #class(): number[] {
    const codes = new Set<number>();
    if (this.#peek() === "^") throw new PatternProblem("negated classes are not implemented");
    while (!this.#accept("]")) {
      const low = this.#classCharacter();
      const isRange =
        this.#peek() === "-" && this.#source[this.#at + 1] !== "]" && this.#source[this.#at + 1] !== undefined;
      if (!isRange) {
        codes.add(low);
        continue;
      }
      this.#at++;
      const high = this.#classCharacter();
      if (high < low) throw new PatternProblem("a class with a range that is upside down");
      for (let code = low; code <= high; code++) codes.add(code);
    }
    if (codes.size === 0) throw new PatternProblem("an empty class");
    return [...codes].sort((a, b) => a - b);
  }

  #classCharacter(): number {
    const character = this.#next();
    if (character === "\\") return this.#escape();
    if (character === "[") throw new PatternProblem("classes inside classes are not implemented");
    return ascii(character);
  }

  #escape(): number {
    const character = this.#next();
    if (!META.includes(character) && character !== "-")
      throw new PatternProblem(`escape \`\\${character}\` is not implemented`);
    return ascii(character);
  }

  #peek(): string {
    return this.#source[this.#at] ?? "";
  }

  #next(): string {
    const character = this.#source[this.#at];
    if (character === undefined) throw new PatternProblem("the expression ends too early");
    this.#at++;
    return character;
  }

  #accept(character: string): boolean {
    if (this.#peek() !== character || character === "") return false;
    this.#at++;
    return true;
  }
}

function ascii(character: string): number {
  const code = character.charCodeAt(0);
  if (code > 0x7e || code < 0x20) throw new PatternProblem("only printable ASCII characters are implemented");
  return code;
}
