import { item, type Value, write } from "../../building/cbor.js";
import { sha256, toHex, utf8 } from "../../building/octets.js";

/** A section as selection sees it. */
export interface Section {
  readonly id: string;
  /** Length of its body; 10 where absent. */
  readonly length?: number;
  /** Whether it is optional. */
  readonly optional?: boolean;
  /** When it applies; always where absent. */
  readonly when?: { readonly [constraint: string]: Value };
}

/** The index of sections, ascending by id, with the offsets that follow from their lengths. */
export function indexOf(...sections: readonly Section[]): string {
  let offset = 0;
  const entries = sections.map(({ id, length = 10, optional = false, when = {} }) => {
    const entry: Value = [id, 2, offset, length, sha256(utf8(id)), optional ? 1 : 0, when];
    offset = Math.min(offset + length, Number.MAX_SAFE_INTEGER);
    return entry;
  });
  return toHex(write(item(entries)).bytes);
}

/** What a caller says of a terminal. */
export interface Profile {
  readonly terminal: string;
  readonly capabilities: readonly string[];
  readonly features: readonly string[];
  readonly memory_bytes?: number;
  readonly max_section_bytes?: number;
  readonly max_total_bytes?: number;
}

/** A profile of a server that claims nothing, with what differs. */
export function profileOf(changes: Partial<Profile> = {}): Profile {
  return { terminal: "server", capabilities: [], features: [], ...changes };
}
