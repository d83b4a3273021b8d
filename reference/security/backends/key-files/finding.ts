import type { KeyObject } from "node:crypto";

/** What is wrong with a key file. There is no artifact to blame, so this is a value and not a coded error. */
export interface KeyProblem {
  /** What a key file must hold. */
  readonly expected: string;
  /** What this one holds. Never key material. */
  readonly found: string;
  /** What its owner can do about it, where something can be said. */
  readonly hint?: string;
  /** The key is encrypted and no passphrase was given. */
  readonly needsPassphrase?: boolean;
}

/** A key out of a file, or the reason why there is none. */
export type KeyReading<T> =
  | { readonly key: T; readonly problem?: undefined }
  | { readonly key?: undefined; readonly problem: KeyProblem };

/** What it takes to read some key files. */
export interface KeyFileOptions {
  /** Opens an encrypted private key. */
  readonly passphrase?: string;
  /** Chooses a key of a JWK Set. */
  readonly kid?: string;
}

/** What a file turned out to hold. */
export type Finding =
  | { readonly kind: "private"; readonly key: KeyObject }
  | { readonly kind: "public"; readonly publicKey: Uint8Array }
  | ({ readonly kind: "trouble" } & Omit<KeyProblem, "expected">);

/** A file that holds no key of use. @param found what it holds instead; never key material */
export function trouble(found: string, hint?: string): Finding {
  return { kind: "trouble", found, ...(hint !== undefined && { hint }) };
}
