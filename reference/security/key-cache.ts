import { copyOf, equalBytes } from "./bytes.js";
import { type ParsedPublicKey, parsePublicKey } from "./spki.js";

/** A key as a host keeps it, and what our own reader found in it. */
export interface CachedKey<K> {
  /** The key's parts. */
  readonly parsed: ParsedPublicKey;
  /** The host's own form of it. */
  readonly key: K;
  readonly bytes: Uint8Array;
}

/**
 * Imported keys, the most recently used ones: importing a key costs as much as verifying with it.
 *
 * A key is found by a hash of its bytes and then compared byte by byte, so that neither a collision nor bytes changed
 * after the import can give one key for another.
 */
export class KeyCache<K> {
  readonly #capacity: number;
  readonly #importKey: (parsed: ParsedPublicKey, publicKey: Uint8Array) => K;
  /** In the order of use: a Map keeps the order of insertion, and a use inserts anew. */
  readonly #keys = new Map<number, CachedKey<K>>();
  #latest: number | undefined;

  /**
   * @param capacity most keys kept, at least 1
   * @param importKey makes the host's form; gets a copy of the key's bytes, which never changes
   */
  constructor(capacity: number, importKey: (parsed: ParsedPublicKey, publicKey: Uint8Array) => K) {
    this.#capacity = capacity;
    this.#importKey = importKey;
  }

  /** Keys kept now. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * The key with these bytes, imported where it was not.
   *
   * @param publicKey DER SubjectPublicKeyInfo
   * @returns `undefined` where the bytes are not the one encoding of a supported key
   */
  get(publicKey: Uint8Array): CachedKey<K> | undefined {
    const name = hashOf(publicKey);
    const known = this.#keys.get(name);
    if (known !== undefined && equalBytes(known.bytes, publicKey)) {
      if (this.#latest !== name) this.#use(name, known);
      return known;
    }
    const bytes = copyOf(publicKey);
    const parsed = parsePublicKey(bytes);
    if (parsed === undefined) return undefined;
    const entry: CachedKey<K> = { parsed, key: this.#importKey(parsed, bytes), bytes };
    this.#use(name, entry);
    if (this.#keys.size > this.#capacity) this.#forgetOldest();
    return entry;
  }

  /** Forget a key, so that the next use imports it again. */
  forget(entry: CachedKey<K>): void {
    const name = hashOf(entry.bytes);
    if (this.#keys.get(name) === entry) this.#keys.delete(name);
  }

  #use(name: number, entry: CachedKey<K>): void {
    this.#keys.delete(name);
    this.#keys.set(name, entry);
    this.#latest = name;
  }

  #forgetOldest(): void {
    for (const oldest of this.#keys.keys()) {
      this.#keys.delete(oldest);
      return;
    }
  }
}

/** Bytes of a key that its name is made of, at least: evenly spread, so that long keys cost no more than short ones. */
const NAMED_BYTES = 32;

/**
 * FNV-1a over some of the bytes. Keys come from the trust store, so nobody hostile chooses what collides; what does
 * collide is imported anew at each change.
 */
function hashOf(bytes: Uint8Array): number {
  const step = Math.max(1, Math.floor(bytes.length / NAMED_BYTES));
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += step) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash;
}
