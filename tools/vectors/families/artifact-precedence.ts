import type { VectorInputs } from "../../../generated/json/vector.js";
import { type Built, type Fault, trustStore } from "../building/artifact.js";
import { spliced } from "../building/artifact-head.js";
import { replace, text } from "../building/cbor.js";
import { toHex } from "../building/octets.js";
import type { Draft, Family, Refusal } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import { type LoadParent, loads, refused, textSection } from "./artifact-drafts.js";
import {
  badMagic,
  bodyMismatch,
  crcMismatch,
  dependencyUnresolved,
  entryUnresolved,
  expectedManifestMismatch,
  formatVersion,
  indexInvalid,
  indexMismatch,
  LARGEST,
  limit,
  manifestInvalid,
  manifestMismatch,
  runtimeInterface,
  schemaVersion,
  sectionUnfit,
  signatureFail,
  structure,
  truncated,
} from "./artifact-refusals.js";

/** Two faults at once: the check that comes first decides. */
export const artifactPrecedence: Family = {
  name: "artifact-precedence",
  drafts: () => {
    const parent = loads({
      id: "artifact-precedence/accepted",
      plan,
      clauses: ["loader.checks.order", "loader.phases"],
      inputs: { offers: [{ name: "example/log", version: "1.2.0" }], profile: server },
      result: { selected: ["data", "main"], skipped: [{ section: "assembly", reason: "terminal" }] },
      why: "A signed artifact with a dependency and an assembly section passes every check.",
    });
    return [parent.draft, ...pairs(parent), countBeforeDeclared(parent), handOff(parent)];
  },
};

const key = testKey("ed25519-publisher");
const stranger = testKey("ed25519-stranger");
const server = { terminal: "server", capabilities: [], features: [] };
const dataText = "data that the program reads";
const plan = {
  name: "vectors/precedence",
  entry: "main",
  sections: [
    textSection("assembly", "left out here", { kind: 5, constraints: { terminals: ["browser"] } }),
    textSection("data", dataText, { kind: 2 }),
    textSection("main", "a program"),
  ],
  manifest: {
    assembly: "assembly",
    dependencies: [{ name: "example/log", version_range: "^1.0.0" }],
  },
  key,
};

/** One check of the table that fails. */
interface Failing {
  /** Position in the table `loader-checks`. */
  readonly position: number;
  readonly name: string;
  readonly fault: Fault;
  readonly inputs?: VectorInputs;
  readonly clause: string;
  readonly refusal: (made: Built) => Refusal;
}

const zeros = new Uint8Array(32);

/** The sum of what the index declares, with header and trailer. */
function declaredEnd({ bodiesAt, indexWritten }: Built): number {
  return plan.sections.reduce((sum, _, number) => {
    const { item } = indexWritten.value(number, 3);
    return sum + (item.kind === "integer" ? Number(item.value) : 0);
  }, bodiesAt + 44);
}

