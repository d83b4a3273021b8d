import type { TrustKey } from "../../../generated/codecs/trust-key.js";
import type { TrustStore } from "../../../generated/codecs/trust-store.js";
import { systemClock } from "../../../reference/node.js";
import { nodeSha256 } from "../../../reference/security/backends/node.js";
import {
  changeBetween,
  emptyTrustStore,
  InstalledTrustStore,
  readTrustStore,
  type TrustKeyLimits,
  type TrustStoreChange,
  trustKeyOf,
  withoutTrustKey,
  withRevokedKey,
  withTrustKey,
} from "../../../reference/security/index.js";
import { ExitCode, type Invocation, UsageError } from "../command.js";
import { readInput } from "../files.js";
import { publicKeyIn } from "../keys.js";
import { hex, printable, type Terminal } from "../output/terminal.js";
import { count } from "../output/units.js";
import { momentIn, momentOf, presentTime } from "./moments.js";
import { shortId } from "./show.js";
import { keyByPrefix, type StoreFile, saveStore } from "./store-file.js";

/** The alphabet of artifact names, with the stars of a glob. */
const GLOB = /^[a-z0-9._*/-]+$/;

/** Believe a key, or change what it is believed for. */
export function addKey(invocation: Invocation, file: StoreFile, keyFile: string | undefined): number {
  if (keyFile === undefined) throw new UsageError("expected a key file: `fayger trust add KEY.pub`");
  const fresh = trustKeyOf(publicKeyIn(keyFile, invocation), nodeSha256);
  if (fresh === undefined) throw new UsageError(`${keyFile} holds a key of no supported kind`);
  const known = file.store?.keys.find((key) => hex(key.keyId) === hex(fresh.keyId));
  // @spec trust-store.revocation.final: adding a key again must not bring it back to life by the way.
  if (known?.revokedAt !== undefined) {
    throw new UsageError(`${file.path} holds this key as revoked; a revoked key is not trusted again`);
  }
  // @spec tools.trust.merge: what is left out stays as it is, so that no limit is lifted unseen.
  const key = { ...(known ?? fresh), ...limitsOf(invocation) };
  if (key.notBefore !== undefined && key.notAfter !== undefined && key.notBefore >= key.notAfter) {
    throw new UsageError("--not-after: expected a time after --not-before; this key would never be valid");
  }
  // A first version is made by adding to an empty one, which nobody ever saw.
  const before = file.store ?? { ...emptyTrustStore(presentTime()), version: 0 };
  const what = known === undefined ? `trusts ${hex(key.keyId)}` : `has new limits for ${hex(key.keyId)}`;
  return save(invocation, file, before, withTrustKey(before, key, presentTime()), what);
}

function limitsOf(invocation: Invocation): TrustKeyLimits {
  const label = invocation.text("label");
  const scope = [...new Set(invocation.texts("scope"))].sort();
  const wrong = scope.find((glob) => !GLOB.test(glob));
  if (wrong !== undefined) {
    throw new UsageError(
      `--scope: no artifact name matches \`${wrong}\`; expected for instance acme/** or acme/tools/*`,
    );
  }
  const notBefore = invocation.text("not-before");
  const notAfter = invocation.text("not-after");
  return {
    ...(label !== undefined && { label }),
    ...(scope.length > 0 && { scope }),
    ...(notBefore !== undefined && { notBefore: momentIn(notBefore, "--not-before") }),
    ...(notAfter !== undefined && { notAfter: momentIn(notAfter, "--not-after") }),
  };
}

/** Refuse a key from now on, or from a day on. */
export function revokeKey(invocation: Invocation, file: StoreFile, prefix: string | undefined): number {
  const key = keyByPrefix(file, prefix);
  const at = invocation.text("at");
  const revokedAt = at === undefined ? presentTime() : momentIn(at, "--at");
  const before = storeOf(file);
  // @spec trust-store.revocation.final: the earlier time stays.
  if (key.revokedAt !== undefined && key.revokedAt <= revokedAt) {
    return done(invocation, file, before, `refuses ${hex(key.keyId)} already since ${momentOf(key.revokedAt)}`);
  }
  const next = withRevokedKey(before, key.keyId, revokedAt, presentTime());
  if (next === undefined) throw new UsageError(`${file.path} holds no such key`);
  const since = at === undefined ? "from now on" : `from ${momentOf(revokedAt)} on`;
  return save(invocation, file, before, next, `refuses ${hex(key.keyId)} ${since}`);
}

