import type { KeyName } from "../../corpus/keys.js";
import { type Trusted, trusting } from "./artifacts.js";

/** Anchor of the decision table. */
export const decision = "signatures.decision";

/** Anchor of what holds where a host says nothing. */
export const enforceDefault = "signatures.enforce-default";

/** The key of each algorithm that signs here. */
export const publishers = ["ed25519-publisher", "ecdsa-p256-publisher", "rsa-2048-publisher"] as const;

/** Name of such a key. */
export type Publisher = (typeof publishers)[number];

/** Their algorithms, as ids name them. */
export const shortNames: Readonly<Record<Publisher, string>> = {
  "ed25519-publisher": "ed25519",
  "ecdsa-p256-publisher": "ecdsa-p256",
  "rsa-2048-publisher": "rsa-pss",
};

/** Signatures are not enforced. */
export const off = { enforce_signature: false } as const;

/** A key that every store here trusts and that signs nothing. */
export const other: Trusted = { key: "ed25519-corpus" };

/** The input that trusts a key, with what is said of it. */
export function trustedBy(name: KeyName, more: Trusted["more"] = {}, issuedAt = 0): { trust_store: string } {
  return { trust_store: trusting([{ key: name, more }, other], issuedAt) };
}
