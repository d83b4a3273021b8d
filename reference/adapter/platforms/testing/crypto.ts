import { CRYPTO_ALGORITHM_NUMBERS as NUMBER } from "../../../../generated/enums/crypto-algorithm.js";
import * as crypto from "../../../../generated/instructions/crypto.js";
import { failed, openTestProgram } from "./program.js";

/** A program that asks for cryptography; its bus holds nothing that would have to be closed. */
export const { waited, refusedLater } = openTestProgram();

/** What is refused because it does not fit. */
export const INVALID = failed("invalid_argument");
/** Bytes to work on. */
export const TEXT: Uint8Array = new TextEncoder().encode("some data");
/** No bytes. */
export const NOTHING: Uint8Array = new Uint8Array(0);

/** Bytes of a hexadecimal text. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** The same bytes with one bit changed. */
export function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const changed = bytes.slice();
  const index = at % bytes.length;
  changed[index] = (changed[index] as number) ^ (1 << bit);
  return changed;
}

/** A new key pair. */
export async function newKeys(algorithm: number): Promise<crypto.CryptoKeyPairGenerateResults> {
  return crypto.readCryptoKeyPairGenerateResults(await waited(crypto.cryptoKeyPairGenerate(algorithm)));
}

/** A signature. */
export async function signed(algorithm: number, privateKey: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  return crypto.readCryptoSignResults(await waited(crypto.cryptoSign(algorithm, privateKey, data))).signature;
}

/** Whether a signature is right. */
export async function holds(
  algorithm: number,
  key: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const instruction = crypto.cryptoVerify(algorithm, key, data, signature);
  return crypto.readCryptoVerifyResults(await waited(instruction)).valid;
}

/** One key pair for each signature algorithm, made once. */
export const KEYS = (async () => {
  const algorithms = [NUMBER.ed25519, NUMBER.ecdsa_p256, NUMBER.rsa_pss_sha256];
  return new Map(await Promise.all(algorithms.map(async (number) => [number, await newKeys(number)] as const)));
})();
