import { decodeContextValue, encodeContextValue } from "../../../generated/codecs/context-value.js";
import { type Dependency, decodeDependency, encodeDependency } from "../../../generated/codecs/dependency.js";
import { decodeEntryPoint, type EntryPoint, encodeEntryPoint } from "../../../generated/codecs/entry-point.js";
import {
  decodeFaygerError,
  encodeFaygerError,
  type FaygerErrorRecord,
} from "../../../generated/codecs/fayger-error.js";
import { decodeFaygerEvent, encodeFaygerEvent, type FaygerEvent } from "../../../generated/codecs/fayger-event.js";
import { decodeInterfaceVersion, encodeInterfaceVersion } from "../../../generated/codecs/interface-version.js";
import { decodeManifest, encodeManifest, type Manifest } from "../../../generated/codecs/manifest.js";
import {
  decodeProfileConstraints,
  encodeProfileConstraints,
  type ProfileConstraints,
} from "../../../generated/codecs/profile-constraints.js";
import { decodeQuotas, encodeQuotas, type Quotas } from "../../../generated/codecs/quotas.js";
import {
  decodeRuntimePolicy,
  encodeRuntimePolicy,
  type RuntimePolicy,
} from "../../../generated/codecs/runtime-policy.js";
import { decodeSchemaVersion, encodeSchemaVersion } from "../../../generated/codecs/schema-version.js";
import { decodeSectionEntry, encodeSectionEntry, type SectionEntry } from "../../../generated/codecs/section-entry.js";
import { decodeSectionIndex, encodeSectionIndex } from "../../../generated/codecs/section-index.js";
import {
  decodeSignatureBlock,
  encodeSignatureBlock,
  type SignatureBlock,
} from "../../../generated/codecs/signature-block.js";
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../../../generated/codecs/snapshot.js";
import type { SnapshotCall } from "../../../generated/codecs/snapshot-call.js";
import type { SnapshotElement } from "../../../generated/codecs/snapshot-element.js";
import type { SnapshotFrame } from "../../../generated/codecs/snapshot-frame.js";
import type { SnapshotMemory } from "../../../generated/codecs/snapshot-memory.js";
import type { SnapshotQuota } from "../../../generated/codecs/snapshot-quota.js";
import type { SnapshotRun } from "../../../generated/codecs/snapshot-run.js";
import {
  decodeSnapshotState,
  encodeSnapshotState,
  type SnapshotState,
} from "../../../generated/codecs/snapshot-state.js";
import type { SnapshotTable } from "../../../generated/codecs/snapshot-table.js";
import { decodeTraceContext, encodeTraceContext, type TraceContext } from "../../../generated/codecs/trace-context.js";
import { decodeTrustKey, encodeTrustKey, type TrustKey } from "../../../generated/codecs/trust-key.js";
import { decodeTrustStore, encodeTrustStore, type TrustStore } from "../../../generated/codecs/trust-store.js";
import { SCHEMA_VERSION } from "../../../generated/versions.js";
import type { DecodeOptions } from "../../../reference/codec/codegen-v1.js";
import { InputError } from "./input-error.js";
import { schemaVersionIn } from "./inputs.js";
import { listOf, plain, record, row, type Typed, tableOf, unbounded, wide } from "./typed.js";

/** A rule of the schemas, with its codec. */
export interface Rule {
  /** Decode a document and encode its value again. @throws CodecError */
  readonly again: (bytes: Uint8Array, options: DecodeOptions) => Uint8Array;
  /** What the encoder takes in the place of an item. @throws Inexpressible, CodecError */
  readonly typed: Typed;
  /** Encode what {@link Rule.typed} made. @throws CodecError */
  readonly encode: (value: unknown, options: DecodeOptions) => Uint8Array;
}

const quotas = record<Quotas>(
  {
    memoryBytes: plain,
    tableElements: plain,
    fuel: plain,
    fuelPerSlice: plain,
    wallMs: plain,
    emitsPerSecond: plain,
    maxPendingEvents: plain,
    openHandles: plain,
    openCalls: plain,
    replyBytes: plain,
  },
  "grows",
);
const entryPoint = record<EntryPoint>({ section: plain, symbol: plain }, "grows");
const runtimePolicy = record<RuntimePolicy>({ codeFormat: plain, requires: plain, prefer: plain }, "grows");
const dependency = record<Dependency>({ name: plain, versionRange: plain }, "grows");
const signatureBlock = record<SignatureBlock>({ algorithm: plain, keyId: plain, value: plain }, "fixed");
const manifest = record<Manifest>(
  {
    schemaVersion: plain,
    runtimeInterfaceMin: plain,
    name: plain,
    version: plain,
    entry: entryPoint,
    runtime: runtimePolicy,
    hostFunctions: plain,
    optionalCapabilities: plain,
    requiredCapabilities: plain,
    quotas,
    dependencies: listOf(dependency),
    sectionIndexDigest: plain,
    assembly: plain,
    deprecationNotice: plain,
    annotations: plain,
    signature: signatureBlock,
  },
  "grows",
);
const profileConstraints = record<ProfileConstraints>(
  { terminals: plain, capabilities: plain, features: plain, minMemoryBytes: plain },
  "grows",
);
const sectionEntry = row<SectionEntry>({
  sectionId: plain,
  kind: plain,
  offset: plain,
  length: plain,
  digest: plain,
  visibility: plain,
  profileConstraints,
});
const trustKey = record<TrustKey>(
  {
    keyId: plain,
    algorithm: plain,
    publicKey: plain,
    label: plain,
    notBefore: plain,
    notAfter: plain,
    revokedAt: plain,
    scope: plain,
  },
  "fixed",
);
const trustStore = record<TrustStore>({ version: plain, issuedAt: plain, keys: listOf(trustKey) }, "fixed");
const faygerError: Typed = record<FaygerErrorRecord>(
  {
    code: plain,
    sourceLayer: plain,
    message: plain,
    context: tableOf(unbounded),
    cause: (value) => faygerError(value),
  },
  "fixed",
);
const traceContext = record<TraceContext>({ traceId: plain, spanId: plain, flags: plain }, "fixed");
const faygerEvent = record<FaygerEvent>(
  {
    category: plain,
    name: plain,
    level: plain,
    instance: plain,
    sequence: plain,
    timeUnixNs: wide,
    monotonicNs: wide,
    trace: traceContext,
    fields: tableOf(unbounded),
  },
  "fixed",
);

