import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { encodeFaygerError } from "../../../generated/codecs/fayger-error.js";
import { encodeFaygerEvent } from "../../../generated/codecs/fayger-event.js";
import { encodeManifest, type Manifest } from "../../../generated/codecs/manifest.js";
import { encodeSectionIndex } from "../../../generated/codecs/section-index.js";
import { encodeSnapshot } from "../../../generated/codecs/snapshot.js";
import { encodeSnapshotState } from "../../../generated/codecs/snapshot-state.js";
import { isRuntimeCapability } from "../../../generated/enums/runtime-capability.js";
import { VECTOR_OPERATIONS, type VectorOperation } from "../../../generated/enums/vector-operation.js";
import { instructionNamed } from "../../../generated/instructions/instruction-table.js";
import { encodeInstruction } from "../../../generated/instructions/message.js";
import { validateConformanceMessage } from "../../../generated/json/conformance-message.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { decodeCbor } from "../../../reference/codec/codegen-v1.js";
import {
  createSerializer,
  emptyTrustStore,
  trustKeyOf,
  withTrustKey,
  writeTrustStore,
} from "../../../reference/index.js";
import { nodeSha256 } from "../../../reference/node.js";
import { FAY_EXAMPLES } from "../testing/fay-examples.js";
import { type Example, HOST_EXAMPLES } from "../testing/host-examples.js";
import { hello } from "./hello.js";
import { toHexadecimal } from "./hexadecimal.js";
import { type Answer, answer, InputError } from "./index.js";
import { chooseEngine, ENGINE_IDS, featuresUnderTest } from "./programs/engines.js";
import { toTagged } from "./value.js";

const manifest: Manifest = {
  schemaVersion: [1, 0],
  runtimeInterfaceMin: [1, 0, 0],
  name: "sample",
  version: "1.0.0",
  entry: { section: "code/main", symbol: "main" },
  runtime: { codeFormat: "wasm-core-2" },
  requiredCapabilities: [],
  sectionIndexDigest: new Uint8Array(32),
};
const sections = [
  { sectionId: "code/main", kind: 1, visibility: 0, profileConstraints: {}, body: Uint8Array.of(1, 2, 3) },
  {
    sectionId: "data/kiosk",
    kind: 2,
    visibility: 1,
    profileConstraints: { terminals: ["kiosk"] },
    body: Uint8Array.of(4),
  },
] as const;
const artifact = createSerializer(nodeSha256).serialize({ manifest, sections: [...sections] });
const index = encodeSectionIndex([
  { ...sections[0], offset: 0, length: 3, digest: nodeSha256.digest(sections[0].body) },
  { ...sections[1], offset: 3, length: 1, digest: nodeSha256.digest(sections[1].body) },
]);
const manifestBytes = encodeManifest(manifest);
const profile = { terminal: "server", capabilities: [], features: [] };
const hex = toHexadecimal;

const pair = generateKeyPairSync("ed25519");
const publicKey = new Uint8Array(pair.publicKey.export({ format: "der", type: "spki" }));
const message = Uint8Array.of(7, 7);
const signature = new Uint8Array(sign(null, message, pair.privateKey));
const key = trustKeyOf(publicKey, nodeSha256);
if (key === undefined) throw new Error("no key");
const firstStore = emptyTrustStore(1);
const secondStore = withTrustKey(firstStore, key, 2);
const [firstBytes, secondBytes] = [firstStore, secondStore].map((store) => writeTrustStore(store, nodeSha256)) as [
  Uint8Array,
  Uint8Array,
];

const snapshotState = encodeSnapshotState({
  fuel: 3,
  runningNs: 0,
  emits: 0,
  nextHandle: 1,
  nextCall: 1,
  lastReply: new Uint8Array(0),
  events: [],
  memory: { pages: 1, runs: [] },
  globals: new Uint8Array(0),
  tables: [],
  droppedElements: [],
  droppedData: [],
});
const snapshot = encodeSnapshot({
  schemaVersion: [1, 0],
  manifestDigest: new Uint8Array(32),
  stateDigest: nodeSha256.digest(snapshotState),
  state: snapshotState,
});

const clockRow = instructionNamed("time.clock_wall");
if (clockRow === undefined) throw new Error("no such instruction");
const now = encodeInstruction({
  category: clockRow.category,
  opcode: clockRow.opcode,
  asynchronous: false,
  capabilitiesRequired: clockRow.capabilities,
  operands: [],
});
const event = encodeFaygerEvent({
  category: "load",
  name: "phase_started",
  level: "info",
  sequence: 0,
  timeUnixNs: 2n ** 63n,
  monotonicNs: 0n,
  fields: { phase: "parse" },
});
const error = encodeFaygerError({
  code: "LDR_ABORTED",
  sourceLayer: "loader",
  message: "m",
  context: { phase: "parse" },
});

