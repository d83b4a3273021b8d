import { testKey } from "../corpus/keys.js";
import { type Item, item, type Value } from "./cbor.js";
import { sha256, utf8 } from "./octets.js";

/** Valid documents of each rule, made anew at every call so that each item has one place. */
export interface Samples {
  /** Nothing that could be left out. */
  readonly minimal: () => Item;
  /** What is usual. */
  readonly typical: () => Item;
  /** Every member of every rule. */
  readonly maximal: () => Item;
}

const SOME_DIGEST = sha256(utf8("some bytes"));

/** The manifest of the minimal artifact in the chapter examples, with a digest of its own. */
const MANIFEST_MINIMAL = {
  schema_version: [1, 0],
  runtime_interface_min: [1, 0, 0],
  name: "example/minimal",
  version: "1.0.0",
  entry: { section: "main", symbol: "run" },
  runtime: { code_format: "wasm-core-2" },
  required_capabilities: [],
  section_index_digest: SOME_DIGEST,
} satisfies Value;

const MANIFEST_TYPICAL = {
  ...MANIFEST_MINIMAL,
  name: "example/notes",
  version: "2.3.1",
  required_capabilities: ["fs.read", "fs.write", "io.stdio"],
  optional_capabilities: ["time.clock"],
  quotas: { memory_bytes: 16_777_216, fuel: 1_000_000_000 },
  annotations: { author: "nobody", title: "Notes" },
} satisfies Value;

const MANIFEST_MAXIMAL = {
  ...MANIFEST_TYPICAL,
  entry: { section: "program/main", symbol: "start" },
  runtime: {
    code_format: "wasm-core-2",
    requires: ["blocking_emit", "fuel"],
    prefer: ["fayger/interpreter", "fayger/host-engine"],
  },
  host_functions: ["clipboard/read", "clipboard/write"],
  optional_capabilities: ["net.http", "time.clock"],
  quotas: {
    memory_bytes: 16_777_216,
    table_elements: 1000,
    fuel: 1_000_000_000,
    fuel_per_slice: 100_000,
    wall_ms: 60_000,
    emits_per_second: 1000,
    max_pending_events: 64,
    open_handles: 32,
    open_calls: 16,
    reply_bytes: 65_536,
  },
  dependencies: [
    { name: "example/log", version_range: "^1.2.0" },
    { name: "example/store", version_range: ">=2.0.0 <3.0.0" },
  ],
  assembly: "assembly",
  deprecation_notice: "Use example/notes-2.",
  signature: { algorithm: "ed25519", key_id: testKey("ed25519-publisher").keyId, value: new Uint8Array(64).fill(0x5a) },
} satisfies Value;

/** Documents of the rule `manifest`. */
export const manifests: Samples = {
  minimal: () => item(MANIFEST_MINIMAL),
  typical: () => item(MANIFEST_TYPICAL),
  maximal: () => item(MANIFEST_MAXIMAL),
};

/** An entry of a section index: always applies, and must fit. */
export function indexEntry(id: string, changes: Partial<Record<"kind" | "offset" | "length", number>> = {}): Value[] {
  const { kind = 1, offset = 0, length = 48 } = changes;
  return [id, kind, offset, length, sha256(utf8(id)), 0, {}];
}

const FULL_CONSTRAINTS = {
  terminals: ["browser", "server"],
  capabilities: ["fs.read", "net.http"],
  features: ["colour", "touch"],
  min_memory_bytes: 1_048_576,
} satisfies Value;

/** Documents of the rule `section-index`. */
export const sectionIndexes: Samples = {
  minimal: () => item([]),
  typical: () => item([indexEntry("assets/icon", { kind: 3, length: 1000 }), indexEntry("main", { offset: 1000 })]),
  maximal: () =>
    item([
      indexEntry("assembly", { kind: 5, length: 200 }),
      ["assets/icon", 3, 200, 1000, sha256(utf8("assets/icon")), 1, FULL_CONSTRAINTS],
      indexEntry("program/main", { offset: 1200 }),
    ]),
};

