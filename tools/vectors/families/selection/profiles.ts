import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { unreadableIndexes } from "./indexes.js";
import { indexOf, profileOf } from "./section.js";

const invalid = "selection.profile.invalid";
const shape = "selection.profile";
const faults = "encoding.json.faults";

const long = "x".repeat(65);
const effect = "A profile that says nothing sensible is taken as one without bounds or claims.";

/** What stands in the place of a profile, and the path of its first fault. */
const rows: readonly (readonly [string, unknown, string, string])[] = [
  ["null", null, "$", "Null is no profile."],
  ["text", "server", "$", "The name of a class is no profile."],
  ["list", [], "$", "A list is no profile."],
  ["number", 7, "$", "A number is no profile."],
  ["empty", {}, "$.terminal", "The first member in the order of the schema that is missing is told."],
  ["no-terminal", { capabilities: [], features: [] }, "$.terminal", "The terminal class is missing."],
  ["no-capabilities", { terminal: "server", features: [] }, "$.capabilities", "The capabilities are missing."],
  ["no-features", { terminal: "server", capabilities: [] }, "$.features", "The features are missing."],
  ["terminal-number", profileWith({ terminal: 1 }), "$.terminal", "The terminal class is a number."],
  ["terminal-null", profileWith({ terminal: null }), "$.terminal", "The terminal class is null."],
  ["terminal-empty", profileWith({ terminal: "" }), "$.terminal", "The terminal class is empty."],
  [
    "terminal-65-bytes",
    profileWith({ terminal: long }),
    "$.terminal",
    "The terminal class has 65 bytes, and 64 are allowed.",
  ],
  [
    "terminal-66-bytes-in-33-letters",
    profileWith({ terminal: "é".repeat(33) }),
    "$.terminal",
    "Lengths count bytes: 33 letters of two bytes are 66.",
  ],
  ["capabilities-text", profileWith({ capabilities: "fs.read" }), "$.capabilities", "The capabilities are one text."],
  ["capabilities-object", profileWith({ capabilities: {} }), "$.capabilities", "The capabilities are an object."],
  [
    "capability-number",
    profileWith({ capabilities: ["fs.read", 3] }),
    "$.capabilities[1]",
    "The second capability is a number.",
  ],
  ["capability-empty", profileWith({ capabilities: [""] }), "$.capabilities[0]", "A capability is empty."],
  [
    "capability-65-bytes",
    profileWith({ capabilities: ["a", "b", long] }),
    "$.capabilities[2]",
    "A capability has 65 bytes, and 64 are allowed.",
  ],
  [
    "feature-132-bytes-in-33-signs",
    profileWith({ features: ["\u{1f600}".repeat(33)] }),
    "$.features[0]",
    "Lengths count bytes: 33 signs of four bytes are 132, and 128 are allowed.",
  ],
  ["features-missing-value", profileWith({ features: null }), "$.features", "The features are null."],
  ["feature-list", profileWith({ features: [["simd"]] }), "$.features[0]", "A feature is a list."],
  [
    "feature-129-bytes",
    profileWith({ features: ["x".repeat(129)] }),
    "$.features[0]",
    "A feature has 129 bytes, and 128 are allowed.",
  ],
  ["memory-text", profileWith({ memory_bytes: "1000" }), "$.memory_bytes", "The memory is a text."],
  ["memory-negative", profileWith({ memory_bytes: -1 }), "$.memory_bytes", "The memory is negative."],
  ["memory-fraction", profileWith({ memory_bytes: 1.5 }), "$.memory_bytes", "The memory is no integer."],
  ["memory-null", profileWith({ memory_bytes: null }), "$.memory_bytes", "A member that is null is not absent."],
  [
    "section-negative",
    profileWith({ max_section_bytes: -10 }),
    "$.max_section_bytes",
    "The limit on a body is negative.",
  ],
  [
    "section-boolean",
    profileWith({ max_section_bytes: true }),
    "$.max_section_bytes",
    "The limit on a body is a boolean.",
  ],
  ["total-fraction", profileWith({ max_total_bytes: 0.1 }), "$.max_total_bytes", "The limit on the sum is no integer."],
  [
    "unknown-member",
    profileWith({ colour: "red" }),
    "$.colour",
    "A member that the schema does not have is told by its name.",
  ],
  [
    "unknown-member-in-brackets",
    profileWith({ "max-total": 5 }),
    "$['max-total']",
    "A name that is no word stands in brackets.",
  ],
  ["misspelled-member", profileWith({ maxTotalBytes: 5 }), "$.maxTotalBytes", "Members are spelled as in the schema."],
  [
    "two-unknown-members",
    profileWith({ zebra: 1, ant: 1 }),
    "$.ant",
    "Unknown members are told in the order of their names.",
  ],
  [
    "fault-before-unknown",
    { ant: 1, terminal: "server", capabilities: [], features: 3 },
    "$.features",
    "Members of the schema are looked at before unknown ones.",
  ],
  [
    "missing-before-unknown",
    { ant: 1, terminal: "server", capabilities: [] },
    "$.features",
    "A missing member of the schema is told before one that the schema does not have.",
  ],
  [
    "order-of-the-schema",
    { features: 1, capabilities: 1, terminal: 1 },
    "$.terminal",
    "Members are looked at in the order of the schema.",
  ],
  [
    "missing-before-later-fault",
    { terminal: "server", features: 5 },
    "$.capabilities",
    "A missing member is told before a fault of a later one.",
  ],
  [
    "element-before-later-member",
    profileWith({ capabilities: [7], features: 7 }),
    "$.capabilities[0]",
    "What a member holds is looked at before the next member.",
  ],
];

