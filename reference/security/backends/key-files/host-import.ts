import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { copyOf } from "../../bytes.js";
import { parsePublicKey } from "../../spki.js";
import { type Finding, trouble } from "./finding.js";
import { isUsable, publicFinding } from "./supported.js";

/** What to say of a certificate. */
export const CERTIFICATE = trouble(
  "an X.509 certificate, whose validity and issuer would be ignored",
  "`openssl x509 -in FILE -pubkey -noout` writes the public key in it; limit the trust in it by hand",
);

/** What to say of an encrypted key without a passphrase. */
export const NEEDS_PASSPHRASE: Finding = {
  kind: "trouble",
  found: "an encrypted private key, and no passphrase",
  needsPassphrase: true,
};

/** What to say where the passphrase does not open the key. */
const WRONG_PASSPHRASE = trouble("an encrypted private key that this passphrase does not open");

/**
 * A key in DER: SubjectPublicKeyInfo, PKCS#8 (also encrypted), PKCS#1 or SEC1.
 *
 * @returns `undefined` where the bytes are none of them
 */
export function readDer(bytes: Uint8Array, passphrase: string | undefined): Finding | undefined {
  if (!isOneSequence(bytes)) return undefined;
  if (parsePublicKey(bytes) !== undefined && isUsable(bytes)) return { kind: "public", publicKey: copyOf(bytes) };
  const key = Buffer.from(bytes);
  // Private forms first: asked for a public key, the host makes one out of a private one and does not say so.
  for (const type of ["pkcs8", "pkcs1", "sec1"] as const) {
    const found = attempt(() => createPrivateKey({ key, format: "der", type }));
    if (found.key !== undefined) return { kind: "private", key: found.key };
    if (found.code !== "ERR_MISSING_PASSPHRASE") continue;
    return passphrase === undefined
      ? NEEDS_PASSPHRASE
      : privateFinding(() => createPrivateKey({ key, format: "der", type, passphrase }), true);
  }
  for (const type of ["spki", "pkcs1"] as const) {
    const found = attempt(() => createPublicKey({ key, format: "der", type }));
    if (found.key !== undefined) return publicFinding(found.key);
  }
  return isCertificate(bytes) ? CERTIFICATE : undefined;
}

/** Import a private key. @param isEncrypted what a failure then means: an encrypted key that did not open */
export function privateFinding(importKey: () => KeyObject, isEncrypted: boolean): Finding {
  const found = attempt(importKey);
  if (found.key !== undefined) return { kind: "private", key: found.key };
  return isEncrypted ? WRONG_PASSPHRASE : unreadable(found.code);
}

/** What to say where the host reads the frame and not what is in it. */
export function unreadable(code: string | undefined): Finding {
  return trouble(`something the host cannot read${code === undefined ? "" : ` (${code})`}`);
}

/** Try something of the host's; its message is dropped, because it could quote the key. */
export function attempt(
  importKey: () => KeyObject,
): { readonly key: KeyObject; readonly code?: undefined } | { readonly key?: undefined; readonly code?: string } {
  try {
    return { key: importKey() };
  } catch (error) {
    const code: unknown = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
    return typeof code === "string" ? { code } : {};
  }
}

/** Whether the bytes are one DER sequence from the first to the last: hosts ignore what follows a key. */
function isOneSequence(bytes: Uint8Array): boolean {
  const [tag, first] = bytes;
  if (tag !== 0x30 || first === undefined) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const size = first & 0x7f;
  if (size === 0 || size > 3 || bytes.length < 2 + size) return false;
  let length = 0;
  for (let i = 0; i < size; i += 1) length = length * 256 + (bytes[2 + i] as number);
  return bytes.length === 2 + size + length;
}

/** A sequence that begins with a sequence that begins with [0], the version of a certificate. */
function isCertificate(bytes: Uint8Array): boolean {
  const contentOf = (at: number): number => {
    const first = bytes[at + 1] ?? 0;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  };
  const inner = contentOf(0);
  return bytes[inner] === 0x30 && bytes[contentOf(inner)] === 0xa0;
}
