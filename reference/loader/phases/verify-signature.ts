import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { TrustLevel } from "../../../generated/enums/trust-level.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { unlessAborted } from "../cancellation.js";
import { aborted } from "../failure.js";
import { signedBytes } from "../signed-bytes.js";
import { type DigestedArtifact, type LoadContext, type TrustedArtifact, withFound } from "./load-context.js";

/**
 * Phase 5: ask the signature policy, before a body is read.
 *
 * @spec loader.verify-signature
 */
export async function verifySignature(context: LoadContext, artifact: DigestedArtifact): Promise<TrustedArtifact> {
  const { signaturePolicy, events } = context.services;
  const { signature } = artifact;
  const phase = LoaderPhase.VerifySignature;
  const request = {
    signedBytes: () => signedBytes(artifact.headerBytes, artifact.manifestBytes, artifact.indexBytes),
    signature,
    artifactName: artifact.manifest?.name,
  };
  const decide = (): ReturnType<typeof signaturePolicy.decide> => signaturePolicy.decide(request);
  const verdict = await unlessAborted(decide, context.load.signal, () => aborted(phase));
  // Copied, so that an error or event does not keep the whole manifest in memory.
  const signer = signature === undefined ? {} : { algorithm: signature.algorithm, key_id: signature.keyId.slice() };
  const label = verdict.label === undefined ? {} : { label: verdict.label };
  if (!verdict.accepted) {
    throw new FaygerError("LDR_SIGNATURE_FAIL", `the signature was refused: ${verdict.reason}`, {
      phase,
      reason: verdict.reason,
      ...signer,
      ...label,
    });
  }
  // @spec signatures.events
  if (verdict.trust === TrustLevel.Verified && signature !== undefined) {
    const { algorithm, keyId } = signature;
    events.publish("security.signature_verified", { algorithm, key_id: keyId.slice(), ...label });
  } else {
    events.publish("security.signature_skipped", { trust: verdict.trust, ...signer });
  }
  return withFound(artifact, { trust: verdict.trust });
}
