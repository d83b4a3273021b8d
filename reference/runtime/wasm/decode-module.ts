import { BinaryReader } from "./binary-reader.js";
import { readConstantExpression, readFunctionBody } from "./decode-code.js";
import { readDataSection, readElementSection } from "./decode-segments.js";
import { readFunctionType, readGlobalType, readLimits, readTableType } from "./decode-types.js";
import { implementationLimits } from "./implementation-limits.js";
import { InstructionReader } from "./instruction-reader.js";
import { emptyModule, type ModuleBuilder } from "./module-builder.js";
import { finish, repeat, STEP_BYTES, type Steps } from "./steps.js";
import type { ExternalKind, WasmModule } from "./types.js";
import { hexByte, WasmInvalid } from "./wasm-invalid.js";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const VERSION = [0x01, 0x00, 0x00, 0x00];
/** What stands in place of the version where the bytes are a component. */
const COMPONENT_VERSION = [0x0d, 0x00, 0x01, 0x00];

const EXTERNAL_KINDS: readonly ExternalKind[] = ["function", "table", "memory", "global"];
/** The kind, and the section, that the exception handling extension adds. */
const TAG_KIND = 4;
const TAG_SECTION = 13;

/** Functions declared by the function section whose bodies the code section brings. */
interface PendingFunctions {
  /** Type index and offset of each, in order, two numbers at a time. */
  readonly declared: number[];
  /** How many bodies came: stays 0 where the code section is absent. */
  bodies: number;
}

interface SectionRule {
  readonly name: string;
  readonly read: (reader: BinaryReader, module: ModuleBuilder, pending: PendingFunctions) => Steps<void> | undefined;
}

/** The sections by id, and in the order in which they may follow each other: that of this list. */
const SECTIONS: ReadonlyMap<number, SectionRule> = new Map([
  [1, { name: "type", read: readTypeSection }],
  [2, { name: "import", read: readImportSection }],
  [3, { name: "function", read: readFunctionSection }],
  [4, { name: "table", read: readTableSection }],
  [5, { name: "memory", read: readMemorySection }],
  [6, { name: "global", read: readGlobalSection }],
  [7, { name: "export", read: readExportSection }],
  [8, { name: "start", read: readStartSection }],
  [9, { name: "element", read: readElementSection }],
  [12, { name: "data count", read: readDataCountSection }],
  [10, { name: "code", read: readCodeSection }],
  [11, { name: "data", read: readDataSection }],
]);
const SECTION_ORDER = [...SECTIONS.keys()];

/**
 * Decode a module of WebAssembly 2.0 in the binary format, without its meaning: what it returns is well
 * formed, and valid only after `validateModule`. Memory and time stay in proportion to the bytes given,
 * whatever counts they declare.
 *
 * @param bytes the whole module; kept by reference in the result.
 * @throws WasmInvalid for anything malformed, above a limit, or from an extension outside `wasm-core-2`.
 * @spec guest-abi.code.malformed
 */
export function decodeModule(bytes: Uint8Array): WasmModule {
  return finish(decodeInSteps(bytes));
}

/** The same as {@link decodeModule}, for whoever has to do something else in between. */
export function* decodeInSteps(bytes: Uint8Array): Steps<WasmModule> {
  // @spec guest-abi.code.limits
  if (bytes.length > implementationLimits.moduleBytes) {
    const limit = `a module of at most ${implementationLimits.moduleBytes} bytes`;
    throw new WasmInvalid("limit_exceeded", 0, limit, `${bytes.length}`);
  }
  const reader = new BinaryReader(bytes);
  readPreamble(reader);
  const module = emptyModule(bytes);
  const pending: PendingFunctions = { declared: [], bodies: 0 };
  let nextRank = 0;
  while (reader.position < reader.end) {
    const offset = reader.position;
    const id = reader.byte("a section id");
    if (id !== 0) {
      const rank = SECTION_ORDER.indexOf(id);
      if (rank < 0) throw badSectionId(id, offset);
      if (rank < nextRank) {
        throw new WasmInvalid("section_order", offset, "each section once and in order", `section ${id}`);
      }
      nextRank = rank + 1;
    }
    yield* readSection(reader, id, module, pending);
  }
  checkCounts(reader, module, pending);
  return module;
}

