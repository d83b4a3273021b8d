import { describe, expect, it } from "vitest";
import { type Automaton, automatonOf, characterList } from "./pattern-automaton.js";
import { parsePattern } from "./pattern-syntax.js";

function automaton(source: string): Automaton {
  const parsed = parsePattern(source);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const found = automatonOf(parsed.node);
  if (found === undefined) throw new Error("too many states");
  return found;
}

function accepts(states: Automaton, text: string): boolean {
  let state = 0;
  for (const character of text) {
    const next = states[state]?.next.get(character.charCodeAt(0));
    if (next === undefined) return false;
    state = next;
  }
  return states[state]?.accepts === true;
}

/** Every text of up to `length` characters of an alphabet. */
function* texts(alphabet: string, length: number, prefix = ""): Generator<string> {
  yield prefix;
  if (length > 0) for (const character of alphabet) yield* texts(alphabet, length - 1, prefix + character);
}

describe("regular expressions", () => {
  it.each([
    ["a", "ab"],
    ["a|b", "ab"],
    ["(a|b)*abb", "ab"],
    ["(ab?)+|b", "ab"],
    ["a*b*", "ab"],
    ["(a*)*b?", "ab"],
    ["(a|)b+", "ab"],
    ["[a-c]+(-[a-c]+)*", "abd-"],
    ["[-a]|[b-]", "ab-"],
    ["\\^|\\.|\\\\", "^.\\a"],
    ["()", "a"],
    ["((a))?b", "ab"],
  ])("%s accepts exactly what the host's expression accepts", (source, alphabet) => {
    const states = automaton(source);
    const host = new RegExp(`^(?:${source})$`);
    for (const text of texts(alphabet, 6))
      expect(`${text} ${accepts(states, text)}`).toBe(`${text} ${host.test(text)}`);
  });

  it("gives the smallest automaton", () => {
    expect(automaton("(a|b)*abb")).toHaveLength(4);
    expect(automaton("aa*|a+")).toHaveLength(2);
    expect(automaton("[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*")).toHaveLength(2);
  });

  it("gives up on an expression whose automaton explodes", () => {
    const parsed = parsePattern(`(a|b)*a${"(a|b)".repeat(12)}`);
    expect("node" in parsed && automatonOf(parsed.node)).toBeUndefined();
  });

  it.each([
    ["a{2}", "counted repetition"],
    ["[^a]", "negated"],
    ["a.b", "`.` is not implemented"],
    ["\\d", "escape `\\d`"],
    ["(a", "not closed"],
    ["a)", "without"],
    ["a**", "two repetitions"],
    ["[]", "empty class"],
    ["[b-a]", "upside down"],
    ["[a", "ends too early"],
    ["\u00e9", "ASCII"],
    ["*a", "`*` is not implemented"],
  ])("%s is refused", (source, reason) => {
    expect(parsePattern(source)).toEqual({ problem: expect.stringContaining(reason) });
  });

  it.each([
    ["abc", "a-c"],
    ["ab", "ab"],
    ["-az", "-az"],
    ["+,-./", "-+,./"],
    ["0123456789_", "0-9_"],
  ])("%s is written %s", (characters, list) => {
    expect(characterList([...characters].map((character) => character.charCodeAt(0)))).toBe(list);
  });
});
