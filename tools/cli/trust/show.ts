import type { TrustKey } from "../../../generated/codecs/trust-key.js";
import { type TrustKeyState, trustKeyRefusal, trustKeyState } from "../../../reference/security/index.js";
import { ExitCode, type Invocation } from "../command.js";
import { pairs, table } from "../output/table.js";
import { hex, printable, type Terminal } from "../output/terminal.js";
import { dayOf, momentOf, presentTime } from "./moments.js";
import { keyByPrefix, type StoreFile } from "./store-file.js";

/** Digits of a key id that tell keys apart for people, and that commands take in its place. */
const SHORT_ID = 16;

const WORDS: Readonly<Record<TrustKeyState, string>> = {
  valid: "valid",
  not_yet_valid: "not yet valid",
  expired: "expired",
  revoked: "revoked",
};

/** The first digits of a key id. */
export function shortId(keyId: Uint8Array): string {
  return hex(keyId).slice(0, SHORT_ID);
}

/** Every key, and what would become now of an artifact that is signed with it. @spec tools.trust.list */
export function listKeys(invocation: Invocation, file: StoreFile): number {
  const { terminal } = invocation;
  const keys = file.store?.keys ?? [];
  const name = invocation.text("name");
  const now = timeOf(file);
  if (terminal.isJson) {
    const { path, store } = file;
    terminal.json({
      store: path,
      version: store?.version ?? 0,
      ...(store !== undefined && { issued_at: store.issuedAt }),
      keys: keys.map((key) => keyJson(key, name, now)),
    });
    return ExitCode.Ok;
  }
  if (keys.length === 0) {
    terminal.line(`${file.path} trusts nobody yet; \`fayger trust add KEY.pub\` adds a key`);
    return ExitCode.Ok;
  }
  terminal.line(terminal.style("dim", `${file.path}, version ${file.store?.version}`));
  const rows = keys.map((key) => [
    shortId(key.keyId),
    key.algorithm,
    stateText(terminal, key, now),
    verdictText(terminal, key, name, now),
    dayOf(key.notBefore),
    dayOf(endOf(key)),
    key.scope?.map(printable).join(" ") ?? "all names",
    printable(key.label ?? ""),
  ]);
  const columns = ["KEY ID", "ALGORITHM", "STATE", "NOW", "FROM", "UNTIL", "SCOPE", "LABEL"].map((title) => ({
    title,
  }));
  for (const line of table(terminal, columns, rows)) terminal.line(line);
  return ExitCode.Ok;
}

/** One key with everything the store knows of it, the key itself included. */
export function showKey(invocation: Invocation, file: StoreFile, prefix: string | undefined): number {
  const { terminal } = invocation;
  const key = keyByPrefix(file, prefix);
  const name = invocation.text("name");
  const now = timeOf(file);
  const pem = pemOf(key.publicKey);
  if (terminal.isJson) terminal.json({ store: file.path, ...keyJson(key, name, now), public_key: pem });
  const lines: [string, string][] = [
    ["key id", hex(key.keyId)],
    ["algorithm", key.algorithm],
    ["label", printable(key.label ?? "")],
    ["state", stateText(terminal, key, now)],
    ["now", verdictText(terminal, key, name, now)],
    ["from", key.notBefore === undefined ? "" : momentOf(key.notBefore)],
    ["until", key.notAfter === undefined ? "" : momentOf(key.notAfter)],
    ["revoked", key.revokedAt === undefined ? "" : momentOf(key.revokedAt)],
    ["scope", key.scope?.map(printable).join(" ") ?? "all names"],
  ];
  for (const line of pairs(
    terminal,
    lines.filter(([, value]) => value !== ""),
  )) {
    terminal.line(line);
  }
  terminal.line(pem.trimEnd());
  return ExitCode.Ok;
}

/** @spec trust-store.clock */
function timeOf(file: StoreFile): number {
  return Math.max(presentTime(), file.store?.issuedAt ?? 0);
}

function keyJson(key: TrustKey, name: string | undefined, now: number): object {
  const reason = trustKeyRefusal(key, name, now);
  return {
    key_id: key.keyId,
    algorithm: key.algorithm,
    label: key.label,
    state: trustKeyState(key, now),
    accepted: reason === undefined,
    reason,
    scope: key.scope,
    not_before: key.notBefore,
    not_after: key.notAfter,
    revoked_at: key.revokedAt,
  };
}

function stateText(terminal: Terminal, key: TrustKey, now: number): string {
  const state = trustKeyState(key, now);
  return terminal.style(state === "valid" ? "green" : "red", WORDS[state]);
}

function verdictText(terminal: Terminal, key: TrustKey, name: string | undefined, now: number): string {
  const reason = trustKeyRefusal(key, name, now);
  return reason === undefined ? "accepted" : terminal.style("red", `refused, ${reason}`);
}

/** The first second in which the key is refused for good. */
function endOf(key: TrustKey): number | undefined {
  const end = Math.min(key.notAfter ?? Number.POSITIVE_INFINITY, key.revokedAt ?? Number.POSITIVE_INFINITY);
  return end === Number.POSITIVE_INFINITY ? undefined : end;
}

function pemOf(spki: Uint8Array): string {
  const base64 = Buffer.from(spki).toString("base64");
  return `-----BEGIN PUBLIC KEY-----\n${base64.replace(/.{64}(?=.)/g, "$&\n")}\n-----END PUBLIC KEY-----\n`;
}
