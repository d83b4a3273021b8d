import { type Item, item, type Value, type Written, write } from "./cbor.js";
import { sha256 } from "./octets.js";

/** Input logs by the text of the chapter instructions. Nothing here judges: members may be wrong. */

/** Members of a map by their names. */
export type Members = { readonly [name: string]: Value };

/** Digest of the manifest of the artifact that vectors are about, where they say nothing else. */
export const LOGGED_MANIFEST = new Uint8Array(32).fill(0x3a);

/** The record of a program that did nothing and ended, with some members told otherwise. */
export function recordOf(members: Members = {}): Members {
  return {
    sections: ["code/main"],
    quotas: { memory_bytes: 1_048_576, fuel: 500_000 },
    granted: ["io.stdio", "time.timer"],
    denied: ["net.http"],
    warnings: [],
    entries: [],
    end: { state: "terminated" },
    ...members,
  };
}

/** The item of a log around these bytes of a record. */
export function logItem(record: Uint8Array, members: Members = {}): Item {
  return item({
    schema_version: [1, 0],
    manifest_digest: LOGGED_MANIFEST,
    record_digest: sha256(record),
    record,
    ...members,
  });
}

/** A log with a record. */
export function logOf(record: Members, members: Members = {}): Written {
  return write(logItem(write(item(record)).bytes, members));
}
