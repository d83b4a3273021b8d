import { encodeAssemblySection } from "../../../generated/codecs/assembly-section.js";
import type { VectorAssembled, VectorInputs } from "../../../generated/json/vector.js";
import type { Example } from "./host-examples.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const FAY = {
  name: "small",
  version: "1.0.0",
  description: "",
  vendor: "",
  modules: [{ id: "sensor" }],
  protocols: [],
  controlMode: "command",
  permissions: { inherent: ["sensor_read"] },
};
const BARE = { ...FAY, modules: [], permissions: {} };
const PARTS = ["fay_id", "faying_protocol", "ifay_profile", "multi_terminal_sync"];
const FUNCTIONS = [
  ...PARTS,
  "fay_id.identify",
  "faying_protocol.pair",
  "ifay_profile.describe",
  "multi_terminal_sync.publish",
  "multi_terminal_sync.read",
  ...["answer", "refuse", "next", "setting", "random", "report"].map((name) => `fayger_runtime.${name}`),
];
const ADDED = [
  "fay_id",
  "fayger_runtime",
  "ifay_profile",
  "permission_system",
  "security_ethics",
  "multi_terminal_sync",
];
const always = (id: string): object => ({ id, origin: "always" });
const SECTION = hex(
  encodeAssemblySection({
    manifest: JSON.stringify(BARE),
    resolution: JSON.stringify({
      resolvedStage: 1,
      controlMode: "command",
      allComponents: ADDED.map(always),
      allProtocols: [always("faying_protocol")],
      autoResolved: ["fay_id", "faying_protocol", ...ADDED.slice(1)],
    }),
    implementations: PARTS.map((part) => ({ part, version: "1.0.0", provider: "somebody", actions: [] })),
  }),
);
const ASSEMBLED: VectorAssembled = {
  name: "small",
  version: "1.0.0",
  host_functions: FUNCTIONS,
  sections: PARTS.map((part) => ({ section: `component/${part}` })),
};
const file = (text: string): VectorInputs => ({ bytes: hex(Buffer.from(text)) });

/** One case that is accepted and one that is refused, of the operations on FayManifests and assembled artifacts. */
export const FAY_EXAMPLES = {
  validate_fay: {
    accepted: file(JSON.stringify({ ...BARE, controlMode: "ego" })),
    result: { findings: [{ field: "$.controlMode", code: "ego_missing" }] },
  },
  resolve_fay: {
    accepted: { fay: FAY },
    result: { resolution: { resolvedStage: 2, allProtocols: [always("faying_protocol")] } },
  },
  claim_stage: {
    accepted: { fay: FAY, stage: 5 },
    result: { complete: false, missing: { infrastructure: [] } },
  },
  read_assembly: {
    accepted: { bytes: SECTION, assembled: ASSEMBLED },
    result: { parts: PARTS.map((part) => ({ part, section: `component/${part}` })) },
    refused: { bytes: SECTION, assembled: { ...ASSEMBLED, name: "other" } },
    code: "LDR_ASSEMBLY_INVALID",
    context: { reason: "name_mismatch", phase: "hand_off", section_id: "assembly/fay" },
  },
  assemble: {
    accepted: { fay: BARE },
    result: { steps: [{ step: "modules" }, { step: "protocols", parts: ["faying_protocol"] }, {}, {}, {}] },
    refused: { fay: BARE, failing: { part: "fay_id", code: "RT_TRAP" } },
    code: "RT_ASSEMBLY_FAILED",
    context: { step: "modules", part: "fay_id" },
  },
  act: {
    accepted: { fay: FAY, acts: [{ do: "call", action: "sensor.read" }] },
    result: { judged: [{ is: "refused", reason: "not_commanded", host_error: "access_denied" }] },
  },
} as const satisfies Readonly<Record<string, Example>>;
