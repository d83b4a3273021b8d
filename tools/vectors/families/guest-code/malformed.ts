import {
  block,
  type Code,
  end,
  i32,
  instruction,
  memoryCopy,
  nop,
  otherwise,
  when,
} from "../../building/wasm/instructions.js";
import { body, functionType, limits, section } from "../../building/wasm/module.js";
import { join, nameOf, type Part, Piece, sized, unsigned, vector } from "../../building/wasm/piece.js";
import { sectionsOf } from "../../building/wasm/program.js";
import { BASE, base, type Fault, fault, faulty, withCode } from "./base.js";

const whole = base();
const none = functionType([], []);
/** Raw code of one function: locals and instructions without any care. */
const raw = (...parts: readonly Part[]): Piece => sized([0], ...parts);
const bodies = (...parts: readonly Part[]): Piece => vector(parts);

type Told = Omit<Fault, "group" | "reason">;

function all(reason: string, ...faults: readonly Told[]): readonly Fault[] {
  return faults.map((each) => ({ group: "malformed", reason, ...each }));
}

/** Bytes of the base with the first ones replaced. */
const beginning = (...bytes: readonly number[]): Piece => new Piece([...bytes, ...whole.bytes.slice(bytes.length)]);
const cut = (length: number): Piece => new Piece(whole.bytes.slice(0, length));
const appended = (...parts: readonly Part[]): Piece => join(whole, ...parts);
const sections = sectionsOf(BASE);

/** The base with one body in the place of all, for one function. */
function oneBody(part: Part): Piece {
  return base({ functions: vector([[3]]), exports: null, start: null, elements: null, code: bodies(part) });
}

function ends(): readonly Fault[] {
  return [
    ...all(
      "truncated",
      { name: "in-the-magic", module: cut(3), at: 3, why: "The bytes end inside the magic." },
      { name: "in-the-version", module: cut(6), at: 6, why: "The bytes end inside the version." },
      { name: "behind-a-section-id", module: appended([0], faulty([])), why: "A section has an id and no size." },
      {
        name: "in-a-constant",
        module: oneBody(raw([0x41], faulty([]))),
        why: "The body ends where a constant would begin.",
      },
      { name: "nothing", module: cut(0), at: 0, why: "There are no bytes at all." },
    ),
    ...all(
      "section_size",
      {
        name: "types",
        module: base({ types: join(sections.types ?? [], faulty([0x60])) }),
        why: "A byte stands behind the last type.",
      },
      {
        name: "start",
        module: base({ start: join(sections.start ?? [], faulty([0])) }),
        why: "A byte stands behind the start function.",
      },
      {
        name: "data-count",
        module: base({ dataCount: join(sections.dataCount ?? [], faulty([2])) }),
        why: "A byte stands behind the number of data segments.",
      },
    ),
    ...all(
      "body_size",
      {
        name: "nop-behind",
        module: oneBody(raw([0x0b], faulty([0x01]))),
        why: "An instruction stands behind the last `end`.",
      },
      {
        name: "end-behind",
        module: oneBody(raw([0x01, 0x0b], faulty([0x0b]))),
        why: "An `end` stands behind the last one.",
      },
    ),
    ...all(
      "length_out_of_bounds",
      {
        name: "section",
        module: appended([0], faulty(unsigned(100)), nameOf("x")),
        why: "A section is longer than the module.",
      },
      {
        name: "types",
        module: base({ types: join(faulty(unsigned(1000)), none) }),
        why: "There are more types announced than bytes are left.",
      },
      {
        name: "name",
        module: appended(section(0, faulty(unsigned(90)), [0x61])),
        why: "A name is longer than the section it stands in.",
      },
      {
        name: "body",
        module: base({
          functions: vector([[3]]),
          exports: null,
          start: null,
          elements: null,
          code: join([1], faulty(unsigned(77)), [0, 0x0b]),
        }),
        why: "A body is longer than its section.",
      },
    ),
    ...all(
      "end_expected",
      { name: "body", module: oneBody(raw([0x01], faulty([]))), why: "A body is not closed." },
      {
        name: "block",
        module: oneBody(raw([0x02, 0x40, 0x0b], faulty([]))),
        why: "A block takes the `end` of its function.",
      },
    ),
    ...all(
      "count_mismatch",
      {
        name: "fewer-bodies",
        module: base({
          functions: vector([[3], [3]]),
          exports: null,
          start: null,
          elements: null,
          code: faulty(bodies(body([], []))),
        }),
        why: "A function was declared and has no body.",
      },
      {
        name: "more-bodies",
        module: base({
          functions: vector([[3]]),
          exports: null,
          start: null,
          elements: null,
          code: faulty(bodies(body([], []), body([], []))),
        }),
        why: "A body belongs to no function.",
      },
      {
        name: "no-bodies",
        module: base({ functions: vector([[3]]), exports: null, start: null, elements: null, code: null }, [
          faulty([]),
        ]),
        why: "Functions are declared and the code section is absent.",
      },
    ),
    ...all(
      "data_count_mismatch",
      {
        name: "fewer-segments",
        module: base({ dataCount: unsigned(3), data: faulty(sections.data ?? []) }),
        why: "More data segments are announced than come.",
      },
      {
        name: "no-segments",
        module: base({ data: null }, [faulty([])]),
        why: "Data segments are announced and none comes.",
      },
    ),
  ];
}

