import { type IfactsCertificate, validateIfactsCertificate } from "../../../generated/json/ifacts-certificate.js";
import type { BufObject } from "../../../reference/contracts/buf-object.js";
import type { Signer } from "../../../reference/contracts/security.js";
import { FaygerError } from "../../../reference/errors/index.js";
import { createFayger, createMemorySource } from "../../../reference/node.js";
import { signedDataArtifact } from "./data-artifact.js";

/** Name of every artifact that is a certificate; a key whose scope covers it may certify. @spec ifacts.certificate.name */
const CERTIFICATE_ARTIFACT_NAME = "fayger/ifacts-certificate";
/** The section that holds the document. @spec ifacts.certificate.signed */
const CERTIFICATE_SECTION = "ifacts/certificate";

/**
 * A certificate as a signed artifact. Equal certificates and keys give equal bytes with ed25519.
 *
 * @spec ifacts.certificate.signed
 */
export async function certificateArtifact(certificate: IfactsCertificate, signer: Signer): Promise<Uint8Array> {
  const { suite, level, stage } = certificate;
  const document = new Uint8Array(Buffer.from(JSON.stringify(certificate), "utf8"));
  const annotations = { corpus_digest: suite.digest, level: `L${level}`, stage: String(stage) };
  const files = [{ path: CERTIFICATE_SECTION, bytes: document }];
  return signedDataArtifact({ name: CERTIFICATE_ARTIFACT_NAME, version: "1.0.0", annotations, files }, signer);
}

/** A certificate out of an artifact, or why it is not believed. */
export type CertificateReading =
  | {
      readonly certificate: IfactsCertificate;
      /** SHA-256 of the key that signed it, 32 bytes. */
      readonly keyId: Uint8Array;
    }
  | { readonly certificate?: never; readonly problem: string };

/**
 * The certificate in an artifact, which is loaded like any other: every digest is checked, and the signature by the
 * trust store.
 *
 * @param trustStore as deterministic CBOR; without one nobody is believed
 * @throws FaygerError `LDR_TRUST_STORE_INVALID` where the trust store is none
 * @spec ifacts.certificate.signed
 */
export async function readCertificate(
  bytes: Uint8Array,
  trustStore: Uint8Array | undefined,
): Promise<CertificateReading> {
  const fayger = await createFayger(trustStore === undefined ? {} : { trustStore });
  let object: BufObject | undefined;
  try {
    object = await fayger.load(createMemorySource(bytes), { profile: fayger.profile("server"), verifyBodies: true });
    const { manifest, trust, selection, sections } = object;
    const { signature } = manifest;
    if (trust !== "verified" || signature === undefined) return { problem: `its signature is ${trust}` };
    if (manifest.name !== CERTIFICATE_ARTIFACT_NAME || !selection.selected.includes(CERTIFICATE_SECTION))
      return { problem: `${manifest.name} is no certificate; one is ${CERTIFICATE_ARTIFACT_NAME}` };
    const certificate = documentIn(await sections.read(CERTIFICATE_SECTION));
    return typeof certificate === "string" ? { problem: certificate } : { certificate, keyId: signature.keyId };
  } catch (error) {
    if (!(error instanceof FaygerError)) throw error;
    return { problem: `${error.code}: ${error.message}` };
  } finally {
    await object?.close();
  }
}

/** The document in a section, or what is wrong with it. */
function documentIn(body: Uint8Array): IfactsCertificate | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return `the section ${CERTIFICATE_SECTION} is no JSON`;
  }
  const [problem] = validateIfactsCertificate(value);
  if (problem !== undefined) return `the section ${CERTIFICATE_SECTION}: ${problem.field}: ${problem.message}`;
  return value as IfactsCertificate;
}
