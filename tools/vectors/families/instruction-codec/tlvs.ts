import {
  bool,
  bytes,
  f64,
  handle,
  i64,
  list,
  none,
  type Tlv,
  TYPES,
  type TypeName,
  text,
  told,
  u32,
  u64,
  type WrittenInstruction,
} from "../../building/instruction.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { malformed, wellFormed, withOperands } from "./drafts.js";

/** A place of one TLV. */
const at =
  (tlv: Tlv, which: "type" | "length" | "value") =>
  (written: WrittenInstruction): number =>
    written.placeOf(tlv)[which];

export function tlvDrafts(): Draft[] {
  return [...valueDrafts(), ...widthDrafts(), ...wrongDrafts(), ...lengthDrafts(), ...noneDrafts(), ...listDrafts()];
}

function good(name: string, clauses: readonly string[], operands: readonly Tlv[], why: string): Draft {
  return wellFormed({ id: `tlv/${name}`, clauses, instruction: withOperands(...operands), why });
}

/** Values of every type, at their bounds. @spec instructions.tlv */
function valueDrafts(): Draft[] {
  const values: readonly (readonly [name: string, tlv: Tlv, clauses?: readonly string[]])[] = [
    ["u32-zero", u32(0)],
    ["u32-highest", u32(0xffff_ffff)],
    ["u64-zero", u64(0n)],
    ["u64-inexact", u64(2n ** 53n + 1n)],
    ["u64-highest", u64(2n ** 64n - 1n)],
    ["i64-lowest", i64(-(2n ** 63n))],
    ["i64-minus-one", i64(-1n)],
    ["i64-highest", i64(2n ** 63n - 1n)],
    ["f64-zero", f64("0000000000000000")],
    ["f64-negative-zero", f64("8000000000000000")],
    ["f64-one-and-a-half", f64("3ff8000000000000")],
    ["f64-smallest", f64("0000000000000001")],
    ["f64-highest", f64("7fefffffffffffff")],
    ["f64-infinity", f64("7ff0000000000000")],
    ["f64-negative-infinity", f64("fff0000000000000")],
    ["f64-nan", f64("7ff8000000000000"), ["instructions.tlv.f64"]],
    ["bool-false", bool(false), ["instructions.tlv.bool"]],
    ["bool-true", bool(true), ["instructions.tlv.bool"]],
    ["bytes-empty", bytes(new Uint8Array())],
    ["bytes-some", bytes(fromHex("00ff80"))],
    ["text-empty", text(""), ["instructions.tlv.text"]],
    ["text-nul-and-mark", text("\ufeffa\u0000"), ["instructions.tlv.text"]],
    ["text-not-ascii", text("é\u{10ffff}"), ["instructions.tlv.text"]],
    ["handle-zero", handle(0)],
    ["handle-highest", handle(0xffff_ffff)],
    ["list-empty", list(), ["instructions.tlv.list"]],
    [
      "list-of-all",
      list(
        none(),
        u32(1),
        u64(2n),
        i64(-3n),
        f64("4010000000000000"),
        bool(true),
        bytes(fromHex("06")),
        text("7"),
        handle(8),
        list(),
      ),
      ["instructions.tlv.list"],
    ],
  ];
  const together = values.map(([, tlv]) => tlv);
  return [
    ...values.map(([name, tlv, clauses = []]) =>
      good(name, ["instructions.tlv", ...clauses], [tlv], `A well-formed operand: ${name}.`),
    ),
    good(
      "all-together",
      ["instructions.tlv", "instructions.operands"],
      together,
      "Operands follow each other without a gap.",
    ),
  ];
}