function heads(): readonly Fault[] {
  const secondMemory = section(5, vector([limits(1)]));
  return [
    ...all(
      "bad_magic",
      { name: "first-byte", module: beginning(0x01), at: 0, why: "The first byte is no magic." },
      {
        name: "last-byte",
        module: beginning(0x00, 0x61, 0x73, 0x6e),
        at: 0,
        why: "The last byte of the magic is another.",
      },
    ),
    ...all(
      "bad_version",
      {
        name: "two",
        module: beginning(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0),
        at: 4,
        why: "There is no version 2 of the format.",
      },
      {
        name: "high-byte",
        module: beginning(0, 0x61, 0x73, 0x6d, 1, 0, 0, 1),
        at: 4,
        why: "The version has four bytes.",
      },
    ),
    ...all(
      "bad_section_id",
      { name: "fourteen", module: appended(faulty([14]), [0]), why: "No section has the id 14." },
      { name: "highest", module: appended(faulty([0xff]), [0]), why: "No section has the id 255." },
    ),
    ...all(
      "section_order",
      { name: "twice", module: appended(faulty(section(1, vector([])))), why: "A second type section." },
      {
        name: "memory-behind-exports",
        module: base(
          { memories: null, start: null, elements: null, dataCount: null, code: null, data: null, functions: null },
          [faulty(secondMemory)],
        ),
        why: "The memory section stands behind the exports.",
      },
      {
        name: "data-count-behind-code",
        module: base({ dataCount: null, data: null }, [faulty(section(12, [2]))]),
        why: "The data count section stands behind the code.",
      },
    ),
    ...all(
      "bad_utf8",
      {
        name: "export",
        module: base({ exports: vector([join([1], faulty([0xff]), [0], [0])]) }),
        why: "A byte that UTF-8 never has, in the name of an export.",
        clauses: ["guest-abi.code.name-utf8"],
      },
      {
        name: "custom-section",
        module: appended(section(0, [2], [0x61], faulty([0xc0]))),
        why: "The name of a custom section is a name too.",
        clauses: ["guest-abi.code.name-utf8"],
      },
      {
        name: "import",
        module: base({ imports: vector([join(nameOf("fayger_1"), [1], faulty([0x80]), [0, 0])]) }),
        why: "A name begins with a byte that only goes on.",
        clauses: ["guest-abi.code.name-utf8"],
      },
    ),
  ];
}

