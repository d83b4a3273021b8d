import { ecSpki, rsaSpki } from "../../building/der.js";
import { trustKeys } from "../../building/documents.js";
import { flipped, join, sha256, toHex } from "../../building/octets.js";
import { type Draft, mutated } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { a, b, c, effects, ids, invalid, type Key, refusedEvent, taken, turned, written } from "./stores.js";

/** Stores with a key that is none. */
export function keys(): readonly Draft[] {
  const parent = taken(
    "keys/right",
    ["trust-store.key-id", "trust-store.key-form"],
    { version: 1, keys: [] },
    { version: 2, keys: [a, b, c] },
    { added: ids("ed25519-publisher", "ed25519-successor", "ecdsa-p256-publisher") },
    "Three keys, each with the id of its bytes and the form of its algorithm.",
  );
  const refuse = (
    id: string,
    clauses: readonly string[],
    changed: Key,
    member: string,
    reason: string,
    why: string,
  ): Draft => {
    return among([b, c], id, clauses, changed, member, reason, why);
  };
  const among = (
    beside: readonly Key[],
    id: string,
    clauses: readonly string[],
    changed: Key,
    member: string,
    reason: string,
    why: string,
  ): Draft => {
    const others = beside.filter((key) => toHex(key.key_id) !== toHex(changed.key_id));
    const all = trustKeys(changed, ...others);
    const document = written({ version: 2, keys: all });
    const { at, path } = document.locus("keys", all.indexOf(changed), member);
    return mutated(parent, {
      id: `trust-store-update/keys/${id}`,
      clauses: [...clauses, invalid, refusedEvent],
      recipe: { mutator: "replace-key", arguments: { member }, repair: "raw" },
      inputs: { bytes: document.hex },
      refusal: { code: "LDR_TRUST_STORE_INVALID", reason, locus: { at, path }, effects: { events: turned } },
      why,
      effect: effects.weak,
    });
  };
  const keyOf = (algorithm: string, spki: Uint8Array): Key => ({ key_id: sha256(spki), algorithm, public_key: spki });
  const publisher = testKey("ed25519-publisher");
  const curve = testKey("ecdsa-p256-publisher");
  const { half } = testKey("rsa-2048-publisher");
  const modulus = half.algorithm === "rsa-pss-sha256" ? half.modulus : 0n;
  const offCurve = flipped(curve.spki, 90, 1);
  const compressed = ecSpki(join(Uint8Array.of(2), curve.spki.slice(27, 59)));
  const id = "trust-store.key-id";
  const form = "trust-store.key-form";
  const large = testKey("rsa-4096-publisher");
  const before: readonly (readonly [string, Key, string])[] = [
    ["rsa", keyOf("rsa-pss-sha256", large.spki), "a key of RSA, whose length takes three bytes"],
    [
      "scope",
      {
        ...a,
        label: "a publisher",
        not_before: 1_700_000_000,
        revoked_at: 5_000_000_000,
        scope: ["team/*", "tools/**"],
      },
      "a key with a scope and times",
    ],
  ];
  const wrong = {
    key_id: [(key: Key) => ({ ...key, key_id: new Uint8Array(32).fill(255) }), "key_id_mismatch"],
    algorithm: [(key: Key) => ({ ...key, algorithm: "ed448" }), "algorithm_unknown"],
    public_key: [(key: Key) => ({ ...key, algorithm: "ecdsa-p256" }), "public_key_invalid"],
  } as const;
  /** A key whose id sorts behind that of another. */
  const behind = ({ key_id }: Key): Key => {
    const names = ["ed25519-publisher", "ed25519-successor", "ed25519-stranger", "ed25519-corpus"] as const;
    const found = names.map((name) => testKey(name)).find((key) => toHex(key.keyId) > toHex(key_id));
    if (found === undefined) throw new RangeError("no key sorts behind it");
    return keyOf("ed25519", found.spki);
  };
  const second = before.flatMap(([name, first, what]) =>
    Object.entries(wrong).map(([member, [change, reason]]) =>
      among(
        [first],
        `second-${member.replace("_", "-")}-behind-${name}`,
        member === "key_id" ? [id] : [form],
        change(behind(first)),
        member,
        reason,
        `The second key is wrong, and stands behind ${what}.`,
      ),
    ),
  );
  return [
    parent,
    ...second,
    refuse(
      "id-of-another-key",
      [id],
      { ...a, key_id: testKey("ed25519-stranger").keyId },
      "key_id",
      "key_id_mismatch",
      "The id is that of another key.",
    ),
    refuse(
      "id-changed",
      [id],
      { ...a, key_id: flipped(a.key_id, 31, 1) },
      "key_id",
      "key_id_mismatch",
      "One bit of the id is another.",
    ),
    refuse(
      "id-of-the-bare-point",
      [id],
      { ...a, key_id: sha256(publisher.spki.slice(12)) },
      "key_id",
      "key_id_mismatch",
      "The id is made over the bare point and not over the SPKI.",
    ),
    refuse(
      "key-exchanged",
      [id],
      { ...a, public_key: testKey("ed25519-stranger").spki },
      "key_id",
      "key_id_mismatch",
      "Another key stands under the id.",
    ),
    refuse("id-zero", [id], { ...a, key_id: new Uint8Array(32) }, "key_id", "key_id_mismatch", "The id is zeros."),
    refuse(
      "algorithm-unknown",
      [form, "signatures.algorithms"],
      { ...a, algorithm: "ed448" },
      "algorithm",
      "algorithm_unknown",
      "The algorithm is not in the table.",
    ),
    refuse(
      "algorithm-empty",
      [form],
      { ...a, algorithm: "" },
      "algorithm",
      "algorithm_unknown",
      "The algorithm is empty.",
    ),
    refuse(
      "algorithm-in-capitals",
      [form],
      { ...a, algorithm: "Ed25519" },
      "algorithm",
      "algorithm_unknown",
      "Capital letters make another name.",
    ),
    refuse(
      "algorithm-of-another-key",
      [form],
      { ...a, algorithm: "ecdsa-p256" },
      "public_key",
      "public_key_invalid",
      "The key is one of Ed25519 and the algorithm is not.",
    ),
    refuse(
      "rsa-key-for-ed25519",
      [form],
      keyOf("ed25519", testKey("rsa-2048-publisher").spki),
      "public_key",
      "public_key_invalid",
      "The key is one of RSA and the algorithm is Ed25519.",
    ),
    refuse(
      "ed25519-short",
      [form, "signatures.spki.ed25519"],
      keyOf("ed25519", publisher.spki.slice(0, -1)),
      "public_key",
      "public_key_invalid",
      "The key lacks its last byte.",
    ),
    refuse(
      "ed25519-raw",
      [form, "signatures.spki.ed25519"],
      keyOf("ed25519", publisher.spki.slice(12)),
      "public_key",
      "public_key_invalid",
      "The key is the bare point.",
    ),
    refuse(
      "empty",
      [form],
      keyOf("ed25519", new Uint8Array()),
      "public_key",
      "public_key_invalid",
      "The key is empty.",
    ),
    refuse(
      "p256-off-curve",
      [form, "signatures.spki.ecdsa-p256"],
      keyOf("ecdsa-p256", offCurve),
      "public_key",
      "public_key_invalid",
      "The point is not on the curve.",
    ),
    refuse(
      "p256-compressed",
      [form, "signatures.spki.ecdsa-p256"],
      keyOf("ecdsa-p256", compressed),
      "public_key",
      "public_key_invalid",
      "The point is compressed.",
    ),
    refuse(
      "rsa-exponent-3",
      [form, "signatures.spki.rsa"],
      keyOf("rsa-pss-sha256", rsaSpki(modulus, 3n)),
      "public_key",
      "public_key_invalid",
      "The exponent is 3.",
    ),
    refuse(
      "rsa-even",
      [form, "signatures.spki.rsa"],
      keyOf("rsa-pss-sha256", rsaSpki(modulus - 1n)),
      "public_key",
      "public_key_invalid",
      "The modulus is even.",
    ),
    refuse(
      "rsa-short",
      [form, "signatures.spki.rsa"],
      keyOf("rsa-pss-sha256", rsaSpki(modulus >> 1024n)),
      "public_key",
      "public_key_invalid",
      "The modulus has 1024 bits.",
    ),
    refuse(
      "id-before-algorithm",
      [id],
      { ...a, key_id: flipped(a.key_id, 0, 1), algorithm: "ed448" },
      "key_id",
      "key_id_mismatch",
      "The id is looked at before the algorithm.",
    ),
    refuse(
      "algorithm-before-key",
      [form],
      keyOf("ed448", new Uint8Array(3)),
      "algorithm",
      "algorithm_unknown",
      "The algorithm is looked at before the key.",
    ),
    refuse(
      "id-before-key",
      [id],
      { ...a, public_key: new Uint8Array(44) },
      "key_id",
      "key_id_mismatch",
      "The id is looked at before the key's form.",
    ),
  ];
}
