import type { TrustKey } from "../../generated/codecs/trust-key.js";
import type { TrustStore } from "../../generated/codecs/trust-store.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import type { Sha256 } from "../contracts/security.js";
import { FaygerError } from "../errors/fayger-error.js";
import { compareBytes, copyOf, equalBytes, toHexadecimal } from "./bytes.js";
import { readTrustStore } from "./trust-store-document.js";

const NANOSECONDS = 1_000_000_000n;

/** What an installed trust store needs from its surroundings. */
export interface TrustStoreServices {
  /** Recomputes key ids. */
  readonly sha256: Sha256;
  /** Tells the time, for validity and revocation. */
  readonly clock: Clock;
  /** Receives `security.trusted_roots_updated` and `security.trust_store_refused`. */
  readonly events?: EventPublisher;
}

/** What an update changed: key ids as hexadecimal digits, ascending. @spec trust-store.update.event */
export interface TrustStoreChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Keys of both versions with a time of revocation in the new one only. */
  readonly revoked: readonly string[];
  /** Other keys of both versions whose records differ. */
  readonly changed: readonly string[];
}

/**
 * The keys a host believes, as they are now. Host policy: nothing an artifact holds ever reaches this object.
 *
 * @spec trust-store.out-of-band
 */
export class InstalledTrustStore {
  readonly #services: TrustStoreServices;
  #bytes: Uint8Array;
  #document: TrustStore;

  /**
   * Install the first version.
   *
   * @param bytes the document in deterministic CBOR; copied
   * @throws FaygerError `LDR_TRUST_STORE_INVALID`
   */
  constructor(bytes: Uint8Array, services: TrustStoreServices) {
    this.#services = services;
    this.#bytes = copyOf(bytes);
    this.#document = readTrustStore(this.#bytes, services.sha256);
    this.#announce([]);
  }

  /** The document in force. */
  get document(): TrustStore {
    return this.#document;
  }

  /** The key with this id. */
  lookup(keyId: Uint8Array): TrustKey | undefined {
    return keyIn(this.#document.keys, keyId);
  }

  /**
   * The time that validity is judged by, in Unix seconds: never before the store was issued, so that setting a clock
   * back does not bring an expired key to life.
   *
   * @spec trust-store.clock, trust-store.times
   */
  now(): number {
    return Math.max(Number(this.#services.clock.unixNanoseconds() / NANOSECONDS), this.#document.issuedAt);
  }

  /**
   * Put a newer version in force. On an error the old one stays.
   *
   * @param bytes the document in deterministic CBOR; copied
   * Signatures that are being verified were looked up in the version before and keep its answer.
   *
   * @returns what changed, or `undefined` where the same version was offered again
   * @throws FaygerError `LDR_TRUST_STORE_INVALID`, `LDR_TRUST_STORE_ROLLBACK`
   * @spec trust-store.update, trust-store.update.consistent
   */
  update(bytes: Uint8Array): TrustStoreChange | undefined {
    const copy = copyOf(bytes);
    let offered: TrustStore;
    try {
      offered = readTrustStore(copy, this.#services.sha256);
    } catch (error) {
      this.#publishRefusal("LDR_TRUST_STORE_INVALID");
      throw error;
    }
    const installed = this.#document.version;
    // @spec trust-store.update.same
    if (offered.version === installed && equalBytes(copy, this.#bytes)) return undefined;
    // @spec trust-store.update: an old store would bring back keys that have been revoked since.
    if (offered.version <= installed) {
      this.#publishRefusal("LDR_TRUST_STORE_ROLLBACK", offered.version);
      const what = offered.version === installed ? "the same version with other keys" : "an older version";
      throw new FaygerError("LDR_TRUST_STORE_ROLLBACK", `version ${installed} is installed and ${what} was offered`, {
        installed,
        offered: offered.version,
      });
    }
    const before = this.#document.keys;
    this.#bytes = copy;
    this.#document = offered;
    return this.#announce(before);
  }

  #announce(before: readonly TrustKey[]): TrustStoreChange {
    const change = changeBetween(before, this.#document.keys);
    this.#services.events?.publish("security.trusted_roots_updated", { version: this.#document.version, ...change });
    return change;
  }

  /** @spec trust-store.update.refused: somebody may be playing back an old store. */
  #publishRefusal(code: string, offered?: number): void {
    const { version } = this.#document;
    this.#services.events?.publish("security.trust_store_refused", {
      code,
      version,
      ...(offered !== undefined && { offered }),
    });
  }
}

/**
 * What became of the keys from one version of a store to the next.
 *
 * @param before ascending by key id
 * @param after ascending by key id
 * @spec trust-store.update.event
 */
export function changeBetween(before: readonly TrustKey[], after: readonly TrustKey[]): TrustStoreChange {
  const [added, removed, revoked, changed]: [string[], string[], string[], string[]] = [[], [], [], []];
  for (const key of after) {
    const old = keyIn(before, key.keyId);
    const id = toHexadecimal(key.keyId);
    if (old === undefined) added.push(id);
    else if (old.revokedAt === undefined && key.revokedAt !== undefined) revoked.push(id);
    else if (!isSameRecord(old, key)) changed.push(id);
  }
  for (const key of before) if (keyIn(after, key.keyId) === undefined) removed.push(toHexadecimal(key.keyId));
  return { added, removed, revoked, changed };
}

/** Id, algorithm and bytes belong together, so only the limits of the trust can differ. */
function isSameRecord(a: TrustKey, b: TrustKey): boolean {
  const limits = ["label", "notBefore", "notAfter", "revokedAt"] as const;
  if (limits.some((member) => a[member] !== b[member])) return false;
  if (a.scope === undefined || b.scope === undefined) return a.scope === b.scope;
  return a.scope.length === b.scope.length && a.scope.every((glob, at) => glob === b.scope?.[at]);
}

/** Keys stand ascending by id in a document, so a key is found by halving. */
function keyIn(keys: readonly TrustKey[], keyId: Uint8Array): TrustKey | undefined {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = keys[middle] as TrustKey;
    const order = compareBytes(key.keyId, keyId);
    if (order === 0) return key;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}