function readPreamble(reader: BinaryReader): void {
  const matches = (at: number, expected: readonly number[]): boolean =>
    expected.every((byte, position) => reader.bytes[at + position] === byte);
  const magic = reader.skip(4, "00 61 73 6d, the magic of a module");
  if (!matches(magic, MAGIC)) throw new WasmInvalid("bad_magic", magic, "00 61 73 6d, the magic of a module");
  const version = reader.skip(4, "01 00 00 00, the version of the format");
  if (matches(version, COMPONENT_VERSION)) {
    throw new WasmInvalid("unsupported_component_model", version, "a core module", "a component");
  }
  if (!matches(version, VERSION)) {
    throw new WasmInvalid("bad_version", version, "01 00 00 00, the version of the format");
  }
}

function badSectionId(id: number, offset: number): WasmInvalid {
  const reason = id === TAG_SECTION ? "unsupported_exceptions" : "bad_section_id";
  return new WasmInvalid(reason, offset, "a section id from 0 to 12", `${id}`);
}

function* readSection(reader: BinaryReader, id: number, module: ModuleBuilder, pending: PendingFunctions): Steps<void> {
  const rule = SECTIONS.get(id);
  const name = rule === undefined ? "custom" : rule.name;
  const size = reader.length(`the size of the ${name} section`);
  const end = reader.position + size;
  const moduleEnd = reader.end;
  reader.end = end;
  if (rule === undefined) readCustomSection(reader, module);
  else yield* rule.read(reader, module, pending) ?? [];
  if (reader.position !== end) {
    const rest = `${end - reader.position} more bytes`;
    throw new WasmInvalid("section_size", reader.position, `the end of the ${name} section`, rest);
  }
  reader.end = moduleEnd;
}

/** What two sections announce to each other, one of which may be absent. */
function checkCounts(reader: BinaryReader, module: ModuleBuilder, pending: PendingFunctions): void {
  const declared = pending.declared.length / 2;
  if (pending.bodies !== declared) {
    throw new WasmInvalid("count_mismatch", reader.end, `a code section with ${declared} function bodies`, "none");
  }
  const { dataCount } = module;
  if (dataCount !== undefined && dataCount !== module.dataSegments.length) {
    throw new WasmInvalid("data_count_mismatch", reader.end, `a data section with ${dataCount} segments`, "none");
  }
}

function readCustomSection(reader: BinaryReader, module: ModuleBuilder): void {
  // @spec guest-abi.code.limits
  if (module.customSections.length >= implementationLimits.customSections) {
    const limit = `at most ${implementationLimits.customSections} custom sections`;
    throw new WasmInvalid("limit_exceeded", reader.position, limit, "one more");
  }
  const name = reader.name("the name of a custom section");
  const start = reader.skip(reader.end - reader.position, "the contents of a custom section");
  module.customSections.push({ name, bytes: { start, end: reader.position } });
}

function* readTypeSection(reader: BinaryReader, module: ModuleBuilder): Steps<void> {
  const count = reader.count("the number of types", implementationLimits.types);
  yield* repeat(count, () => module.types.push(readFunctionType(reader)));
}

function* readImportSection(reader: BinaryReader, module: ModuleBuilder): Steps<void> {
  const count = reader.count("the number of imports", implementationLimits.imports);
  yield* repeat(count, () => readImport(reader, module));
}

function readImport(reader: BinaryReader, module: ModuleBuilder): void {
  const offset = reader.position;
  const moduleName = reader.name("the module name of an import");
  const name = reader.name("the name of an import");
  const kind = readExternalKind(reader, "bad_import_kind");
  const index = readImported(reader, module, kind, offset);
  module.imports.push({ module: moduleName, name, kind, index, offset });
}

