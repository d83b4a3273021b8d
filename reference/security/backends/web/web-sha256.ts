import type { Sha256 } from "../../../contracts/security.js";
import { unshared } from "./web-arithmetic.js";

/**
 * SHA-256 for a browser: WebCrypto hashes whole bodies only and only later, so a synchronous implementation does the
 * rest.
 *
 * @param portable the synchronous part, for instance `nobleSha256` of `fayger/noble`
 * @param crypto whose `subtle` hashes; that of the host where not given. Without one the result is `portable`
 * @spec format.digest.algorithm
 */
export function createWebSha256(portable: Sha256, crypto: Pick<Crypto, "subtle"> = globalThis.crypto): Sha256 {
  const subtle = (crypto as Partial<Crypto> | undefined)?.subtle;
  if (subtle === undefined) return portable;
  return {
    digest: (bytes) => portable.digest(bytes),
    incremental: () => portable.incremental(),
    async digestLong(bytes) {
      return new Uint8Array(await subtle.digest("SHA-256", unshared(bytes)));
    },
  };
}
