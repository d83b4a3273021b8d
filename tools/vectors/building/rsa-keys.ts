import { bitLength } from "./modular-arithmetic.js";
import { isUsablePrime, type RsaPrivate, searchStart, stepsToPrime } from "./rsa-arithmetic.js";
import { steps } from "./rsa-steps.js";

/** The two searches that a modulus of so many bits takes: where each begins, and under which text. */
export function searchesOf(text: string, bits: number): readonly { readonly text: string; readonly bits: number }[] {
  return [
    { text: `${text} p`, bits: Math.ceil(bits / 2) },
    { text: `${text} q`, bits: Math.floor(bits / 2) },
  ];
}

/**
 * The RSA key of a text: p and q are the first usable primes at or behind the starts of `text p` and `text q`. How far
 * each search has to go is noted in `rsa-steps.ts`, where a test finds it again; a search that is not noted is made.
 */
export function rsaKeyOf(text: string, bits: number): RsaPrivate {
  const [p = 0n, q = 0n] = searchesOf(text, bits).map((search) => primeOf(search.text, search.bits));
  const modulus = p * q;
  if (p === q || bitLength(modulus) !== bits) throw new RangeError(`${text} gives no modulus of ${bits} bits`);
  return { p, q, modulus };
}

/** The prime of one search. */
export function primeOf(text: string, bits: number): bigint {
  const start = searchStart(text, bits);
  const noted = steps[`${text} ${bits}`];
  return start + 2n * BigInt(noted ?? stepsToPrime(start));
}

/**
 * Whether the noted steps of a search lead to a usable prime, and no usable prime lies among the last `back` numbers
 * before it; all of them where `back` is absent.
 */
export function isNotedRight(text: string, bits: number, back?: number): boolean {
  const start = searchStart(text, bits);
  const noted = steps[`${text} ${bits}`];
  if (noted === undefined || !isUsablePrime(start + 2n * BigInt(noted))) return false;
  for (let step = Math.max(0, noted - (back ?? noted)); step < noted; step++)
    if (isUsablePrime(start + 2n * BigInt(step))) return false;
  return true;
}
