import { item, write } from "../../building/cbor.js";
import { trustKeys } from "../../building/documents.js";
import { join, toHex } from "../../building/octets.js";
import { type Draft, mutated } from "../../corpus/family.js";
import { a, b, effects, ids, invalid, refusedEvent, taken, turned, written } from "./stores.js";

/** Bytes that are no store at all. */
export function documents(): readonly Draft[] {
  const first = taken(
    "documents/first",
    [],
    undefined,
    { version: 3, keys: [a] },
    { added: ids("ed25519-publisher") },
    "A first store of one key.",
  );
  const later = taken(
    "documents/later",
    [],
    { version: 2, keys: [] },
    { version: 3, keys: [a] },
    { added: ids("ed25519-publisher") },
    "The same store as an update.",
  );
  const whole = written({ version: 3, keys: [a] });
  const twice = write(item({ version: 3, issued_at: 1, keys: [a, a] }));
  const wrongOrder = trustKeys(a, b);
  const reversed = write(item({ version: 3, issued_at: 1, keys: [wrongOrder[1] ?? a, wrongOrder[0] ?? b] }));
  const unknown = write(item({ version: 3, issued_at: 1, keys: [], colour: "red" }));
  const emptyScope = write(item({ version: 3, issued_at: 1, keys: [{ ...a, scope: [] }] }));
  const rows: readonly (readonly [string, Uint8Array, string, { at: number; path: string }, string])[] = [
    ["empty", new Uint8Array(), "truncated", { at: 0, path: "$" }, "No byte is no store."],
    [
      "trailing-byte",
      join(whole.bytes, Uint8Array.of(0)),
      "trailing_bytes",
      { at: whole.bytes.length, path: "$" },
      "A byte follows the store.",
    ],
    ["list", Uint8Array.of(0x80), "wrong_type", { at: 0, path: "$" }, "A list is no store."],
    [
      "no-members",
      Uint8Array.of(0xa0),
      "missing_field",
      { at: 1, path: "$.keys" },
      "The first member that is missing is the one with the smallest key.",
    ],
    ["key-twice", twice.bytes, "item_order", twice.locus("keys", 1, "key_id"), "A key is there twice."],
    [
      "keys-descending",
      reversed.bytes,
      "item_order",
      reversed.locus("keys", 1, "key_id"),
      "The keys do not ascend by their ids.",
    ],
    [
      "unknown-member",
      unknown.bytes,
      "unknown_field",
      { at: unknown.key("colour").start, path: "$" },
      "The store has a member that no version has.",
    ],
    [
      "empty-scope",
      emptyScope.bytes,
      "length_out_of_range",
      emptyScope.locus("keys", 0, "scope"),
      "A scope that is there is not empty.",
    ],
    [
      "version-negative",
      write(item({ version: -1, issued_at: 1, keys: [] })).bytes,
      "value_out_of_range",
      write(item({ version: -1, issued_at: 1, keys: [] })).locus("version"),
      "A version is not negative.",
    ],
    [
      "version-too-great",
      write(item({ version: 2n ** 53n, issued_at: 1, keys: [] })).bytes,
      "value_out_of_range",
      write(item({ version: 2n ** 53n, issued_at: 1, keys: [] })).locus("version"),
      "A version is at most 2^53 − 1.",
    ],
    [
      "time-text",
      write(item({ version: 3, issued_at: "now", keys: [] })).bytes,
      "wrong_type",
      write(item({ version: 3, issued_at: "now", keys: [] })).locus("issued_at"),
      "A time is a number.",
    ],
  ];
  return [
    first,
    later,
    ...rows.flatMap(([name, bytes, reason, locus, why]) =>
      [later, first].map((parent) =>
        mutated(parent, {
          id: `trust-store-update/documents/${name}${parent === first ? "-as-the-first" : ""}`,
          clauses: [
            invalid,
            "encoding.reasons",
            ...(name.startsWith("key") ? ["trust-store.shape"] : []),
            ...(parent === later ? [refusedEvent] : []),
          ],
          recipe: { mutator: "replace-store", arguments: { fault: name }, repair: "raw" },
          inputs: { bytes: toHex(bytes) },
          refusal: {
            code: "LDR_TRUST_STORE_INVALID",
            reason,
            locus,
            effects: { events: parent === later ? turned : [] },
          },
          why,
          effect: effects.weak,
        }),
      ),
    ),
  ];
}
