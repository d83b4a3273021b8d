import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { decode as cbor2Decode } from "cbor2";
import { decode as cborgDecode, encode as cborgEncode, rfc8949EncodeOptions } from "cborg";
import { describe, expect } from "vitest";
import { anyValue } from "../../generated/testing/arbitraries/support.js";
import { FORM_MUTATORS } from "../../generated/testing/mutators.js";
import { CodecError } from "./codec-error.js";
import { findFormFault } from "./form.js";
import { type CborValue, decodeCbor, encodeCbor } from "./value.js";

const external = join(process.env["FAYGER_EXTERNAL"] ?? "../shared/external", "cbor", "appendix_a.json");

function accepts(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

/** cbor2 with every switch that makes it strict; it cannot refuse tags. */
function cbor2Accepts(bytes: Uint8Array): boolean {
  return accepts(() =>
    cbor2Decode(bytes, {
      cde: true,
      rejectFloats: true,
      rejectSimple: true,
      rejectUndefined: true,
      rejectDuplicateKeys: true,
      ignoreGlobalTags: true,
      preferMap: true,
      maxDepth: 16,
    }),
  );
}

/** cborg decodes and encodes again: only a deterministic document comes back as it was. */
function cborgAccepts(bytes: Uint8Array): boolean {
  return accepts(() => {
    const options = {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      rejectDuplicateMapKeys: true,
      useMaps: true,
    };
    const again = cborgEncode(cborgDecode(bytes, options), rfc8949EncodeOptions);
    if (Buffer.compare(again, bytes) !== 0) throw new Error("not deterministic");
  });
}

/** Bytes of documents that differ from a valid one in a few places. */
const damaged = fc
  .tuple(anyValue(), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }))
  .map(([value, changes]) => {
    const bytes = encodeCbor(value);
    for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
    return bytes;
  });

/** Whether a document holds an item whose first byte `test` picks, read as far as it is well-formed. */
function holds(bytes: Uint8Array, test: (first: number) => boolean): boolean {
  return bytes.some(test);
}

/**
 * Where the two peers are known to judge otherwise, with the reason. The list is closed: any other difference fails.
 */
const KNOWN_DIFFERENCES: readonly { readonly why: string; readonly applies: (bytes: Uint8Array) => boolean }[] = [
  { why: "cbor2 has no switch that refuses tags", applies: (bytes) => holds(bytes, (first) => first >> 5 === 6) },
  { why: "cbor2 accepts null", applies: (bytes) => holds(bytes, (first) => first === 0xf6) },
  {
    why: "cborg accepts null and floats in their shortest form",
    applies: (bytes) => holds(bytes, (first) => first >= 0xf6 && first <= 0xfb),
  },
  {
    why: "cborg strips U+FEFF from the front of text",
    applies: (bytes) => Buffer.from(bytes).includes(Buffer.of(0xef, 0xbb, 0xbf)),
  },
  {
    why: "cborg does not see that two keys are equal where they are byte strings or containers",
    applies: repeatsContainerKey,
  },
  { why: "cborg sorts a key that is an empty container as if it were the number 0", applies: sortsEmptyContainerKey },
  {
    why: "cbor2 counts depth from the first item inside a container",
    applies: (bytes) => findFormFault(bytes)?.reason === "depth",
  },
];

function repeatsContainerKey(bytes: Uint8Array): boolean {
  const fault = findFormFault(bytes);
  return fault?.reason === "duplicate_key" && [2, 4, 5].includes((bytes[fault.offset] as number) >> 5);
}

function sortsEmptyContainerKey(bytes: Uint8Array): boolean {
  const fault = findFormFault(bytes);
  if (fault === undefined) return hasEmptyContainerKey(decodeCbor(bytes));
  return fault.reason === "key_order" && holds(bytes, (first) => first === 0x80 || first === 0xa0);
}

function hasEmptyContainerKey(value: CborValue): boolean {
  if (Array.isArray(value)) return value.some(hasEmptyContainerKey);
  if (!(value instanceof Map)) return false;
  return [...value].some(([key, item]) => {
    const isEmpty = (Array.isArray(key) && key.length === 0) || (key instanceof Map && key.size === 0);
    return isEmpty || hasEmptyContainerKey(key) || hasEmptyContainerKey(item);
  });
}

function explained(bytes: Uint8Array): boolean {
  return KNOWN_DIFFERENCES.some(({ applies }) => applies(bytes));
}

