import { type ArtifactPlan, build } from "../../building/artifact.js";
import { baseOrder, joinSignature } from "../../building/ed25519-arithmetic.js";
import { flipped, fromBigEndian, fromLittleEndian, sha256, toHex, utf8 } from "../../building/octets.js";
import { joinP256Signature, p256Order } from "../../building/p256-arithmetic.js";
import { signPss } from "../../building/rsa-arithmetic.js";
import { sign } from "../../building/signing.js";
import { type Draft, mutated } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { artifact, type Block, contextOf, loadOf, plan, signedBytes, type Trusted, trusting } from "./artifacts.js";
import { effects, loads, refuses } from "./drafts.js";
import { decision, enforceDefault, off, other, type Publisher, trustedBy } from "./stores.js";

/** Unsigned artifacts, names of algorithms, stores of several keys, another major. */
export function others(): readonly Draft[] {
  const name = "ed25519-publisher";
  const right = loads({
    id: "others/right",
    clauses: [enforceDefault],
    inputs: loadOf(artifact(name), { ...trustedBy(name, { label: "publisher" }), enforce_signature: true }),
    why: "A right signature is loaded as verified where signatures are asked for in so many words.",
  });
  const unsigned = build(plan);
  const unsignedOff = loads({
    id: "others/unsigned-not-enforced",
    inputs: loadOf(unsigned, off),
    level: "unsigned",
    why: "An artifact without a signature is loaded as unsigned where none is asked for.",
  });
  const missing = (id: string, inputs: Partial<Draft["inputs"]>, why: string): Draft =>
    refuses(right, {
      id: `others/${id}`,
      clauses: [enforceDefault],
      mutator: "remove-signature",
      repair: "digests",
      inputs: { bytes: toHex(unsigned.bytes), ...inputs },
      reason: "MissingSignature",
      why,
      effect: effects.unsigned,
    });
  const algorithms = [
    "",
    "ED25519",
    "ed25519 ",
    "ed25519\u0000",
    "rsa-pss",
    "ecdsa-p384",
    "none",
    "hmac-sha256",
    "Ed25519",
  ];
  const named = { toString: (text: string) => text };
  const unsupported = algorithms.map((algorithm, index) =>
    refuses(right, {
      id: `others/algorithm-${["empty", "in-capitals", "with-a-space", "with-a-zero", "rsa-pss", "p384", "none", "hmac", "with-a-capital"][index] ?? named.toString(algorithm)}`,
      clauses: ["signatures.algorithms"],
      mutator: "replace-algorithm",
      settings: { algorithm },
      repair: "signed",
      inputs: loadOf(artifact(name, { algorithm })),
      reason: "UnsupportedAlgorithm",
      context: contextOf(name, { algorithm }),
      why: "Names of algorithms are compared as whole texts, and this is none of them.",
      effect: effects.mismatch,
    }),
  );
  const several = trusting([
    { key: "ed25519-publisher", more: { label: "release", scope: ["example/**"] } },
    { key: "ed25519-successor", more: { label: "release", scope: ["example/**"] } },
    { key: "rsa-3072-publisher", more: { label: "release" } },
    { key: "rsa-4096-publisher" },
  ]);
  const rotation = (
    ["ed25519-publisher", "ed25519-successor", "rsa-3072-publisher", "rsa-4096-publisher"] as const
  ).map((key) =>
    loads({
      id: `others/one-of-several-${key}`,
      clauses: ["trust-store.rotation"],
      inputs: loadOf(artifact(key), { trust_store: several }),
      why: "Each key of the store alone is enough for what it signed.",
    }),
  );
  const rotated = rotation[0];
  if (rotated === undefined) throw new RangeError("no key is rotated");
  const carried: ArtifactPlan = {
    ...plan,
    sections: [
      ...plan.sections,
      { id: "trust", kind: 2, body: Uint8Array.from(Buffer.from(trusting([{ key: name }]), "hex")) },
    ],
    manifest: { annotations: { trust_store: trusting([{ key: name }]) } },
  };
  const annotated: ArtifactPlan = {
    ...plan,
    manifest: { annotations: { enforce_signature: "false", signature: "none", trust_level: "verified" } },
  };
  const foreign: ArtifactPlan = { ...plan, manifest: { schema_version: [2, 0] } };
  const nameless: ArtifactPlan = { ...plan, manifest: { schema_version: [2, 0], name: 7 } };
  const major = (id: string, what: ArtifactPlan, more: NonNullable<Trusted["more"]>, why: string): Draft =>
    mutated(right, {
      id: `signature-decision/others/${id}`,
      clauses: [decision, "versions.negotiation.schema", "encoding.growth.major"],
      recipe: { mutator: "replace-schema-version", arguments: { schema_version: [2, 0] }, repair: "signed" },
      inputs: loadOf(artifact(name, {}, what), trustedBy(name, more)),
      refusal: {
        code: "LDR_SCHEMA_VERSION_UNSUPPORTED",
        phase: "negotiate_version",
        context: { required: "2.0", available: "1.0", expected_range: "1.x" },
        effects: { published: ["security.signature_verified"] },
      },
      why,
      effect: effects.told,
    });
  const majorRefused = (
    id: string,
    block: Block,
    more: NonNullable<Trusted["more"]>,
    reason: string,
    why: string,
  ): Draft =>
    refuses(right, {
      id: `others/${id}`,
      clauses: ["encoding.growth.major"],
      mutator: "replace-schema-version",
      settings: { schema_version: [2, 0], row: reason },
      repair: "signed",
      inputs: loadOf(artifact(name, block, foreign), trustedBy(name, more)),
      reason,
      context: contextOf(name, block),
      why,
      effect: effects.told,
    });
  const { trust_store: trusted = "" } = right.inputs;
  const spoilt = (id: string, store: string, reason: string, at: number, why: string): Draft =>
    mutated(right, {
      id: `signature-decision/others/${id}`,
      clauses: ["trust-store.invalid"],
      recipe: { mutator: "replace-trust-store", repair: "raw" },
      inputs: { trust_store: store },
      refusal: { code: "LDR_TRUST_STORE_INVALID", reason, locus: { at, path: "$" } },
      why,
      effect: effects.told,
    });
  return [
    right,
    spoilt("store-without-a-byte", "", "truncated", 0, "No bytes are no trust store, also where a load is given them."),
    spoilt(
      "store-with-a-byte-more",
      `${trusted}00`,
      "trailing_bytes",
      trusted.length / 2,
      "A trust store with a byte behind it is refused before anything of the artifact is judged.",
    ),
    unsignedOff,
    ...rotation,
    missing("unsigned", {}, "An artifact without a signature is refused where one is asked for."),
    refuses(rotated, {
      id: "others/unsigned-by-default",
      clauses: [enforceDefault, "security.default-deny"],
      mutator: "remove-signature",
      repair: "digests",
      inputs: { bytes: toHex(unsigned.bytes) },
      reason: "MissingSignature",
      why: "A host that says nothing asks for a signature.",
      effect: effects.unsigned,
    }),
    refuses(unsignedOff, {
      id: "others/unsigned-nobody-trusted",
      published: ["load.phase_failed"],
      clauses: ["events.raised", enforceDefault],
      mutator: "enforce",
      inputs: { enforce_signature: true },
      reason: "MissingSignature",
      why: "Where nobody is trusted an unsigned artifact is refused because it is unsigned.",
      effect: effects.unsigned,
    }),
    refuses(right, {
      id: "others/empty-store",
      published: ["load.phase_failed"],
      clauses: ["events.raised", "loader.phase-context"],
      mutator: "replace-trust-store",
      inputs: { trust_store: trusting([]) },
      reason: "UntrustedKey",
      context: contextOf(name),
      why: "An empty store trusts nobody.",
      effect: effects.untrusted,
    }),
    refuses(right, {
      id: "others/store-carried-along",
      clauses: ["trust-store.out-of-band", "manifest.annotations"],
      mutator: "add-section-and-annotation",
      settings: { section: "trust" },
      repair: "signed",
      inputs: loadOf(artifact(name, {}, carried), { trust_store: trusting([other]) }),
      reason: "UntrustedKey",
      context: contextOf(name),
      why: "A store that the artifact carries along trusts nobody.",
      effect: effects.untrusted,
    }),
    refuses(right, {
      id: "others/store-of-nobody-and-one-carried-along",
      clauses: ["trust-store.out-of-band"],
      mutator: "add-section-and-annotation",
      settings: { section: "trust" },
      repair: "signed",
      inputs: loadOf(artifact(name, {}, carried), { trust_store: trusting([]) }),
      reason: "UntrustedKey",
      context: contextOf(name),
      why: "A store that the artifact carries along does not fill an empty one.",
      effect: effects.untrusted,
    }),
    refuses(unsignedOff, {
      id: "others/annotations-change-nothing",
      published: ["load.phase_failed"],
      clauses: ["events.raised", "manifest.annotations", enforceDefault],
      mutator: "add-annotations",
      settings: { enforce_signature: "false" },
      repair: "digests",
      inputs: { bytes: toHex(build(annotated).bytes), enforce_signature: true },
      reason: "MissingSignature",
      why: "Annotations are for people and tools: none of them turns enforcement off.",
      effect: effects.unsigned,
    }),
    refuses(right, {
      id: "others/key-id-of-the-bare-point",
      clauses: ["signatures.key-id"],
      mutator: "replace-key-id",
      repair: "signed",
      inputs: loadOf(artifact(name, { keyId: sha256(testKey(name).spki.slice(12)) })),
      reason: "UntrustedKey",
      context: contextOf(name, { keyId: sha256(testKey(name).spki.slice(12)) }),
      why: "The key id is made over the bare point, and no key has that one.",
      effect: effects.untrusted,
    }),
    refuses(right, {
      id: "others/key-id-changed",
      clauses: ["signatures.key-id"],
      mutator: "replace-key-id",
      repair: "signed",
      inputs: loadOf(artifact(name, { keyId: flipped(testKey(name).keyId, 31, 1) })),
      reason: "UntrustedKey",
      context: contextOf(name, { keyId: flipped(testKey(name).keyId, 31, 1) }),
      why: "A key id that differs in one bit is another one.",
      effect: effects.untrusted,
    }),
    refuses(right, {
      id: "others/label-is-told",
      mutator: "replace-signature",
      repair: "digests",
      inputs: loadOf(artifact(name, { value: (key, parts) => flipped(sign(key, signedBytes(parts)), 63, 1) })),
      reason: "InvalidSignature",
      context: contextOf(name, {}, "publisher"),
      why: "Where the store has the key and the key a label, the label is told.",
      effect: effects.told,
    }),
    ...unsupported,
    ...malleable(right),
    major(
      "another-major",
      foreign,
      {},
      "The signature of an artifact of another major is judged, and its version then refused.",
    ),
    major(
      "another-major-skips-the-scope",
      foreign,
      { scope: ["other/*"] },
      "Of another major the name cannot be read, so the scope is not looked at.",
    ),
    major(
      "another-major-without-a-readable-name",
      nameless,
      { scope: ["other/*"] },
      "Of another major the name may be anything.",
    ),
    majorRefused(
      "another-major-wrong-signature",
      { value: (key, parts) => flipped(sign(key, signedBytes(parts)), 1, 1) },
      {},
      "InvalidSignature",
      "A wrong signature is told before the version.",
    ),
    majorRefused(
      "another-major-revoked",
      {},
      { revoked_at: 1 },
      "RevokedKey",
      "A revoked key is told before the version.",
    ),
    majorRefused(
      "another-major-not-valid",
      {},
      { not_after: 1, scope: ["other/*"] },
      "KeyNotValid",
      "Only the row about the name is left out.",
    ),
    majorRefused(
      "another-major-unsupported",
      { algorithm: "ed448" },
      {},
      "UnsupportedAlgorithm",
      "An unknown algorithm is told before the version.",
    ),
  ];
}

