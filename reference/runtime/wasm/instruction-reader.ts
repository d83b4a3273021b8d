import type { BinaryReader } from "./binary-reader.js";
import { readReferenceType, readValueType } from "./decode-types.js";
import { implementationLimits } from "./implementation-limits.js";
import { type ImmediateKind, type Instruction, instructions, PREFIX } from "./opcodes.js";
import { isValueType } from "./types.js";
import { unsupportedOpcode, unsupportedType } from "./unsupported.js";
import { hexByte, WasmInvalid } from "./wasm-invalid.js";

/** {@link InstructionReader.first} of a block without parameters and results. */
export const EMPTY_BLOCK = -0x40;

/**
 * Reads one instruction after another into its own fields, so that no object is made per instruction.
 * The scan of a body, its validation and whatever translates it later read through this one class.
 *
 * What the fields hold, by kind of immediate:
 * - `block_type`: `first` is a type index, or minus the value type byte of the one result, or {@link EMPTY_BLOCK};
 * - `label`, `function`, `local`, `global`, `table`, `memory`, `data`, `element`: `first` is the index;
 * - `label_table`: `first` is the number of targets before the default one, `labels` the offset of the first;
 * - `type_table`, `data_memory`, `element_table`: `first` and `second` in this order;
 * - `memory_memory`, `table_table`: `first` is the destination, `second` the source;
 * - `value_types`: `first` is their number, `second` the first of them or 0;
 * - `memory_access`: `first` is log2 of the alignment (0 to 31), `second` the offset (0 to 2^32-1);
 * - `reference_type`: `first` is its byte;
 * - `i32`: `first`; `f32`: `first` holds the bits; `i64` and `f64`: `first` is the low, `second` the high half,
 *   all as signed 32-bit numbers.
 */
export class InstructionReader {
  /** Where the next instruction is read. */
  readonly reader: BinaryReader;
  /** The opcode number of the instruction read last, as in {@link Instruction.opcode}. */
  opcode = 0;
  /** Offset of its first byte. */
  offset = 0;
  first = 0;
  second = 0;
  /** Offset of the first target of a br_table. */
  labels = 0;

  constructor(reader: BinaryReader) {
    this.reader = reader;
  }

  /**
   * Read the next instruction.
   *
   * @throws WasmInvalid if it is cut off, unknown, or its immediates are malformed.
   * @spec guest-abi.code.malformed
   */
  next(): Instruction {
    const reader = this.reader;
    this.offset = reader.position;
    const byte = reader.byte("an instruction");
    this.opcode = byte;
    let second = 0;
    if (byte === PREFIX) {
      second = reader.u32("the second number of an opcode");
      this.opcode = 0x100 + second;
    }
    const instruction = instructions[this.opcode];
    if (instruction === undefined) throw this.refusal(byte, second);
    if (instruction.immediate !== "none") this.readImmediate(instruction.immediate);
    return instruction;
  }

  private refusal(byte: number, second: number): WasmInvalid {
    const found = byte === PREFIX ? `${hexByte(byte)} ${second}` : hexByte(byte);
    const reason = unsupportedOpcode(byte, second) ?? "unknown_opcode";
    return new WasmInvalid(reason, this.offset, "an instruction of wasm-core-2", found);
  }

