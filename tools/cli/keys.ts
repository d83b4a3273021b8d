import type { Signer } from "../../reference/contracts/security.js";
import { type KeyReading, nodeSha256, readPublicKey, readSigner } from "../../reference/security/backends/node.js";
import { UsageError } from "./command.js";
import { readInput } from "./files.js";
import { hex } from "./output/terminal.js";

function keyOf<T>(path: string, reading: KeyReading<T>): T {
  if (reading.problem !== undefined) {
    throw new UsageError(`${path}: expected ${reading.problem.expected}; found ${reading.problem.found}`);
  }
  return reading.key;
}

/** The signer in a private key file. @throws UsageError where it holds another thing */
export function signerIn(path: string): Signer {
  return keyOf(path, readSigner(readInput(path)));
}

/** The DER SubjectPublicKeyInfo in a key file. @throws UsageError where it holds another thing */
export function publicKeyIn(path: string): Uint8Array {
  return keyOf(path, readPublicKey(readInput(path)));
}

/** SHA-256 of the key, as hexadecimal. */
export function keyIdOf(publicKey: Uint8Array): string {
  return hex(nodeSha256.digest(publicKey));
}
