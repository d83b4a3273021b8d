import { dirname } from "node:path";
import type { TrustKey } from "../../../generated/codecs/trust-key.js";
import type { TrustStore } from "../../../generated/codecs/trust-store.js";
import { systemClock } from "../../../reference/node.js";
import { nodeSha256 } from "../../../reference/security/backends/node.js";
import {
  emptyTrustStore,
  InstalledTrustStore,
  readTrustStore,
  type TrustKeyLimits,
  trustKeyOf,
  withRevokedKey,
  withTrustKey,
  writeTrustStore,
} from "../../../reference/security/index.js";
import { type Command, ExitCode, type Invocation, UsageError } from "../command.js";
import { makeFolder, readInput, readOptionalInput, trustStorePath, writeOutput } from "../files.js";
import { publicKeyIn } from "../keys.js";
import { table } from "../output/table.js";
import { hex, printable } from "../output/terminal.js";
import { count } from "../output/units.js";

/** The last second that a date of the language can say. */
const LAST_DATE = 8_640_000_000_000;

const now = (): number => Math.floor(Date.now() / 1000);

/** `fayger trust`: whose artifacts this machine believes. @spec trust-store.update */
export const trust: Command = {
  name: "trust",
  summary: "whose artifacts this machine believes",
  usage: [
    "trust list",
    "trust add KEY.pub [--label TEXT] [--scope GLOB] [--not-after DATE]",
    "trust revoke KEYID",
    "trust update STORE.cbor",
  ],
  description:
    "The trust store is one file of deterministic CBOR. Every change makes a new version of it; an older version is never\ntaken back, so that a revoked key stays revoked. A KEYID may be shortened to its first 8 digits or more.",
  options: {
    store: {
      type: "string",
      value: "FILE",
      help: "trust store; else FAYGER_TRUST_STORE, else your configuration folder",
    },
    label: { type: "string", value: "TEXT", help: "with add: a name for people" },
    scope: {
      type: "string",
      value: "GLOB",
      multiple: true,
      help: "with add: artifact names the key may sign; * within a segment, ** any",
    },
    "not-before": {
      type: "string",
      value: "DATE",
      help: "with add: first day of validity, as 2026-01-31 or a full ISO time",
    },
    "not-after": { type: "string", value: "DATE", help: "with add: first moment after the validity" },
  },
  examples: [
    ["trust list", "the keys and what each is trusted for"],
    ["trust add author.pem.pub --label 'Ada' --scope 'ada/**'", "believe Ada for artifacts below ada/"],
    ["trust revoke 3f9ac2d1", "from now on refuse the key whose id begins so"],
    ["trust update /mnt/policy/trust.cbor", "install a newer store made elsewhere"],
  ],
  async run(invocation) {
    const [action, argument, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`found \`${rest[0]}\` where nothing was expected`);
    const path = trustStorePath(invocation.text("store"));
    switch (action) {
      case "list":
        return list(invocation, path, load(path));
      case "add":
        return add(invocation, path, argument);
      case "revoke":
        return revoke(invocation, path, argument);
      case "update":
        return update(invocation, path, argument);
      default:
        throw new UsageError(
          `expected list, add, revoke or update${action === undefined ? "" : `, found \`${action}\``}`,
        );
    }
  },
};

function load(path: string): TrustStore | undefined {
  const bytes = readOptionalInput(path);
  return bytes === undefined ? undefined : readTrustStore(bytes, nodeSha256);
}

function save(path: string, store: TrustStore): void {
  const bytes = writeTrustStore(store, nodeSha256);
  makeFolder(dirname(path));
  writeOutput(path, bytes);
}

function add(invocation: Invocation, path: string, keyFile: string | undefined): number {
  if (keyFile === undefined) throw new UsageError("expected a key file: `fayger trust add KEY.pub`");
  const key = trustKeyOf(publicKeyIn(keyFile), nodeSha256, limits(invocation));
  if (key === undefined) throw new UsageError(`${keyFile} holds a key of no supported kind`);
  const before = load(path);
  // @spec trust-store.revocation: adding a key again must not bring it back to life by the way.
  if (before?.keys.some((known) => known.revokedAt !== undefined && hex(known.keyId) === hex(key.keyId))) {
    throw new UsageError(`${path} holds this key as revoked; a revoked key is not trusted again`);
  }
  // A first version is made by adding to an empty one, which nobody ever saw.
  const store = withTrustKey(before ?? { ...emptyTrustStore(now()), version: 0 }, key, now());
  save(path, store);
  return done(invocation, path, store, `trusts ${hex(key.keyId)}`);
}

function limits(invocation: Invocation): TrustKeyLimits {
  const label = invocation.text("label");
  const scope = [...new Set(invocation.texts("scope"))].sort();
  const notBefore = moment(invocation, "not-before");
  const notAfter = moment(invocation, "not-after");
  return {
    ...(label !== undefined && { label }),
    ...(scope.length > 0 && { scope }),
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
  };
}

function moment(invocation: Invocation, option: string): number | undefined {
  const text = invocation.text(option);
  if (text === undefined) return undefined;
  const milliseconds = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds))
    throw new UsageError(`--${option}: expected a date such as 2026-01-31, found \`${text}\``);
  return Math.floor(milliseconds / 1000);
}

function revoke(invocation: Invocation, path: string, prefix: string | undefined): number {
  if (prefix === undefined || !/^[0-9a-f]{8,64}$/.test(prefix)) {
    throw new UsageError("expected a key id, or its first 8 digits or more, in lower-case hexadecimal");
  }
  const store = load(path);
  const found = store?.keys.filter((key) => hex(key.keyId).startsWith(prefix)) ?? [];
  const [key] = found;
  if (store === undefined || key === undefined)
    throw new UsageError(`${path} holds no key whose id begins with ${prefix}`);
  if (found.length > 1) throw new UsageError(`${count(found.length, "key")} begin with ${prefix}; give more digits`);
  const next = withRevokedKey(store, key.keyId, now(), now());
  if (next === undefined) throw new UsageError(`${path} holds no such key`);
  save(path, next);
  return done(invocation, path, next, `refuses ${hex(key.keyId)} from now on`);
}

function update(invocation: Invocation, path: string, offered: string | undefined): number {
  if (offered === undefined) throw new UsageError("expected a trust store: `fayger trust update STORE.cbor`");
  const offeredBytes = readInput(offered);
  const installed = readOptionalInput(path);
  const services = { sha256: nodeSha256, clock: systemClock };
  if (installed === undefined) readTrustStore(offeredBytes, nodeSha256);
  else new InstalledTrustStore(installed, services).update(offeredBytes);
  makeFolder(dirname(path));
  writeOutput(path, offeredBytes);
  return done(invocation, path, readTrustStore(offeredBytes, nodeSha256), `was updated from ${offered}`);
}

function done(invocation: Invocation, path: string, store: TrustStore, what: string): number {
  const { terminal } = invocation;
  if (terminal.isJson) terminal.json({ store: path, version: store.version, keys: store.keys.length });
  terminal.line(
    `${path} ${what} ${terminal.style("dim", `(version ${store.version}, ${count(store.keys.length, "key")})`)}`,
  );
  return ExitCode.Ok;
}

/** What a key may be used for now. */
function validity(key: TrustKey, time: number): string {
  if (key.revokedAt !== undefined && time >= key.revokedAt) return "revoked";
  if (key.notBefore !== undefined && time < key.notBefore) return "not yet valid";
  if (key.notAfter !== undefined && time >= key.notAfter) return "expired";
  return "trusted";
}

function list(invocation: Invocation, path: string, store: TrustStore | undefined): number {
  const { terminal } = invocation;
  const time = Math.max(now(), store?.issuedAt ?? 0);
  const keys = store?.keys ?? [];
  if (terminal.isJson) {
    terminal.json({
      store: path,
      version: store?.version ?? 0,
      keys: keys.map((key) => ({
        key_id: key.keyId,
        algorithm: key.algorithm,
        label: key.label,
        state: validity(key, time),
        scope: key.scope,
        not_before: key.notBefore,
        not_after: key.notAfter,
        revoked_at: key.revokedAt,
      })),
    });
    return ExitCode.Ok;
  }
  if (keys.length === 0) {
    terminal.line(`${path} trusts nobody yet; \`fayger trust add KEY.pub\` adds a key`);
    return ExitCode.Ok;
  }
  terminal.line(terminal.style("dim", `${path}, version ${store?.version}`));
  const day = (seconds: number | undefined): string =>
    seconds === undefined ? "" : seconds > LAST_DATE ? "never" : new Date(seconds * 1000).toISOString().slice(0, 10);
  const rows = keys.map((key) => {
    const state = validity(key, time);
    return [
      hex(key.keyId).slice(0, 16),
      key.algorithm,
      terminal.style(state === "trusted" ? "green" : "red", state),
      day(key.notBefore),
      day(key.notAfter),
      key.scope?.map(printable).join(" ") ?? "all names",
      printable(key.label ?? ""),
    ];
  });
  const columns = ["KEY ID", "ALGORITHM", "STATE", "FROM", "UNTIL", "SCOPE", "LABEL"].map((title) => ({ title }));
  for (const line of table(terminal, columns, rows)) terminal.line(line);
  return ExitCode.Ok;
}
