import { SignatureAlgorithm } from "../../../../generated/enums/signature-algorithm.js";
import type { SignatureBackend } from "../../../contracts/security.js";
import { createSignatureBackend } from "../../signature-backend.js";
import { computesEd25519 } from "./probe.js";
import { importWebKey, verifyWithWeb } from "./web-arithmetic.js";

/**
 * Signatures with WebCrypto. `algorithms` holds what this host really computes: Ed25519 is tried out, since older
 * browsers lack it, and outside a secure context there is no arithmetic at all. `combineSignatureBackends` fills the
 * gaps from a library:
 *
 * ```ts
 * const signatures = combineSignatureBackends(await createWebSignatureBackend(), createNobleSignatureBackend());
 * ```
 *
 * @param crypto whose `subtle` computes; that of the host where not given
 * @spec signatures.backends-agree, signatures.backends-offer
 */
export async function createWebSignatureBackend(
  crypto: Pick<Crypto, "subtle"> = globalThis.crypto,
): Promise<SignatureBackend> {
  // The types of the web say that it is always there; a page that came over plain HTTP has none.
  const subtle = (crypto as Partial<Crypto> | undefined)?.subtle;
  const algorithms: SignatureAlgorithm[] = [];
  if (subtle !== undefined) {
    if (await computesEd25519(subtle)) algorithms.push(SignatureAlgorithm.Ed25519);
    algorithms.push(SignatureAlgorithm.EcdsaP256, SignatureAlgorithm.RsaPssSha256);
  }
  return createSignatureBackend<CryptoKey>({
    algorithms,
    importKey: ({ algorithm }, publicKey) => importWebKey(present(subtle), algorithm, publicKey),
    verify: ({ algorithm }, key, message, signature) =>
      verifyWithWeb(present(subtle), algorithm, key, message, signature),
  });
}

function present(subtle: SubtleCrypto | undefined): SubtleCrypto {
  if (subtle === undefined) throw new TypeError("this host has no SubtleCrypto");
  return subtle;
}
