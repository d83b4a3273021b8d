import { type ArtifactPlan, build } from "../../building/artifact.js";
import { flipped } from "../../building/octets.js";
import { sign } from "../../building/signing.js";
import type { Draft } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { artifact, type Block, contextOf, loadOf, plan, signedBytes, trusting } from "./artifacts.js";
import { effects, loads, type Refused, refuses } from "./drafts.js";
import { enforceDefault, off, other, type Publisher, publishers, shortNames, trustedBy } from "./stores.js";

/** Every row under both settings, for every algorithm. */
export function rows(name: Publisher): readonly Draft[] {
  const at = (id: string): string => `${shortNames[name]}/${id}`;
  const signed = artifact(name);
  const right = loads({
    id: at("right"),
    clauses: [enforceDefault, "signatures.bytes"],
    inputs: loadOf(signed, trustedBy(name)),
    why: "A right signature of a trusted key is loaded as verified.",
  });
  const rightOff = loads({
    id: at("right-not-enforced"),
    inputs: loadOf(signed, { ...trustedBy(name), ...off }),
    why: "A right signature is loaded as verified, also where none is asked for.",
  });
  const unverified = loads({
    id: at("untrusted-key-not-enforced"),
    inputs: loadOf(signed, { trust_store: trusting([other]), ...off }),
    level: "unverified",
    why: "A signature of a key that nobody trusts is loaded as unverified where none is asked for.",
  });
  const unverifiedWrong = loads({
    id: at("untrusted-key-with-wrong-signature-not-enforced"),
    inputs: loadOf(artifact(name, { value: (key, parts) => flipped(sign(key, signedBytes(parts)), 5, 1) }), {
      trust_store: trusting([other]),
      ...off,
    }),
    level: "unverified",
    why: "Where nobody trusts the key the signature is not looked at: it could not be checked against anything that is believed.",
  });
  const pair = (
    id: string,
    told: Omit<Refused, "id" | "reason" | "why" | "effect" | "mutator"> &
      Pick<Refused, "reason" | "why" | "effect" | "mutator">,
  ): readonly Draft[] => [
    refuses(right, { id: at(id), ...told }),
    refuses(rightOff, {
      id: at(`${id}-not-enforced`),
      ...told,
      why: `${told.why} That signatures are not enforced changes nothing.`,
    }),
  ];
  const wrong = (id: string, block: Block, why: string): readonly Draft[] =>
    pair(`wrong/${id}`, {
      mutator: "replace-signature",
      repair: "digests",
      inputs: loadOf(artifact(name, block)),
      reason: "InvalidSignature",
      context: contextOf(name),
      why,
      effect: effects.forged,
    });
  const another = { ...plan, manifest: { version: "1.0.1" } } satisfies ArtifactPlan;
  return [
    right,
    rightOff,
    unverified,
    unverifiedWrong,
    refuses(right, {
      id: at("untrusted-key"),
      clauses: ["loader.phase-context"],
      mutator: "replace-trust-store",
      inputs: { trust_store: trusting([other]) },
      reason: "UntrustedKey",
      context: contextOf(name),
      why: "No key of the trust store has this id.",
      effect: effects.untrusted,
    }),
    ...pair("unsupported-algorithm", {
      clauses: ["signatures.algorithms"],
      mutator: "replace-algorithm",
      settings: { algorithm: "ed448" },
      repair: "signed",
      inputs: loadOf(artifact(name, { algorithm: "ed448" })),
      reason: "UnsupportedAlgorithm",
      context: contextOf(name, { algorithm: "ed448" }),
      why: "The algorithm is not in the table.",
      effect: effects.mismatch,
    }),
    ...publishers
      .filter((each) => each !== name)
      .flatMap((each) => {
        const algorithm = testKey(each).algorithm;
        return pair(`mismatch/${shortNames[each]}`, {
          mutator: "replace-algorithm",
          settings: { algorithm },
          repair: "signed",
          inputs: loadOf(artifact(name, { algorithm })),
          reason: "AlgorithmMismatch",
          context: contextOf(name, { algorithm }),
          why: `The key is trusted for ${testKey(name).algorithm} alone.`,
          effect: effects.mismatch,
        });
      }),
    ...pair("revoked", {
      clauses: ["trust-store.revocation"],
      mutator: "revoke-key",
      inputs: trustedBy(name, { revoked_at: 1_767_225_600 }),
      reason: "RevokedKey",
      context: contextOf(name),
      why: "The key is revoked from this second on.",
      effect: effects.revoked,
    }),
    ...pair("expired", {
      clauses: ["trust-store.validity"],
      mutator: "limit-key",
      inputs: trustedBy(name, { not_after: 1_767_225_600 }),
      reason: "KeyNotValid",
      context: contextOf(name),
      why: "The key is no longer valid from this second on.",
      effect: effects.expired,
    }),
    ...pair("not-yet-valid", {
      clauses: ["trust-store.validity"],
      mutator: "limit-key",
      inputs: trustedBy(name, { not_before: 1_767_225_601 }),
      reason: "KeyNotValid",
      context: contextOf(name),
      why: "The key becomes valid in the next second.",
      effect: effects.expired,
    }),
    ...pair("out-of-scope", {
      clauses: ["trust-store.scope"],
      mutator: "limit-key",
      inputs: trustedBy(name, { scope: ["other/*"] }),
      reason: "KeyOutOfScope",
      context: contextOf(name),
      why: "The key is trusted for other names.",
      effect: effects.untrusted,
    }),
    ...wrong(
      "first-bit",
      { value: (key, parts) => flipped(sign(key, signedBytes(parts)), 0, 0x80) },
      "The first bit of the signature is another.",
    ),
    ...wrong(
      "last-bit",
      { value: (key, parts) => flipped(sign(key, signedBytes(parts)), sign(key, signedBytes(parts)).length - 1, 1) },
      "The last bit of the signature is another.",
    ),
    ...wrong("empty", { length: 0, value: () => new Uint8Array() }, "The signature has no byte."),
    ...wrong(
      "zeros",
      { value: (_, { blank }) => new Uint8Array(blank.signature?.length ?? 64) },
      "The signature is zeros.",
    ),
    ...wrong(
      "of-another-artifact",
      { value: (key) => build({ ...another, key }).signature ?? new Uint8Array() },
      "The signature is that of another artifact.",
    ),
    ...wrong(
      "by-another-key",
      {
        value: (key, parts) =>
          sign(
            testKey(
              name === "rsa-2048-publisher"
                ? "rsa-2048-stranger"
                : name === "ecdsa-p256-publisher"
                  ? "ecdsa-p256-stranger"
                  : "ed25519-stranger",
            ),
            signedBytes(parts),
          ).slice(0, key.half.algorithm === "rsa-pss-sha256" ? 256 : 64),
      },
      "Another key made the signature.",
    ),
  ];
}
