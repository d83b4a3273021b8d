import { decodeInputLog } from "../../../generated/codecs/input-log.js";
import type { InputLogEntry } from "../../../generated/codecs/input-log-entry.js";
import { decodeInputLogRecord, type InputLogRecord } from "../../../generated/codecs/input-log-record.js";
import { isDecodeReason } from "../../../generated/enums/decode-reason.js";
import { QUOTA_NAMES } from "../../../generated/enums/quota-name.js";
import type { Sha256 } from "../../contracts/security.js";
import { inputLogInvalid } from "./input-log-errors.js";

/** Version of the schemas `input-log` and `input-log-record`. */
export const SCHEMA_VERSION = [1, 0] as const;

/** An input log that was read. */
export interface InputLogContent {
  /** SHA-256 of the artifact's manifest. */
  readonly manifestDigest: Uint8Array;
  /** What happened. */
  readonly record: InputLogRecord;
}

/** What a log must agree with before the program runs. */
export interface InputLogSubject {
  /** SHA-256 of the artifact's manifest. */
  readonly manifestDigest: Uint8Array;
  /** SHA-256 of the snapshot from which the program goes on; `undefined` where it begins. */
  readonly snapshotDigest: Uint8Array | undefined;
  /** Ids of the sections the load has selected, in index order. */
  readonly sections: readonly string[];
}

/**
 * Read an input log. Byte strings of the result are views into `bytes`, which must not change afterwards.
 *
 * @throws FaygerError `ADP_INPUT_LOG_INVALID`
 * @spec instructions.input-log.order
 */
export function readInputLog(bytes: Uint8Array, sha256: Sha256): InputLogContent {
  const log = decoded(() => decodeInputLog(bytes));
  const [major] = log.schemaVersion;
  if (major !== SCHEMA_VERSION[0]) {
    throw inputLogInvalid("unsupported_version", `its schema has major version ${major}, not ${SCHEMA_VERSION[0]}`);
  }
  if (!equalBytes(sha256.digest(log.record), log.recordDigest)) {
    throw inputLogInvalid("record_damaged", "its record is not the one that was written");
  }
  const record = decoded(() => decodeInputLogRecord(log.record));
  const unfit = record.entries.findIndex((entry) => !isFit(entry));
  if (unfit !== -1) throw inputLogInvalid("entry_unfit", `entry ${unfit} has not the members of one kind`);
  return { manifestDigest: log.manifestDigest, record };
}

/**
 * Judge whether a log is of this artifact, snapshot and selection.
 *
 * @throws FaygerError `ADP_INPUT_LOG_INVALID`
 * @spec instructions.input-log.pins, instructions.equal-sequences.refused
 */
export function checkSubject({ manifestDigest, record }: InputLogContent, subject: InputLogSubject): void {
  if (!equalBytes(manifestDigest, subject.manifestDigest)) {
    throw inputLogInvalid("other_artifact", "it is of another artifact");
  }
  const { snapshotDigest: expected, sections } = record;
  const { snapshotDigest: found } = subject;
  if (expected === undefined ? found !== undefined : found === undefined || !equalBytes(expected, found)) {
    const wanted = expected === undefined ? "a program that begins" : "a program that goes on from a certain snapshot";
    throw inputLogInvalid("other_snapshot", `it is of ${wanted}`);
  }
  if (sections.length !== subject.sections.length || sections.some((id, at) => id !== subject.sections[at])) {
    const wanted = sections.join(", ") || "none";
    throw inputLogInvalid("other_sections", `it was made with other sections selected: ${wanted}`);
  }
}

/** The quotas that a program can notice, and what they are called. */
const NOTICED_QUOTAS = [
  ["memory_bytes", "memoryBytes"],
  ["table_elements", "tableElements"],
  ["fuel", "fuel"],
] as const;

/** Bounds by the names of the table `quotas`; absent means unbounded. */
export type QuotaBounds = Readonly<Partial<Record<(typeof NOTICED_QUOTAS)[number][0], number | undefined>>>;

/**
 * Judge whether the program would notice other bounds than when the log was made.
 *
 * @throws FaygerError `ADP_INPUT_LOG_INVALID`
 * @spec instructions.input-log.pins, instructions.replay.bounds
 */
export function checkQuotas({ record }: InputLogContent, bounds: QuotaBounds): void {
  for (const [name, member] of NOTICED_QUOTAS) {
    const expected = record.quotas[member];
    const found = bounds[name];
    if (expected === found) continue;
    const wanted = expected === undefined ? `no bound for ${name}` : `${name}=${expected}`;
    throw inputLogInvalid("other_quotas", `it was made with ${wanted}, and here is ${found ?? "no bound"}`);
  }
}

/** Whether an entry has the members of exactly one kind. @spec instructions.input-log.entries */
function isFit({ instruction, reply, event, command, quota, value }: InputLogEntry): boolean {
  const kinds = [instruction, event, command].filter((member) => member !== undefined);
  if (kinds.length !== 1 || (reply !== undefined && instruction === undefined)) return false;
  if (command === "grant")
    return quota !== undefined && (QUOTA_NAMES as readonly string[]).includes(quota) && value !== undefined;
  return quota === undefined && value === undefined;
}

/** What a decoder finds becomes the layer's own error. @spec instructions.input-log.invalid */
function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const { reason, path, offset, expected } = error as Partial<Record<string, unknown>>;
    if (typeof reason !== "string" || !isDecodeReason(reason) || typeof offset !== "number") throw error;
    throw inputLogInvalid(reason, `expected ${String(expected)} at ${String(path)}`, offset);
  }
}

/** Whether two byte strings are the same. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
