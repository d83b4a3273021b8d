import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnfitAnswer } from "./http-failure.js";
import { checkPart, judgeAnswer, parseContentRange, rangeHeader, strongTag } from "./http-range.js";

const place = fc.nat({ max: 2 ** 40 });

// @spec loader.source.http
describe("Content-Range", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(place, place, place, fc.boolean(), (first, more, rest, isHidden) => {
        const last = first + more;
        const total = last + 1 + rest;
        const found = parseContentRange(`bytes ${first}-${last}/${isHidden ? "*" : total}`);
        expect(found).toEqual({ first, last, ...(isHidden ? {} : { total }) });
        expect(parseContentRange(`bytes */${total}`)).toEqual({ total });
      }),
    );
  });

  test("that contradicts itself is none", () => {
    fc.assert(
      fc.property(place, place, (first, more) => {
        expect(parseContentRange(`bytes ${first + more + 1}-${first}/*`)).toBeUndefined();
        expect(parseContentRange(`bytes ${first}-${first + more}/${first + more}`)).toBeUndefined();
      }),
    );
  });

  test("of anything else is none, and nothing throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes [0-9*/-]{0,40}$/)), (text) => {
        const found = parseContentRange(text);
        if (found !== undefined) expect(text).toMatch(/^\s*bytes +(\d+-\d+|\*)\/(\d+|\*)\s*$/i);
      }),
    );
    for (const text of ["", "bytes */*", "bytes 1-2", "items 1-2/3", "bytes 1-9999999999999999/*", "bytes -1-2/3"]) {
      expect(parseContentRange(text)).toBeUndefined();
    }
  });
});

/** Whether an answer 206 with these headers is taken for `wanted`. */
function isTaken(contentRange: string, wanted: Parameters<typeof judgeAnswer>[1]): boolean {
  try {
    checkPart(
      judgeAnswer(new Response(null, { status: 206, headers: { "content-range": contentRange } }), wanted),
      wanted,
    );
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(UnfitAnswer);
    return false;
  }
}

test("an answer is taken only for the range that was asked for", () => {
  const small = fc.nat({ max: 30 });
  fc.assert(
    fc.property(small, small, small, small, fc.integer({ min: 1, max: 60 }), (first, more, from, fromMore, total) => {
      const wanted = { first, last: first + more };
      const to = from + fromMore;
      const isRight = to < total && from === first && to === Math.min(wanted.last, total - 1);
      expect(isTaken(`bytes ${from}-${to}/${total}`, wanted)).toBe(isRight);
      const suffix = more + 1;
      const isEnd = to === total - 1 && from === Math.max(0, total - suffix);
      expect(isTaken(`bytes ${from}-${to}/${total}`, { suffix })).toBe(isEnd);
    }),
    { numRuns: 2_000 },
  );
});

test("the header of a request", () => {
  expect(rangeHeader({ first: 5, last: 9 })).toBe("bytes=5-9");
  expect(rangeHeader({ suffix: 44 })).toBe("bytes=-44");
});

// @spec loader.source.strong-etag
test.each([
  ['"a"', '"a"'],
  ['  "a" ', '"a"'],
  ['W/"a"', undefined],
  ["a", undefined],
  ['"a', undefined],
  ["", undefined],
])("the strong tag of %s is %s", (etag, expected) => {
  expect(strongTag(new Headers({ etag }))).toBe(expected);
});
