import { resolve } from "node:path";
import { CAPABILITY_NAMES, isCapabilityName } from "../../generated/capabilities.js";
import { QUOTAS } from "../../generated/enums/quota-name.js";
import type { FileRoot, HostPolicy, ProgramRule } from "../../generated/json/host-policy.js";
import type { LoadProfile } from "../../generated/json/load-profile.js";
import { judgeHostPolicy } from "../../reference/adapter/index.js";
import { parseNetworkRule } from "../../reference/adapter/network/network-rule.js";
import type { NodeServices } from "../../reference/adapter/platforms/index.js";
import { createFayger, type EventBus, type Fayger, type LoadOptions } from "../../reference/node.js";
import { type Invocation, type OptionSpec, UsageError } from "./command.js";
import { readInput, readTrustStoreFile } from "./files.js";
import { interruptible } from "./interrupt.js";

/** Options of every command that loads an artifact. */
export const LOAD_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  store: {
    type: "string",
    value: "FILE",
    help: "trust store; else FAYGER_TRUST_STORE, else your configuration folder",
  },
  "allow-unsigned": { type: "boolean", help: "accept artifacts that no trusted key signed" },
  digest: { type: "string", value: "HEX", help: "accept only the artifact whose manifest has this SHA-256" },
  profile: { type: "string", value: "FILE", help: "LoadProfile as JSON; else that of this machine" },
};

/** Options of every command that runs a program. */
export const RUN_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  engine: {
    type: "string",
    value: "ID",
    multiple: true,
    help: "run on this engine where it can; the first counts most; `fayger host` lists them",
  },
  quota: {
    type: "string",
    value: "NAME=VALUE",
    multiple: true,
    help: "upper bound above the artifact's own, for instance fuel=1000000, memory_bytes=64MiB",
  },
  allow: { type: "string", value: "CAP", multiple: true, help: "grant a capability, or several joined by commas" },
  dir: {
    type: "string",
    value: "GUEST=HOST",
    multiple: true,
    help: "let the program see a folder; GUEST=HOST:rw lets it write there",
  },
  net: {
    type: "string",
    value: "RULE",
    multiple: true,
    help: "let the program reach SCHEME://HOST[:PORT], for instance https://example.org, tcp://10.0.0.0/8:5432, wss://*.example.org",
  },
  listen: {
    type: "string",
    value: "RULE",
    multiple: true,
    help: "let the program listen, for instance at tcp://localhost:8080",
  },
  env: { type: "string", value: "NAME", multiple: true, help: "let the program read a variable of the environment" },
  program: {
    type: "string",
    value: "NAME=PATH",
    multiple: true,
    help: "let the program start another one, under a name; a policy can say more",
  },
  policy: {
    type: "string",
    value: "FILE",
    help: "host policy as JSON; --allow, --dir, --net, --listen, --env and --program add to it",
  },
  adapter: {
    type: "string",
    value: "ID",
    help: "Platform_Adapter instead of the detected one: server, native_desktop",
  },
};

/** A JSON file. @throws UsageError where it is none @throws FaygerError `HOST_ERROR` */
export function readJson(path: string, what: string): unknown {
  try {
    // @spec encoding.json: `ignoreBOM` leaves a byte order mark where it is, so that it is refused.
    // @spec encoding.json.duplicates: of members with one name JSON.parse keeps the last.
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readInput(path)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw new UsageError(`${path}: expected ${what} as JSON; ${error.message}`);
    throw error;
  }
}

/** A JSON file that its generated validator accepts. @throws UsageError with the first problem and how many more there are */
export function readValidJson<T>(
  path: string,
  what: string,
  validate: (value: unknown) => readonly { field: string; message: string }[],
): T {
  const value = readJson(path, what);
  const problems = validate(value);
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    throw new UsageError(`${path}: ${first.field}: ${first.message}${more}`);
  }
  return value as T;
}