describe("values without a schema", () => {
  test.prop([anyValue()])("decode(encode(v)) = v and encode(decode(b)) = b", (value) => {
    const bytes = encodeCbor(value);
    expect(findFormFault(bytes)).toBeUndefined();
    expect(Buffer.compare(encodeCbor(decodeCbor(bytes)), bytes)).toBe(0);
    expect(decodeCbor(bytes)).toEqual(sorted(value));
  });

  test.prop([damaged, fc.nat(), fc.option(fc.constantFrom(...Object.keys(FORM_MUTATORS)))], { numRuns: 3000 })(
    "cbor2 (cde) and cborg (strict, encoded again) agree with our verdict, but for a closed list of reasons",
    (bytes, pick, kind) => {
      const mutated =
        kind !== null && findFormFault(bytes) === undefined ? FORM_MUTATORS[kind]?.(bytes, pick)?.bytes : bytes;
      const document = mutated ?? bytes;
      const ours = accepts(() => decodeCbor(document));
      expect(ours).toBe(findFormFault(document) === undefined);
      if (explained(document)) return;
      expect({ cbor2: cbor2Accepts(document), cborg: cborgAccepts(document) }).toEqual({ cbor2: ours, cborg: ours });
    },
  );

  test.each([
    ["c100", "a tag", true, false],
    ["f6", "null", true, true],
    ["f93e00", "1.5 in its shortest form", false, true],
    ["a2410000410000", "a byte string twice as key", false, true],
    ["a28000616100", "an empty array before a text as keys", false, true],
    ["a26161008000", "a text before an empty array as keys, as it should be", true, false],
    ["64efbbbf61", "text that begins with U+FEFF", true, false],
  ])("%s (%s): cbor2 accepts %s, cborg %s; both entries of the list are real", (hex, _, cbor2, cborg) => {
    const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
    expect({ cbor2: cbor2Accepts(bytes), cborg: cborgAccepts(bytes) }).toEqual({ cbor2, cborg });
    expect(explained(bytes)).toBe(true);
  });

  test("refuses what has no encoding", () => {
    const cycle: CborValue[] = [];
    cycle.push(cycle);
    for (const [value, reason] of [
      [1.5, "wrong_type"],
      [Number.NaN, "wrong_type"],
      [2n ** 64n, "value_out_of_range"],
      [-(2n ** 64n) - 1n, "value_out_of_range"],
      ["\uD800", "invalid_utf8"],
      [cycle, "depth"],
      [
        new Map<CborValue, CborValue>([
          [1, 0],
          [1n, 0],
        ]),
        "duplicate_key",
      ],
    ] as const) {
      expect(() => encodeCbor(value)).toThrow(expect.objectContaining({ name: "CodecError", reason }));
    }
  });

  const present = existsSync(external);
  test.skipIf(!present)(
    "every example of RFC 8949, appendix A, is accepted or refused as its kind of item asks",
    () => {
      const examples = JSON.parse(readFileSync(external, "utf8")) as {
        hex: string;
        decoded?: unknown;
        diagnostic?: string;
      }[];
      expect(examples.length).toBe(82);
      for (const { hex, decoded } of examples) {
        const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
        const first = bytes[0] as number;
        const fault = findFormFault(bytes);
        if (accepts(() => decodeCbor(bytes))) {
          expect(Buffer.from(encodeCbor(decodeCbor(bytes))).toString("hex")).toBe(hex);
          if (typeof decoded === "string" || typeof decoded === "boolean") expect(decodeCbor(bytes)).toBe(decoded);
          if (typeof decoded === "number") expect(Number(decodeCbor(bytes))).toBe(decoded);
        } else {
          expect(["forbidden_item", "key_order"]).toContain(fault?.reason);
          if (first >> 5 < 2) expect.unreachable(`integer ${hex} refused`);
        }
      }
    },
  );
  if (!present) process.stderr.write(`skipped: 82 examples of RFC 8949, because ${external} is absent\n`);

  test("an error names itself", () => {
    const error = (() => {
      try {
        return decodeCbor(Uint8Array.of(0x82, 0x00));
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(CodecError);
    expect((error as Error).message).toBe(
      "truncated at $[1] (offset 2, rule any): expected well-formed item, found end of input",
    );
  });
});

/** Maps in the order of their encoded keys, as a decoder gives them. */
function sorted(value: CborValue): CborValue {
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => [key, sorted(item)] as const);
    pairs.sort(([a], [b]) => Buffer.compare(encodeCbor(a), encodeCbor(b)));
    return new Map(pairs);
  }
  return Array.isArray(value) ? value.map(sorted) : value;
}
