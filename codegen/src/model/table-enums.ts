import type { TableName } from "./table-schemas.js";

/** Tables that become a const object of texts, and the name of that object. */
export const nameTables = {
  "loader-phases": "LoaderPhase",
  "decode-reasons": "DecodeReason",
  "structure-reasons": "StructureReason",
  "signature-reasons": "SignatureReason",
  "signature-algorithms": "SignatureAlgorithm",
  "load-limits": "LoadLimit",
  "load-profiles": "LoadProfilePreset",
  terminals: "Terminal",
  "host-errors": "HostError",
  traps: "Trap",
  "code-reasons": "CodeReason",
  "abi-violations": "AbiViolation",
  "runtime-capabilities": "RuntimeCapability",
  quotas: "QuotaName",
  "event-categories": "EventCategory",
  "trust-levels": "TrustLevel",
  "instruction-reasons": "InstructionReason",
  platforms: "Platform",
  "crypto-algorithms": "CryptoAlgorithm",
  signals: "Signal",
  "ui-nodes": "UiNodeKind",
  "ui-attributes": "UiAttribute",
  stages: "Stage",
  components: "ComponentId",
  "component-origins": "ComponentOrigin",
  "fay-findings": "FayFinding",
  "assembly-steps": "AssemblyStep",
  "assembly-reasons": "AssemblyReason",
  "action-refusals": "ActionRefusal",
  "ifacts-tests": "IfactsTest",
  "vector-families": "VectorFamily",
  "vector-operations": "VectorOperation",
} as const satisfies Partial<Record<TableName, string>>;

/** A table of {@link nameTables}. */
export type NameTable = keyof typeof nameTables;
