import { i32, instruction, memorySize, numeric } from "../../building/wasm/instructions.js";
import { limits, section } from "../../building/wasm/module.js";
import { join, nameOf, Piece, vector } from "../../building/wasm/piece.js";
import { base, type Fault, fault, faulty, withCode } from "./base.js";

type Told = Omit<Fault, "group" | "reason">;

function all(extension: string, ...faults: readonly Told[]): readonly Fault[] {
  return faults.map((each) => ({ group: "unsupported", reason: `unsupported_${extension}`, ...each }));
}

/** An opcode and some bytes behind it. */
const opcode = (name: string, why: string, ...bytes: readonly number[]): Told => ({
  name,
  why,
  module: withCode(fault(instruction(name, bytes))),
});

const type = (name: string, why: string, byte: number): Told => ({
  name,
  why,
  module: base({ types: vector([join([0x60, 1], faulty([byte]), [0])]) }),
});

const form = (name: string, why: string, byte: number): Told => ({
  name,
  why,
  module: base({ types: vector([join(faulty([byte]), [0])]) }),
});

const memory = (name: string, why: string, flags: number): Told => ({
  name,
  why,
  module: base({ memories: vector([join(faulty([flags]), [1, 4, 0])]) }),
});

const whole = base();
const component = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

/** Modules that use an extension. */
export function unsupportedFaults(): readonly Fault[] {
  return [
    ...all(
      "component_model",
      {
        name: "version",
        why: "The version is that of a component.",
        module: new Piece([...component, ...whole.bytes.slice(8)]),
        at: 4,
      },
      { name: "empty", why: "An empty component.", module: new Piece(component), at: 4 },
    ),
    ...all(
      "custom_page_sizes",
      memory("memory", "A memory that states the size of its pages.", 0x08),
      memory("with-maximum", "A memory that states the size of its pages and a maximum.", 0x09),
    ),
    ...all(
      "exceptions",
      { name: "tag-section", why: "A section of tags.", module: join(whole, faulty(section(13, [0]))) },
      {
        name: "tag-import",
        why: "A tag is imported.",
        module: base({ imports: vector([join(nameOf("fayger_1"), nameOf("emit"), faulty([4]), [0, 0])]) }),
      },
      opcode("throw", "`throw`.", 0x08, 0x00),
      opcode("try-table", "`try_table`.", 0x1f, 0x40, 0x00, 0x0b),
    ),
    ...all(
      "extended_const",
      {
        name: "i32-add",
        why: "A constant adds.",
        module: base({ globals: vector([join([0x7f, 0, 0x41, 1, 0x41, 2], faulty([0x6a]), [0x0b])]) }),
      },
      {
        name: "i64-mul",
        why: "A constant multiplies.",
        module: base({ globals: vector([join([0x7e, 0, 0x42, 1, 0x42, 2], faulty([0x7e]), [0x0b])]) }),
      },
    ),
    ...all(
      "function_references",
      opcode("call-ref", "`call_ref`.", 0x14, 0x00),
      opcode("br-on-null", "`br_on_null`.", 0xd5, 0x00),
      type("nullable", "A reference to a type.", 0x63),
    ),
    ...all(
      "gc",
      form("struct", "A type of a struct.", 0x5f),
      opcode("prefix", "An instruction behind fb.", 0xfb, 0x00, 0x00),
      type("anyref", "A reference to anything.", 0x6e),
    ),
    ...all(
      "memory64",
      memory("memory", "A memory of 64-bit addresses.", 0x04),
      memory("with-maximum", "A memory of 64-bit addresses with a maximum.", 0x05),
    ),
    ...all(
      "multi_memory",
      {
        name: "second",
        why: "A second memory.",
        module: base({ memories: vector([limits(1, 4), faulty(limits(1))]) }),
      },
      {
        name: "size",
        why: "The size of memory 1.",
        module: withCode(
          instruction("memory.size", memorySize.piece.bytes.slice(0, 1), faulty([1])),
          numeric("i32.eqz"),
        ),
      },
    ),
    ...all(
      "simd",
      opcode("prefix", "An instruction behind fd.", 0xfd, 0x0c),
      type("v128", "A parameter of 128 bits.", 0x7b),
    ),
    ...all(
      "stack_switching",
      opcode("cont-new", "`cont.new`.", 0xe0, 0x00),
      form("continuation", "A type of a continuation.", 0x5d),
    ),
    ...all("tail_call", opcode("return-call", "`return_call`.", 0x12, 0x03), {
      name: "return-call-indirect",
      why: "`return_call_indirect`.",
      module: withCode(i32(0), fault(instruction("return_call_indirect", [0x13, 0x03, 0x00]))),
    }),
    ...all(
      "threads",
      opcode("prefix", "An instruction behind fe.", 0xfe, 0x03, 0x00),
      memory("shared", "A shared memory.", 0x03),
    ),
    ...all(
      "wide_arithmetic",
      opcode("add128", "`i64.add128`.", 0xfc, 0x13),
      opcode("mul-wide", "`i64.mul_wide_s`.", 0xfc, 0x15),
    ),
  ];
}
