import { item, type Value, type Written, write } from "../../building/cbor.js";
import { trustKey, trustKeys } from "../../building/documents.js";
import { toHex } from "../../building/octets.js";
import { accepted, type Draft } from "../../corpus/family.js";
import { type KeyName, testKey } from "../../corpus/keys.js";

/** Anchor of what may follow what. */
export const update = "trust-store.update";

/** Anchor of the store that is there already. */
export const same = "trust-store.update.same";

/** Anchor of the event of a change. */
export const event = "trust-store.update.event";

/** Anchor of the event of a refusal. */
export const refusedEvent = "trust-store.update.refused";

/** Anchor of stores that are none. */
export const invalid = "trust-store.invalid";

const updated = ["security.trusted_roots_updated"];

/** Events of a refused update. */
export const turned = ["security.trust_store_refused"];

/** What goes wrong in the field. */
export const effects = {
  rollback: "Whoever hands an old store over brings a revoked key back.",
  hidden: "An operator is not told which keys his host believes since the update.",
  weak: "A key that nobody checked is believed for every artifact.",
  stuck: "A host cannot take over the store that revokes a stolen key.",
} as const;

/** A key of a store. */
export type Key = { readonly key_id: Uint8Array } & { readonly [member: string]: Value };

/** A store by its members. */
export interface Store {
  readonly version?: number;
  readonly issued_at?: number;
  readonly keys: readonly Key[];
}

/** A store as it is written, keys ascending. */
export function written({ version = 1, issued_at = 1_767_225_600, keys }: Store): Written {
  return write(item({ version, issued_at, keys: trustKeys(...keys) }));
}

/** The bytes of a store in hexadecimal. */
export function store(told: Store): string {
  return toHex(written(told).bytes);
}

/** A key of Ed25519. */
export const a = trustKey("ed25519-publisher");

/** Another key of Ed25519. */
export const b = trustKey("ed25519-successor");

/** A key of P-256. */
export const c = trustKey("ecdsa-p256-publisher");

/** A key of RSA. */
export const d = trustKey("rsa-2048-publisher");

/** Ids of keys, ascending. */
export function ids(...names: readonly KeyName[]): string[] {
  return names.map((name) => toHex(testKey(name).keyId)).sort();
}

interface Changed {
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly revoked?: readonly string[];
  readonly altered?: readonly string[];
}

/** An update that is taken, with the keys that it names. */
export function taken(
  id: string,
  clauses: readonly string[],
  installed: Store | undefined,
  next: Store,
  changes: Changed,
  why: string,
): Draft {
  const { added = [], removed = [], revoked = [], altered = [] } = changes;
  return accepted({
    id: `trust-store-update/${id}`,
    operation: "update_trust_store",
    clauses: [update, event, ...clauses],
    inputs: { bytes: store(next), ...(installed !== undefined && { installed: store(installed) }) },
    result: { changed: true, added, removed, revoked, altered },
    effects: { events: updated },
    why,
    effect: effects.hidden,
  });
}
