import type { Manifest } from "../../../../generated/codecs/manifest.js";
import type { Quotas } from "../../../../generated/codecs/quotas.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { RUNTIME_INTERFACE_VERSION, SCHEMA_VERSION } from "../../../../generated/versions.js";
import { type BufObject, FaygerError, type SectionAccess } from "../../../../reference/index.js";
import { fromHexadecimal } from "../hexadecimal.js";
import { bytesIn, given, givenBytes } from "../inputs.js";

const CODE = "code/main";

/** The artifact of a case as a loader hands it over. @spec conformance.run.log */
export function programOf(inputs: VectorInputs): BufObject {
  const bodies = new Map([[CODE, givenBytes(inputs, "bytes")]]);
  for (const [id, body] of Object.entries(inputs.sections ?? {})) bodies.set(id, fromHexadecimal(body));
  const selected = [...bodies.keys()].sort();
  const { required = [], optional = [], quotas } = inputs;
  return {
    manifest: {
      ...manifestOf(given(inputs, "symbol")),
      requiredCapabilities: required,
      ...(optional.length > 0 && { optionalCapabilities: optional }),
      ...(quotas !== undefined && { quotas: manifestQuotas(quotas) }),
    },
    manifestDigest: bytesIn(inputs, "manifest_digest") ?? new Uint8Array(32),
    index: [],
    trust: "unsigned",
    strategy: "lazy",
    selection: { selected, skipped: [], selectedBytes: 0 },
    sections: bodiesAt(bodies, new Set(inputs.damaged)),
    close: async () => {},
  };
}

/** The manifest of a program with an entry, which asks for nothing. */
export function manifestOf(symbol: string): Manifest {
  return {
    schemaVersion: [SCHEMA_VERSION[0], SCHEMA_VERSION[1]],
    runtimeInterfaceMin: RUNTIME_INTERFACE_VERSION,
    name: "vector",
    version: "1.0.0",
    entry: { section: CODE, symbol },
    runtime: { codeFormat: "wasm-core-2" },
    requiredCapabilities: [],
    sectionIndexDigest: new Uint8Array(32),
  };
}

/** Members of the manifest have TypeScript's case. */
export function manifestQuotas(quotas: NonNullable<VectorInputs["quotas"]>): Quotas {
  const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(quotas).map(([name, value]) => [camel(name), value]));
}

function bodiesAt(bodies: ReadonlyMap<string, Uint8Array>, damaged: ReadonlySet<string>): SectionAccess {
  const read = (id: string): Uint8Array => {
    const body = bodies.get(id);
    if (body === undefined) throw notSelected(id);
    if (damaged.has(id)) throw mismatch(id);
    return body;
  };
  return {
    read: async (id) => read(id),
    readSync: read,
    stream: async function* (id) {
      yield read(id);
    },
    verify: async (id) => void read(id),
    prefetch: async () => {},
    readsWithoutWaiting: () => true,
    isSelected: (id) => bodies.has(id),
  };
}

function notSelected(section: string): FaygerError {
  return new FaygerError("LDR_SECTION_NOT_SELECTED", "the case has no such section", {
    phase: "read_sections",
    section_id: section,
    reason: "missing",
  });
}

function mismatch(section: string): FaygerError {
  return new FaygerError("LDR_DIGEST_MISMATCH", "the case says so", {
    phase: "read_sections",
    part: "section",
    section_id: section,
    offset: 0,
    expected: new Uint8Array(32),
    found: new Uint8Array(32),
  });
}
