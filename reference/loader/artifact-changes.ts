import type { Artifact, ArtifactBody, ArtifactChanges } from "../contracts/buf-serializer.js";
import type { Sha256, Signer } from "../contracts/security.js";
import { encodeArtifact } from "./encoded-artifact.js";
import { signedBytes } from "./signed-bytes.js";

/** The artifact with changes, and without its signature. @spec loader.repack.unsigned */
export function changeArtifact<B extends ArtifactBody>(
  { manifest, sections }: Artifact<B>,
  { manifest: change, put = [], remove = [] }: ArtifactChanges<B>,
): Artifact<B> {
  const { signature: _wrongNow, ...changed } = change?.(manifest) ?? manifest;
  const bodies = new Map(sections.map((section) => [section.sectionId, section]));
  for (const sectionId of remove) {
    if (!bodies.delete(sectionId)) throw new TypeError(`there is no section ${sectionId} to remove`);
  }
  for (const section of put) bodies.set(section.sectionId, section);
  return { manifest: changed, sections: [...bodies.values()] };
}

/** The artifact with a signature over what it will be when it is stored. @spec signatures.signing */
export async function signArtifact<B extends ArtifactBody>(
  artifact: Artifact<B>,
  signer: Signer,
  sha256: Sha256,
): Promise<Artifact<B>> {
  const { algorithm, publicKey, signatureBytes } = signer;
  const keyId = sha256.digest(publicKey);
  const withSignature = (value: Uint8Array): Artifact<B> => ({
    ...artifact,
    manifest: { ...artifact.manifest, signature: { algorithm, keyId, value } },
  });
  // @spec signatures.length-first: the header that is signed already counts the signature, so a stand-in of the same
  // length takes its place until it exists.
  const head = encodeArtifact(withSignature(new Uint8Array(signatureBytes)), sha256);
  const value = await signer.sign(signedBytes(head.header, head.manifest, head.index));
  if (value.length !== signatureBytes)
    throw new TypeError(`the signer made ${value.length} bytes, not ${signatureBytes}`);
  return withSignature(value);
}