/** Forget a key, so that its artifacts are signed by a stranger. */
export function removeKey(invocation: Invocation, file: StoreFile, prefix: string | undefined): number {
  const key = keyByPrefix(file, prefix);
  // @spec trust-store.revocation.final: what is forgotten could be added again.
  if (key.revokedAt !== undefined) {
    throw new UsageError(`${hex(key.keyId)} is revoked and stays in ${file.path}, so that nobody adds it again`);
  }
  const before = storeOf(file);
  const next = withoutTrustKey(before, key.keyId, presentTime());
  if (next === undefined) throw new UsageError(`${file.path} holds no such key`);
  return save(invocation, file, before, next, `has forgotten ${hex(key.keyId)}`);
}

/** Install a newer store that was made elsewhere. @spec tools.trust.update, trust-store.update */
export function updateStore(invocation: Invocation, file: StoreFile, offered: string | undefined): number {
  if (offered === undefined) throw new UsageError("expected a trust store: `fayger trust update STORE.cbor`");
  const bytes = readInput(offered);
  const next = readTrustStore(bytes, nodeSha256);
  if (file.bytes !== undefined) {
    // The rule against going back is the library's, applied to what is on the disk.
    const installed = new InstalledTrustStore(file.bytes, { sha256: nodeSha256, clock: systemClock });
    if (installed.update(bytes) === undefined) return done(invocation, file, next, "is the same store already");
  }
  saveStore(file, bytes);
  const before = file.store?.keys ?? [];
  for (const key of restoredKeys(before, next.keys)) {
    invocation.terminal.note(
      `${invocation.terminal.style("yellow", "warning")} ${hex(key.keyId)} was revoked and is no longer, by the word of this store`,
    );
  }
  return done(invocation, file, next, `was updated from ${offered}`, changeBetween(before, next.keys));
}

/** Keys whose revocation the new store takes back or puts off. */
function restoredKeys(before: readonly TrustKey[], after: readonly TrustKey[]): TrustKey[] {
  const known = byId(after);
  return before.filter(({ keyId, revokedAt }) => {
    if (revokedAt === undefined) return false;
    const key = known.get(hex(keyId));
    return key !== undefined && (key.revokedAt === undefined || key.revokedAt > revokedAt);
  });
}

/** Keys by their id in hexadecimal digits: a store may hold tens of thousands. */
function byId(keys: readonly TrustKey[]): ReadonlyMap<string, TrustKey> {
  return new Map(keys.map((key) => [hex(key.keyId), key]));
}

function storeOf(file: StoreFile): TrustStore {
  if (file.store === undefined) throw new UsageError(`there is no trust store at ${file.path}`);
  return file.store;
}

function save(invocation: Invocation, file: StoreFile, before: TrustStore, next: TrustStore, what: string): number {
  const change = changeBetween(before.keys, next.keys);
  // A first store is written even where nobody is in it; a later one only where something changed.
  const isSame = file.store !== undefined && Object.values(change).every((ids) => ids.length === 0);
  if (isSame) return done(invocation, file, before, "holds this key with these limits already");
  saveStore(file, next);
  return done(invocation, file, next, what, change);
}

const NO_CHANGE: TrustStoreChange = { added: [], removed: [], revoked: [], changed: [] };

function done(
  invocation: Invocation,
  file: StoreFile,
  store: TrustStore,
  what: string,
  change: TrustStoreChange = NO_CHANGE,
): number {
  const { terminal } = invocation;
  if (terminal.isJson) {
    terminal.json({ store: file.path, version: store.version, keys: store.keys.length, ...change });
  }
  const about = `(version ${store.version}, ${count(store.keys.length, "key")})`;
  terminal.line(`${file.path} ${what} ${terminal.style("dim", about)}`);
  if (invocation.positionals[0] === "update") printChange(terminal, file, store, change);
  return ExitCode.Ok;
}

function printChange(terminal: Terminal, file: StoreFile, store: TrustStore, change: TrustStoreChange): void {
  const [now, before] = [byId(store.keys), byId(file.store?.keys ?? [])];
  for (const [what, ids] of Object.entries(change) as [string, readonly string[]][]) {
    for (const id of ids) {
      const key = now.get(id) ?? before.get(id);
      if (key !== undefined)
        terminal.line(`  ${what.padEnd(8)} ${shortId(key.keyId)} ${printable(key.label ?? "")}`.trimEnd());
    }
  }
}
