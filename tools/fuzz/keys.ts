import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { SignaturePolicy, Signer } from "../../reference/contracts/security.js";
import { hexadecimal } from "../../reference/loader/testing/oracle.js";
import { createSigner, nodeSha256 } from "../../reference/security/backends/node.js";
import { trustingPolicy } from "../../reference/security/backends/testing/trusting-policy.js";

/** A key that is the same in every run: Ed25519, whose signatures are the same as well. */
export interface FuzzKey {
  readonly signer: Signer;
  /** Hexadecimal digits. */
  readonly keyId: string;
  sign(message: Uint8Array): Uint8Array;
}

/** PKCS#8 in front of the 32 bytes of an Ed25519 key. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

function keyOf(seed: number): FuzzKey {
  const der = Buffer.concat([PKCS8, Buffer.alloc(32, seed)]);
  const key: KeyObject = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const signer = createSigner(key);
  if (signer === undefined) throw new Error("an Ed25519 key is supported");
  const keyId = hexadecimal(nodeSha256.digest(signer.publicKey));
  return { signer, keyId, sign: (message) => new Uint8Array(sign(null, message, key)) };
}

/** A key in the trust store. */
export const TRUSTED = keyOf(1);
/** A key that is not. */
export const STRANGER = keyOf(2);

/** The trust store as the oracle sees it. */
export const TRUSTED_KEYS: ReadonlyMap<string, string> = new Map([[TRUSTED.keyId, TRUSTED.signer.algorithm]]);

/** The policies of hosts that demand a signature, and that do not. */
export const POLICIES: Readonly<Record<"true" | "false", SignaturePolicy>> = {
  true: trustingPolicy(TRUSTED.signer.publicKey),
  false: trustingPolicy(TRUSTED.signer.publicKey, false),
};
