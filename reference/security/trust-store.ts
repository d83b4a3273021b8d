import type { TrustKey } from "../../generated/codecs/trust-key.js";
import type { TrustStore } from "../../generated/codecs/trust-store.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import type { Sha256 } from "../contracts/security.js";
import { FaygerError } from "../errors/fayger-error.js";
import { equalBytes, toHexadecimal } from "./bytes.js";
import { readTrustStore } from "./trust-store-document.js";

const NANOSECONDS = 1_000_000_000n;

/** What an installed trust store needs from its surroundings. */
export interface TrustStoreServices {
  /** Recomputes key ids. */
  readonly sha256: Sha256;
  /** Tells the time, for validity and revocation. */
  readonly clock: Clock;
  /** Receives `security.trusted_roots_updated`. */
  readonly events?: EventPublisher;
}

/** What an update changed: key ids as hexadecimal digits, ascending. @spec trust-store.update.event */
export interface TrustStoreChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly revoked: readonly string[];
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
  #keys: ReadonlyMap<string, TrustKey>;

  /**
   * Install the first version.
   *
   * @param bytes the document in deterministic CBOR; copied
   * @throws FaygerError `LDR_TRUST_STORE_INVALID`
   */
  constructor(bytes: Uint8Array, services: TrustStoreServices) {
    this.#services = services;
    this.#bytes = bytes.slice();
    this.#document = readTrustStore(this.#bytes, services.sha256);
    this.#keys = byKeyId(this.#document);
    this.#announce(new Map());
  }

  /** The document in force. */
  get document(): TrustStore {
    return this.#document;
  }

  /** The key with this id. */
  lookup(keyId: Uint8Array): TrustKey | undefined {
    return this.#keys.get(toHexadecimal(keyId));
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
   * @returns what changed, or `undefined` where the same version was offered again
   * @throws FaygerError `LDR_TRUST_STORE_INVALID`, `LDR_TRUST_STORE_ROLLBACK`
   * @spec trust-store.update
   */
  update(bytes: Uint8Array): TrustStoreChange | undefined {
    const copy = bytes.slice();
    const offered = readTrustStore(copy, this.#services.sha256);
    const installed = this.#document.version;
    // @spec trust-store.update.same
    if (offered.version === installed && equalBytes(copy, this.#bytes)) return undefined;
    // @spec trust-store.update: an old store would bring back keys that have been revoked since.
    if (offered.version <= installed) {
      const what = offered.version === installed ? "the same version with other keys" : "an older version";
      throw new FaygerError("LDR_TRUST_STORE_ROLLBACK", `version ${installed} is installed and ${what} was offered`, {
        installed,
        offered: offered.version,
      });
    }
    const before = this.#keys;
    this.#bytes = copy;
    this.#document = offered;
    this.#keys = byKeyId(offered);
    return this.#announce(before);
  }

  #announce(before: ReadonlyMap<string, TrustKey>): TrustStoreChange {
    const after = this.#keys;
    const change: TrustStoreChange = {
      added: [...after.keys()].filter((id) => !before.has(id)),
      removed: [...before.keys()].filter((id) => !after.has(id)),
      revoked: [...after].filter(([id, key]) => isNewlyRevoked(before.get(id), key)).map(([id]) => id),
    };
    this.#services.events?.publish("security.trusted_roots_updated", { version: this.#document.version, ...change });
    return change;
  }
}

function isNewlyRevoked(before: TrustKey | undefined, after: TrustKey): boolean {
  return after.revokedAt !== undefined && before?.revokedAt === undefined;
}

/** Keys stand ascending by id in the document, so the map's order is that of the ids. */
function byKeyId(document: TrustStore): ReadonlyMap<string, TrustKey> {
  return new Map(document.keys.map((key) => [toHexadecimal(key.keyId), key]));
}
