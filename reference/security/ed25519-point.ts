import { copyOf, littleEndian } from "./bytes.js";
import { isUsablePoint } from "./ed25519-rule.js";

const FIELD_PRIME = 2n ** 255n - 19n;
/** d of the curve: -121665/121666 in the field. */
const COEFFICIENT_D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;

/**
 * Whether 32 bytes are a public key that can verify anything: canonical, on the curve and not of small order. Half of
 * all mistyped keys are found so, and all that are no key at all with the same chance.
 *
 * @param raw the key's 32 bytes
 * @spec signatures.ed25519
 */
export function isEd25519Point(raw: Uint8Array): boolean {
  if (raw.length !== 32 || !isUsablePoint(raw)) return false;
  const bytes = copyOf(raw);
  bytes[31] = (bytes[31] as number) & 0x7f;
  const y = littleEndian(bytes);
  const square = (y * y) % FIELD_PRIME;
  // x^2 = (y^2 - 1) / (d y^2 + 1): a quotient is a square where the product of its halves is one. Where x is zero, y is
  // 1 or -1, which is of small order.
  const product = ((square + FIELD_PRIME - 1n) * (COEFFICIENT_D * square + 1n)) % FIELD_PRIME;
  return power(product, (FIELD_PRIME - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % FIELD_PRIME;
    square = (square * square) % FIELD_PRIME;
  }
  return result;
}
