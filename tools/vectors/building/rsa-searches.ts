import { SEED_PREFIX } from "../corpus/seeds.js";
import { searchesOf } from "./rsa-keys.js";

/** Texts and lengths of the moduli outside the named keys: of lengths that no key of a trust store may have. */
export const oddLengths = [1024, 2047, 2049, 2560, 4104] as const;

/** The text of a modulus outside the named keys. */
export function modulusText(bits: number): string {
  return `${SEED_PREFIX}keys/modulus-${bits}`;
}

/** The search for the odd prime of the even modulus 2 · q of 2048 bits. */
export const evenSearch = { text: `${SEED_PREFIX}keys/even-modulus q`, bits: 2047 } as const;

/** Every search for a prime that the corpus needs, each noted in `rsa-steps.ts`. */
export function allSearches(named: readonly { readonly text: string; readonly bits: number }[]): readonly {
  readonly text: string;
  readonly bits: number;
}[] {
  return [
    ...named.flatMap(({ text, bits }) => searchesOf(text, bits)),
    ...oddLengths.flatMap((bits) => searchesOf(modulusText(bits), bits)),
    evenSearch,
  ];
}