/** Read what an import asks for into its index space; returns the index it got there. */
function readImported(reader: BinaryReader, module: ModuleBuilder, kind: ExternalKind, offset: number): number {
  switch (kind) {
    case "function":
      return module.functions.push({ typeIndex: reader.u32("a type index"), offset, body: undefined }) - 1;
    case "table":
      return module.tables.push({ type: readTableType(reader), offset, imported: true }) - 1;
    case "memory":
      return module.memories.push({ limits: readLimits(reader), offset, imported: true }) - 1;
    case "global":
      return module.globals.push({ type: readGlobalType(reader), offset, initial: undefined }) - 1;
  }
}

function readExternalKind(reader: BinaryReader, reason: "bad_import_kind" | "bad_export_kind"): ExternalKind {
  const offset = reader.position;
  const byte = reader.byte("a kind from 0 to 3");
  const kind = EXTERNAL_KINDS[byte];
  if (kind !== undefined) return kind;
  const refusal = byte === TAG_KIND ? "unsupported_exceptions" : reason;
  throw new WasmInvalid(refusal, offset, "a kind from 0 to 3", hexByte(byte));
}

function* readFunctionSection(reader: BinaryReader, _module: ModuleBuilder, pending: PendingFunctions): Steps<void> {
  const count = reader.count("the number of functions", implementationLimits.functions);
  yield* repeat(count, () => {
    const offset = reader.position;
    pending.declared.push(reader.u32("a type index"), offset);
  });
}

function* readTableSection(reader: BinaryReader, module: ModuleBuilder): Steps<void> {
  const count = reader.count("the number of tables", implementationLimits.tables);
  yield* repeat(count, () => {
    const offset = reader.position;
    if (reader.bytes[offset] === 0x40 && offset < reader.end) {
      const expected = "a table without an initial value";
      throw new WasmInvalid("unsupported_function_references", offset, expected, "0x40");
    }
    module.tables.push({ type: readTableType(reader), offset, imported: false });
  });
}

function* readMemorySection(reader: BinaryReader, module: ModuleBuilder): Steps<void> {
  // How many memories there may be is a rule of validation; here the bytes bound them.
  const count = reader.count("the number of memories", reader.end);
  yield* repeat(count, () => {
    const offset = reader.position;
    module.memories.push({ limits: readLimits(reader), offset, imported: false });
  });
}

function* readGlobalSection(reader: BinaryReader, module: ModuleBuilder): Steps<void> {
  const count = reader.count("the number of globals", implementationLimits.globals);
  yield* repeat(count, () => {
    const offset = reader.position;
    const type = readGlobalType(reader);
    module.globals.push({ type, offset, initial: readConstantExpression(reader, false) });
  });
}

function* readExportSection(reader: BinaryReader, module: ModuleBuilder): Steps<void> {
  const count = reader.count("the number of exports", implementationLimits.exports);
  yield* repeat(count, () => {
    const offset = reader.position;
    const name = reader.name("the name of an export");
    const kind = readExternalKind(reader, "bad_export_kind");
    module.exports.push({ name, kind, index: reader.u32("the index of an export"), offset });
  });
}

function readStartSection(reader: BinaryReader, module: ModuleBuilder): undefined {
  const offset = reader.position;
  module.start = { functionIndex: reader.u32("the index of the start function"), offset };
}

function readDataCountSection(reader: BinaryReader, module: ModuleBuilder): undefined {
  module.dataCount = reader.u32("the number of data segments");
}

function* readCodeSection(reader: BinaryReader, module: ModuleBuilder, pending: PendingFunctions): Steps<void> {
  const offset = reader.position;
  const count = reader.count("the number of function bodies", implementationLimits.functions);
  const declared = pending.declared.length / 2;
  if (count !== declared) {
    throw new WasmInvalid("count_mismatch", offset, `${declared} function bodies as declared`, `${count}`);
  }
  const instructions = new InstructionReader(reader);
  const hasDataCount = module.dataCount !== undefined;
  let read = reader.position;
  for (let position = 0; position < count; position++) {
    const typeIndex = pending.declared[2 * position] ?? 0;
    const entryOffset = pending.declared[2 * position + 1] ?? 0;
    const body = yield* readFunctionBody(reader, instructions, hasDataCount);
    module.functions.push({ typeIndex, offset: entryOffset, body });
    if (reader.position - read < STEP_BYTES) continue;
    read = reader.position;
    yield;
  }
  pending.bodies = count;
}
