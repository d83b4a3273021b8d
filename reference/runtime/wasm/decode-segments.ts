import type { BinaryReader } from "./binary-reader.js";
import { readConstantExpression } from "./decode-code.js";
import { readReferenceType } from "./decode-types.js";
import { implementationLimits } from "./implementation-limits.js";
import type { ModuleBuilder } from "./module-builder.js";
import { repeat, STEP_BYTES, type Steps } from "./steps.js";
import {
  type ConstantExpression,
  type DataSegment,
  type ElementItems,
  type ElementSegment,
  type ReferenceType,
  ValueType,
} from "./types.js";
import { hexByte, WasmInvalid } from "./wasm-invalid.js";

/** Bits of an element segment's flags. */
const NOT_ACTIVE = 1;
const EXPLICIT = 2;
const EXPRESSIONS = 4;

/** Read the contents of the element section into `module`. */
export function* readElementSection(reader: BinaryReader, module: ModuleBuilder): Steps<void> {
  const count = reader.count("the number of element segments", implementationLimits.elementSegments);
  let read = reader.position;
  for (let position = 0; position < count; position++) {
    module.elementSegments.push(yield* readElementSegment(reader, module));
    if (reader.position - read < STEP_BYTES) continue;
    read = reader.position;
    yield;
  }
}

function* readElementSegment(reader: BinaryReader, module: ModuleBuilder): Steps<ElementSegment> {
  const hasDataCount = module.dataCount !== undefined;
  const offset = reader.position;
  const flags = reader.u32("element segment flags");
  if (flags > 7) throw new WasmInvalid("bad_segment_flags", offset, "element segment flags 0 to 7", `${flags}`);
  const explicit = (flags & EXPLICIT) !== 0;
  const active = (flags & NOT_ACTIVE) === 0;
  // The same bit means a table index in an active segment and "declarative" in any other.
  const mode = active ? "active" : explicit ? "declarative" : "passive";
  const target = active
    ? {
        index: explicit ? reader.u32("a table index") : 0,
        position: readConstantExpression(reader, hasDataCount),
      }
    : undefined;
  const asExpressions = (flags & EXPRESSIONS) !== 0;
  let type: ReferenceType = ValueType.FuncRef;
  if (explicit || !active) {
    if (asExpressions) type = readReferenceType(reader, "an element type");
    else readElementKind(reader);
  }
  const items = asExpressions ? yield* readItemExpressions(reader, hasDataCount) : yield* readItemFunctions(reader);
  return { mode, type, target, items, offset };
}

function readElementKind(reader: BinaryReader): void {
  const offset = reader.position;
  const kind = reader.byte("element kind 0");
  if (kind !== 0) throw new WasmInvalid("bad_element_kind", offset, "element kind 0", hexByte(kind));
}

function* readItemFunctions(reader: BinaryReader): Steps<ElementItems> {
  const count = reader.count("the number of element items", implementationLimits.elementSegmentItems);
  const indices: number[] = [];
  yield* repeat(count, () => indices.push(reader.u32("a function index")));
  return { form: "functions", indices };
}

function* readItemExpressions(reader: BinaryReader, hasDataCount: boolean): Steps<ElementItems> {
  const count = reader.count("the number of element items", implementationLimits.elementSegmentItems);
  const expressions: ConstantExpression[] = [];
  yield* repeat(count, () => expressions.push(readConstantExpression(reader, hasDataCount)));
  return { form: "expressions", expressions };
}

/** Read the contents of the data section into `module`. */
export function* readDataSection(reader: BinaryReader, module: ModuleBuilder): Steps<void> {
  const offset = reader.position;
  const count = reader.count("the number of data segments", implementationLimits.dataSegments);
  if (module.dataCount !== undefined && module.dataCount !== count) {
    throw new WasmInvalid("data_count_mismatch", offset, `${module.dataCount} data segments as announced`, `${count}`);
  }
  yield* repeat(count, () => module.dataSegments.push(readDataSegment(reader, module)));
}

function readDataSegment(reader: BinaryReader, module: ModuleBuilder): DataSegment {
  const offset = reader.position;
  const flags = reader.u32("data segment flags");
  if (flags > 2) throw new WasmInvalid("bad_segment_flags", offset, "data segment flags 0 to 2", `${flags}`);
  const target =
    flags === 1
      ? undefined
      : {
          index: flags === 2 ? reader.u32("a memory index") : 0,
          position: readConstantExpression(reader, module.dataCount !== undefined),
        };
  const length = reader.length("the length of a data segment");
  const start = reader.skip(length, "the bytes of a data segment");
  return { mode: target === undefined ? "passive" : "active", target, bytes: { start, end: start + length }, offset };
}
