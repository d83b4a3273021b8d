import type { WasmModule } from "../wasm/types.js";

const MEMORY_SECTION = 5;
const EXPORT_SECTION = 7;
const START_SECTION = 8;
const FUNCTION_EXPORT = 0;
const PREAMBLE_BYTES = 8;
/** Pages of a 32-bit address space. */
const MOST_PAGES = 65_536;

/** A copy of a module for the host's engine. */
export interface RewrittenModule {
  /** The copy. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Export of the copy that is the module's start function, where it has one. */
  readonly startExport: string | undefined;
}

/**
 * Copy a module with two changes that a program cannot notice.
 *
 * The memory's maximum is lowered to the quota, so that `memory.grow` gives -1 exactly beyond it. The start function
 * becomes an export: the engine would run it before anybody can reach the memory that its imports have to fill.
 *
 * @param module a module that passed validation and imports no memory
 * @param mostBytes the quota `memory_bytes`
 * @spec runtime.host-engine.rewrite, guest-abi.memory-grow, quotas.memory
 */
export function rewriteModule(module: WasmModule, mostBytes: number | undefined): RewrittenModule {
  const { bytes, memories, start } = module;
  const limits = memories[0]?.limits;
  const startExport = start === undefined ? undefined : unusedName(module);
  const parts: Uint8Array[] = [bytes.subarray(0, PREAMBLE_BYTES)];
  for (let at = PREAMBLE_BYTES; at < bytes.length; ) {
    const id = bytes[at];
    const size = readU32(bytes, at + 1);
    const end = size.end + size.value;
    if (id === MEMORY_SECTION && limits !== undefined && mostBytes !== undefined) {
      const quota = Math.min(MOST_PAGES, Math.floor(mostBytes / 65_536));
      const maximum = Math.min(limits.maximum ?? MOST_PAGES, quota);
      parts.push(section(MEMORY_SECTION, [1, 1, ...u32(limits.minimum), ...u32(maximum)]));
    } else if (id === EXPORT_SECTION && start !== undefined && startExport !== undefined) {
      const count = readU32(bytes, size.end);
      const added = [...nameBytes(startExport), FUNCTION_EXPORT, ...u32(start.functionIndex)];
      parts.push(section(EXPORT_SECTION, u32(count.value + 1), bytes.subarray(count.end, end), added));
    } else if (id !== START_SECTION) {
      parts.push(bytes.subarray(at, end));
    }
    at = end;
  }
  return { bytes: joined(parts), startExport };
}

/** A name no export has: the shortest run of `start` and underscores that is free. */
function unusedName({ exports }: WasmModule): string {
  const used = new Set(exports.map((item) => item.name));
  let name = "start";
  while (used.has(name)) name += "_";
  return name;
}

function section(id: number, ...contents: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return joined([Uint8Array.of(id, ...u32(length)), ...contents.map((part) => Uint8Array.from(part))]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function nameBytes(name: string): number[] {
  return [...u32(name.length), ...Array.from(name, (character) => character.charCodeAt(0))];
}

function u32(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** Read a u32 of a module whose encoding was checked before. */
function readU32(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let factor = 1;
  let end = at;
  for (;;) {
    const byte = bytes[end] ?? 0;
    end += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end };
    factor *= 0x80;
  }
}
