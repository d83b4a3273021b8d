import { createPublicKey } from "node:crypto";
import type { Signer } from "../../../contracts/security.js";
import { createSigner } from "../node-keys.js";
import { signWith, verifyWith } from "../node-signatures.js";
import { type Finding, type KeyFileOptions, type KeyReading, trouble } from "./finding.js";
import { readDer } from "./host-import.js";
import { readJwk } from "./jwk.js";
import { isOpenSsh, readOpenSsh } from "./openssh.js";
import { readPem } from "./pem.js";
import { decodeText, readRaw } from "./raw.js";
import { kindOf, publicKeyOf, SUPPORTED } from "./supported.js";

/** Larger than any key file: a private RSA key of 4096 bits has some 3 KiB in PEM, a JWK Set of many keys more. */
const LARGEST_FILE = 262_144;

/**
 * A signer out of a key file. That the halves of the key belong together is tried out, since not every form lets the
 * host check it.
 *
 * @param file PKCS#8, PKCS#1 or SEC1 in PEM or DER, also encrypted, or JWK
 * @spec signatures.signing, tools.key-files
 */
export function readSigner(file: string | Uint8Array, options: KeyFileOptions = {}): KeyReading<Signer> {
  const expected = `a private key in PKCS#8, PKCS#1, SEC1 or JWK: ${SUPPORTED}`;
  const finding = readKeyFile(file, options);
  if (finding.kind === "public") return { problem: { expected, found: "a public key" } };
  if (finding.kind === "trouble") return { problem: problemOf(expected, finding) };
  const signer = createSigner(finding.key);
  if (signer === undefined) return { problem: { expected, found: kindOf(finding.key) } };
  const publicKey = createPublicKey({ key: Buffer.from(signer.publicKey), format: "der", type: "spki" });
  const message = new Uint8Array(32);
  try {
    if (verifyWith(signer.algorithm, publicKey, message, signWith(signer.algorithm, finding.key, message))) {
      return { key: signer };
    }
  } catch {
    // A key with impossible numbers in it.
  }
  return { problem: { expected, found: "a key whose halves do not belong together" } };
}

/**
 * A public key out of a key file, as the one SubjectPublicKeyInfo it has. A private key gives its public half.
 *
 * @param file SubjectPublicKeyInfo or PKCS#1 in PEM or DER, JWK, a line of OpenSSH, the raw bytes of an Ed25519 key or a
 * P-256 point as they are, in hexadecimal or in base64; or what {@link readSigner} reads
 * @spec signatures.key-id, tools.key-files
 */
export function readPublicKey(file: string | Uint8Array, options: KeyFileOptions = {}): KeyReading<Uint8Array> {
  const expected = `a public key in SubjectPublicKeyInfo, PKCS#1, JWK, OpenSSH's form or raw bytes: ${SUPPORTED}`;
  const finding = readKeyFile(file, options);
  if (finding.kind === "trouble") return { problem: problemOf(expected, finding) };
  if (finding.kind === "public") return { key: finding.publicKey };
  const publicKey = publicKeyOf(finding.key);
  return publicKey === undefined ? { problem: { expected, found: kindOf(finding.key) } } : { key: publicKey };
}

function problemOf(expected: string, { kind: _kind, ...rest }: Finding & { kind: "trouble" }) {
  return { expected, ...rest };
}

function readKeyFile(file: string | Uint8Array, { passphrase, kid }: KeyFileOptions): Finding {
  const bytes = typeof file === "string" ? new Uint8Array(Buffer.from(file, "utf8")) : file;
  if (bytes.length === 0) return trouble("an empty file");
  if (bytes.length > LARGEST_FILE) return trouble(`${bytes.length} bytes, more than any key file has`);
  const text = textOf(bytes);
  if (text?.startsWith("{") === true) return readJwk(text, kid);
  if (kid !== undefined) return trouble("a file without a `kid`, which only a JWK has");
  return (
    (text === undefined ? readBinary(bytes, passphrase) : readText(text, passphrase)) ??
    trouble(`${bytes.length} bytes ${text === undefined ? "" : "of text "}in no form of a key`)
  );
}

function readBinary(bytes: Uint8Array, passphrase: string | undefined): Finding | undefined {
  return readRaw(bytes) ?? readDer(bytes, passphrase);
}

function readText(text: string, passphrase: string | undefined): Finding | undefined {
  if (text.includes("-----BEGIN ")) return readPem(text, passphrase);
  if (text.startsWith("---- BEGIN SSH2")) {
    return trouble("a key in the form of RFC 4716", "`ssh-keygen -i -f FILE` turns it into the form of OpenSSH");
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const [line = ""] = lines;
  if (isOpenSsh(line)) return lines.length === 1 ? readOpenSsh(line) : trouble(`${lines.length} lines of OpenSSH keys`);
  const decoded = decodeText(text);
  return decoded === undefined ? undefined : readBinary(decoded, passphrase);
}

/** The file as text without a byte order mark and outer space, where every byte of it can stand in a text. */
function textOf(bytes: Uint8Array): string | undefined {
  for (const byte of bytes)
    if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
  } catch {
    return undefined;
  }
}
