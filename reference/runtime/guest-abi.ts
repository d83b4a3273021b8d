import type { CodeReason } from "../../generated/enums/code-reason.js";
import type { InstanceId, InstanceQuotas } from "../contracts/runtime-interface.js";
import { FaygerError, is } from "../errors/fayger-error.js";
import { quotaExceeded } from "./runtime-errors.js";
import { decodeInSteps } from "./wasm/decode-module.js";
import { readImportsAndExports, type TypedExport, type TypedImport } from "./wasm/module-interface.js";
import { finish, type Steps } from "./wasm/steps.js";
import { type FunctionType, functionTypeName, ValueType } from "./wasm/types.js";
import { type ValidatedModule, validateInSteps } from "./wasm/validate-module.js";
import { WasmInvalid } from "./wasm/wasm-invalid.js";

const { I32, I64 } = ValueType;

/** The one import module of guest ABI 1. @spec guest-abi.import-module */
export const GUEST_IMPORT_MODULE = "fayger_1";

/** The functions a guest may import, with their types. @spec guest-abi.imports */
export const GUEST_IMPORTS = {
  emit: { params: [I32, I32, I32, I32], results: [I32] },
  reply_read: { params: [I32, I32], results: [I32] },
  section_read: { params: [I32, I32, I64, I32, I32], results: [I32] },
  exit: { params: [I32], results: [] },
  abort: { params: [], results: [] },
} as const satisfies Readonly<Record<string, FunctionType>>;

/** Name of a function a guest may import. */
export type GuestImport = keyof typeof GUEST_IMPORTS;

/** The exports with a fixed name, except the memory, with their types. @spec guest-abi.exports */
export const GUEST_EXPORTS = {
  fayger_init: { params: [], results: [] },
  fayger_alloc: { params: [I32], results: [I32] },
  fayger_on_event: { params: [I32, I32], results: [] },
} as const satisfies Readonly<Record<string, FunctionType>>;

const ENTRY_TYPE: FunctionType = { params: [], results: [] };

/** A module that is a guest program. */
export interface GuestModule {
  /** The module, decoded and validated. */
  readonly validated: ValidatedModule;
  /** Whether it exports `fayger_init`. */
  readonly hasInit: boolean;
  /** Whether it exports `fayger_alloc` and `fayger_on_event`. */
  readonly hasEvents: boolean;
}

/** Where a program comes from, for errors. */
export interface ProgramOrigin {
  /** The instance it is prepared for. */
  readonly instance: InstanceId;
  /** The section that holds it. */
  readonly sectionId: string;
}

/**
 * Decode and validate the body of a code section and check it against the guest ABI.
 *
 * @param entry the manifest's entry symbol
 * @throws FaygerError `RT_CODE_INVALID` at the first fault: decoding, validation, imports in their order, then the
 * exports `memory`, entry, `fayger_init`, `fayger_alloc`, `fayger_on_event`
 * @spec guest-abi.code
 */
export function readGuestModule(code: Uint8Array, entry: string, origin: ProgramOrigin): GuestModule {
  return finish(readGuestInSteps(code, entry, origin));
}

/** The same as {@link readGuestModule}, for whoever has to do something else in between. */
export function* readGuestInSteps(code: Uint8Array, entry: string, origin: ProgramOrigin): Steps<GuestModule> {
  try {
    const validated = yield* validateInSteps(yield* decodeInSteps(code));
    const { imports, exports } = readImportsAndExports(validated);
    for (const entryOfImport of imports) checkImport(entryOfImport, origin);
    const named = new Map(exports.map((item) => [item.name, item]));
    const { memories } = validated.module;
    if (named.get("memory")?.external.kind !== "memory" || memories.length === 0) {
      throw missingExport("memory", "a memory", named.get("memory"), code.length, origin);
    }
    checkFunction(named, entry, ENTRY_TYPE, code.length, origin);
    const has = (name: keyof typeof GUEST_EXPORTS): boolean => {
      if (!named.has(name)) return false;
      checkFunction(named, name, GUEST_EXPORTS[name], code.length, origin);
      return true;
    };
    const hasInit = has("fayger_init");
    const hasAlloc = has("fayger_alloc");
    const hasOnEvent = has("fayger_on_event");
    if (hasAlloc !== hasOnEvent) {
      const [present, absent] = hasAlloc ? ["fayger_alloc", "fayger_on_event"] : ["fayger_on_event", "fayger_alloc"];
      throw codeInvalid(
        "event_exports",
        named.get(present)?.offset ?? 0,
        `the export ${absent} beside ${present}`,
        origin,
      );
    }
    return { validated, hasInit, hasEvents: hasOnEvent };
  } catch (error) {
    if (error instanceof WasmInvalid) throw codeInvalid(error.reason, error.offset, error.expected, origin);
    throw error;
  }
}