const failing: readonly Failing[] = [
  {
    position: 10,
    name: "magic",
    clause: "loader.read-head.magic",
    fault: { header: { magic: 0x42554601 } },
    refusal: ({ bytes }) => badMagic(bytes),
  },
  {
    position: 20,
    name: "format-version",
    clause: "loader.read-head.format-version",
    fault: { header: { format_minor: 1 } },
    refusal: () => formatVersion("1.1"),
  },
  {
    position: 30,
    name: "size",
    clause: "loader.read-head.size",
    fault: { whole: (all) => all.slice(0, 91) },
    refusal: () => truncated("read_head", 91, 92),
  },
  {
    position: 40,
    name: "manifest-bytes",
    clause: "loader.read-head.limits",
    fault: { header: { manifest_length: 1_048_577 } },
    refusal: () => limit("read_head", "manifest_bytes", 1_048_576, 1_048_577, 24),
  },
  {
    position: 50,
    name: "index-bytes",
    clause: "loader.read-head.limits",
    fault: { header: { section_index_length: 134_217_729 } },
    refusal: () => limit("read_head", "index_bytes", 134_217_728, 134_217_729, 40),
  },
  {
    position: 60,
    name: "parts",
    clause: "loader.read-head.parts",
    fault: { whole: (all, bodiesAt) => all.slice(0, bodiesAt + 43) },
    refusal: ({ bodiesAt }) => truncated("read_head", bodiesAt + 43, bodiesAt + 44),
  },
  {
    position: 70,
    name: "manifest",
    clause: "loader.parse.manifest",
    fault: { manifestItems: (manifest) => replace(manifest, ["name"], text("Vectors/precedence")) },
    refusal: (made) => manifestInvalid("pattern_mismatch", "$.name", made.inManifest("$.name")),
  },
  {
    position: 80,
    name: "index",
    clause: "loader.parse.index",
    fault: { entries: { main: { kind: 0 } } },
    refusal: (made) => indexInvalid("value_out_of_range", "$[2][1]", made.inIndex("$[2][1]")),
  },
  {
    position: 90,
    name: "sections",
    clause: "loader.parse.limits",
    fault: {},
    inputs: { limits: { sections: 2 } },
    refusal: ({ indexAt }) => limit("parse", "sections", 2, 3, indexAt),
  },
  {
    position: 100,
    name: "section-bytes",
    clause: "loader.parse.limits",
    fault: {},
    inputs: { limits: { section_bytes: 20 } },
    refusal: (made) => limit("parse", "section_bytes", 20, dataText.length, made.inIndex("$[1][3]")),
  },
  {
    position: 110,
    name: "end-missing",
    clause: "loader.verify-structure.end",
    fault: { whole: (all) => spliced(all, all.length - 45, 1) },
    refusal: (made) => truncated("verify_structure", made.bytes.length, declaredEnd(made)),
  },
  {
    position: 120,
    name: "end-behind",
    clause: "loader.verify-structure.end",
    fault: { whole: (all) => spliced(all, all.length - 44, 0, Uint8Array.of(0)) },
    refusal: (made) => structure("computed_end", declaredEnd(made)),
  },
  {
    position: 130,
    name: "crc",
    clause: "loader.verify-structure.crc",
    fault: { trailer: { crc32: 1 } },
    refusal: crcMismatch,
  },
  {
    position: 140,
    name: "total-length",
    clause: "loader.verify-structure.reasons",
    fault: { trailer: { total_length: 1 } },
    refusal: ({ bytes }) => structure("total_length", bytes.length - 44),
  },
  {
    position: 150,
    name: "flags",
    clause: "loader.verify-structure.reasons",
    fault: { header: { flags: 3 } },
    refusal: () => structure("flags", 8),
  },
  {
    position: 160,
    name: "reserved",
    clause: "loader.verify-structure.reasons",
    fault: { header: { reserved: 1 } },
    refusal: () => structure("reserved", 12),
  },
  {
    position: 170,
    name: "manifest-offset",
    clause: "loader.verify-structure.reasons",
    fault: { header: { manifest_offset: 49 } },
    refusal: () => structure("manifest_offset", 16),
  },
  {
    position: 180,
    name: "section-index-offset",
    clause: "loader.verify-structure.reasons",
    fault: { header: { section_index_offset: 49 } },
    refusal: () => structure("section_index_offset", 32),
  },
  {
    position: 190,
    name: "signed-flag",
    clause: "loader.verify-structure.reasons",
    fault: { header: { flags: 0 } },
    refusal: () => structure("signed_flag", 8),
  },
  {
    position: 200,
    name: "section-offset",
    clause: "loader.verify-structure.reasons",
    fault: { entries: { main: { offset: 1 } } },
    refusal: (made) => structure("section_offset", made.inIndex("$[2][2]"), "main"),
  },
  {
    position: 210,
    name: "assembly",
    clause: "loader.verify-structure.reasons",
    fault: { members: { assembly: "absent" } },
    refusal: (made) => structure("assembly", made.inManifest("$.assembly"), "absent"),
  },
  {
    position: 220,
    name: "expected-manifest",
    clause: "loader.verify-digest.expected",
    fault: {},
    inputs: { expected_manifest_digest: toHex(zeros) },
    refusal: (made) => expectedManifestMismatch(made, zeros),
  },
  {
    position: 230,
    name: "manifest-digest",
    clause: "loader.verify-digest.manifest",
    fault: { trailer: { manifest_digest: zeros } },
    refusal: manifestMismatch,
  },
  {
    position: 240,
    name: "index-digest",
    clause: "loader.verify-digest.index",
    fault: { members: { section_index_digest: zeros } },
    refusal: (made) => indexMismatch(made, zeros),
  },
  {
    position: 250,
    name: "signature",
    clause: "loader.verify-signature",
    fault: {},
    inputs: { trust_store: toHex(trustStore([{ key: stranger }])) },
    refusal: () => signatureFail("UntrustedKey", key),
  },
  {
    position: 260,
    name: "schema-version",
    clause: "versions.negotiation.schema",
    fault: { members: { schema_version: [2, 0] } },
    refusal: () => schemaVersion("2.0"),
  },
  {
    position: 270,
    name: "runtime-interface",
    clause: "versions.negotiation.runtime-interface",
    fault: { members: { runtime_interface_min: [1, 0, 1] } },
    refusal: () => runtimeInterface("1.0.1"),
  },
  {
    position: 280,
    name: "unfit",
    clause: "selection.unfit",
    fault: {},
    inputs: { profile: { ...server, max_section_bytes: 1 } },
    refusal: () => sectionUnfit("data", dataText.length, "max_section_bytes", 1),
  },
  {
    position: 290,
    name: "entry",
    clause: "loader.resolve.entry",
    fault: { members: { entry: { section: "absent", symbol: "run" } } },
    refusal: () => entryUnresolved("absent", "missing"),
  },
  {
    position: 300,
    name: "dependency",
    clause: "loader.resolve.dependencies",
    fault: {},
    inputs: { offers: [] },
    refusal: () => dependencyUnresolved("example/log", "^1.0.0", []),
  },
  {
    position: 310,
    name: "body",
    clause: "loader.read-sections",
    fault: { entries: { data: { digest: zeros } } },
    refusal: (made) => bodyMismatch(made, "data"),
  },
];

