import { sha256 } from "@noble/hashes/sha2.js";
import type { Sha256 } from "../../../contracts/security.js";

/** SHA-256 of @noble/hashes: synchronous on every host. @spec format.digest.algorithm */
export const nobleSha256: Sha256 = {
  digest: (bytes) => sha256(bytes),
  incremental() {
    const hash = sha256.create();
    return {
      update(bytes: Uint8Array): void {
        hash.update(bytes);
      },
      digest: () => hash.digest(),
    };
  },
};