function profileWith(changes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...profileOf(), ...changes };
}

const right: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ["least", profileWith({}), "A profile of the three members that it must have is one."],
  ["terminal-64-bytes", profileWith({ terminal: "x".repeat(64) }), "A terminal class may have 64 bytes."],
  [
    "terminal-64-bytes-in-32-letters",
    profileWith({ terminal: "é".repeat(32) }),
    "Lengths count bytes: 32 letters of two bytes are 64.",
  ],
  ["feature-128-bytes", profileWith({ features: ["x".repeat(128)] }), "A feature may have 128 bytes."],
  [
    "capability-of-any-form",
    profileWith({ capabilities: ["Not A Capability!", "x".repeat(64)] }),
    "A claimed capability need not have the form of one.",
  ],
  [
    "unordered-and-twice",
    profileWith({ capabilities: ["b", "a", "b"], features: ["z", "a"] }),
    "The lists of a profile need no order, and may repeat themselves.",
  ],
  ["zeros", profileWith({ memory_bytes: 0, max_section_bytes: 0, max_total_bytes: 0 }), "Every number may be 0."],
  [
    "greatest",
    profileWith({
      memory_bytes: Number.MAX_SAFE_INTEGER,
      max_section_bytes: Number.MAX_SAFE_INTEGER,
      max_total_bytes: Number.MAX_SAFE_INTEGER,
    }),
    "Every number may be 2^53 − 1.",
  ],
];

/** Profiles that break their schema and those at its bounds, and what is no index beside a right one. */
export function invalidProfiles(): readonly Draft[] {
  const bytes = indexOf({ id: "main", length: 0 });
  const drafts = right.map(([name, profile, why]) =>
    accepted({
      id: `selection/profiles/${name}`,
      operation: "select",
      clauses: [shape],
      inputs: { bytes, profile },
      result: { selected: ["main"], skipped: [] },
      why,
      effect: "A caller with a sensible profile is refused.",
    }),
  );
  const [parent] = drafts;
  if (parent === undefined) throw new RangeError("no profile is right");
  return [
    ...drafts,
    ...rows.map(([name, profile, path, why]) =>
      mutated(parent, {
        id: `selection/profiles/${name}`,
        clauses: [invalid, shape, faults, "encoding.json.paths"],
        recipe: { mutator: "replace-profile", arguments: { profile }, repair: "raw" },
        inputs: { profile },
        refusal: { code: "LDR_PROFILE_INVALID", locus: { path } },
        why,
        effect,
      }),
    ),
    mutated(parent, {
      id: "selection/profiles/before-the-index",
      clauses: [invalid],
      recipe: { mutator: "replace-index-and-profile", arguments: { bytes: "ff" }, repair: "raw" },
      inputs: { bytes: "ff", profile: {} },
      refusal: { code: "LDR_PROFILE_INVALID", locus: { path: "$.terminal" } },
      why: "The profile is judged before the index is looked at.",
      effect,
    }),
    ...unreadableIndexes(parent),
  ];
}
