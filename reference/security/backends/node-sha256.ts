import * as crypto from "node:crypto";
import type { IncrementalDigest, Sha256 } from "../../contracts/security.js";

/** Up to this size one call costs less than an object that is fed. */
const ONE_SHOT_BYTES = 65_536;
/** node:crypto refuses more than 2^31-1 bytes in one piece. */
const LARGEST_PIECE = 1_073_741_824;

/** `crypto.hash` exists since Node 20.12; the types of some versions do not know it. */
const oneShot = (crypto as { readonly hash?: (algorithm: string, data: Uint8Array, encoding: "buffer") => Uint8Array })
  .hash;

/** SHA-256 of node:crypto. @spec format.digest.algorithm */
export const nodeSha256: Sha256 = {
  digest(bytes: Uint8Array): Uint8Array {
    if (oneShot !== undefined && bytes.length <= ONE_SHOT_BYTES) return plain(oneShot("sha256", bytes, "buffer"));
    const hash = crypto.createHash("sha256");
    feed(hash, bytes);
    return plain(hash.digest());
  },
  incremental(): IncrementalDigest {
    const hash = crypto.createHash("sha256");
    return {
      update(bytes: Uint8Array): void {
        feed(hash, bytes);
      },
      digest: () => plain(hash.digest()),
    };
  },
};

function feed(hash: crypto.Hash, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += LARGEST_PIECE) hash.update(bytes.subarray(at, at + LARGEST_PIECE));
}

/** A `Buffer` prints, compares and serialises in its own way; callers are promised a plain `Uint8Array`. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
