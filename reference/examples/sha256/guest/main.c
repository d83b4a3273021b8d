// The guest of the example `sha256`, in C. It computes the SHA-256 of a text that travels in its own artifact, compares
// it with the digest that travels beside it, and says the result with its exit code. It asks for no capability: what it
// reads is the artifact itself, and an exit code is not an effect on anybody.

#include "fayger.h"

/** Exit codes. */
enum { EQUAL = 0, DIFFERENT = 1, NO_TEXT = 2, NO_DIGEST = 3 };

typedef struct sha256 {
  uint32_t state[8];
  uint8_t block[64];
  /** Bytes in the block, 0 to 63. */
  uint32_t used;
  /** Bytes hashed so far. */
  uint64_t length;
} sha256;

static const uint32_t K[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, uint32_t by) { return value >> by | value << (32 - by); }

static void compress(sha256 *hash) {
  uint32_t w[64];
  for (uint32_t t = 0; t < 16; t += 1) w[t] = (uint32_t)fayger_big_endian(fayger_bytes_of(hash->block + 4 * t, 4));
  for (uint32_t t = 16; t < 64; t += 1) {
    uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  uint32_t a = hash->state[0], b = hash->state[1], c = hash->state[2], d = hash->state[3];
  uint32_t e = hash->state[4], f = hash->state[5], g = hash->state[6], h = hash->state[7];
  for (uint32_t t = 0; t < 64; t += 1) {
    uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t];
    uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  hash->state[0] += a;
  hash->state[1] += b;
  hash->state[2] += c;
  hash->state[3] += d;
  hash->state[4] += e;
  hash->state[5] += f;
  hash->state[6] += g;
  hash->state[7] += h;
}

static void add_byte(sha256 *hash, uint8_t byte) {
  hash->block[hash->used] = byte;
  hash->used += 1;
  if (hash->used < 64) return;
  compress(hash);
  hash->used = 0;
}

/** Ends the message: a one, zeros up to the last eight bytes of a block, and the length in bits. */
static void finish(sha256 *hash) {
  uint64_t bits = 8 * hash->length;
  add_byte(hash, 0x80);
  while (hash->used != 56) add_byte(hash, 0);
  for (uint32_t left = 8; left > 0; left -= 1) add_byte(hash, (uint8_t)(bits >> (8 * (left - 1))));
}

/** The digit of a number below 16. */
static uint8_t digit(uint32_t value) { return (uint8_t)(value < 10 ? '0' + value : 'a' + value - 10); }

static uint8_t chunk[4096];
static uint8_t expected[64];

FAYGER_ENTRY(run) {
  static sha256 hash = {
    { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 }, { 0 }, 0, 0,
  };
  for (;;) {
    int32_t length = fayger_section(FAYGER_TEXT("data/text"), hash.length, chunk, sizeof chunk);
    if (length < 0) fayger_exit(NO_TEXT);
    if (length == 0) break;
    for (int32_t at = 0; at < length; at += 1) add_byte(&hash, chunk[at]);
    hash.length += (uint32_t)length;
  }
  finish(&hash);
  if (fayger_section(FAYGER_TEXT("data/digest"), 0, expected, sizeof expected) != sizeof expected) fayger_exit(NO_DIGEST);
  for (uint32_t at = 0; at < 64; at += 1) {
    if (expected[at] != digit(hash.state[at / 8] >> (28 - 4 * (at % 8)) & 15)) fayger_exit(DIFFERENT);
  }
  fayger_exit(EQUAL);
}
