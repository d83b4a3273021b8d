import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { matchesPattern } from "../../reference/codec/pattern.js";
import { CAPABILITY_NAMES } from "../capabilities.js";
import { CAPABILITY_NAME } from "../codecs/capability-name.js";
import { PATH_NAME } from "../codecs/path-name.js";
import { SEMANTIC_VERSION } from "../codecs/semantic-version.js";
import { VERSION_RANGE } from "../codecs/version-range.js";

describe.each([
  ["path-name", PATH_NAME],
  ["capability-name", CAPABILITY_NAME],
  ["semantic-version", SEMANTIC_VERSION],
  ["version-range", VERSION_RANGE],
] as const)("%s", (_, pattern) => {
  const expression = new RegExp(`^(?:${pattern.source})$`);
  const alphabet = [...new Set(pattern.source), ..."ab019AZ./_-+ <>=^~\u00e9"];
  const near = fc
    .tuple(fc.stringMatching(expression), fc.array(fc.tuple(fc.nat(), fc.constantFrom(...alphabet, "")), { maxLength: 2 }))
    .map(([text, changes]) => {
      return changes.reduce((changed, [place, character]) => {
        const at = place % (changed.length + 1);
        return changed.slice(0, at) + character + changed.slice(at + 1);
      }, text);
    });

  test.prop([fc.oneof(near, fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 }))], { numRuns: 2000 })(
    "the automaton accepts what the host's regular expression accepts",
    (text) => {
      const bytes = Uint8Array.from(Buffer.from(text));
      expect(matchesPattern(pattern, bytes, 0, bytes.length)).toBe(expression.test(text));
    },
  );
});

test("names of the table of capabilities, which are taken without a look at the pattern, match it", () => {
  for (const name of CAPABILITY_NAMES) {
    const bytes = Uint8Array.from(Buffer.from(name));
    expect([name, matchesPattern(CAPABILITY_NAME, bytes, 0, bytes.length)]).toEqual([name, true]);
  }
});
