import type { SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import type { SignatureBackend } from "../../../reference/contracts/security.js";
import { createNodeSignatureBackend } from "../../../reference/node.js";
import { createWebSignatureBackend } from "../../../reference/security/backends/web/index.js";
import { combineSignatureBackends } from "../../../reference/security/index.js";

let backends: Promise<readonly SignatureBackend[]> | undefined;

/** Both hosts that every Node is: its own, and that of a page, which knows less and waits for its keys. */
async function startBackends(): Promise<readonly SignatureBackend[]> {
  const own = createNodeSignatureBackend();
  return [own, combineSignatureBackends(await createWebSignatureBackend(), own)];
}

/**
 * Whether a signature holds by every backend.
 *
 * @throws TypeError where they do not agree
 * @spec signatures.backends-agree
 */
export async function signatureHolds(
  algorithm: SignatureAlgorithm,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  backends ??= startBackends();
  const verdicts: boolean[] = [];
  for (const backend of await backends) verdicts.push(await backend.verify(algorithm, key, message, signature));
  if (new Set(verdicts).size > 1) throw new TypeError(`the backends do not agree on a signature by ${algorithm}`);
  return verdicts.includes(true);
}
