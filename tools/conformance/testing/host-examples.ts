import { createHash } from "node:crypto";
import { encodeInputLog } from "../../../generated/codecs/input-log.js";
import { encodeInputLogRecord, type InputLogRecord } from "../../../generated/codecs/input-log-record.js";
import { uiNodeCreate, uiSurfaceOpen } from "../../../generated/instructions/ui.js";
import type { VectorInputs } from "../../../generated/json/vector.js";

/** A case of an operation that is accepted, and where there is one a case that is refused. */
export interface Example {
  readonly accepted: VectorInputs;
  readonly result: unknown;
  readonly refused?: VectorInputs;
  readonly code?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const policy = (members: Readonly<Record<string, unknown>>): unknown => ({ capabilities: [], ...members });

const RECORD: InputLogRecord = {
  sections: ["code/main"],
  quotas: {},
  granted: [],
  denied: [],
  warnings: [],
  entries: [{ instruction: Uint8Array.of(1, 2), reply: Uint8Array.of(0, 0) }],
  end: { state: "terminated" },
};
const recordBytes = encodeInputLogRecord(RECORD);
const manifestDigest = new Uint8Array(32).fill(7);
const log = encodeInputLog({
  schemaVersion: [1, 0],
  manifestDigest,
  recordDigest: Uint8Array.from(createHash("sha256").update(recordBytes).digest()),
  record: recordBytes,
});

const denied = { code: "ADP_POLICY_DENIED", context: { host_error: "access_denied" } };
const reach = { host_policy: policy({ network: ["tcp://*:25"] }), scheme: "tcp", port: 25 };
const listen = { host_policy: policy({ listen: ["udp://[::1]:53"] }), scheme: "udp", host: "::1" };
const files = {
  host_policy: policy({ file_roots: [{ guest_path: "/a", host_path: "/srv", writable: false }] }),
  path: "/a/b/c",
};
const host = { platform: "node", os: "linux", arch: "x64", sandbox: "none", features: ["display"] };
const closing = { id: "d", capabilities: ["fs.read"], restricted: [], instructions: ["io.file_read"] };
const read = { bytes: hex(log), manifest_digest: hex(manifestDigest), selected: ["code/main"] };
const environment = { host_policy: policy({ environment: ["LANG"] }), variables: { LANG: "C", TOKEN: "x" } };
const programs = policy({ programs: [{ name: "sort", path: "/", arguments: ["-n"] }] });

/** Cases of the operations about policies, adapters, input logs and surfaces. */
export const HOST_EXAMPLES = {
  decide_connection: {
    accepted: { ...reach, host: "example.org", addresses: ["93.184.216.34"] },
    result: {},
    refused: { ...reach, host: "example.org", addresses: ["93.184.216.34", "10.0.0.1"] },
    ...denied,
  },
  decide_listener: {
    accepted: { ...listen, port: 53 },
    result: {},
    refused: { ...listen, port: 0 },
    ...denied,
  },
  decide_path: {
    accepted: { ...files, changes: false },
    result: { file_root: "/a", below: ["b", "c"] },
    refused: { ...files, changes: true },
    ...denied,
  },
  select_adapter: {
    accepted: {
      environment: host,
      adapters: [
        { id: "b", priority: 2 },
        { id: "a", priority: 1, needs: ["gpu"] },
      ],
    },
    result: { chosen: "b", candidates: ["b"] },
    refused: { environment: host, adapters: [] },
    code: "ADP_NO_MATCHING_PLATFORM",
    context: { platform: "node", adapters: [] },
  },
  check_descriptor: {
    accepted: { descriptor: closing },
    result: {},
    refused: { descriptor: { ...closing, capabilities: [] } },
    code: "ADP_DESCRIPTOR_INCONSISTENT",
    context: { missing_capabilities: ["fs.read"] },
  },
  read_input_log: {
    accepted: { ...read, quotas: {} },
    result: {},
    refused: { ...read, quotas: { fuel: 1 } },
    code: "ADP_INPUT_LOG_INVALID",
    context: { reason: "other_quotas" },
  },
  replay: {
    accepted: { bytes: hex(log), program: [{ emits: "0102" }, { ends: "terminated" }] },
    result: { replies: ["0000"], handed_over: [], repeated: [] },
    refused: { bytes: hex(log), program: [{ emits: "0103" }] },
    code: "ADP_REPLAY_DIVERGED",
    context: { entry: 0 },
  },
  draw: {
    accepted: { drawing: [{ emits: hex(uiSurfaceOpen("T")) }, { emits: hex(uiNodeCreate(1, 5, 6)) }] },
    result: {
      drawn: [{ reply: "0000080400000001" }, { reply: "0000" }],
      surfaces: [
        {
          surface: 1,
          title: "T",
          nodes: [
            { node: 0, kind: "column" },
            { node: 5, kind: "button" },
          ],
        },
      ],
    },
  },
  read_environment: {
    accepted: { ...environment, variable: "LANG" },
    result: { variable: "C" },
    refused: { ...environment, variable: "TOKEN" },
    ...denied,
  },
  decide_process: {
    accepted: { host_policy: programs, process: { program: "sort", argv: ["x"], environment: [] } },
    result: { argv: ["-n", "x"], environment: {} },
    refused: { host_policy: programs, process: { program: "sh", argv: [], environment: [] } },
    ...denied,
  },
} as const satisfies Readonly<Record<string, Example>>;