function capabilitiesOf(invocation: Invocation): string[] {
  const names = invocation.texts("allow").flatMap((text) => text.split(","));
  const unknown = names.find((name) => !isCapabilityName(name));
  if (unknown !== undefined)
    throw new UsageError(`--allow: there is no capability \`${unknown}\`; there are ${CAPABILITY_NAMES.join(", ")}`);
  return names;
}

/** Characters of the longest rule of the network in a host policy. */
const LONGEST_RULE = 512;

/** A folder as a program names it: no name is empty, and none is `.` or `..`, which no path of a program can hold. */
const GUEST_ROOT = /^\/$|^(\/(?!\.{1,2}(\/|$))[^/]+)+$/;

function fileRootsOf(invocation: Invocation): FileRoot[] {
  return invocation.texts("dir").map((text) => {
    const [, guest, host, mode] = /^(\/[^=]*)=(.+?)(:rw|:ro)?$/.exec(text) ?? [];
    if (guest === undefined || host === undefined)
      throw new UsageError(`--dir: expected GUEST=HOST, for instance /data=./data:rw; found \`${text}\``);
    if (!GUEST_ROOT.test(guest))
      throw new UsageError(`--dir: expected names joined by single slashes, as in /data; found \`${guest}\``);
    return { guest_path: guest, host_path: resolve(host), writable: mode === ":rw" };
  });
}

function networkOf(invocation: Invocation): readonly string[] {
  return invocation.texts("net").map((text) => {
    if (parseNetworkRule(text) === undefined || text.length > LONGEST_RULE)
      throw new UsageError(
        `--net: expected SCHEME://HOST[:PORT] with http, https, ws, wss, tcp or udp, for instance https://example.org; found \`${text}\``,
      );
    return text;
  });
}

function listenOf(invocation: Invocation): readonly string[] {
  return invocation.texts("listen").map((text) => {
    const { scheme, host } = parseNetworkRule(text) ?? {};
    const isRight =
      (scheme === "tcp" || scheme === "udp") && (host?.form === "addresses" || host?.form === "localhost");
    if (!isRight || text.length > LONGEST_RULE)
      throw new UsageError(
        `--listen: expected tcp or udp at an address of this machine, for instance tcp://localhost:8080; found \`${text}\``,
      );
    return text;
  });
}

function environmentOf(invocation: Invocation): string[] {
  const names = invocation.texts("env").flatMap((text) => text.split(","));
  const wrong = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name));
  if (wrong !== undefined) throw new UsageError(`--env: expected the name of a variable; found \`${wrong}\``);
  return names;
}

function programsOf(invocation: Invocation): ProgramRule[] {
  return invocation.texts("program").map((text) => {
    const [, name, path] = /^([a-z0-9]+(?:[._-][a-z0-9]+)*)=(.+)$/.exec(text) ?? [];
    if (name === undefined || path === undefined)
      throw new UsageError(`--program: expected NAME=PATH, for instance sort=/usr/bin/sort; found \`${text}\``);
    return { name, path: resolve(path) };
  });
}

const BYTE_UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

