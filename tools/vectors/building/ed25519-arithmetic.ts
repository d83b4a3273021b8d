import { inverse, mod, power } from "./modular-arithmetic.js";
import { fromLittleEndian, join, littleEndian, sha512 } from "./octets.js";

/** Prime of the field. */
export const fieldPrime = 2n ** 255n - 19n;
/** Order of the base point. */
export const baseOrder = 2n ** 252n + 27742317777372353535851937790883648493n;

const p = fieldPrime;
const d = mod(-121665n * inverse(121666n, p), p);
const rootOfMinusOne = power(2n, (p - 1n) / 4n, p);

/** A point of the curve by its coordinates. */
export interface EdwardsPoint {
  readonly x: bigint;
  readonly y: bigint;
}

/** The neutral element. */
export const neutral: EdwardsPoint = { x: 0n, y: 1n };

/** A point with the denominator carried along, so that a sum needs no inversion. */
interface Projective {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

function addProjective(a: Projective, b: Projective): Projective {
  const z = (a.z * b.z) % p;
  const square = (z * z) % p;
  const x = (a.x * b.x) % p;
  const y = (a.y * b.y) % p;
  const product = (((d * x) % p) * y) % p;
  const minus = square - product;
  const plus = square + product;
  return {
    x: mod(((z * minus) % p) * (a.x * b.y + a.y * b.x), p),
    y: mod(((z * plus) % p) * (y + x), p),
    z: mod(minus * plus, p),
  };
}

function affine({ x, y, z }: Projective): EdwardsPoint {
  const scale = inverse(z, p);
  return { x: (x * scale) % p, y: (y * scale) % p };
}

/** The sum of two points; the formula holds for every pair. */
export function add(a: EdwardsPoint, b: EdwardsPoint): EdwardsPoint {
  return affine(addProjective({ ...a, z: 1n }, { ...b, z: 1n }));
}

/** The point times a scalar that is not negative, which is not reduced. */
export function multiply(scalar: bigint, point: EdwardsPoint): EdwardsPoint {
  let sum: Projective = { ...neutral, z: 1n };
  const addend: Projective = { ...point, z: 1n };
  for (const bit of scalar.toString(2)) {
    sum = addProjective(sum, sum);
    if (bit === "1") sum = addProjective(sum, addend);
  }
  return affine(sum);
}

/** Whether two points are the same. */
export function equal(a: EdwardsPoint, b: EdwardsPoint): boolean {
  return a.x === b.x && a.y === b.y;
}

/** The x of a y with the sign asked for; undefined where the curve has no such point. */
export function xOf(y: bigint, sign: bigint): bigint | undefined {
  const square = mod((y * y - 1n) * inverse(mod(d * y * y + 1n, p), p), p);
  let x = power(square, (p + 3n) / 8n, p);
  if (mod(x * x - square, p) !== 0n) x = (x * rootOfMinusOne) % p;
  if (mod(x * x - square, p) !== 0n) return undefined;
  return (x & 1n) === sign ? x : mod(-x, p);
}

const baseY = (4n * inverse(5n, p)) % p;
/** The base point B. */
export const base: EdwardsPoint = { x: xOf(baseY, 0n) ?? 0n, y: baseY };

/** The 32 bytes of a y and a sign, whatever they mean. */
export function encodeCoordinates(y: bigint, sign: bigint): Uint8Array {
  return littleEndian(y | (sign << 255n), 32);
}

/** The one encoding of a point. */
export function encode({ x, y }: EdwardsPoint): Uint8Array {
  return encodeCoordinates(y, x & 1n);
}

/** A point of order 8, so that its multiples are all eight points whose order divides 8. */
export const torsion: EdwardsPoint = findTorsion();

function findTorsion(): EdwardsPoint {
  for (let y = 2n; ; y++) {
    const x = xOf(y, 0n);
    if (x === undefined) continue;
    const point = multiply(baseOrder, { x, y });
    if (!equal(multiply(4n, point), neutral)) return point;
  }
}

/** What a secret of 32 bytes stands for: the scalar a, the prefix of nonces, and A = [a]B. */
export interface Ed25519Secret {
  readonly scalar: bigint;
  readonly prefix: Uint8Array;
  readonly point: EdwardsPoint;
}

/** Expands a secret as RFC 8032 does. */
export function expandSecret(secret: Uint8Array): Ed25519Secret {
  const digest = sha512(secret);
  const scalar = (fromLittleEndian(digest.subarray(0, 32)) & (2n ** 254n - 8n)) | (2n ** 254n);
  return { scalar, prefix: digest.slice(32), point: multiply(scalar, base) };
}

/** SHA-512(R ‖ A ‖ M) as an integer that is not reduced. */
export function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  return fromLittleEndian(sha512(r, a, message));
}

/** The signature of 64 bytes: R, then S. */
export function joinSignature(r: Uint8Array, s: bigint): Uint8Array {
  return join(r, littleEndian(s, 32));
}

/** A signature by RFC 8032, which takes nothing random. `domain` stands before everything that is hashed. */
export function signEd25519(
  secret: Uint8Array,
  message: Uint8Array,
  domain: Uint8Array = new Uint8Array(),
): Uint8Array {
  const { scalar, prefix, point } = expandSecret(secret);
  const nonce = fromLittleEndian(sha512(domain, prefix, message)) % baseOrder;
  const r = encode(multiply(nonce, base));
  const k = fromLittleEndian(sha512(domain, r, encode(point), message)) % baseOrder;
  return joinSignature(r, (nonce + k * scalar) % baseOrder);
}
