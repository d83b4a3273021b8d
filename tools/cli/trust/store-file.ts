import { dirname } from "node:path";
import type { TrustKey } from "../../../generated/codecs/trust-key.js";
import type { TrustStore } from "../../../generated/codecs/trust-store.js";
import { nodeSha256 } from "../../../reference/security/backends/node.js";
import { readTrustStore, writeTrustStore } from "../../../reference/security/index.js";
import { UsageError } from "../command.js";
import { makeFolder, readOptionalInput, readTrustStoreFile, trustStorePath } from "../files.js";
import { hex } from "../output/terminal.js";
import { count } from "../output/units.js";
import { replaceFile } from "../replace-file.js";

/** A trust store as it lies on this machine. */
export interface StoreFile {
  readonly path: string;
  /** What the file holds; `undefined` where there is none. */
  readonly bytes: Uint8Array | undefined;
  /** The same, read; `undefined` where there is no file. */
  readonly store: TrustStore | undefined;
}

/**
 * Read the trust store of a command.
 *
 * @param option what `--store` says
 * @param makes whether the command makes it where it is not there
 * @throws FaygerError `LDR_TRUST_STORE_INVALID`, `HOST_ERROR`
 * @spec tools.trust.named
 */
export function openStore(option: string | undefined, makes: boolean): StoreFile {
  const path = trustStorePath(option);
  const bytes = makes ? readOptionalInput(path) : readTrustStoreFile(option);
  return { path, bytes, store: bytes === undefined ? undefined : readTrustStore(bytes, nodeSha256) };
}

/**
 * Put a new version in the place of the one that was read, unless another command changed it since.
 *
 * @param next the new version, or a document of it that shall be kept byte for byte
 * @throws FaygerError `HOST_ERROR`
 * @throws UsageError where the file changed meanwhile
 * @spec tools.trust.update
 */
export function saveStore(file: StoreFile, next: TrustStore | Uint8Array): void {
  makeFolder(dirname(file.path));
  const bytes = next instanceof Uint8Array ? next : writeTrustStore(next, nodeSha256);
  replaceFile(file.path, bytes, { expected: file.bytes ?? null });
}

/** The one key whose id begins with `prefix`. @throws UsageError where there is no store, no such key, or several */
export function keyByPrefix(file: StoreFile, prefix: string | undefined): TrustKey {
  if (prefix === undefined || !/^[0-9a-f]{8,64}$/.test(prefix)) {
    throw new UsageError("expected a key id, or its first 8 digits or more, in lower-case hexadecimal");
  }
  if (file.store === undefined) throw new UsageError(`there is no trust store at ${file.path}`);
  const found = file.store.keys.filter((key) => hex(key.keyId).startsWith(prefix));
  const [key] = found;
  if (key === undefined) throw new UsageError(`${file.path} holds no key whose id begins with ${prefix}`);
  if (found.length > 1) throw new UsageError(`${count(found.length, "key")} begin with ${prefix}; give more digits`);
  return key;
}
