import { describe, expect, test } from "vitest";
import { CODEC_REASONS, type CodecReason } from "../../reference/codec/codec-error.js";
import { CodecError } from "../../reference/codec/codegen-v1.js";
import { findFormFault } from "../../reference/codec/form.js";
import { decodeSignatureBlock } from "../codecs/signature-block.js";

/**
 * The order of competing faults, on a closed map of three required members. Documents are put together from tokens, each
 * the encoding of a key, of a value or of damage, so that every short combination can be tried.
 */
const hex = (text: string) => [...Buffer.from(text, "hex")];
const key = (name: string) => [0x60 + name.length, ...Buffer.from(name)];

const VALUE = key("value");
const KEY_ID = key("key_id");
const ALGORITHM = key("algorithm");
const DIGEST = [0x58, 0x20, ...new Array<number>(32).fill(7)];

const TOKENS: readonly (readonly number[])[] = [
  VALUE,
  KEY_ID,
  ALGORITHM,
  key("zz"),
  key("later"),
  [0x42, 1, 2],
  DIGEST,
  [0x62, 0x61, 0x62],
  [0x61, 0xff],
  [0x18, 0x05],
  [0xf6],
  [0x00],
  [0x80],
  [0x81],
  [0x78],
];

const HEADS: readonly (readonly number[])[] = [[0xa0], [0xa1], [0xa2], [0xa3], [0xa4], [0xb8, 0x03]];

interface Verdict {
  readonly reason: CodecReason;
  readonly offset: number;
}

const MEMBERS = [
  { name: VALUE, major: 2, length: undefined },
  { name: KEY_ID, major: 2, length: 32 },
  { name: ALGORITHM, major: 3, length: undefined },
];

/** First byte behind an item, where the form pass finds nothing wrong in it. */
function endOf(bytes: Uint8Array, at: number): number | undefined {
  for (let end = at + 1; end <= bytes.length; end++) if (findFormFault(bytes.subarray(at, end)) === undefined) return end;
  return undefined;
}

/** The schema pass from the text of the specification: it goes on as long as it can and answers the first fault. */
function schemaFault(bytes: Uint8Array): Verdict | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  if (first >> 5 !== 5) return { reason: "wrong_type", offset: 0 };
  let at = first === 0xb8 ? 2 : 1;
  const pairs = first === 0xb8 ? (bytes[1] ?? 0) : first & 31;
  const due = [...MEMBERS];
  for (let i = 0; i < pairs; i++) {
    const member = due[0];
    // A container is greater than every text; its head is enough to see that.
    const container = [4, 5].includes((bytes[at] ?? 0) >> 5);
    const keyEnd = container ? at + 1 : endOf(bytes, at);
    if (keyEnd === undefined) return undefined;
    const found = bytes.subarray(at, keyEnd);
    const order = member === undefined || container ? 1 : Buffer.compare(found, Uint8Array.from(member.name));
    if (order > 0) return { reason: member === undefined ? "unknown_field" : "missing_field", offset: at };
    if (order < 0) return { reason: "unknown_field", offset: at };
    due.shift();
    const value = bytes[keyEnd];
    if (value === undefined || member === undefined) return undefined;
    if (value >> 5 !== member.major) return { reason: "wrong_type", offset: keyEnd };
    const end = endOf(bytes, keyEnd);
    if (end === undefined) return undefined;
    if (member.length !== undefined && end - keyEnd !== member.length + 2) return { reason: "length_out_of_range", offset: keyEnd };
    at = end;
  }
  return due.length > 0 ? { reason: "missing_field", offset: at } : undefined;
}

/** The smaller offset, and at one offset the reason that stands first in the table. */
function expected(bytes: Uint8Array): Verdict | undefined {
  const faults = [findFormFault(bytes), schemaFault(bytes)].flatMap((fault) => fault ?? []);
  const rank = (fault: Verdict) => fault.offset * 100 + CODEC_REASONS.indexOf(fault.reason);
  return faults.sort((a, b) => rank(a) - rank(b))[0];
}

function decoded(bytes: Uint8Array): Verdict | undefined {
  try {
    decodeSignatureBlock(bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { reason: error.reason, offset: error.offset };
  }
}

/** Every sequence of `count` tokens behind every head, whole and cut by one byte. */
function* documents(count: number, prefix: readonly number[] = []): Generator<Uint8Array> {
  if (count === 0) {
    for (const head of HEADS) {
      yield Uint8Array.from([...head, ...prefix]);
      yield Uint8Array.from([...head, ...prefix]).subarray(0, -1);
    }
  } else for (const token of TOKENS) yield* documents(count - 1, [...prefix, ...token]);
}

describe("the order of competing faults", () => {
  test.each([0, 1, 2, 3])("every document of %i tokens gets the verdict the specification gives", (count) => {
    const different: unknown[] = [];
    for (const bytes of documents(count)) {
      const [ours, theirs] = [decoded(bytes), expected(bytes)];
      if (ours?.reason !== theirs?.reason || ours?.offset !== theirs?.offset) {
        different.push({ document: Buffer.from(bytes).toString("hex"), ours, theirs });
      }
    }
    expect(different.slice(0, 3)).toEqual([]);
  });

  test("documents that begin well, with two tokens in the place of each part", () => {
    const parts = [VALUE, [0x42, 1, 2], KEY_ID, DIGEST, ALGORITHM, [0x61, 0x61]];
    const different: unknown[] = [];
    for (let place = 0; place <= parts.length; place++) {
      for (const a of TOKENS) {
        for (const b of [[], ...TOKENS]) {
          for (const head of HEADS) {
            const bytes = Uint8Array.from([...head, ...parts.slice(0, place).flat(), ...a, ...b, ...parts.slice(place + 1).flat()]);
            const [ours, theirs] = [decoded(bytes), expected(bytes)];
            if (ours?.reason !== theirs?.reason || ours?.offset !== theirs?.offset) {
              different.push({ document: Buffer.from(bytes).toString("hex"), ours, theirs });
            }
          }
        }
      }
    }
    expect(different.slice(0, 3)).toEqual([]);
  });

  test.each([
    // Trailing byte behind a map that lacks a member: both at one offset, the member stands first in the table.
    ["a0", "00", "missing_field", 1, "$.value"],
    // The input ends where the map promises another key.
    ["a1", "", "truncated", 1, "$"],
    // A key the form pass refuses, where a member is due.
    ["a1", "f600", "forbidden_item", 1, "$"],
    // A member of another type whose text is not UTF-8.
    ["a1", "6576616c756561ff", "invalid_utf8", 7, "$.value"],
    ["a1", "6576616c75656161", "wrong_type", 7, "$.value"],
    ["a1", "6576616c756542", "truncated", 7, "$.value"],
    ["a2", "6576616c7565406576616c756540", "duplicate_key", 8, "$"],
    ["a1", "676e6f747468657265", "missing_field", 1, "$.value"],
  ])("%s %s is %s at %i, %s", (head, rest, reason, offset, path) => {
    const bytes = Uint8Array.from([...hex(head), ...hex(rest)]);
    expect(() => decodeSignatureBlock(bytes)).toThrow(expect.objectContaining({ reason, offset, path }));
    expect(() => decodeSignatureBlock(bytes, { baseOffset: 48 })).toThrow(expect.objectContaining({ offset: offset + 48 }));
  });
});
