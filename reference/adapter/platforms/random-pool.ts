import { randomFillSync } from "node:crypto";

/** Random bytes are got in pieces of this size: each piece costs as much as a few bytes do. */
const POOL_BYTES = 4096;
/** Longest request that is met from the pool. */
const LONGEST_POOLED = 256;

const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** Fill an array with random bytes of the system that are fit for keys. What was given away is not kept. */
export function fillRandom(target: Uint8Array): void {
  if (target.length > LONGEST_POOLED) {
    randomFillSync(target);
    return;
  }
  if (used + target.length > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  for (let at = 0; at < target.length; at += 1) {
    target[at] = pool[used + at] as number;
    pool[used + at] = 0;
  }
  used += target.length;
}
