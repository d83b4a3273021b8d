import { inverse, mod, power } from "./modular-arithmetic.js";
import { bigEndian, fromBigEndian, hmacSha256, join, sha256 } from "./octets.js";

/** Prime of the field. */
export const p256Prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
/** Order of the curve. */
export const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const p = p256Prime;
const n = p256Order;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** A point of the curve; undefined stands for the point at infinity. */
export type P256Point = { readonly x: bigint; readonly y: bigint } | undefined;

/** The base point G. */
export const p256Base: P256Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

/** x / z² and y / z³ are the coordinates; z of 0 is the point at infinity. No sum needs an inversion. */
interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const infinity: Jacobian = { x: 1n, y: 1n, z: 0n };

function jacobian(point: P256Point): Jacobian {
  return point === undefined ? infinity : { ...point, z: 1n };
}

function affine({ x, y, z }: Jacobian): P256Point {
  if (z === 0n) return undefined;
  const scale = inverse(z, p);
  const square = (scale * scale) % p;
  return { x: (x * square) % p, y: (((y * square) % p) * scale) % p };
}

function double({ x, y, z }: Jacobian): Jacobian {
  if (z === 0n || y === 0n) return infinity;
  const zz = (z * z) % p;
  const yy = (y * y) % p;
  const between = (4n * x * yy) % p;
  const slope = (3n * (x - zz) * (x + zz)) % p;
  const third = mod(slope * slope - 2n * between, p);
  return { x: third, y: mod(slope * (between - third) - 8n * yy * yy, p), z: (2n * y * z) % p };
}

function addJacobian(a: Jacobian, c: Jacobian): Jacobian {
  if (a.z === 0n) return c;
  if (c.z === 0n) return a;
  const [aa, cc] = [(a.z * a.z) % p, (c.z * c.z) % p];
  const [left, right] = [(a.x * cc) % p, (c.x * aa) % p];
  const [low, high] = [(((a.y * cc) % p) * c.z) % p, (((c.y * aa) % p) * a.z) % p];
  if (left === right) return low === high ? double(a) : infinity;
  const width = mod(right - left, p);
  const rise = mod(high - low, p);
  const square = (width * width) % p;
  const cube = (square * width) % p;
  const middle = (left * square) % p;
  const x = mod(rise * rise - cube - 2n * middle, p);
  return { x, y: mod(rise * (middle - x) - low * cube, p), z: (((a.z * c.z) % p) * width) % p };
}

/** The sum of two points, any two. */
export function addP256(a: P256Point, c: P256Point): P256Point {
  return affine(addJacobian(jacobian(a), jacobian(c)));
}

/** The point times a scalar, modulo the order. */
export function multiplyP256(scalar: bigint, point: P256Point): P256Point {
  let sum = infinity;
  const addend = jacobian(point);
  for (const bit of mod(scalar, n).toString(2)) {
    sum = double(sum);
    if (bit === "1") sum = addJacobian(sum, addend);
  }
  return affine(sum);
}

/** The point of an x whose y is even; undefined where the curve has none. */
export function p256PointOf(x: bigint): P256Point {
  const square = mod(x * x * x - 3n * x + b, p);
  const y = power(square, (p + 1n) / 4n, p);
  if (mod(y * y - square, p) !== 0n) return undefined;
  return { x, y: y % 2n === 0n ? y : p - y };
}

/** The 64 bytes of r and s, whatever they mean. */
export function joinP256Signature(r: bigint, s: bigint): Uint8Array {
  return join(bigEndian(r, 32), bigEndian(s, 32));
}

/** A digest as the integer that is signed. */
export function digestInteger(digest: Uint8Array): bigint {
  return fromBigEndian(digest.subarray(0, 32));
}

/** The nonce of RFC 6979 with HMAC-SHA-256. */
function deterministicNonce(scalar: bigint, digest: Uint8Array): bigint {
  const x = bigEndian(scalar, 32);
  const h = bigEndian(digestInteger(digest) % n, 32);
  let v: Uint8Array = new Uint8Array(32).fill(1);
  let k: Uint8Array = new Uint8Array(32);
  for (const mark of [0, 1]) {
    k = hmacSha256(k, v, Uint8Array.of(mark), x, h);
    v = hmacSha256(k, v);
  }
  for (;;) {
    v = hmacSha256(k, v);
    const candidate = fromBigEndian(v);
    if (candidate > 0n && candidate < n) return candidate;
    k = hmacSha256(k, v, Uint8Array.of(0));
    v = hmacSha256(k, v);
  }
}

/** r and s of a digest, s in the lower half. */
export function signP256Digest(scalar: bigint, digest: Uint8Array): { readonly r: bigint; readonly s: bigint } {
  const nonce = deterministicNonce(scalar, digest);
  const r = mod(multiplyP256(nonce, p256Base)?.x ?? 0n, n);
  const s = mod(inverse(nonce, n) * (digestInteger(digest) + r * scalar), n);
  return { r, s: s > n / 2n ? n - s : s };
}

/** A signature with SHA-256, which takes nothing random. */
export function signP256(scalar: bigint, message: Uint8Array): Uint8Array {
  const { r, s } = signP256Digest(scalar, sha256(message));
  return joinP256Signature(r, s);
}

/**
 * The public key under which a signature of a digest is right: Q = r⁻¹ · (s · R − z · G). It makes keys for chosen
 * values of r and s.
 */
export function keyForSignature(point: P256Point, s: bigint, digest: Uint8Array): P256Point {
  if (point === undefined) throw new RangeError("R is the point at infinity");
  const scale = inverse(mod(point.x, n), n);
  const left = multiplyP256(s, point);
  const right = multiplyP256(n - (digestInteger(digest) % n), p256Base);
  return multiplyP256(scale, addP256(left, right));
}