function numbers(): readonly Fault[] {
  const index = (bytes: readonly number[]): Piece =>
    base({
      functions: vector([faulty(bytes)]),
      exports: null,
      start: null,
      elements: null,
      code: bodies(body([], [])),
    });
  const constant = (opcode: number, bytes: readonly number[]): Piece =>
    oneBody(raw([opcode], faulty(bytes), [0x1a, 0x0b]));
  return [
    ...all(
      "integer_too_long",
      { name: "index", module: index([0x80, 0x80, 0x80, 0x80, 0x80, 0x00]), why: "An index of six bytes." },
      { name: "i32", module: constant(0x41, [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]), why: "An i32 of six bytes." },
      {
        name: "i64",
        module: constant(0x42, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]),
        why: "An i64 of eleven bytes.",
      },
    ),
    ...all(
      "integer_too_large",
      { name: "index", module: index([0xff, 0xff, 0xff, 0xff, 0x1f]), why: "An index of 2^32 and more." },
      { name: "i32", module: constant(0x41, [0x80, 0x80, 0x80, 0x80, 0x08]), why: "An i32 of 2^31." },
      {
        name: "block-type",
        module: oneBody(raw([0x02], faulty([0x80, 0x80, 0x80, 0x80, 0x10]), [0x0b, 0x0b])),
        why: "A block type of 2^32.",
      },
      {
        name: "i64-below",
        module: constant(0x42, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7e]),
        why: "An i64 below −2^63.",
      },
      { name: "i32-below", module: constant(0x41, [0xff, 0xff, 0xff, 0xff, 0x77]), why: "An i32 below −2^31." },
      {
        name: "i64",
        module: constant(0x42, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
        why: "An i64 of 2^63.",
      },
    ),
    ...all(
      "too_many_locals",
      {
        name: "one-too-many",
        module: oneBody(sized([2], unsigned(0xffff_ffff), [0x7f], faulty(unsigned(1)), [0x7f, 0x0b])),
        why: "All groups together declare 2^32 locals.",
      },
      {
        name: "two-halves",
        module: oneBody(sized([2], unsigned(0x8000_0000), [0x7f], faulty(unsigned(0x8000_0000)), [0x7e, 0x0b])),
        why: "Two groups of 2^31 locals.",
      },
    ),
  ];
}

function forms(): readonly Fault[] {
  const table = (...parts: readonly Part[]): Piece => base({ tables: vector([join(...parts)]), elements: null });
  return [
    ...all(
      "bad_type_form",
      { name: "zero", module: base({ types: vector([join(faulty([0x00]), [0, 0])]) }), why: "A type begins with 00." },
      { name: "next", module: base({ types: vector([join(faulty([0x61]), [0, 0])]) }), why: "A type begins with 61." },
    ),
    ...all(
      "bad_value_type",
      {
        name: "parameter",
        module: base({ types: vector([join([0x60, 1], faulty([0x00]), [0])]) }),
        why: "No value type is 00.",
      },
      {
        name: "local",
        module: oneBody(sized([1, 1], faulty([0x40]), [0x0b])),
        why: "The empty block type is no type of a local.",
      },
      {
        name: "global",
        module: base({ globals: vector([join(faulty([0x7a]), [0, 0x41, 0, 0x0b])]) }),
        why: "No value type is 7a.",
      },
    ),
    ...all(
      "bad_reference_type",
      { name: "table", module: table(faulty([0x7f]), limits(1)), why: "A table holds references, and i32 is none." },
      { name: "ref-null", module: oneBody(raw([0xd0], faulty([0x7c]), [0x1a, 0x0b])), why: "`ref.null` of an f64." },
    ),
    ...all(
      "bad_block_type",
      {
        name: "one-byte",
        module: oneBody(raw([0x02], faulty([0x41]), [0x0b, 0x0b])),
        why: "No type of a block is 41.",
      },
      {
        name: "two-bytes",
        module: oneBody(raw([0x02], faulty([0xc0, 0x7f]), [0x0b, 0x0b])),
        why: "The empty type has one byte.",
      },
    ),
    ...all(
      "bad_limits_flags",
      {
        name: "memory",
        module: base({ memories: vector([join(faulty([0x10]), [1])]) }),
        why: "No memory has the flags 10.",
      },
      { name: "table", module: table([0x70], faulty([0xff]), [1]), why: "No table has the flags ff." },
    ),
    ...all(
      "bad_mutability",
      {
        name: "two",
        module: base({ globals: vector([join([0x7f], faulty([2]), [0x41, 0, 0x0b])]) }),
        why: "A global is mutable or not.",
      },
      {
        name: "highest",
        module: base({ globals: vector([join([0x7f], faulty([0xff]), [0x41, 0, 0x0b])]) }),
        why: "A global is mutable or not.",
      },
    ),
    ...all(
      "bad_import_kind",
      {
        name: "five",
        module: base({ imports: vector([join(nameOf("fayger_1"), nameOf("emit"), faulty([5]), [0])]) }),
        why: "No kind of import is 5.",
      },
      {
        name: "highest",
        module: base({ imports: vector([join(nameOf("fayger_1"), nameOf("emit"), faulty([0xff]), [0])]) }),
        why: "No kind of import is 255.",
      },
    ),
    ...all(
      "bad_export_kind",
      {
        name: "five",
        module: base({ exports: vector([join(nameOf("main"), faulty([5]), [0])]) }),
        why: "No kind of export is 5.",
      },
      {
        name: "sixteen",
        module: base({ exports: vector([join(nameOf("main"), faulty([0x10]), [0])]) }),
        why: "No kind of export is 16.",
      },
    ),
    ...all(
      "bad_element_kind",
      {
        name: "one",
        module: base({ elements: vector([join([1], faulty([1]), [0])]) }),
        why: "The only kind of elements is 0.",
      },
      {
        name: "type",
        module: base({ elements: vector([join([1], faulty([0x70]), [0])]) }),
        why: "A type stands where the kind does.",
      },
    ),
    ...all(
      "bad_segment_flags",
      {
        name: "data",
        module: base({ dataCount: unsigned(1), data: vector([join(faulty([3]), [0])]) }),
        why: "Data segments have the flags 0 to 2.",
      },
      {
        name: "elements",
        module: base({ elements: vector([join(faulty([8]), [0])]) }),
        why: "Element segments have the flags 0 to 7.",
      },
    ),
  ];
}