function quotasOf(invocation: Invocation): Record<string, number> {
  const quotas: Record<string, number> = {};
  for (const text of invocation.texts("quota")) {
    const [, name = "", amount = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const row = QUOTAS.find((candidate) => candidate.name === name);
    if (row === undefined)
      throw new UsageError(
        `--quota: expected NAME=VALUE with one of ${QUOTAS.map((known) => known.name).join(", ")}; found \`${text}\``,
      );
    const [, digits = "NaN", unit = ""] = /^([0-9]+)([A-Za-z]*)$/.exec(amount) ?? [];
    const factor = unit === "" || row.unit === "bytes" ? BYTE_UNITS[unit] : undefined;
    const value = Number(digits) * (factor ?? Number.NaN);
    if (!Number.isSafeInteger(value))
      throw new UsageError(
        `--quota: ${name} is a number of ${row.unit === "fuel" ? "units of fuel" : row.unit} up to 2^53-1${row.unit === "bytes" ? ", or with KiB, MiB or GiB" : ""}; found \`${amount}\``,
      );
    quotas[name] = value;
  }
  return quotas;
}

/** Engine ids as they are registered; the part behind the slash is enough. */
function enginesOf(invocation: Invocation): string[] {
  return invocation
    .texts("engine")
    .flatMap((text) => text.split(","))
    .map((id) => (id.includes("/") ? id : `fayger/${id}`));
}

/** What a log that is replayed adds to a command line. */
export interface ReplayedPolicy {
  /** Bounds where neither the command line nor its policy names one. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Capabilities, which no host call follows. */
  readonly capabilities: readonly string[];
}

/** The host policy a command line describes. */
export function policyOf(invocation: Invocation, replayed?: ReplayedPolicy): HostPolicy {
  const path = invocation.text("policy");
  const base =
    path === undefined ? { capabilities: [] } : readValidJson<HostPolicy>(path, "a host policy", judgeHostPolicy);
  const capabilities = [
    ...new Set([...base.capabilities, ...capabilitiesOf(invocation), ...(replayed?.capabilities ?? [])]),
  ].sort();
  const roots = [...(base.file_roots ?? []), ...fileRootsOf(invocation)];
  const network = [...(base.network ?? []), ...networkOf(invocation)];
  const listen = [...(base.listen ?? []), ...listenOf(invocation)];
  const environment = [...(base.environment ?? []), ...environmentOf(invocation)];
  const programs = [...(base.programs ?? []), ...programsOf(invocation)];
  const quotas = { ...replayed?.quotas, ...base.quotas, ...quotasOf(invocation) };
  const implementations = [...enginesOf(invocation), ...(base.implementations ?? [])];
  return {
    ...base,
    capabilities,
    ...(roots.length > 0 && { file_roots: roots }),
    ...(network.length > 0 && { network }),
    ...(listen.length > 0 && { listen }),
    ...(environment.length > 0 && { environment }),
    ...(programs.length > 0 && { programs }),
    ...(Object.keys(quotas).length > 0 && { quotas }),
    ...(implementations.length > 0 && { implementations }),
  };
}

/** The load options a command line describes, beyond the profile of this machine. */
export function loadOptionsOf(invocation: Invocation): Partial<LoadOptions> {
  const digest = invocation.text("digest");
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest))
    throw new UsageError("--digest: expected 64 lower-case hexadecimal digits");
  const profile = invocation.text("profile");
  return {
    signal: invocation.signal,
    ...(digest !== undefined && { expectedManifestDigest: new Uint8Array(Buffer.from(digest, "hex")) }),
    ...(profile !== undefined && {
      // Judged by the load, whose verdict `LDR_PROFILE_INVALID` it is. @spec selection.profile.invalid
      profile: readJson(profile, "a LoadProfile") as LoadProfile,
    }),
  };
}

/** A Fayger as a command line describes it. */
export async function setUp(
  invocation: Invocation,
  observe?: (events: EventBus) => void,
  services?: Partial<NodeServices>,
  replayed?: ReplayedPolicy,
): Promise<Fayger> {
  const trustStore = readTrustStoreFile(invocation.text("store"));
  const adapter = invocation.text("adapter");
  const fayger = await createFayger({
    policy: policyOf(invocation, replayed),
    enforceSignature: !invocation.flag("allow-unsigned"),
    ...(trustStore !== undefined && { trustStore }),
    ...(adapter !== undefined && { adapter }),
    aroundGuest: interruptible,
    ...(observe !== undefined && { observe }),
    ...(services !== undefined && { services }),
  });
  const registered = fayger.registry.list().map(({ id }) => id);
  const unknown = enginesOf(invocation).find((id) => !registered.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`--engine: there is no engine \`${unknown}\`; there are ${registered.join(", ")}`);
  return fayger;
}
