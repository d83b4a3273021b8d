import { fromLittleEndian, utf8 } from "../../building/octets.js";
import { sign } from "../../building/signing.js";
import { type TestKey, testKey } from "../../corpus/keys.js";
import type { Triple } from "./cases.js";
import { signatureCases } from "./cases.js";

/** Drafts of the family. */
export const { valid, invalid, badKey } = signatureCases(
  "signature-ed25519",
  "ed25519",
  "signatures.ed25519",
  "signatures.spki.ed25519",
);

/** The anchor beside that of the algorithm, where backends are known to differ. */
export const agree = ["signatures.backends-agree"];

/** A right signature of a test key. */
export function signed(key: TestKey, message: Uint8Array): Triple {
  return { key: key.spki, message, signature: sign(key, message) };
}

/** The 32 bytes of A and of R, and S. */
export function partsOf({ key, signature }: Triple): { a: Uint8Array; r: Uint8Array; s: bigint } {
  return { a: key.slice(12), r: signature.slice(0, 32), s: fromLittleEndian(signature.subarray(32)) };
}

/** What most mutations begin from. */
export const usual = signed(testKey("ed25519-publisher"), utf8("the signed bytes"));
