import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrustKey } from "../../generated/codecs/trust-key.js";
import { encodeTrustStore, type TrustStore } from "../../generated/codecs/trust-store.js";
import type { EventPublisher } from "../contracts/event-bus.js";
import { FaygerError, is } from "../errors/fayger-error.js";
import { generateKeyPair, nodeSha256 } from "./backends/node.js";
import { compareBytes, toHexadecimal } from "./bytes.js";
import {
  emptyTrustStore,
  InstalledTrustStore,
  readTrustStore,
  trustKeyOf,
  withoutTrustKey,
  withRevokedKey,
  withTrustKey,
  writeTrustStore,
} from "./index.js";

interface RecordedUpdate {
  readonly name: string;
  readonly fields: unknown;
}

function keyOf(algorithm: "ed25519" | "ecdsa-p256" = "ed25519"): TrustKey {
  const key = trustKeyOf(generateKeyPair(algorithm).publicKey, nodeSha256);
  if (key === undefined) throw new Error("the key is supported");
  return key;
}

function installed(store: TrustStore, seconds = 1_000): { trustStore: InstalledTrustStore; events: RecordedUpdate[] } {
  const events: RecordedUpdate[] = [];
  const publisher: EventPublisher = {
    publish: (name, fields) => void events.push({ name, fields }),
    enabled: () => true,
  };
  const clock = {
    unixNanoseconds: () => BigInt(seconds) * 1_000_000_000n + 999_999_999n,
    monotonicNanoseconds: () => 0n,
  };
  const bytes = writeTrustStore(store, nodeSha256);
  return { trustStore: new InstalledTrustStore(bytes, { sha256: nodeSha256, clock, events: publisher }), events };
}

function refusal(bytes: Uint8Array): FaygerError<"LDR_TRUST_STORE_INVALID"> {
  let caught: unknown;
  try {
    readTrustStore(bytes, nodeSha256);
  } catch (error) {
    caught = error;
  }
  if (!is(caught, "LDR_TRUST_STORE_INVALID")) throw new Error(`not refused: ${String(caught)}`);
  return caught;
}

const [a, b] = [keyOf(), keyOf("ecdsa-p256")].sort((x, y) => compareBytes(x.keyId, y.keyId)) as [TrustKey, TrustKey];