/** A program whose entry calls `exit` with 7, and one whose entry traps. */
const EXITING =
  "0061736d0100000001080260017f00600000021101086661796765725f3104657869740000030201010503010001071102066d656d6f7279" +
  "0200046d61696e00010a08010600410710000b";
const TRAPPING = "0061736d01000000010401600000030201000503010001071102066d656d6f72790200046d61696e00000a05010300000b";

const EXAMPLES: Readonly<Record<VectorOperation, Example>> = {
  ...HOST_EXAMPLES,
  ...FAY_EXAMPLES,
  echo: { accepted: { bytes: "00ff" }, result: { bytes: "00ff" } },
  decode: {
    accepted: { rule: "manifest", bytes: hex(manifestBytes) },
    result: { bytes: hex(manifestBytes), value: toTagged(decodeCbor(manifestBytes)) },
    refused: { rule: "manifest", bytes: "a0" },
    code: "CODEC",
    context: { reason: "missing_field", path: "$.name", offset: 1 },
  },
  encode: {
    accepted: { rule: "manifest", value: toTagged(decodeCbor(manifestBytes)) },
    result: { bytes: hex(manifestBytes) },
    refused: { rule: "quotas", value: { map: [["fuel", { integer: "9007199254740992" }]] } },
    code: "CODEC",
    context: { reason: "value_out_of_range", path: "$.fuel", offset: 6 },
  },
  load: {
    accepted: { bytes: hex(artifact), enforce_signature: false, access: ["code/main"] },
    result: {
      selected: ["code/main"],
      skipped: [{ section: "data/kiosk", reason: "terminal" }],
      trust_level: "unsigned",
      bodies: [hex(nodeSha256.digest(Uint8Array.of(1, 2, 3)))],
    },
    refused: { bytes: hex(artifact) },
    code: "LDR_SIGNATURE_FAIL",
    context: { phase: "verify_signature", reason: "MissingSignature" },
  },
  repack: {
    accepted: { bytes: hex(artifact) },
    result: { bytes: hex(artifact) },
    refused: { bytes: hex(artifact.subarray(0, artifact.length - 1)) },
    code: "LDR_TRUNCATED",
    context: { phase: "verify_structure" },
  },
  select: {
    accepted: { bytes: hex(index), profile },
    result: { selected: ["code/main"], skipped: [{ section: "data/kiosk", reason: "terminal" }] },
    refused: { bytes: hex(index), profile: { ...profile, max_total_bytes: 2 } },
    code: "LDR_SECTION_UNFIT",
    context: { section_id: "code/main", length: 3, budget: "max_total_bytes", available: 2 },
  },
  negotiate_version: {
    accepted: { schema_version: "1.9", runtime_interface_min: "1.0.0" },
    result: {},
    refused: { schema_version: "1.0", runtime_interface_min: "1.0.1" },
    code: "LDR_RUNTIME_INTERFACE_UNSUPPORTED",
    context: { required: "1.0.1", available: "1.0.0", expected_range: ">=1.0.0 <=1.0.0" },
  },
  match_version: {
    accepted: { range: "^1.0.0", version: "2.0.0" },
    result: { matches: false },
    refused: { range: "1.x", version: "2.0.0" },
    code: "CODEC",
    context: { reason: "pattern_mismatch" },
  },
  verify_signature: {
    accepted: { algorithm: "ed25519", key: hex(publicKey), message: hex(message), signature: hex(signature) },
    result: {},
    refused: { algorithm: "ed25519", key: hex(publicKey), message: "00", signature: hex(signature) },
    code: "LDR_SIGNATURE_FAIL",
    context: { reason: "InvalidSignature" },
  },
  update_trust_store: {
    accepted: { installed: hex(firstBytes), bytes: hex(secondBytes) },
    result: { changed: true, added: [hex(key.keyId)], removed: [], revoked: [], altered: [] },
    refused: { installed: hex(secondBytes), bytes: hex(firstBytes) },
    code: "LDR_TRUST_STORE_ROLLBACK",
    context: { installed: 2, offered: 1 },
  },
  negotiate_capabilities: {
    accepted: {
      required: ["fs.read"],
      optional: ["net.http"],
      available: ["fs.read", "net.http"],
      policy: ["fs.read"],
      restricted: ["fs.read"],
    },
    result: { granted: ["fs.read"], denied: ["net.http"], warnings: ["fs.read"] },
    refused: { required: ["fs.read", "no.such"], optional: [], available: [], policy: ["fs.read"] },
    code: "RT_CAPABILITY_INSUFFICIENT",
    context: { missing: ["fs.read", "no.such"] },
  },
  lifecycle: {
    accepted: { steps: ["load", "init", "start", "quota", "resume", "complete"].map((trigger) => ({ trigger })) },
    result: { states: ["Loaded", "Initialized", "Running", "Suspended", "Running", "Terminated"] },
    refused: { steps: [{ trigger: "load" }, { trigger: "start" }] },
    code: "RT_ILLEGAL_TRANSITION",
    context: { current_state: "Loaded", trigger: "start", allowed: ["init", "terminate", "fail"] },
  },
  decode_instruction: {
    accepted: { bytes: hex(now) },
    result: {
      category: "time",
      opcode: clockRow.opcode,
      asynchronous: false,
      capability_bits: [9],
      operands: [],
    },
    refused: { bytes: hex(now.subarray(0, 4)) },
    code: "ADP_INSTRUCTION_MALFORMED",
    context: { reason: "truncated", offset: 3 },
  },
  dispatch: {
    accepted: { bytes: hex(now), granted: ["time.clock"], supported: ["time.clock_wall"] },
    result: { reply: "0000" },
    refused: { bytes: hex(now), granted: [], supported: ["time.clock_wall"] },
    code: "ADP_CAPABILITY_DENIED",
    context: { missing: ["time.clock"] },
  },
  encode_instruction: {
    accepted: {
      category: "io",
      opcode: 17,
      asynchronous: true,
      capability_bits: [2, 16],
      operands: [
        { type: "bytes", value: "6869" },
        { type: "u64", value: "1" },
        { type: "list", value: [{ type: "none" }] },
      ],
    },
    result: { bytes: "c0001100040101060268690208000000000000000109020000" },
  },
  decode_reply: {
    accepted: { bytes: "3006010400000004" },
    result: { status: 0x3006, operands: [{ type: "u32", value: 4 }], bytes: "3006010400000004" },
    refused: { bytes: "3006" },
    code: "ADP_INSTRUCTION_MALFORMED",
    context: { reason: "operand_missing", offset: 2 },
  },
  decode_event: {
    accepted: { bytes: "03000108040000000102080000000000000001" },
    result: { category: "time", opcode: 1, completion: false },
    refused: { bytes: "0300" },
    code: "ADP_INSTRUCTION_MALFORMED",
    context: { reason: "truncated", offset: 1 },
  },
  converse: {
    accepted: {
      granted: ["time.clock"],
      supported: ["time.clock_wall"],
      conversation: [{ do: "emit", bytes: hex(now) }, { do: "end" }],
    },
    result: {
      turns: [
        { reply: "0000", open_handles: 0, open_sources: 0, open_calls: 0 },
        { open_handles: 0, open_sources: 0, open_calls: 0 },
      ],
    },
  },
  command: {
    accepted: {
      commands: [
        { do: "give", trigger: "load" },
        { do: "give", trigger: "init" },
        { do: "give", trigger: "terminate" },
        { do: "finish", command: 2 },
      ],
    },
    result: {
      outcomes: [
        { is: "done" },
        {
          is: "refused",
          code: "RT_ILLEGAL_TRANSITION",
          current_state: "Terminated",
          trigger: "init",
          allowed: [],
          pending: "terminate",
        },
        { is: "done" },
        { is: "nothing" },
      ],
      states: ["Loaded", "Loaded", "Terminated", "Terminated"],
    },
  },
  to_json: {
    accepted: { rule: "fayger-event", bytes: hex(event) },
    result: {
      json: {
        category: "load",
        name: "phase_started",
        level: "info",
        sequence: "0",
        time_unix_ns: "9223372036854775808",
        monotonic_ns: "0",
        fields: { phase: "parse" },
      },
    },
    refused: { rule: "fayger-error", bytes: hex(error.subarray(0, error.length - 1)) },
    code: "CODEC",
    context: { reason: "truncated" },
  },
  validate_code: {
    accepted: { bytes: EXITING, symbol: "main" },
    result: { operand_heights: [1], stack_charges: [9], imports: ["exit"], exports: ["memory", "main"] },
    refused: { bytes: EXITING, symbol: "other" },
    code: "RT_CODE_INVALID",
    context: { reason: "missing_export", offset: 75 },
  },
  effective_quotas: {
    accepted: { quotas: { fuel: 5, wall_ms: 9 }, host_quotas: { fuel: 3, open_calls: 1 } },
    result: { effective: { fuel: 3, wall_ms: 9 }, implied: ["fuel", "stop_anywhere"] },
  },
  read_snapshot: {
    accepted: { bytes: hex(snapshot), manifest_digest: "00".repeat(32) },
    result: { value: toTagged(decodeCbor(snapshotState)) },
    refused: { bytes: hex(snapshot), manifest_digest: "01".repeat(32) },
    code: "RT_SNAPSHOT_INVALID",
    context: { reason: "other_artifact" },
  },
  route: {
    accepted: {
      implementations: [
        { id: "one", code_formats: ["wasm-core-2"], runtime_interface: "1.0.0", capabilities: [] },
        { id: "two", code_formats: ["wasm-core-2"], runtime_interface: "1.2.0", capabilities: ["fuel"] },
      ],
      code_format: "wasm-core-2",
      runtime_interface_min: "1.0.0",
      quotas: { fuel: 3 },
    },
    result: { chosen: "two" },
    refused: {
      implementations: [],
      code_format: "wasm-core-2",
      runtime_interface_min: "1.0.0",
      requires: ["fuel"],
    },
    code: "RT_NO_MATCHING_IMPLEMENTATION",
    context: { code_format: "wasm-core-2", required: ["fuel"], refused: [] },
  },
  guest_call: {
    accepted: { called: "emit", passed: [0, 4, 65_530, 6], memory_bytes: 65_536, bytes: "01020304", reply: "0908" },
    result: { returned: 2, instructions: ["01020304"], runs: [{ offset: 65_530, bytes: "0908" }] },
    refused: { called: "emit", passed: [0, 4, 65_530, 7], memory_bytes: 65_536, reply: "0908" },
    code: "RT_ABI_VIOLATION",
    context: { function: "emit", reason: "reply_out_of_memory" },
  },
  run: {
    accepted: { bytes: EXITING, symbol: "main", log: [{ do: "init" }, { do: "start" }] },
    result: { states: ["Loaded", "Initialized", "Running", "Terminated"], answers: ["done", "done"], exit_code: 7 },
    refused: { bytes: TRAPPING, symbol: "main", log: [{ do: "init" }, { do: "start" }] },
    code: "RT_TRAP",
    context: { trap: "unreachable" },
  },
};

