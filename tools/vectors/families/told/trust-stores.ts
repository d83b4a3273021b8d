import type { VectorEvent } from "../../../../generated/json/vector.js";
import { toHex } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import {
  a,
  b,
  effects,
  event,
  invalid,
  refusedEvent,
  type Store,
  same,
  store,
  turned,
  update,
} from "../trust-store-update/stores.js";

const tell = ["security.trusted_roots_updated", "security.trust_store_refused"];

/** Updates of a trust store with the fields of their events. */
export function toldTrustStores(): readonly Draft[] {
  const before: Store = { version: 5, keys: [{ ...a, label: "publisher" }] };
  const [idA, idB] = [toHex(a.key_id), toHex(b.key_id)];
  const taken = (
    id: string,
    next: Store,
    result: Partial<Record<"added" | "removed" | "revoked" | "altered", readonly string[]>>,
    why: string,
  ): Draft => {
    const { added = [], removed = [], revoked = [], altered = [] } = result;
    const fields = { version: next.version ?? 0, added, removed, revoked, changed: altered };
    const told: VectorEvent[] = [{ event: "security.trusted_roots_updated", fields }];
    return accepted({
      id: `trust-store-update/told/${id}`,
      operation: "update_trust_store",
      clauses: [event],
      inputs: { bytes: store(next), installed: store(before), tell },
      result: { changed: true, added: [...added], removed: [...removed], revoked: [...revoked], altered: [...altered] },
      effects: { told },
      why,
      effect: effects.hidden,
    });
  };
  const exchanged = taken(
    "exchanged",
    { version: 9, keys: [b] },
    { added: [idB], removed: [idA] },
    "The event names the new version, the key that came and the one that went.",
  );
  const refused = (
    id: string,
    inputs: Draft["inputs"],
    code: string,
    offered: number | undefined,
    context: Readonly<Record<string, unknown>> | undefined,
    why: string,
    reason?: string,
  ): Draft =>
    mutated(exchanged, {
      id: `trust-store-update/told/${id}`,
      clauses: [refusedEvent, reason === undefined ? update : invalid],
      recipe: { mutator: "replace-store", arguments: { store: id }, repair: "raw" },
      inputs,
      refusal: {
        code,
        ...(reason !== undefined && { reason }),
        ...(context !== undefined && { context }),
        effects: {
          events: turned,
          told: [
            {
              event: "security.trust_store_refused",
              fields: { code, version: 5, ...(offered !== undefined && { offered }) },
            },
          ],
        },
      },
      why,
      effect: effects.rollback,
    });
  return [
    exchanged,
    taken(
      "revoked",
      { version: 6, keys: [{ ...a, label: "publisher", revoked_at: 0 }] },
      { revoked: [idA] },
      "The event names the key that was revoked.",
    ),
    taken(
      "changed",
      { version: 6, keys: [{ ...a, label: "another name" }] },
      { altered: [idA] },
      "The event names the key that changed otherwise.",
    ),
    accepted({
      id: "trust-store-update/told/same",
      operation: "update_trust_store",
      clauses: [same],
      inputs: { bytes: store(before), installed: store(before), tell },
      result: { changed: false, added: [], removed: [], revoked: [], altered: [] },
      effects: { events: [] },
      why: "Of the same store nothing is told.",
    }),
    refused(
      "older",
      { bytes: store({ ...before, version: 4 }) },
      "LDR_TRUST_STORE_ROLLBACK",
      4,
      { installed: 5, offered: 4 },
      "The event of a rollback gives the installed version and the one that was offered.",
    ),
    refused(
      "no-store",
      { bytes: "ff" },
      "LDR_TRUST_STORE_INVALID",
      undefined,
      undefined,
      "The event of a store that is none gives the installed version and the code.",
      "forbidden_item",
    ),
  ];
}