  private readImmediate(kind: Exclude<ImmediateKind, "none">): void {
    const reader = this.reader;
    switch (kind) {
      case "local":
        this.first = reader.u32("a local index");
        return;
      case "i32":
        this.first = reader.s32("an i32 constant");
        return;
      case "memory_access":
        this.readMemoryAccess();
        return;
      case "label":
        this.first = reader.u32("a label");
        return;
      case "block_type":
        this.readBlockType();
        return;
      case "function":
        this.first = reader.u32("a function index");
        return;
      case "global":
        this.first = reader.u32("a global index");
        return;
      case "i64":
        reader.s64("an i64 constant");
        this.first = reader.low;
        this.second = reader.high;
        return;
      case "f32":
        this.first = this.readWord("an f32 constant");
        return;
      case "f64":
        this.first = this.readWord("an f64 constant");
        this.second = this.readWord("an f64 constant");
        return;
      case "label_table":
        this.readLabelTable();
        return;
      case "type_table":
        this.first = reader.u32("a type index");
        this.second = reader.u32("a table index");
        return;
      case "value_types":
        this.readValueTypes();
        return;
      case "table":
        this.first = reader.u32("a table index");
        return;
      case "table_table":
        this.first = reader.u32("a table index");
        this.second = reader.u32("a table index");
        return;
      case "element_table":
        this.first = reader.u32("an element segment index");
        this.second = reader.u32("a table index");
        return;
      case "element":
        this.first = reader.u32("an element segment index");
        return;
      case "data":
        this.first = reader.u32("a data segment index");
        return;
      case "data_memory":
        this.first = reader.u32("a data segment index");
        this.second = this.readMemoryIndex();
        return;
      case "memory":
        this.first = this.readMemoryIndex();
        return;
      case "memory_memory":
        this.first = this.readMemoryIndex();
        this.second = this.readMemoryIndex();
        return;
      case "reference_type":
        this.readReferenceType();
    }
  }

  private readReferenceType(): void {
    const { reader } = this;
    const offset = reader.position;
    const byte = offset < reader.end ? reader.bytes[offset] : undefined;
    // A type index where WebAssembly 2.0 has one of two bytes.
    if (byte !== undefined && byte < 0x40) {
      throw new WasmInvalid("unsupported_function_references", offset, "a reference type", `type ${byte}`);
    }
    this.first = readReferenceType(reader, "a reference type");
  }

  private readBlockType(): void {
    const reader = this.reader;
    const offset = reader.position;
    const number = reader.s33("a block type");
    this.first = number;
    if (number >= 0) return;
    const byte = number + 0x80;
    // Only the one-byte forms of negative numbers stand for types.
    if (reader.position === offset + 1) {
      this.first = -byte;
      if (byte === -EMPTY_BLOCK || isValueType(byte)) return;
      const unsupported = unsupportedType(byte);
      if (unsupported !== undefined) throw new WasmInvalid(unsupported, offset, "a block type", hexByte(byte));
    }
    throw new WasmInvalid("bad_block_type", offset, "a block type", `${number}`);
  }

  private readMemoryAccess(): void {
    const reader = this.reader;
    const offset = reader.position;
    const alignment = reader.u32("an alignment");
    if (alignment >= 0x40 && alignment < 0x80) {
      throw new WasmInvalid("unsupported_multi_memory", offset, "an alignment below 32", `${alignment}`);
    }
    if (alignment >= 32) throw new WasmInvalid("bad_alignment", offset, "an alignment below 32", `${alignment}`);
    this.first = alignment;
    this.second = reader.u32("an offset");
  }

  private readLabelTable(): void {
    const reader = this.reader;
    this.first = reader.count("the number of br_table targets", implementationLimits.branchTableTargets);
    this.labels = reader.position;
    for (let remaining = this.first; remaining >= 0; remaining--) reader.u32("a label");
  }

  private readValueTypes(): void {
    const count = this.reader.count("the number of result types of select", implementationLimits.results);
    this.first = count;
    this.second = 0;
    for (let position = 0; position < count; position++) {
      const type = readValueType(this.reader, "a result type of select");
      if (position === 0) this.second = type;
    }
  }

  /** A byte that WebAssembly 2.0 reserves and multi-memory uses as an index. */
  private readMemoryIndex(): number {
    const offset = this.reader.position;
    const byte = this.reader.byte("memory index 0");
    if (byte === 0) return 0;
    const reason = byte < 0x80 ? "unsupported_multi_memory" : "reserved_byte";
    throw new WasmInvalid(reason, offset, "memory index 0 in one byte", hexByte(byte));
  }

  private readWord(expected: string): number {
    const { bytes } = this.reader;
    const start = this.reader.skip(4, expected);
    return (
      (bytes[start] ?? 0) |
      ((bytes[start + 1] ?? 0) << 8) |
      ((bytes[start + 2] ?? 0) << 16) |
      ((bytes[start + 3] ?? 0) << 24)
    );
  }
}
