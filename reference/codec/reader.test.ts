import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { isGreater } from "./ascending.js";
import { CodecError } from "./codec-error.js";
import { decodeDocument } from "./document.js";
import { KnownTexts } from "./known-texts.js";
import { isKeyAt, memberKey } from "./member-key.js";
import { pattern } from "./pattern.js";
import type { CborReader } from "./reader.js";
import { SMALL_BYTES } from "./small-document.js";
import { compareBytes, isAscii } from "./utf8.js";
import { CborWriter } from "./writer.js";

const NAME = memberKey("name");
const TEXTS = memberKey("texts");
const DIGEST = memberKey("a_digest_of_all");
const LETTERS = pattern("[a-z]*", [{ to: { "a-z": 0 }, accepts: true }], ["known"]);
const OFTEN = new KnownTexts(["often", "seldom"]);

interface Sample {
  readonly name: string;
  readonly texts: readonly string[];
  readonly digest: Uint8Array;
}

function encode(sample: Sample): Uint8Array {
  const w = new CborWriter("sample");
  w.beginMap("sample", 3);
  w.member(NAME);
  w.patternText(sample.name, LETTERS, 0, 64);
  w.member(TEXTS);
  w.beginArray(sample.texts, 0);
  for (const text of sample.texts) w.text(text, 0, 10_000);
  w.endContainer();
  w.member(DIGEST);
  w.byteString(sample.digest, 0, 64);
  w.endMap();
  return w.finish();
}

function read(r: CborReader, between: () => void = () => {}): Sample {
  r.beginMap("sample");
  r.member(NAME);
  const name = r.patternText(LETTERS, 0, 64);
  between();
  r.member(TEXTS);
  const texts: string[] = [];
  for (let left = r.beginArray(0); left > 0; left--) texts.push(r.knownText(OFTEN, 0, 10_000));
  r.endContainer();
  r.member(DIGEST);
  const digest = r.byteString(0, 64);
  r.endMap();
  return { name, texts, digest };
}

const decode = (bytes: Uint8Array) => decodeDocument(bytes, {}, "sample", read);

const samples = fc.record({
  name: fc.oneof(fc.constant("known"), fc.stringMatching(/^[a-z]{0,30}$/)),
  texts: fc.array(fc.oneof(fc.constantFrom("often", "seldom", "x".repeat(3000)), fc.string({ unit: "binary" })), {
    maxLength: 4,
  }),
  digest: fc.uint8Array({ maxLength: 64 }),
});

describe("a reader", () => {
  test.prop([samples, fc.nat(40)])("gives back what was written, wherever the bytes lie", (sample, before) => {
    const bytes = encode(sample);
    const memory = new Uint8Array(before + bytes.length + 7).fill(0x61);
    memory.set(bytes, before);
    const part = memory.subarray(before, before + bytes.length);
    expect(decode(part)).toEqual(sample);
    expect(decode(Buffer.from(part.buffer, part.byteOffset, part.length))).toEqual(sample);
  });

  test.prop([samples])("never reads on in what an earlier document left behind", (sample) => {
    const bytes = encode(sample);
    for (let end = 0; end < Math.min(bytes.length, 200); end++) {
      // The memory of small documents now holds the whole document, and what is cut off stands behind the end.
      expect(decode(bytes)).toEqual(sample);
      expect(() => decode(bytes.subarray(0, end))).toThrow(CodecError);
    }
  });

  test("reads documents around the length up to which they are copied alike", () => {
    const empty = encode({ name: "", texts: [""], digest: new Uint8Array(32) }).length;
    for (let length = SMALL_BYTES - 3; length <= SMALL_BYTES + 3; length++) {
      const sample = { name: "", texts: ["\u007f".repeat(length - empty - 2)], digest: new Uint8Array(32).fill(1) };
      const bytes = encode(sample);
      expect(bytes.length).toBe(length);
      expect(decode(bytes)).toEqual(sample);
    }
  });

  test.prop([samples, samples])("may begin while another reads, and after one that failed", (outer, inner) => {
    const [bytes, other] = [encode(outer), encode(inner)];
    const during = () => {
      expect(decode(other)).toEqual(inner);
      expect(() => decode(other.subarray(1))).toThrow(CodecError);
    };
    expect(decodeDocument(bytes, {}, "sample", (r) => read(r, during))).toEqual(outer);
  });

  test("keeps byte strings as views of the caller's memory", () => {
    const bytes = encode({ name: "a", texts: [], digest: Uint8Array.of(1, 2, 3) });
    expect(decode(bytes).digest.buffer).toBe(bytes.buffer);
  });
});

describe("comparing without reading byte by byte", () => {
  test.prop([fc.uint8Array({ maxLength: 40 }), fc.nat(40), fc.nat(40)])("isAscii", (bytes, a, b) => {
    const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    expect(isAscii(view, start, end)).toBe(bytes.subarray(start, end).every((byte) => byte < 0x80));
  });

  const small = fc.array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), { maxLength: 12 });

  test.prop([small, small])("isGreater", (a, b) => {
    const bytes = Uint8Array.from([...a, ...b]);
    const view = new DataView(bytes.buffer);
    const order = compareBytes(Uint8Array.from(a), Uint8Array.from(b));
    expect(isGreater(view, 0, a.length, a.length, bytes.length)).toBe(order > 0);
  });

  test.prop([
    fc.string({ minLength: 3, maxLength: 30, unit: "grapheme-ascii" }),
    fc.nat(40),
    fc.integer({ min: 1, max: 255 }),
  ])("isKeyAt", (name, place, change) => {
    const { encoded, fast } = memberKey(name);
    fc.pre(fast.length > 0);
    const bytes = encoded.slice();
    const view = new DataView(bytes.buffer);
    expect(isKeyAt(fast, view, 0, bytes.length)).toBe(true);
    expect(isKeyAt(fast, view, 0, bytes.length - 1)).toBe(false);
    const at = place % bytes.length;
    bytes[at] = (bytes[at] as number) ^ change;
    expect(isKeyAt(fast, view, 0, bytes.length)).toBe(false);
  });
});
