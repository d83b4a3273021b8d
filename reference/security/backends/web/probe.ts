import { fromHexadecimal } from "../../bytes.js";
import { ed25519PublicKey } from "../../spki.js";
import { importWebKey, verifyWithWeb } from "./web-arithmetic.js";

const MESSAGE = Uint8Array.of(0x66, 0x61, 0x79, 0x67, 0x65, 0x72);

/** A key and its right signature over {@link MESSAGE}. */
const RIGHT = {
  key: "36ca656c5e842778f3fef35bfb9206eeb09016fa282209fd282e2a1ad3a670d4",
  signature:
    "52d2fb22b1fb0a11322873035d13b2274a4958bef40c261ee44b876ad358691654a242bddd6ad9a5557b127b15d2c00856061a6f0db890965b559c9c13e53b02",
};

/** A key with a component of order 8, and a signature that holds only where the cofactor is multiplied in. */
const COFACTORED = {
  key: "c3cf2e92239b1a1aa85dbda6f8bc4d74ffb0f55812620f512d1adf207d325dc9",
  signature:
    "52d2fb22b1fb0a11322873035d13b2274a4958bef40c261ee44b876ad35869166f3ee2dfcdf41700a2ca190f16c72fbc7f92e12082b53375d367530f7e70cf0d",
};

/**
 * Whether this host computes Ed25519, and by the equation without the cofactor. Older browsers do not know the
 * algorithm; one with the other equation would accept what the rest of the world refuses.
 *
 * @spec signatures.ed25519
 */
export async function computesEd25519(subtle: SubtleCrypto): Promise<boolean> {
  try {
    const [right, cofactored] = await Promise.all([RIGHT, COFACTORED].map((sample) => verdict(subtle, sample)));
    return right === true && cofactored === false;
  } catch {
    return false;
  }
}

async function verdict(subtle: SubtleCrypto, sample: typeof RIGHT): Promise<boolean> {
  const key = await importWebKey(subtle, "ed25519", ed25519PublicKey(fromHexadecimal(sample.key)));
  return verifyWithWeb(subtle, "ed25519", key, MESSAGE, fromHexadecimal(sample.signature));
}