describe("the reference as an implementation under test", () => {
  // @spec conformance.refusal
  it.each(VECTOR_OPERATIONS)("%s: accepts and refuses as the chapter says", async (operation) => {
    const { accepted, result, refused, code, context } = EXAMPLES[operation];
    const good = await answer(operation, accepted);
    expect(good).toMatchObject({ verdict: "accept", result });
    expectMessage(good);
    if (refused === undefined) return;
    const bad = await answer(operation, refused);
    expect(bad).toMatchObject({ verdict: "reject", code, context });
    expectMessage(bad);
  });

  // @spec conformance.operations
  it.each(VECTOR_OPERATIONS)("%s: remembers nothing of the operations before", async (operation) => {
    const { accepted, refused } = EXAMPLES[operation];
    const first = await answer(operation, accepted);
    await answer(operation, refused ?? accepted);
    expect(await answer(operation, accepted)).toEqual(first);
  });

  it.each(VECTOR_OPERATIONS)("%s: answers nothing where an input is absent", async (operation) => {
    // An index is asked for beside its profile, an instruction beside its grants: no operation goes without inputs.
    await expect((async () => answer(operation, {}))()).rejects.toThrow(InputError);
  });

  // @spec lifecycle.snapshot.continues, snapshots.keeps
  it("takes snapshots of programs, goes on from them, and makes no instance of others", async () => {
    const program = { bytes: EXITING, symbol: "main", quotas: { fuel: 0 } };
    const log = [{ do: "init" }, { do: "start" }, { do: "snapshot" }] as const;
    const saved = (await answer("run", { ...program, log: [...log] })).result?.snapshots?.[0] ?? "";
    const restored: VectorInputs = { ...program, quotas: { fuel: 9 }, snapshot: saved, log: [{ do: "resume" }] };
    expect(await answer("run", restored)).toMatchObject({
      verdict: "accept",
      result: { states: ["Suspended", "Running", "Terminated"], answers: ["done"], exit_code: 7, snapshots: [] },
    });
    expect(await answer("run", { ...restored, manifest_digest: "01".repeat(32) })).toMatchObject({
      verdict: "reject",
      code: "RT_SNAPSHOT_INVALID",
      context: { reason: "other_artifact" },
      result: { states: [], answers: [] },
    });
    expect(await answer("run", { ...restored, log: [{ do: "resume" }, { do: "snapshot" }] })).toMatchObject({
      verdict: "reject",
      code: "RT_SNAPSHOT_UNAVAILABLE",
      context: { reason: "not_suspended" },
    });
  });

  // @spec conformance.operations
  it.each(["snapshot", "snapshot-state"])("decodes and encodes the rule %s", async (rule) => {
    const bytes = hex(rule === "snapshot" ? snapshot : snapshotState);
    const { result } = await answer("decode", { rule, bytes });
    expect(result?.bytes).toBe(bytes);
    expect(await answer("encode", { rule, value: result?.value })).toMatchObject({ result: { bytes } });
  });

  // @spec guest-abi.execution, conformance.run.log, conformance.run.refusal
  it("runs programs alike on every engine, and declares what each can", async () => {
    const question: VectorInputs = { bytes: EXITING, symbol: "main", log: [{ do: "init" }, { do: "start" }] };
    const answers: Answer[] = [];
    for (const engine of ENGINE_IDS) {
      chooseEngine(engine);
      expect(featuresUnderTest()).toContain("canonical_nan");
      const { fuel: _, ...result } = (await answer("run", question)).result ?? {};
      answers.push({ verdict: "accept", result });
    }
    chooseEngine(ENGINE_IDS[0] ?? "");
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(() => chooseEngine("fayger/none")).toThrow(InputError);
    const late: VectorInputs = { ...question, log: [{ do: "init" }, { do: "start" }, { do: "resume" }] };
    expect(await answer("run", late)).toMatchObject({
      verdict: "reject",
      code: "RT_ILLEGAL_TRANSITION",
      result: { answers: ["done", "done", "RT_ILLEGAL_TRANSITION"] },
    });
  });

  // @spec conformance.features
  it("declares RuntimeCapabilities as features", () => {
    expect(hello().features).toEqual(featuresUnderTest());
    for (const feature of featuresUnderTest()) expect(isRuntimeCapability(feature)).toBe(true);
  });

  it("records what a load reads and publishes", async () => {
    const { effects } = await answer("load", { bytes: hex(artifact), enforce_signature: false });
    expect(effects?.reads?.[0]?.offset).toBe(0);
    expect(effects?.events?.[0]).toBe("load.load_started");
    expect(effects?.events?.at(-1)).toBe("load.load_completed");
  });

  it("does what a case says of the host and its policy", async () => {
    const inputs: VectorInputs = { bytes: hex(now), granted: ["time.clock"], supported: ["time.clock_wall"] };
    const failed = await answer("dispatch", { ...inputs, host_error: "not_found" });
    expect(failed).toMatchObject({ verdict: "reject", code: "ADP_HOST_CALL_FAILED", effects: { host_calls: 1 } });
    for (const decision of ["refuse", "unanswered"] as const) {
      const denied = await answer("dispatch", { ...inputs, decision });
      expect(denied).toMatchObject({ verdict: "reject", code: "ADP_POLICY_DENIED", effects: { host_calls: 0 } });
      expect(denied.result?.reply).toBeDefined();
    }
    expect(await answer("dispatch", { ...inputs, supported: [] })).toMatchObject({
      code: "ADP_UNSUPPORTED_INSTRUCTION",
    });
  });

  it("keeps members of later versions, and refuses them in known ones", async () => {
    const value = { map: [["zz", [1, { bytes: "00" }]]] };
    const encoded = await answer("encode", { rule: "quotas", value, schema_version: "1.1" });
    const bytes = (encoded as { readonly result: { readonly bytes: string } }).result.bytes;
    expect(await answer("decode", { rule: "quotas", bytes, schema_version: "1.1" })).toMatchObject({
      result: { value },
    });
    expect(await answer("decode", { rule: "quotas", bytes })).toMatchObject({ context: { reason: "unknown_field" } });
  });

  it("refuses a value that the typed encoder cannot be given", async () => {
    const value = {
      map: [
        ["flags", 0],
        ["extra", 1],
      ],
    };
    const extra = await answer("encode", { rule: "trace-context", value });
    expect(extra).toMatchObject({ code: "CODEC", context: { reason: "unknown_field" } });
  });

  it("names capabilities beyond the table by their bits", async () => {
    // An experimental opcode with an extension of three bytes: bits 16 and 39.
    const found = await answer("decode_instruction", { bytes: "808001000003010080" });
    expect(found).toMatchObject({ result: { capability_bits: [16, 39], opcode: 0x8001 } });
  });
});

function expectMessage(found: Answer): void {
  const line: unknown = JSON.parse(JSON.stringify({ message: "answer", token: "t", ...found }));
  expect(validateConformanceMessage(line)).toEqual([]);
}
