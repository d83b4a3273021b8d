import type { Signer } from "../../../reference/contracts/security.js";
import { signedDataArtifact } from "./data-artifact.js";
import type { TarFile } from "./tar.js";

/** Name of every artifact that is a corpus. */
export const CORPUS_ARTIFACT_NAME = "fayger/conformance-corpus";

/**
 * A corpus as a signed artifact: each file is a section of kind data, under its own path.
 *
 * @param version version of the corpus
 * @param digest digest of the corpus, 32 bytes in hexadecimal
 * @spec conformance.corpus.signed
 */
export async function corpusArtifact(
  version: string,
  digest: string,
  files: readonly TarFile[],
  signer: Signer,
): Promise<Uint8Array> {
  const annotations = { corpus_digest: digest };
  return signedDataArtifact({ name: CORPUS_ARTIFACT_NAME, version, annotations, files }, signer);
}
