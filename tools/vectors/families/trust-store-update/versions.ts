import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { a, b, effects, refusedEvent, type Store, same, store, taken, turned, update } from "./stores.js";

/** The same version again, and earlier ones. */
export function versions(): readonly Draft[] {
  const installed: Store = { version: 5, keys: [{ ...a, label: "publisher" }, b] };
  const again = (id: string, told: Store, why: string): Draft =>
    accepted({
      id: `trust-store-update/versions/${id}`,
      operation: "update_trust_store",
      clauses: [same],
      inputs: { bytes: store(told), installed: store(told) },
      result: { changed: false, added: [], removed: [], revoked: [], altered: [] },
      effects: { events: [] },
      why,
      effect: effects.stuck,
    });
  const parent = again("same", installed, "The installed store once more changes nothing and is no event.");
  const higher = taken(
    "versions/higher",
    [],
    installed,
    { ...installed, version: 6 },
    {},
    "A version that is one higher is an update.",
  );
  const rollback = (id: string, from: Draft, next: Store, before: Store, why: string): Draft =>
    mutated(from, {
      id: `trust-store-update/versions/${id}`,
      clauses: [update, refusedEvent],
      recipe: {
        mutator: "replace-store",
        arguments: { installed: before.version ?? 1, offered: next.version ?? 1 },
        repair: "raw",
      },
      inputs: { bytes: store(next), installed: store(before) },
      refusal: {
        code: "LDR_TRUST_STORE_ROLLBACK",
        context: { installed: before.version ?? 1, offered: next.version ?? 1 },
        effects: { events: turned },
      },
      why,
      effect: effects.rollback,
    });
  return [
    parent,
    higher,
    again("same-empty", { version: 0, issued_at: 0, keys: [] }, "The same holds of an empty store."),
    again("same-greatest", { version: Number.MAX_SAFE_INTEGER, keys: [a] }, "The same holds of the greatest version."),
    rollback("one-lower", higher, { ...installed, version: 4 }, installed, "A version that is one lower is refused."),
    rollback("zero", higher, { ...installed, version: 0 }, installed, "Version 0 is lower than every other."),
    rollback(
      "lower-and-later",
      higher,
      { ...installed, version: 4, issued_at: 1_999_999_999 },
      installed,
      "A later time does not make up for a lower version.",
    ),
    rollback(
      "below-greatest",
      higher,
      { version: Number.MAX_SAFE_INTEGER - 1, keys: [a] },
      { version: Number.MAX_SAFE_INTEGER, keys: [a] },
      "The greatest numbers compare exactly.",
    ),
    rollback(
      "same-version-other-label",
      parent,
      { ...installed, keys: [a, b] },
      installed,
      "The same version with other bytes is refused: somebody made two stores of one number.",
    ),
    rollback(
      "same-version-fewer-keys",
      parent,
      { ...installed, keys: [b] },
      installed,
      "The same version with fewer keys is refused.",
    ),
    rollback(
      "same-version-revocation",
      parent,
      { ...installed, keys: [{ ...a, label: "publisher", revoked_at: 1 }, b] },
      installed,
      "Also a revocation needs a higher version.",
    ),
    rollback(
      "same-version-other-time",
      parent,
      { ...installed, issued_at: 1_767_225_601 },
      installed,
      "The same version with another time of issue is refused.",
    ),
  ];
}