/** Second spellings of right signatures, which reach the last row but one. */
function malleable(right: Draft): readonly Draft[] {
  const change = (id: string, name: Publisher, value: NonNullable<Block["value"]>, why: string): Draft =>
    refuses(right, {
      id: `others/${id}`,
      clauses: ["signatures.backends-agree"],
      mutator: "respell-signature",
      repair: "digests",
      inputs: loadOf(artifact(name, { value }), trustedBy(name)),
      reason: "InvalidSignature",
      context: contextOf(name),
      why,
      effect: effects.forged,
    });
  return [
    change(
      "ed25519-s-plus-order",
      "ed25519-publisher",
      (key, parts) => {
        const made = sign(key, signedBytes(parts));
        return joinSignature(made.slice(0, 32), fromLittleEndian(made.slice(32)) + baseOrder);
      },
      "S + L is a second spelling of the signature.",
    ),
    change(
      "ecdsa-s-high",
      "ecdsa-p256-publisher",
      (key, parts) => {
        const made = sign(key, signedBytes(parts));
        return joinP256Signature(fromBigEndian(made.slice(0, 32)), p256Order - fromBigEndian(made.slice(32)));
      },
      "n − s is a second spelling of the signature.",
    ),
    change(
      "rsa-salt-of-20-bytes",
      "rsa-2048-publisher",
      (key, parts) => {
        if (key.half.algorithm !== "rsa-pss-sha256") throw new TypeError("not an RSA key");
        return signPss(key.half, signedBytes(parts), utf8("a salt of twenty byt"));
      },
      "A salt of 20 bytes is a signature of another kind.",
    ),
  ];
}