/** The record of a test key in a trust store. */
export function trustKey(name: Parameters<typeof testKey>[0], changes: { readonly [member: string]: Value } = {}) {
  const { algorithm, keyId, spki } = testKey(name);
  return { key_id: keyId, algorithm, public_key: spki, ...changes };
}

/** Keys ascending by their ids. */
export function trustKeys<T extends { readonly key_id: Uint8Array }>(...keys: T[]): T[] {
  return keys.sort((a, b) => Buffer.compare(a.key_id, b.key_id));
}

const FULL_LIMITS = {
  label: "publisher",
  not_before: 1_700_000_000,
  not_after: 1_900_000_000,
  revoked_at: 1_800_000_000,
  scope: ["example/*", "tools/**"],
} satisfies Value;

/** Documents of the rule `trust-store`. */
export const trustStores: Samples = {
  minimal: () => item({ version: 0, issued_at: 0, keys: [] }),
  typical: () =>
    item({ version: 7, issued_at: 1_767_225_600, keys: [trustKey("ed25519-publisher", { label: "publisher" })] }),
  maximal: () =>
    item({
      version: 8,
      issued_at: 1_767_225_600,
      keys: trustKeys(
        trustKey("ed25519-publisher", FULL_LIMITS),
        trustKey("ecdsa-p256-publisher", FULL_LIMITS),
        trustKey("ed25519-successor", FULL_LIMITS),
      ),
    }),
};

const HOST_ERROR = {
  code: "HOST_ERROR",
  source_layer: "host",
  message: "no such file",
  context: { name: "ENOENT", call: "open", native_code: "-2" },
} satisfies Value;

const ADAPTER_ERROR = {
  code: "ADP_HOST_CALL_FAILED",
  source_layer: "adapter",
  message: "the host call failed",
  context: { category: 0, opcode: 1, instruction: "io.file_open_read", host_error: "not_found" },
  cause: HOST_ERROR,
} satisfies Value;

/** Documents of the rule `fayger-error`. */
export const errors: Samples = {
  minimal: () => item({ code: "LDR_ABORTED", source_layer: "loader", message: "", context: { phase: "parse" } }),
  typical: () =>
    item({
      code: "LDR_DIGEST_MISMATCH",
      source_layer: "loader",
      message: "the body is not the one that was pinned",
      context: {
        phase: "verify_sections",
        part: "section",
        section_id: "main",
        offset: 317,
        expected: SOME_DIGEST,
        found: sha256(utf8("other bytes")),
      },
    }),
  maximal: () =>
    item({
      code: "RT_INSTANCE_FAILED",
      source_layer: "runtime",
      message: "the instance failed",
      context: { instance: "instance#1", current_state: "Running" },
      cause: ADAPTER_ERROR,
    }),
};

const EVENT_MINIMAL = {
  category: "lifecycle",
  name: "exited",
  level: "info",
  sequence: 0,
  time_unix_ns: 0,
  monotonic_ns: 0,
  fields: { exit_code: 0 },
} satisfies Value;

const EVENT_TYPICAL = {
  ...EVENT_MINIMAL,
  name: "transition",
  instance: "instance#1",
  sequence: 17,
  time_unix_ns: 1_767_225_600_000_000_000n,
  monotonic_ns: 12_345_678n,
  fields: { from: "Initialized", trigger: "start", to: "Running" },
} satisfies Value;

/** Documents of the rule `fayger-event`. */
export const events: Samples = {
  minimal: () => item(EVENT_MINIMAL),
  typical: () => item(EVENT_TYPICAL),
  maximal: () =>
    item({
      ...EVENT_TYPICAL,
      category: "instruction",
      name: "dispatched",
      trace: {
        trace_id: sha256(utf8("trace")).slice(0, 16),
        span_id: sha256(utf8("span")).slice(0, 8),
        flags: 1,
      },
      fields: {
        instruction: "io.file_read",
        category: 0,
        opcode: 3,
        status: 0,
        operand_bytes: 12,
        reply_bytes: 4096,
        asynchronous: false,
        duration_ns: 52_000,
      },
    }),
};