// @spec trust-store.key-id, trust-store.key-form
describe("readTrustStore", () => {
  // @spec trust-store.shape, trust-store.key
  test("gives back what was written, whatever the order of the keys", () => {
    const limits = { label: "release", notBefore: 1, notAfter: 2 ** 40, scope: ["acme/*", "acme/**"] };
    const store: TrustStore = { version: 3, issuedAt: 7, keys: [{ ...a, ...limits }, b] };
    expect(readTrustStore(writeTrustStore(store, nodeSha256), nodeSha256)).toEqual(store);
    expect(writeTrustStore({ ...store, keys: [...store.keys].reverse() }, nodeSha256)).toEqual(
      writeTrustStore(store, nodeSha256),
    );
  });

  test.each<[string, Partial<TrustKey>, string, string]>([
    ["a key id that is not the digest of the key", { keyId: new Uint8Array(32) }, "key_id_mismatch", "key_id"],
    ["an unknown algorithm", { algorithm: "rot13" }, "algorithm_unknown", "algorithm"],
    ["a key of another algorithm", { algorithm: "rsa-pss-sha256" }, "public_key_invalid", "public_key"],
  ])("refuses %s, and says where", (_what, members, reason, member) => {
    const spoiled = { ...b, ...members };
    const keys = [a, spoiled].sort((x, y) => compareBytes(x.keyId, y.keyId));
    const at = keys.indexOf(spoiled);
    const bytes = encodeTrustStore({ version: 1, issuedAt: 0, keys });
    const { context } = refusal(bytes);
    expect(context).toMatchObject({ reason, path: `$.keys[${at}].${member}` });
    // The offset leads to the member's value: its name stands right before it.
    const name = Buffer.from(bytes.subarray(context.offset - member.length, context.offset)).toString();
    expect(name).toBe(member);
  });

  // @spec trust-store.key-form
  test("refuses a public key with a second encoding, though its id is right", () => {
    const publicKey = Uint8Array.of(...a.publicKey, 0);
    const key = { ...a, publicKey, keyId: nodeSha256.digest(publicKey) };
    expect(refusal(encodeTrustStore({ version: 1, issuedAt: 0, keys: [key] })).context.reason).toBe(
      "public_key_invalid",
    );
  });

  // @spec trust-store.invalid, trust-store.key-id
  test("every single-bit flip and every truncation is a coded refusal or a store that writes itself back", () => {
    const bytes = writeTrustStore(
      { version: 3, issuedAt: 7, keys: [{ ...a, label: "x", scope: ["acme/*"] }] },
      nodeSha256,
    );
    let accepted = 0;
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const copy = bytes.slice();
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        expect(encodeTrustStore(readTrustStore(copy, nodeSha256))).toEqual(copy);
        accepted += 1;
      } catch (error) {
        expect(is(error, "LDR_TRUST_STORE_INVALID")).toBe(true);
      }
    }
    // Version, time, label and scope are free to be others; the key is not.
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(8 * (8 + 8 + 8 + 16));
    for (let length = 0; length < bytes.length; length += 1) refusal(bytes.slice(0, length));
  });

  test("any bytes at all are a store or a coded refusal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          readTrustStore(bytes, nodeSha256);
        } catch (error) {
          expect(is(error, "LDR_TRUST_STORE_INVALID")).toBe(true);
        }
      }),
    );
  });

  test("writing refuses what reading would", () => {
    expect(() => writeTrustStore({ version: -1, issuedAt: 0, keys: [] }, nodeSha256)).toThrow(FaygerError);
    expect(() => writeTrustStore({ version: 1, issuedAt: 0, keys: [a, a] }, nodeSha256)).toThrow(FaygerError);
    expect(() =>
      writeTrustStore({ version: 1, issuedAt: 0, keys: [{ ...a, algorithm: "rot13" }] }, nodeSha256),
    ).toThrow(FaygerError);
  });
});