function bytesOf(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

/** Fixed widths have one length. */
function widthDrafts(): Draft[] {
  const widths: readonly (readonly [TypeName, number, () => Tlv])[] = [
    ["none", 0, none],
    ["u32", 4, () => u32(7)],
    ["u64", 8, () => u64(7n)],
    ["i64", 8, () => i64(7n)],
    ["f64", 8, () => f64("401c000000000000")],
    ["bool", 1, () => bool(true)],
    ["handle", 4, () => handle(7)],
  ];
  return widths.flatMap(([name, width, make]) => {
    const behind = u32(99);
    const parent = good(`width/${name}`, ["instructions.tlv"], [make(), behind], `A ${name} has ${bytesOf(width)}.`);
    const others = [0, width - 1, width + 1, 2 * width].filter(
      (n, i, all) => n >= 0 && n !== width && all.indexOf(n) === i,
    );
    return [
      parent,
      ...others.map((length) => {
        const tlv: Tlv = { type: TYPES[name], value: new Uint8Array(length) };
        return malformed(parent, {
          id: `tlv/width/${name}-of-${length}`,
          clauses: ["instructions.tlv"],
          instruction: withOperands(tlv, u32(99)),
          reason: "length_mismatch",
          at: at(tlv, "length"),
          mutator: "replace-operand",
          arguments: { operand: 0, length },
          why: `A ${name} has ${bytesOf(length)} and not ${width}.`,
        });
      }),
    ];
  });
}

/** Values that are wrong, and types that do not exist. */
function wrongDrafts(): Draft[] {
  const wrong: readonly (readonly [name: string, tlv: Tlv, reason: string, which: "type" | "value", clause: string])[] =
    [
      ...[10, 0x7f, 0x80, 0xff].map(
        (type) => [`type-${type}`, told(type, "00", ""), "unknown_type", "type", "instructions.tlv"] as const,
      ),
      ["type-10-with-broken-length", told(10, "8000", ""), "unknown_type", "type", "instructions.tlv"],
      ...["02", "80", "ff"].map(
        (hex) =>
          [`bool-${hex}`, told(TYPES.bool, "01", hex), "invalid_bool", "value", "instructions.tlv.bool"] as const,
      ),
      ...[
        "7ff8000000000001",
        "7ff0000000000001",
        "7fffffffffffffff",
        "fff8000000000000",
        "fff0000000000001",
        "ffffffffffffffff",
        "7ff4000000000000",
      ].map(
        (hex) => [`nan-${hex}`, told(TYPES.f64, "08", hex), "invalid_nan", "value", "instructions.tlv.f64"] as const,
      ),
      ...(
        [
          ["overlong", "c080"],
          ["surrogate", "eda080"],
          ["above-all", "f4908080"],
          ["lone-continuation", "80"],
          ["cut", "e282"],
          ["at-the-end", "616263ff"],
        ] as const
      ).map(
        ([name, hex]) =>
          [
            `text-${name}`,
            told(TYPES.text, `0${hex.length / 2}`, hex),
            "invalid_utf8",
            "value",
            "instructions.tlv.text",
          ] as const,
      ),
    ];
  const parent = good(
    "wrong/none",
    ["instructions.tlv"],
    [u32(1), bytes(fromHex("01"))],
    "Two operands without a fault.",
  );
  return [
    parent,
    ...wrong.map(([name, tlv, reason, which, clause]) =>
      malformed(parent, {
        id: `tlv/wrong/${name}`,
        clauses: [clause],
        instruction: withOperands(u32(1), tlv),
        reason,
        at: at(tlv, which),
        mutator: "replace-operand",
        arguments: { operand: 1, by: Buffer.from(tlv.value as Uint8Array).toString("hex"), type: tlv.type },
        why: `The second operand is wrong: ${name}.`,
      }),
    ),
  ];
}

/** LEB128, and values that are not whole. @spec instructions.tlv.length */
function lengthDrafts(): Draft[] {
  const clauses = ["instructions.tlv.length"];
  const sized = [1, 127, 128, 255, 256, 2000].map((size) =>
    good(
      `length/${size}`,
      clauses,
      [bytes(new Uint8Array(size)), u32(1)],
      `The length ${size} stands in its shortest form.`,
    ),
  );
  const long = [16_383, 16_384].map((size) =>
    good(
      `length/${size}`,
      clauses,
      [bytes(new Uint8Array(size)), u32(1)],
      `The length ${size} stands in ${size < 16_384 ? 2 : 3} bytes.`,
    ),
  );
  const parent = good("length/three", clauses, [bytes(fromHex("010203"))], "A byte string of three bytes.");
  const bad = (name: string, tlv: Tlv, reason: string, which: "length" | "value", why: string): Draft =>
    malformed(parent, {
      id: `tlv/length/${name}`,
      clauses: [...clauses, "instructions.tlv"],
      instruction: withOperands(tlv),
      reason,
      at: at(tlv, which),
      mutator: "replace-length",
      arguments: { operand: 0, length: Buffer.from(tlv.length ?? new Uint8Array()).toString("hex") },
      why,
    });
  const of = (length: string, value = "010203"): Tlv => told(TYPES.bytes, length, value);
  return [
    ...sized,
    ...long,
    parent,
    bad("three-in-two", of("8300"), "length_encoding", "length", "The length 3 stands in two bytes."),
    bad("three-in-three", of("838000"), "length_encoding", "length", "The length 3 stands in three bytes."),
    bad("three-in-five", of("8380808000"), "length_encoding", "length", "The length 3 stands in five bytes."),
    bad("zero-in-two", of("8000", ""), "length_encoding", "length", "The length 0 stands in two bytes."),
    bad("33-bits", of("ffffffff10"), "length_encoding", "length", "The fifth byte of the length is 10."),
    bad("35-bits", of("ffffffff7f"), "length_encoding", "length", "The fifth byte of the length is 7f."),
    bad("six-bytes", of("838080808000"), "length_encoding", "length", "The length has six bytes."),
    bad(
      "six-bytes-highest",
      of("ffffffffff01"),
      "length_encoding",
      "length",
      "The length has six bytes and more than 32 bits.",
    ),
    bad(
      "highest",
      of("ffffffff0f"),
      "truncated",
      "value",
      "The highest length there is promises bytes that do not exist.",
    ),
    bad("one-more", of("04"), "truncated", "value", "The length promises one byte more than there is."),
    bad("absent", of("", ""), "truncated", "length", "Behind the type nothing stands."),
    bad("cut-after-one", of("83", ""), "truncated", "length", "The length ends after a byte that promises another."),
    bad(
      "cut-after-four",
      of("ffffffff", ""),
      "truncated",
      "length",
      "The length ends after four bytes that promise another.",
    ),
    bad(
      "long-and-cut",
      of("8500", "01"),
      "length_encoding",
      "length",
      "The length is not the shortest, and the value is cut.",
    ),
    bad(
      "wide-and-cut",
      { ...told(TYPES.u32, "05", "010203") },
      "truncated",
      "value",
      "A u32 of five bytes is cut after three.",
    ),
    bad(
      "wide-and-long",
      { ...told(TYPES.u32, "8400", "01020304") },
      "length_encoding",
      "length",
      "The length of a u32 is not the shortest.",
    ),
    bad(
      "narrow-bool",
      { ...told(TYPES.bool, "02", "0202") },
      "length_mismatch",
      "length",
      "A bool of two bytes is not looked at for its value.",
    ),
    bad(
      "cut-text",
      { ...told(TYPES.text, "05", "ffff") },
      "truncated",
      "value",
      "A text that is cut is not looked at for UTF-8.",
    ),
  ];
}

/** @spec instructions.tlv.none */
function noneDrafts(): Draft[] {
  const clauses = ["instructions.tlv.none", "instructions.operands"];
  const parent = good("none/between", clauses, [u32(1), none(), u32(2)], "An operand is left out between two others.");
  const last = none();
  const again = none();
  return [
    parent,
    good("none/first", clauses, [none(), none(), u32(2)], "Two operands are left out before another."),
    good(
      "none/in-list",
      ["instructions.tlv.none"],
      [list(none())],
      "Inside a list none is an item like any other, also the last.",
    ),
    malformed(parent, {
      id: "tlv/none/last",
      clauses,
      instruction: withOperands(u32(1), none(), u32(2), last),
      reason: "trailing_none",
      at: at(last, "type"),
      mutator: "append-operand",
      arguments: { type: 0 },
      why: "The last operand is none.",
    }),
    malformed(parent, {
      id: "tlv/none/alone",
      clauses,
      instruction: withOperands(again),
      reason: "trailing_none",
      at: at(again, "type"),
      mutator: "replace-operands",
      why: "The only operand is none.",
    }),
  ];
}

function nest(depth: number, ...innermost: readonly Tlv[]): Tlv {
  let around = list(...innermost);
  for (let n = 1; n < depth; n += 1) around = list(around);
  return around;
}

/** @spec instructions.tlv.list */
function listDrafts(): Draft[] {
  const clauses = ["instructions.tlv.list"];
  const four = good(
    "list/depth-4",
    clauses,
    [nest(4), nest(3, u32(1)), list(list(), list(list()))],
    "Lists four deep, several times.",
  );
  const parent = good(
    "list/two-items",
    clauses,
    [list(u32(1), text("a")), u32(2)],
    "A list of two items and an operand behind it.",
  );
  const fifth = list();
  const fifthFull = list(u32(1));
  const alone: Tlv = { type: TYPES.list, length: new Uint8Array(), value: new Uint8Array() };
  const bad = (
    name: string,
    from: Draft,
    operands: readonly Tlv[],
    reason: string,
    place: number | ((written: WrittenInstruction) => number),
    why: string,
    more: readonly string[] = [],
  ): Draft =>
    malformed(from, {
      id: `tlv/list/${name}`,
      clauses: [...clauses, ...more],
      instruction: withOperands(...operands),
      reason,
      at: place,
      mutator: "replace-operand",
      arguments: { operand: 0 },
      why,
    });
  const unknown = told(0x0b, "00", "");
  const wide = told(TYPES.u32, "05", "0102030405");
  const yes = told(TYPES.bool, "01", "02");
  const overlong = told(TYPES.text, "02", "c080");
  const beyond = told(TYPES.text, "05", "41");
  const lengthBeyond = told(TYPES.u32, "80", "");
  const typeOnly = told(TYPES.text, "", "");
  const cutList = told(TYPES.list, "05", "0100");
  return [
    four,
    parent,
    bad("depth-5", four, [nest(4, fifth)], "list_depth", at(fifth, "type"), "A list inside four others."),
    bad(
      "depth-5-full",
      four,
      [nest(4, fifthFull)],
      "list_depth",
      at(fifthFull, "type"),
      "A list with an item inside four others.",
    ),
    bad(
      "depth-5-cut",
      four,
      [nest(4, alone)],
      "list_depth",
      at(alone, "type"),
      "A list inside four others, of which nothing but the type is there.",
    ),
    bad(
      "unknown-type",
      parent,
      [list(u32(1), unknown)],
      "unknown_type",
      at(unknown, "type"),
      "An item of a type that does not exist.",
    ),
    bad(
      "wide-item",
      parent,
      [list(wide, u32(1))],
      "length_mismatch",
      at(wide, "length"),
      "An item of the wrong width.",
    ),
    bad(
      "wrong-bool",
      parent,
      [list(u32(1), list(yes))],
      "invalid_bool",
      at(yes, "value"),
      "An item of an inner list is no bool.",
    ),
    bad("wrong-text", parent, [list(overlong)], "invalid_utf8", at(overlong, "value"), "An item is not UTF-8."),
    bad(
      "value-beyond",
      parent,
      [list(beyond), text("aaaa")],
      "truncated",
      at(beyond, "value"),
      "The value of an item would end behind its list, where other bytes stand.",
      ["instructions.tlv"],
    ),
    bad(
      "length-beyond",
      parent,
      [list(lengthBeyond), u32(1)],
      "truncated",
      at(lengthBeyond, "length"),
      "The length of an item would end behind its list.",
      ["instructions.tlv.length"],
    ),
    bad(
      "type-at-the-end",
      parent,
      [list(u32(1), typeOnly), u32(1)],
      "truncated",
      at(typeOnly, "length"),
      "A list ends behind the type of an item.",
      ["instructions.tlv.length"],
    ),
    bad("cut", parent, [cutList], "truncated", at(cutList, "value"), "A list that is cut is not looked into.", [
      "instructions.tlv",
    ]),
    ...examples(parent),
  ];
}

/** The three instructions that the chapter spells out. @spec instructions.reasons */
function examples(parent: Draft): Draft[] {
  const spelled = (name: string, hex: string, why: string): Draft =>
    malformed(parent, {
      id: `tlv/list/${name}`,
      clauses: ["instructions.tlv.list", "instructions.tlv.length"],
      instruction: hex,
      reason: "truncated",
      at: 8,
      mutator: "replace",
      arguments: { by: hex },
      why,
    });
  return [
    wellFormed({
      id: "tlv/list/chapter-none",
      clauses: ["instructions.tlv.none", "instructions.tlv.list"],
      instruction: { category: 7, opcode: 0xffff, operands: [list(none())] },
      why: "A list of one none, as the chapter spells it out.",
    }),
    spelled("chapter-length", "07ffff00000902018000", "The length that begins at byte 8 would end behind its list."),
    spelled("chapter-no-length", "07ffff00000901070141", "There is no byte left in the list for the length at byte 8."),
  ];
}
