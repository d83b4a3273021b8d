import { encodeInputLog } from "../../../generated/codecs/input-log.js";
import type { InputLogQuotas } from "../../../generated/codecs/input-log-quotas.js";
import { encodeInputLogRecord } from "../../../generated/codecs/input-log-record.js";
import type { Sha256 } from "../../contracts/security.js";
import { type InputLogContent, type QuotaBounds, SCHEMA_VERSION } from "./input-log-document.js";

/** Write an input log. Equal records give equal bytes. @spec instructions.input-log */
export function writeInputLog({ manifestDigest, record }: InputLogContent, sha256: Sha256): Uint8Array {
  const bytes = encodeInputLogRecord(record);
  return encodeInputLog({
    schemaVersion: SCHEMA_VERSION,
    manifestDigest,
    recordDigest: sha256.digest(bytes),
    record: bytes,
  });
}

/** The part of an instance's bounds that a log pins. */
export function noticedQuotas(bounds: QuotaBounds): InputLogQuotas {
  const { memory_bytes: memoryBytes, table_elements: tableElements, fuel } = bounds;
  return {
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(tableElements !== undefined && { tableElements }),
    ...(fuel !== undefined && { fuel }),
  };
}
