import { withoutMember } from "../codec/without-member.js";
import { concatenate } from "./bytes.js";

/**
 * The bytes a signature covers: the header as stored, the manifest without its signature, the section index as stored.
 *
 * @spec signatures.bytes
 */
export function signedBytes(header: Uint8Array, manifest: Uint8Array, sectionIndex: Uint8Array): Uint8Array {
  // @spec signatures.bytes.manifest
  return concatenate([header, withoutMember(manifest, "signature"), sectionIndex]);
}