/**
 * What made an artifact's code unusable, as an error of another of its instances: it is read once for all of them that
 * ask meanwhile.
 */
export function faultOf(instance: InstanceId, error: unknown): unknown {
  if (!is(error, "RT_CODE_INVALID") || error.context.instance === instance) return error;
  return new FaygerError("RT_CODE_INVALID", error.message, { ...error.context, instance });
}

/**
 * Check what the module begins with against its quotas.
 *
 * @throws FaygerError `RT_QUOTA_EXCEEDED`
 * @spec quotas.initial-size
 */
export function checkInitialSizes({ module }: ValidatedModule, quotas: InstanceQuotas, instance: InstanceId): void {
  const bytes = module.memories.reduce((sum, memory) => sum + memory.limits.minimum * PAGE_BYTES, 0);
  const { memory_bytes: memoryBytes, table_elements: tableElements } = quotas;
  if (memoryBytes !== undefined && bytes > memoryBytes)
    throw quotaExceeded(instance, "memory_bytes", memoryBytes, bytes);
  const elements = module.tables.reduce((sum, table) => sum + table.type.limits.minimum, 0);
  if (tableElements !== undefined && elements > tableElements) {
    throw quotaExceeded(instance, "table_elements", tableElements, elements);
  }
}

/** Bytes of a page of linear memory. */
export const PAGE_BYTES = 65_536;

function checkImport({ module, name, external, offset }: TypedImport, origin: ProgramOrigin): void {
  // @spec guest-abi.import-module: default deny begins here; nothing of the host has a name a guest could import.
  if (module !== GUEST_IMPORT_MODULE || !Object.hasOwn(GUEST_IMPORTS, name)) {
    const names = Object.keys(GUEST_IMPORTS).join(", ");
    const expected = `an import out of ${GUEST_IMPORT_MODULE}: ${names}`;
    throw codeInvalid("unknown_import", offset, expected, origin, shortened(`${module}.${name}`));
  }
  const type = GUEST_IMPORTS[name as GuestImport];
  if (external.kind !== "function" || !sameType(external.type, type)) {
    throw codeInvalid("import_type", offset, `function ${name}: ${functionTypeName(type)}`, origin);
  }
}

function checkFunction(
  exports: ReadonlyMap<string, TypedExport>,
  name: string,
  type: FunctionType,
  end: number,
  origin: ProgramOrigin,
): void {
  const found = exports.get(name);
  const expected = `function ${name}: ${functionTypeName(type)}`;
  if (found === undefined) {
    const others = [...exports.keys()].join(", ");
    throw missingExport(name, expected, found, end, origin, others === "" ? "no export" : shortened(others));
  }
  if (found.external.kind !== "function" || !sameType(found.external.type, type)) {
    throw codeInvalid("export_type", found.offset, expected, origin);
  }
}

/** An export that is missing stands nowhere: the offset is the end of the module. */
function missingExport(
  name: string,
  expected: string,
  found: TypedExport | undefined,
  end: number,
  origin: ProgramOrigin,
  others?: string,
): FaygerError {
  if (found !== undefined) return codeInvalid("export_type", found.offset, expected, origin);
  return codeInvalid("missing_export", end, `the export ${name}, ${expected}`, origin, others);
}

/** Names out of a module, which may have any length, as a message can hold them. */
function shortened(names: string): string {
  return names.length > LONGEST_NAMES ? `${names.slice(0, LONGEST_NAMES)} …` : names;
}

/** UTF-16 units of names in a message. */
const LONGEST_NAMES = 128;

function sameType(found: FunctionType, expected: FunctionType): boolean {
  return sameValues(found.params, expected.params) && sameValues(found.results, expected.results);
}

function sameValues(found: readonly ValueType[], expected: readonly ValueType[]): boolean {
  return found.length === expected.length && found.every((type, at) => type === expected[at]);
}

function codeInvalid(
  reason: CodeReason,
  offset: number,
  expected: string,
  { instance, sectionId }: ProgramOrigin,
  found?: string,
): FaygerError<"RT_CODE_INVALID"> {
  const what = `${reason.replaceAll("_", " ")} at byte ${offset}: expected ${expected}`;
  return new FaygerError("RT_CODE_INVALID", found === undefined ? what : `${what}; found ${found}`, {
    instance,
    section_id: sectionId,
    reason,
    offset,
    expected,
  });
}
