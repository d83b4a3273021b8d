import { LoaderPhase } from "../../../../generated/enums/loader-phase.js";
import { isSignatureAlgorithm } from "../../../../generated/enums/signature-algorithm.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { FaygerError, parsePublicKey } from "../../../../reference/index.js";
import { nodeSha256 } from "../../../../reference/node.js";
import { type Answer, answering } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { given, givenBytes } from "../inputs.js";
import { signatureHolds } from "../signatures.js";

const phase = LoaderPhase.VerifySignature;

/** Verify a signature with a public key. */
export function verifySignature(inputs: VectorInputs): Promise<Answer> {
  const algorithm = given(inputs, "algorithm");
  const key = givenBytes(inputs, "key");
  const message = givenBytes(inputs, "message");
  const signature = givenBytes(inputs, "signature");
  return answering(async () => {
    const context = { phase, algorithm, key_id: nodeSha256.digest(key) };
    if (!isSignatureAlgorithm(algorithm)) {
      throw new FaygerError("LDR_SIGNATURE_FAIL", `nobody computes ${algorithm}`, {
        ...context,
        reason: "UnsupportedAlgorithm",
      });
    }
    if (await signatureHolds(algorithm, key, message, signature)) return {};
    if (parsePublicKey(key)?.algorithm !== algorithm) {
      throw new FaygerError("LDR_TRUST_STORE_INVALID", "no trust store holds such a key", {
        reason: "public_key_invalid",
        path: "$",
        offset: 0,
        expected: `the one SubjectPublicKeyInfo of a key for ${algorithm}`,
        found: toHexadecimal(key),
      });
    }
    throw new FaygerError("LDR_SIGNATURE_FAIL", "the signature is wrong", { ...context, reason: "InvalidSignature" });
  });
}