describe("InstalledTrustStore", () => {
  // What reads files on Node gives a Buffer, whose `slice` copies nothing.
  // @spec trust-store.out-of-band
  test.each([
    ["plain bytes", (bytes: Uint8Array) => bytes],
    ["a Buffer of Node", (bytes: Uint8Array) => Buffer.from(bytes)],
  ])("finds keys by their id, and copies what it is given: %s", (_what, given) => {
    const clock = { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n };
    const document = given(writeTrustStore({ version: 1, issuedAt: 0, keys: [a] }, nodeSha256));
    const trustStore = new InstalledTrustStore(document, { sha256: nodeSha256, clock });
    document.fill(0);
    expect(trustStore.lookup(a.keyId)?.publicKey).toEqual(a.publicKey);
    expect(trustStore.lookup(b.keyId)).toBeUndefined();
    const update = given(writeTrustStore({ version: 2, issuedAt: 0, keys: [b] }, nodeSha256));
    trustStore.update(update);
    update.fill(0);
    expect(trustStore.lookup(b.keyId)?.publicKey).toEqual(b.publicKey);
  });

  // @spec trust-store.clock
  test("tells the later of the clock and its time of issue", () => {
    expect(installed({ version: 1, issuedAt: 7, keys: [] }, 1_000).trustStore.now()).toBe(1_000);
    expect(installed({ version: 1, issuedAt: 5_000, keys: [] }, 1_000).trustStore.now()).toBe(5_000);
  });

  // @spec trust-store.update.event, trust-store.update.same
  test("every change is one event that names the keys; the same store again is none", () => {
    const first = withTrustKey(emptyTrustStore(1), a, 2);
    const { trustStore, events } = installed(first);
    const second = withTrustKey(first, b, 3);
    const third = withRevokedKey(second, a.keyId, 50, 4) ?? second;
    const fourth = withoutTrustKey(third, b.keyId, 5) ?? third;
    const [idA, idB] = [toHexadecimal(a.keyId), toHexadecimal(b.keyId)];
    for (const store of [second, third, third, fourth]) trustStore.update(writeTrustStore(store, nodeSha256));
    const none = { added: [], removed: [], revoked: [], changed: [] };
    expect(events).toEqual(
      [
        { ...none, version: 2, added: [idA] },
        { ...none, version: 3, added: [idB] },
        { ...none, version: 4, revoked: [idA] },
        { ...none, version: 5, removed: [idB] },
      ].map((fields) => ({ name: "security.trusted_roots_updated", fields })),
    );
    expect(trustStore.update(writeTrustStore(fourth, nodeSha256))).toBeUndefined();
  });

  // @spec trust-store.update.event
  test("the event of any two versions accounts for every key that differs, once", () => {
    const record = fc.record(
      {
        label: fc.constantFrom("x", "y"),
        notBefore: fc.nat(2),
        notAfter: fc.nat(2),
        revokedAt: fc.nat(2),
        scope: fc.constantFrom(["a"], ["a", "b"], ["b"]),
      },
      { requiredKeys: [] },
    );
    const records = fc.tuple(fc.option(record, { nil: undefined }), fc.option(record, { nil: undefined }));
    fc.assert(
      fc.property(records, records, (before, after) => {
        const keysOf = (limits: typeof before): TrustKey[] =>
          [a, b].flatMap((key, at) => (limits[at] === undefined ? [] : [{ ...key, ...limits[at] }]));
        const { trustStore } = installed({ version: 1, issuedAt: 0, keys: keysOf(before) });
        const change = trustStore.update(writeTrustStore({ version: 2, issuedAt: 0, keys: keysOf(after) }, nodeSha256));
        [a, b].forEach((key, at) => {
          const [old, next] = [before[at], after[at]];
          const id = toHexadecimal(key.keyId);
          const named = (["added", "removed", "revoked", "changed"] as const).filter((list) =>
            change?.[list].includes(id),
          );
          if (JSON.stringify(sorted(old)) === JSON.stringify(sorted(next))) expect(named).toEqual([]);
          else if (old === undefined) expect(named).toEqual(["added"]);
          else if (next === undefined) expect(named).toEqual(["removed"]);
          else if (old.revokedAt === undefined && next.revokedAt !== undefined) expect(named).toEqual(["revoked"]);
          else expect(named).toEqual(["changed"]);
        });
      }),
    );
  });

  // @spec trust-store.update.refused
  test("every refused update is one event, with the version that stays", () => {
    const { trustStore, events } = installed({ version: 5, issuedAt: 0, keys: [a] });
    for (const bytes of [
      writeTrustStore({ version: 4, issuedAt: 0, keys: [a, b] }, nodeSha256),
      writeTrustStore({ version: 5, issuedAt: 1, keys: [a] }, nodeSha256),
      Uint8Array.of(0xff),
    ]) {
      expect(() => trustStore.update(bytes)).toThrow(FaygerError);
    }
    expect(events.slice(1)).toEqual(
      [
        { code: "LDR_TRUST_STORE_ROLLBACK", version: 5, offered: 4 },
        { code: "LDR_TRUST_STORE_ROLLBACK", version: 5, offered: 5 },
        { code: "LDR_TRUST_STORE_INVALID", version: 5 },
      ].map((fields) => ({ name: "security.trust_store_refused", fields })),
    );
  });

  // @spec trust-store.update
  test("never goes back: a lower version and another store of the same version are refused, and the old one stays", () => {
    const store = fc.record({
      version: fc.integer({ min: 0, max: 4 }),
      issuedAt: fc.nat(3),
      keys: fc.constantFrom([], [a], [a, b]),
    });
    fc.assert(
      fc.property(fc.array(store, { minLength: 1, maxLength: 8 }), ([first, ...updates]) => {
        let current = first as TrustStore;
        const { trustStore, events } = installed(current);
        let changes = 1;
        const updated = (): number => events.filter(({ name }) => name === "security.trusted_roots_updated").length;
        for (const update of updates) {
          const bytes = writeTrustStore(update, nodeSha256);
          const isSame = Buffer.compare(bytes, writeTrustStore(current, nodeSha256)) === 0;
          if (isSame || update.version > current.version) {
            trustStore.update(bytes);
            current = update;
            if (!isSame) changes += 1;
          } else {
            const context = { installed: current.version, offered: update.version };
            expect(() => trustStore.update(bytes)).toThrow(FaygerError);
            try {
              trustStore.update(bytes);
            } catch (error) {
              expect(error).toMatchObject({ code: "LDR_TRUST_STORE_ROLLBACK", context });
            }
          }
          expect(trustStore.document).toEqual(current);
          expect(updated()).toBe(changes);
        }
      }),
    );
  });

  test("a broken update leaves the store as it is", () => {
    const { trustStore, events } = installed({ version: 1, issuedAt: 0, keys: [a] });
    expect(() => trustStore.update(Uint8Array.of(0xff))).toThrow(FaygerError);
    expect(trustStore.lookup(a.keyId)).toBeDefined();
    expect(events.map(({ name }) => name)).toEqual(["security.trusted_roots_updated", "security.trust_store_refused"]);
  });
});