function instructions(): readonly Fault[] {
  const memory = (...bytes: readonly number[]): Piece =>
    oneBody(raw(...[bytes.slice(0, -1), faulty(bytes.slice(-1)), [0x0b]]));
  const init = instruction("memory.init", [0xfc, 8, 0, 0]);
  const dropped = instruction("data.drop", [0xfc, 9, 0]);
  const withoutCount = (...code: Code): Piece =>
    base({
      dataCount: null,
      functions: vector([[3]]),
      exports: null,
      start: null,
      elements: null,
      code: bodies(body([], code)),
    });
  return [
    ...all(
      "bad_alignment",
      {
        name: "thirty-two",
        module: oneBody(raw([0x41, 0, 0x28], faulty([0x20]), [0, 0x1a, 0x0b])),
        why: "An alignment of 2^32.",
      },
      {
        name: "sixty-three",
        module: oneBody(raw([0x41, 0, 0x2d], faulty([0x3f]), [0, 0x1a, 0x0b])),
        why: "An alignment of 2^63.",
      },
    ),
    ...all(
      "reserved_byte",
      { name: "memory-size", module: memory(0x3f, 0x80), why: "`memory.size` is followed by one zero byte." },
      { name: "memory-grow", module: memory(0x41, 0, 0x40, 0xff), why: "`memory.grow` is followed by one zero byte." },
      {
        name: "memory-copy",
        module: memory(...memoryCopy.piece.bytes.slice(0, 3), 0x80),
        why: "`memory.copy` is followed by two.",
      },
    ),
    ...all(
      "unknown_opcode",
      { name: "one-byte", module: withCode(fault(instruction("27", [0x27]))), why: "No instruction is 27." },
      { name: "highest", module: withCode(nop, fault(instruction("ff", [0xff]))), why: "No instruction is ff." },
      { name: "prefixed", module: withCode(fault(instruction("fc 18", [0xfc, 18]))), why: "Behind fc there is no 18." },
    ),
    ...all(
      "else_without_if",
      { name: "in-a-function", module: withCode(fault(otherwise)), why: "An `else` directly in a function." },
      {
        name: "in-a-block",
        module: withCode(i32(1), when(), block(), fault(otherwise), end, end),
        why: "An `else` in a block in an `if`.",
      },
      { name: "second", module: withCode(i32(1), when(), otherwise, fault(otherwise), end), why: "A second `else`." },
    ),
    ...all(
      "data_count_required",
      {
        name: "memory-init",
        module: withoutCount(i32(0), i32(0), i32(0), fault(init)),
        why: "`memory.init` needs a data count section.",
      },
      { name: "data-drop", module: withoutCount(fault(dropped)), why: "`data.drop` needs a data count section." },
    ),
  ];
}

/** Bytes that are no module. */
export function malformedFaults(): readonly Fault[] {
  return [...heads(), ...ends(), ...numbers(), ...forms(), ...instructions()];
}
