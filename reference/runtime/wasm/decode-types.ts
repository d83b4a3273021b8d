import type { BinaryReader } from "./binary-reader.js";
import { implementationLimits } from "./implementation-limits.js";
import {
  type FunctionType,
  type GlobalType,
  isReferenceType,
  isValueType,
  type Limits,
  type ReferenceType,
  type TableType,
  type ValueType,
} from "./types.js";
import { unsupportedLimits, unsupportedType, unsupportedTypeForm } from "./unsupported.js";
import { hexByte, WasmInvalid } from "./wasm-invalid.js";

/** Shared by every function type without parameters or without results. */
const NO_TYPES: readonly ValueType[] = Object.freeze([]);

/** Read a value type; `expected` says what it is the type of. */
export function readValueType(reader: BinaryReader, expected: string): ValueType {
  const offset = reader.position;
  const byte = reader.byte(expected);
  if (isValueType(byte)) return byte;
  throw new WasmInvalid(unsupportedType(byte) ?? "bad_value_type", offset, expected, hexByte(byte));
}

/** Read a reference type; `expected` says what it is the type of. */
export function readReferenceType(reader: BinaryReader, expected: string): ReferenceType {
  const offset = reader.position;
  const byte = reader.byte(expected);
  if (isReferenceType(byte)) return byte;
  throw new WasmInvalid(unsupportedType(byte) ?? "bad_reference_type", offset, expected, hexByte(byte));
}

/** Read an entry of the type section. */
export function readFunctionType(reader: BinaryReader): FunctionType {
  const offset = reader.position;
  const form = reader.byte("a function type");
  if (form !== 0x60) {
    throw new WasmInvalid(
      unsupportedTypeForm(form) ?? "bad_type_form",
      offset,
      "0x60 (a function type)",
      hexByte(form),
    );
  }
  const params = readValueTypes(reader, "a parameter type", implementationLimits.parameters);
  const results = readValueTypes(reader, "a result type", implementationLimits.results);
  return { params, results };
}

function readValueTypes(reader: BinaryReader, expected: string, limit: number): readonly ValueType[] {
  const count = reader.count(`the number of entries, each ${expected},`, limit);
  if (count === 0) return NO_TYPES;
  const types: ValueType[] = [];
  for (let position = 0; position < count; position++) types.push(readValueType(reader, expected));
  return types;
}

/** Read the limits of a table or memory. */
export function readLimits(reader: BinaryReader): Limits {
  const offset = reader.position;
  const flags = reader.byte("limits flags");
  if (flags > 1) {
    throw new WasmInvalid(
      unsupportedLimits(flags) ?? "bad_limits_flags",
      offset,
      "limits flags 0 or 1",
      hexByte(flags),
    );
  }
  const minimum = reader.u32("a minimum size");
  const maximum = flags === 1 ? reader.u32("a maximum size") : undefined;
  return { minimum, maximum };
}

/** Read a table type. */
export function readTableType(reader: BinaryReader): TableType {
  const element = readReferenceType(reader, "an element type");
  return { element, limits: readLimits(reader) };
}

/** Read a global type. */
export function readGlobalType(reader: BinaryReader): GlobalType {
  const value = readValueType(reader, "a global's type");
  const offset = reader.position;
  const mutability = reader.byte("mutability 0 or 1");
  if (mutability > 1) throw new WasmInvalid("bad_mutability", offset, "mutability 0 or 1", hexByte(mutability));
  return { value, mutable: mutability === 1 };
}
