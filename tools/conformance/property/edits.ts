import type fc from "fast-check";

/** One change of a byte string. Positions are taken modulo what is there, so that every script fits every bytes. */
export type Edit =
  | { readonly kind: "set"; readonly at: number; readonly byte: number }
  | { readonly kind: "insert"; readonly at: number; readonly byte: number }
  | { readonly kind: "remove"; readonly at: number; readonly count: number }
  | { readonly kind: "repeat"; readonly at: number; readonly count: number }
  | { readonly kind: "cut"; readonly at: number };

const FAR = 0xffff;
/** Bytes that begin something else than their neighbours do: heads of each kind, and limits. */
const telling = [
  0x00, 0x01, 0x17, 0x18, 0x1b, 0x20, 0x3b, 0x40, 0x60, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xf4, 0xf6, 0xff,
];

/** Scripts of one to four changes; shrinking takes changes out and moves them to the front. */
export function edits(check: typeof fc): fc.Arbitrary<readonly Edit[]> {
  const at = check.nat(FAR);
  const byte = check.oneof(check.constantFrom(...telling), check.integer({ min: 0, max: 255 }));
  const count = check.integer({ min: 1, max: 16 });
  return check.array(
    check.oneof(
      { weight: 4, arbitrary: check.record({ kind: check.constant("set" as const), at, byte }) },
      { weight: 2, arbitrary: check.record({ kind: check.constant("insert" as const), at, byte }) },
      { weight: 2, arbitrary: check.record({ kind: check.constant("remove" as const), at, count }) },
      { weight: 1, arbitrary: check.record({ kind: check.constant("repeat" as const), at, count }) },
      { weight: 1, arbitrary: check.record({ kind: check.constant("cut" as const), at }) },
    ),
    { minLength: 1, maxLength: 4 },
  );
}

/** The bytes after every change of a script. */
export function edited(bytes: Uint8Array, script: readonly Edit[]): Uint8Array {
  return script.reduce<Uint8Array>((before, edit) => {
    const { length } = before;
    if (edit.kind === "insert") {
      const at = edit.at % (length + 1);
      return joined(before.subarray(0, at), Uint8Array.of(edit.byte), before.subarray(at));
    }
    if (length === 0) return before;
    const at = edit.at % length;
    if (edit.kind === "set") return joined(before.subarray(0, at), Uint8Array.of(edit.byte), before.subarray(at + 1));
    if (edit.kind === "cut") return before.subarray(0, at);
    const end = Math.min(length, at + edit.count);
    if (edit.kind === "remove") return joined(before.subarray(0, at), before.subarray(end));
    return joined(before.subarray(0, end), before.subarray(at));
  }, bytes);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Lower-case hexadecimal, as it stands in a message. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** The bytes of lower-case hexadecimal. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}