/** Members in one order, so that equal records print alike. */
function sorted(record: Partial<TrustKey> | undefined): [string, unknown][] | undefined {
  return record === undefined ? undefined : Object.entries(record).sort(([x], [y]) => (x < y ? -1 : 1));
}

describe("lookup", () => {
  test("finds every key of a store of any size, and no other", () => {
    const ids = fc.uniqueArray(fc.uint8Array({ minLength: 44, maxLength: 44 }).map(String), { maxLength: 40 });
    fc.assert(
      fc.property(ids, (texts) => {
        const prefix = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        const keys = [...new Set(texts.map((text) => text.split(",").slice(12).join()))].map(
          (text) => trustKeyOf(Uint8Array.of(...prefix, ...text.split(",").map(Number)), nodeSha256) as TrustKey,
        );
        const { trustStore } = installed({ version: 1, issuedAt: 0, keys });
        for (const key of keys) expect(trustStore.lookup(key.keyId)?.publicKey).toEqual(key.publicKey);
        expect(trustStore.lookup(new Uint8Array(32))).toBeUndefined();
        expect(trustStore.lookup(new Uint8Array())).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});

describe("edits", () => {
  test("give the next version and never an earlier time", () => {
    const store = { version: 9, issuedAt: 100, keys: [a] };
    expect(withTrustKey(store, b, 50)).toMatchObject({ version: 10, issuedAt: 100 });
    expect(withTrustKey(store, { ...a, label: "new" }, 150)).toEqual({
      version: 10,
      issuedAt: 150,
      keys: [{ ...a, label: "new" }],
    });
    expect(withoutTrustKey(store, b.keyId, 150)).toBeUndefined();
    expect(withRevokedKey(store, b.keyId, 1, 150)).toBeUndefined();
  });

  test("a revocation is never made later", () => {
    const once = withRevokedKey({ version: 1, issuedAt: 0, keys: [a] }, a.keyId, 50, 1);
    const twice = withRevokedKey(once ?? emptyTrustStore(0), a.keyId, 90, 2);
    expect(twice?.keys[0]?.revokedAt).toBe(50);
  });

  test("only supported keys have a record", () => {
    expect(trustKeyOf(new Uint8Array(44), nodeSha256)).toBeUndefined();
  });
});
