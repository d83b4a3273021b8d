// SHA-256 and HMAC-SHA-256: a part has no capability but to call, so what it needs of cryptography it brings along.

const K: StaticArray<u32> = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
const BLOCK: i32 = 64;

/** The digest of bytes. 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const state: StaticArray<u32> = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ];
  const padded = new Uint8Array(((bytes.length + 8) / BLOCK + 1) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  store<u64>(padded.dataStart + padded.length - 8, bswap<u64>(<u64>bytes.length * 8));
  for (let at = 0; at < padded.length; at += BLOCK) compress(state, padded.dataStart + at);
  const digest = new Uint8Array(32);
  for (let at = 0; at < 8; at += 1) store<u32>(digest.dataStart + at * 4, bswap<u32>(state[at]));
  return digest;
}

function compress(state: StaticArray<u32>, block: usize): void {
  const w = new StaticArray<u32>(64);
  for (let at = 0; at < 16; at += 1) w[at] = bswap<u32>(load<u32>(block + at * 4));
  for (let at = 16; at < 64; at += 1) {
    const x = w[at - 15];
    const y = w[at - 2];
    const low = rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
    const high = rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >> 10);
    w[at] = w[at - 16] + low + w[at - 7] + high;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let at = 0; at < 64; at += 1) {
    const first = h + (rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25)) + ((e & f) ^ (~e & g)) + K[at] + w[at];
    const second = (rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** HMAC-SHA-256. 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > BLOCK ? sha256(key) : key;
  const inner = new Uint8Array(BLOCK);
  const outer = new Uint8Array(BLOCK);
  inner.set(short);
  outer.set(short);
  for (let at = 0; at < BLOCK; at += 1) {
    inner[at] ^= 0x36;
    outer[at] ^= 0x5c;
  }
  return sha256(joined(outer, sha256(joined(inner, message))));
}

/** Bytes one behind the other. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