const snapshot = record<Snapshot>(
  { schemaVersion: plain, manifestDigest: plain, stateDigest: plain, state: plain },
  "fixed",
);
const snapshotElement = record<SnapshotElement>({ index: plain, functionIndex: plain }, "fixed");
const snapshotFrame = record<SnapshotFrame>(
  { functionIndex: plain, offset: plain, locals: plain, operands: plain },
  "fixed",
);
const snapshotState = record<SnapshotState>(
  {
    fuel: plain,
    runningNs: plain,
    emits: plain,
    nextHandle: plain,
    nextCall: plain,
    lastReply: plain,
    lastInstruction: plain,
    exceeded: record<SnapshotQuota>({ quota: plain, limit: plain }, "fixed"),
    events: plain,
    memory: record<SnapshotMemory>(
      { pages: plain, runs: listOf(record<SnapshotRun>({ offset: plain, bytes: plain }, "fixed")) },
      "fixed",
    ),
    globals: plain,
    tables: listOf(record<SnapshotTable>({ size: plain, elements: listOf(snapshotElement) }, "fixed")),
    droppedElements: plain,
    droppedData: plain,
    call: record<SnapshotCall>(
      { to: plain, event: plain, blockCharged: plain, frames: listOf(snapshotFrame) },
      "fixed",
    ),
  },
  "fixed",
);

const RULES: ReadonlyMap<string, Rule> = new Map([
  ["context-value", rule(unbounded, decodeContextValue, encodeContextValue)],
  ["dependency", rule(dependency, decodeDependency, encodeDependency)],
  ["entry-point", rule(entryPoint, decodeEntryPoint, encodeEntryPoint)],
  ["fayger-error", rule(faygerError, decodeFaygerError, encodeFaygerError)],
  ["fayger-event", rule(faygerEvent, decodeFaygerEvent, encodeFaygerEvent)],
  ["interface-version", rule(plain, decodeInterfaceVersion, encodeInterfaceVersion)],
  ["manifest", rule(manifest, decodeManifest, encodeManifest)],
  ["profile-constraints", rule(profileConstraints, decodeProfileConstraints, encodeProfileConstraints)],
  ["quotas", rule(quotas, decodeQuotas, encodeQuotas)],
  ["runtime-policy", rule(runtimePolicy, decodeRuntimePolicy, encodeRuntimePolicy)],
  ["schema-version", rule(plain, decodeSchemaVersion, encodeSchemaVersion)],
  ["section-entry", rule(sectionEntry, decodeSectionEntry, encodeSectionEntry)],
  ["section-index", rule(listOf(sectionEntry), decodeSectionIndex, encodeSectionIndex)],
  ["signature-block", rule(signatureBlock, decodeSignatureBlock, encodeSignatureBlock)],
  ["snapshot", rule(snapshot, decodeSnapshot, encodeSnapshot)],
  ["snapshot-state", rule(snapshotState, decodeSnapshotState, encodeSnapshotState)],
  ["trace-context", rule(traceContext, decodeTraceContext, encodeTraceContext)],
  ["trust-key", rule(trustKey, decodeTrustKey, encodeTrustKey)],
  ["trust-store", rule(trustStore, decodeTrustStore, encodeTrustStore)],
]);

/** The rule of a name. @throws InputError where no rule has it */
export function ruleNamed(name: string): Rule {
  const found = RULES.get(name);
  if (found === undefined) throw new InputError(`no rule for documents is named ${name}`);
  return found;
}

/**
 * How growing maps of a document that stands alone are judged.
 *
 * @param schemaVersion `major.minor`; 1.0 where absent
 * @spec encoding.growth.index
 */
export function growthOf(schemaVersion: string | undefined): DecodeOptions {
  if (schemaVersion === undefined) return {};
  const [major, minor] = schemaVersionIn(schemaVersion);
  const isKnown = major === SCHEMA_VERSION[0] && minor <= SCHEMA_VERSION[1];
  return { growth: isKnown ? "closed" : "open" };
}

function rule<T>(
  typed: Typed,
  decode: (bytes: Uint8Array, options: DecodeOptions) => T,
  encode: (value: T, options: DecodeOptions) => Uint8Array,
): Rule {
  return {
    typed,
    again: (bytes, options) => {
      const value = decode(bytes, options);
      try {
        return encode(value, options);
      } catch (error) {
        // No refusal: whoever decodes has to refuse by himself what nobody can write.
        throw new Error("what was decoded cannot be encoded", { cause: error });
      }
    },
    // What is of another type is what the encoder is asked about: it has to say so itself.
    encode: (value, options) => encode(value as T, options),
  };
}
