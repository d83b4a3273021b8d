import type { BufObject, LoadStrategy } from "../../contracts/buf-object.js";
import type { BufSource } from "../../contracts/buf-source.js";
import { isFaygerError } from "../../errors/fayger-error.js";
import { equalBytes } from "../bytes.js";
import type { Loader } from "../loader.js";
import { createMemorySource } from "../memory-source.js";
import { type Expectation, hexadecimal, type OracleWorld, type Refusal } from "./oracle.js";

/** The fields of each code's context that the chapter "loader" compares, besides `phase`. */
const COMPARED: Readonly<Record<string, readonly string[]>> = {
  LDR_TRUNCATED: ["offset", "expected", "available"],
  LDR_BAD_MAGIC: ["offset", "expected", "found"],
  LDR_FORMAT_VERSION_UNSUPPORTED: ["offset", "required", "available"],
  LDR_LIMIT_EXCEEDED: ["limit", "maximum", "found", "offset"],
  LDR_MANIFEST_INVALID: ["part", "reason", "path", "offset"],
  LDR_INDEX_INVALID: ["part", "reason", "path", "offset"],
  LDR_STRUCTURE_INVALID: ["reason", "offset", "section_id"],
  LDR_CRC_MISMATCH: ["offset", "expected", "found"],
  LDR_DIGEST_MISMATCH: ["part", "offset", "expected", "found", "section_id"],
  LDR_SIGNATURE_FAIL: ["reason", "algorithm", "key_id", "label"],
  LDR_SCHEMA_VERSION_UNSUPPORTED: ["required", "available", "expected_range"],
  LDR_RUNTIME_INTERFACE_UNSUPPORTED: ["required", "available", "expected_range"],
  LDR_SECTION_UNFIT: ["section_id", "length", "budget", "available"],
  LDR_ENTRY_UNRESOLVED: ["section_id", "reason"],
  LDR_DEPENDENCY_UNRESOLVED: ["name", "version_range", "available"],
};

/** What was thrown, as far as it is compared. What is no error of the loader is rethrown: a test must show it. */
export function refusalOf(error: unknown): Refusal {
  if (!isFaygerError(error) || error.sourceLayer !== "loader") throw error;
  const context: Record<string, string | number | boolean> = {};
  for (const name of ["phase", ...(COMPARED[error.code] ?? [])]) {
    const value: unknown = (error.context as unknown as Readonly<Record<string, unknown>>)[name];
    if (value instanceof Uint8Array) context[name] = hexadecimal(value);
    else if (Array.isArray(value)) context[name] = value.join(",");
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      context[name] = value;
  }
  return { code: error.code, context };
}

/** What is different between two refusals; nothing where they are the same. */
function refusalDifference(found: Refusal | undefined, expected: Refusal | undefined): string | undefined {
  if (found === undefined || expected === undefined) {
    return found === expected ? undefined : `found ${told(found)}, expected ${told(expected)}`;
  }
  const names = Object.keys({ ...found.context, ...expected.context });
  const isSame = found.code === expected.code && names.every((name) => found.context[name] === expected.context[name]);
  return isSame ? undefined : `found ${told(found)}, expected ${told(expected)}`;
}

function told(refusal: Refusal | undefined): string {
  return refusal === undefined ? "acceptance" : `${refusal.code} ${JSON.stringify(refusal.context)}`;
}

/** A load of bytes, and what comes of it. */
export interface Outcome {
  /** How it differs from what was expected; absent where it does not. */
  readonly difference?: string;
  /** Whether the load and every access to a body went well. */
  readonly isAccepted: boolean;
}

/**
 * Load bytes and read every selected body, and compare what happens with what was expected: the refusal of the load, or
 * selection, trust and the refusal of each body. A lazy load must not look at a body before it is asked for; each body
 * is asked for twice, with and without waiting, and the verdict must be the same.
 */
export async function loadAndCompare(
  loader: Loader,
  bytes: Uint8Array,
  expected: Expectation,
  world: OracleWorld,
  strategy: LoadStrategy,
  makeSource: (bytes: Uint8Array) => BufSource = createMemorySource,
): Promise<Outcome> {
  const { profile } = world;
  const refused = expected.refusal ?? (strategy === "eager" ? firstBodyRefusal(expected) : undefined);
  let object: BufObject;
  try {
    object = await loader.load(makeSource(bytes), { profile, strategy });
  } catch (error) {
    return outcome(false, refusalDifference(refusalOf(error), refused));
  }
  if (refused !== undefined) return outcome(true, refusalDifference(undefined, refused));
  const { selected } = object.selection;
  if (selected.join() !== expected.bodies.map((body) => body.sectionId).join()) {
    return outcome(true, `selected ${selected.join()}`);
  }
  if (object.trust !== expected.trust) return outcome(true, `trust ${object.trust}, expected ${expected.trust}`);
  let isAccepted = true;
  for (const { sectionId, refusal } of expected.bodies) {
    const waited = await caught(() => object.sections.read(sectionId));
    const direct = await caught(async () => object.sections.readSync(sectionId));
    isAccepted &&= waited.refusal === undefined;
    // Without waiting there may be no answer at all; where there is one, it is the same.
    const isAnswered = direct.refusal !== undefined || direct.value !== undefined;
    const difference =
      refusalDifference(waited.refusal, refusal) ??
      (isAnswered ? refusalDifference(direct.refusal, refusal) : undefined);
    if (difference !== undefined) return outcome(isAccepted, `${sectionId}: ${difference}`);
  }
  await object.close();
  return outcome(isAccepted, undefined);
}

function firstBodyRefusal(expected: Expectation): Refusal | undefined {
  return expected.bodies.find((body) => body.refusal !== undefined)?.refusal;
}

function outcome(isAccepted: boolean, difference: string | undefined): Outcome {
  return { isAccepted, ...(difference === undefined ? {} : { difference }) };
}

async function caught<T>(action: () => Promise<T>): Promise<{ readonly value?: T; readonly refusal?: Refusal }> {
  try {
    return { value: await action() };
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
}

/** Whether every selected body and the load itself are expected to go well. */
export function isAcceptable(expected: Expectation): boolean {
  return expected.refusal === undefined && firstBodyRefusal(expected) === undefined;
}

/** Whether two byte strings are equal, with a word for where they first differ. */
export function bytesDifference(found: Uint8Array, expected: Uint8Array): string | undefined {
  if (equalBytes(found, expected)) return undefined;
  const at = found.findIndex((byte, i) => byte !== expected[i]);
  return `${found.length} bytes instead of ${expected.length}, the first other one at ${at}`;
}