/** Pairs that no artifact makes fail at once, or of which one hides what the other needs. */
const impossible: readonly (readonly [first: number, second: number, why: string])[] = [
  [110, 120, "the computed end is not on both sides of the size"],
  [60, 120, "what is too short for its parts has no byte behind its end"],
  [30, 120, "what is too short for a trailer has no byte behind its end"],
  [210, 260, "of another major the assembly is not judged"],
  [70, 260, "of another major the name is not judged"],
];

/** Positions that read parts which the first fault leaves without a place, beyond the ones listed. */
function canHold(a: Failing, b: Failing): boolean {
  if (impossible.some(([first, second]) => first === a.position && second === b.position)) return false;
  if (a.position >= 30 && a.position <= 50) return b.position <= 60;
  return a.position !== 60 || b.position <= 80;
}

function pairs(parent: LoadParent): Draft[] {
  return failing.flatMap((a, at) =>
    failing
      .slice(at + 1)
      .filter((b, distance) => (distance < 3 || isFar(a, b)) && canHold(a, b))
      .map((b) => pair(parent, a, b)),
  );
}

/** Pairs across phases that implementations are known to take in another order. */
function isFar(a: Failing, b: Failing): boolean {
  const far: readonly (readonly [number, number])[] = [
    [10, 130],
    [70, 130],
    [70, 230],
    [70, 250],
    [80, 130],
    [80, 240],
    [100, 110],
    [130, 230],
    [130, 250],
    [150, 250],
    [200, 250],
    [220, 250],
    [230, 250],
    [250, 280],
    [250, 290],
    [250, 310],
    [260, 290],
    [270, 310],
    [280, 310],
    [110, 310],
  ];
  return far.some(([first, second]) => first === a.position && second === b.position);
}

function pair(parent: LoadParent, a: Failing, b: Failing): Draft {
  return refused(parent, {
    id: `artifact-precedence/${a.name}-before-${b.name}`,
    clauses: ["loader.checks.order", "loader.phase-context", a.clause],
    fault: both(a, b),
    repair: "signed",
    mutator: "two-faults",
    arguments: { first: a.position, second: b.position },
    inputs: () => ({ ...a.inputs, ...b.inputs, ...joined(a, b) }),
    refusal: a.refusal,
    why: `The checks at positions ${a.position} and ${b.position} both fail, and the first decides.`,
    effect: "One artifact has two verdicts, and what a publisher is told depends on the host.",
  });
}

/** Two limits are two members of one input. */
function joined(a: Failing, b: Failing): VectorInputs {
  if (a.inputs?.limits === undefined || b.inputs?.limits === undefined) return {};
  return { limits: { ...a.inputs.limits, ...b.inputs.limits } };
}

function both(a: Failing, b: Failing): Fault {
  const [x, y] = [a.fault, b.fault];
  const flags = a.position === 150 && b.position === 190 ? { flags: 2 } : {};
  const entries = Object.fromEntries(
    ["assembly", "data", "main"].map((id) => [id, { ...x.entries?.[id], ...y.entries?.[id] }]),
  );
  const manifestItems = x.manifestItems ?? y.manifestItems;
  return {
    header: { ...x.header, ...y.header, ...flags },
    trailer: { ...x.trailer, ...y.trailer },
    members: { ...x.members, ...y.members },
    entries,
    ...(manifestItems && { manifestItems }),
    whole: (bytes, bodiesAt) => {
      const once = x.whole?.(bytes, bodiesAt) ?? bytes;
      return y.whole?.(once, bodiesAt) ?? once;
    },
  };
}

/** A length that the index declares, and not a limit that was lowered, is the second fault. */
function countBeforeDeclared(parent: LoadParent): Draft {
  return refused(parent, {
    id: "artifact-precedence/sections-before-declared-length",
    clauses: ["loader.checks.order", "loader.parse.limits"],
    fault: { entries: { assembly: { length: LARGEST } } },
    repair: "signed",
    mutator: "two-faults",
    arguments: { first: 90, second: 100, sections: 2, length: LARGEST },
    inputs: () => ({ limits: { sections: 2 } }),
    refusal: ({ indexAt }) => limit("parse", "sections", 2, 3, indexAt),
    why: "There are more sections than allowed, and the first declares a body of 2^53-1 bytes: they are counted first.",
    effect: "An index of a million entries is gone through before anybody asks whether it may have so many.",
  });
}

/** The last check belongs to whoever puts the layers together; a body comes before it in any case. */
function handOff(parent: LoadParent): Draft {
  return refused(parent, {
    id: "artifact-precedence/body-before-hand-off",
    clauses: ["loader.checks.order", "loader.read-sections"],
    fault: { entries: { assembly: { profile_constraints: {} }, data: { digest: zeros } } },
    repair: "signed",
    mutator: "two-faults",
    arguments: { first: 310, second: 320 },
    refusal: (made) => bodyMismatch(made, "data"),
    why: "A body is not the one that was pinned, and the assembly section, selected now, holds no assembly: the body decides.",
    effect: "The components of an assembly are resolved before anybody knows that they are the publisher's.",
  });
}
