import { CAPABILITY_NAMES } from "../../../generated/capabilities.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";

const negotiation = "capabilities.negotiation";
const denyByDefault = "capabilities.deny-by-default";
const unknown = "capabilities.unknown";
const warning = "capabilities.negotiation.warnings";
const missingAnchor = "lifecycle.start.missing";
const empty = "lifecycle.start.empty-request";

const effects = {
  granted: "A program gets a right that nobody meant to give it.",
  denied: "A program that everybody allows does not get what it needs.",
  started: "A program starts and fails where it uses what it was not given.",
  silent: "A person is not told that a capability works only in part.",
} as const;

interface Sets {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  readonly available?: readonly string[];
  readonly policy?: readonly string[];
  readonly restricted?: readonly string[];
}

interface Given extends Sets {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly granted?: readonly string[];
  readonly denied?: readonly string[];
  readonly warnings?: readonly string[];
  readonly why: string;
}

function inputsOf({ required = [], optional = [], available = [], policy = [], restricted }: Sets) {
  return { required, optional, available, policy, ...(restricted !== undefined && { restricted }) };
}

function grant({ id, clauses = [], granted = [], denied = [], warnings = [], why, ...sets }: Given): Draft {
  return accepted({
    id: `capabilities/${id}`,
    operation: "negotiate_capabilities",
    clauses: [negotiation, "capabilities.negotiation.event", ...clauses],
    inputs: inputsOf(sets),
    result: { granted, denied, warnings },
    effects: { published: ["capability.negotiated"] },
    why,
    effect: denied.length > 0 ? effects.granted : effects.denied,
  });
}

interface Taken extends Sets {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly missing: readonly string[];
  readonly why: string;
}

function refuse(parent: Draft, { id, clauses = [], missing, why, ...sets }: Taken): Draft {
  return mutated(parent, {
    id: `capabilities/${id}`,
    clauses: [negotiation, missingAnchor, "capabilities.negotiation.event", ...clauses],
    recipe: { mutator: "replace-sets", arguments: { ...sets }, repair: "raw" },
    inputs: { ...sets },
    refusal: {
      code: "RT_CAPABILITY_INSUFFICIENT",
      context: { missing },
      effects: { published: ["capability.negotiated"] },
    },
    why,
    effect: effects.started,
  });
}

/** Every capability of the table, ascending by name. */
const all = [...CAPABILITY_NAMES].sort();
const files = ["fs.read", "fs.write"];
const clock = ["time.clock"];

function algebra(): readonly Draft[] {
  return [
    grant({
      id: "algebra/nothing-at-all",
      clauses: [empty],
      why: "Nothing is requested, nothing granted, and the program may start.",
    }),
    grant({
      id: "algebra/nothing-requested",
      clauses: [empty, denyByDefault],
      available: all,
      policy: all,
      why: "What is not requested is not granted, though everybody would allow it, and the program may start.",
    }),
    grant({
      id: "algebra/everything",
      clauses: ["capabilities.table"],
      required: all,
      available: all,
      policy: all,
      granted: all,
      why: "Every capability of the table can be granted.",
    }),
    grant({
      id: "algebra/everything-optional",
      clauses: ["capabilities.table"],
      optional: all,
      available: all,
      policy: all,
      granted: all,
      why: "Every capability of the table can be requested as optional.",
    }),
    grant({
      id: "algebra/union",
      required: ["fs.read"],
      optional: ["time.clock"],
      available: all,
      policy: all,
      granted: ["fs.read", "time.clock"],
      why: "Requested is the union of required and optional.",
    }),
    grant({
      id: "algebra/not-available",
      clauses: [denyByDefault],
      optional: files,
      available: ["fs.read"],
      policy: all,
      granted: ["fs.read"],
      denied: ["fs.write"],
      why: "What the adapter does not offer is denied.",
    }),
    grant({
      id: "algebra/denied-in-order",
      clauses: [denyByDefault],
      optional: ["time.timer", "net.socket", "fs.write", "net.http", "fs.read"],
      available: all,
      denied: ["fs.read", "fs.write", "net.http", "net.socket", "time.timer"],
      why: "What is denied is listed ascending, in whatever order it was requested.",
    }),
    grant({
      id: "algebra/denied-once-and-shorter-first",
      clauses: [denyByDefault, "capabilities.unknown"],
      optional: ["net.httpx", "net.http", "net.http2", "a.zz", "a.z", "net.http", "a.zz"],
      available: all,
      denied: ["a.z", "a.zz", "net.http", "net.http2", "net.httpx"],
      why: "A name that begins another stands before it, and one that was requested twice is denied once.",
    }),
    grant({
      id: "algebra/denied-that-was-in-order",
      clauses: [denyByDefault, "capabilities.unknown"],
      optional: ["a.b", "a.bc", "a.bcd", "b.a"],
      available: all,
      denied: ["a.b", "a.bc", "a.bcd", "b.a"],
      why: "What was requested ascending is denied ascending.",
    }),
    grant({
      id: "algebra/not-in-policy",
      clauses: [denyByDefault],
      optional: files,
      available: all,
      policy: ["fs.write"],
      granted: ["fs.write"],
      denied: ["fs.read"],
      why: "What the policy does not name is denied.",
    }),
    grant({
      id: "algebra/available-and-policy-disjoint",
      clauses: [denyByDefault],
      optional: files,
      available: ["fs.read"],
      policy: ["fs.write"],
      denied: files,
      why: "The adapter offers what the policy does not allow and the other way round: nothing is granted.",
    }),
    grant({
      id: "algebra/nothing-available",
      clauses: [denyByDefault],
      optional: files,
      policy: all,
      denied: files,
      why: "An adapter that offers nothing grants nothing.",
    }),
    grant({
      id: "algebra/empty-policy",
      clauses: ["security.default-deny", denyByDefault],
      optional: files,
      available: all,
      denied: files,
      why: "An empty policy allows nothing.",
    }),
    grant({
      id: "algebra/policy-with-beginnings",
      clauses: ["capabilities.table", denyByDefault],
      optional: ["net.http", "net.socket"],
      available: all,
      policy: ["net", "net."],
      denied: ["net.http", "net.socket"],
      why: "The beginning of a name in a policy is another name, and allows nothing.",
    }),
    grant({
      id: "algebra/policy-with-a-beginning-and-a-name",
      clauses: ["capabilities.table", denyByDefault],
      optional: ["fs.read", "fs.write"],
      available: all,
      policy: ["fs", "fs.read"],
      granted: ["fs.read"],
      denied: ["fs.write"],
      why: "A policy allows the names that it has, not those that begin like one.",
    }),
    grant({
      id: "algebra/three-ways",
      optional: ["fs.read", "fs.write", "net.http"],
      available: ["fs.read", "fs.write", "time.clock"],
      policy: ["fs.read", "net.http", "time.clock"],
      granted: ["fs.read"],
      denied: ["fs.write", "net.http"],
      why: "Granted is what all three sets have in common.",
    }),
    grant({
      id: "algebra/one-of-each-pair",
      optional: ["fs.read", "net.http", "ui.dom"],
      available: ["fs.read", "time.clock"],
      policy: ["net.http", "time.clock"],
      denied: ["fs.read", "net.http", "ui.dom"],
      why: "What only two of the three sets have is not granted.",
    }),
    grant({
      id: "algebra/required-and-optional-partly",
      required: clock,
      optional: files,
      available: ["time.clock", "fs.write"],
      policy: all,
      granted: ["fs.write", "time.clock"],
      denied: ["fs.read"],
      why: "The program starts with what is required, and does without the rest.",
    }),
    grant({
      id: "algebra/result-again",
      required: clock,
      optional: ["fs.write"],
      available: ["fs.write", "time.clock"],
      policy: ["fs.write", "time.clock"],
      granted: ["fs.write", "time.clock"],
      why: "Negotiating what was granted once more changes nothing.",
    }),
    grant({
      id: "algebra/capability-above-bit-15",
      clauses: ["capabilities.table"],
      optional: ["net.listen"],
      available: all,
      policy: all,
      granted: ["net.listen"],
      why: "A capability whose bit is 16 is granted like the others.",
    }),
  ];
}

function order(): readonly Draft[] {
  const backwards = [...all].reverse();
  return [
    grant({
      id: "order/granted-ascending",
      required: all,
      available: backwards,
      policy: backwards,
      granted: all,
      why: "Granted is ascending, in whatever order adapter and policy list it.",
    }),
    grant({ id: "order/denied-ascending", optional: all, denied: all, why: "Denied is ascending." }),
    grant({
      id: "order/by-name-and-not-by-bit",
      required: ["crypto.primitive", "fs.read"],
      optional: ["net.listen", "ui.dom"],
      available: all,
      policy: all,
      granted: ["crypto.primitive", "fs.read", "net.listen", "ui.dom"],
      why: "The order is that of the names, though the bits are 12, 0, 16 and 6.",
    }),
    grant({
      id: "order/mixed",
      required: ["time.clock"],
      optional: ["fs.read"],
      available: all,
      policy: all,
      granted: ["fs.read", "time.clock"],
      why: "Required ones do not come before optional ones.",
    }),
    grant({
      id: "order/named-twice-by-the-host",
      optional: files,
      available: ["fs.read", "fs.read"],
      policy: ["fs.read", "fs.read", "fs.write"],
      granted: ["fs.read"],
      denied: ["fs.write"],
      why: "A capability that adapter or policy names twice is granted once.",
    }),
    grant({
      id: "order/warnings-ascending",
      clauses: [warning],
      required: ["fs.read", "time.clock", "ui.dom"],
      available: all,
      policy: all,
      restricted: ["ui.dom", "fs.read"],
      granted: ["fs.read", "time.clock", "ui.dom"],
      warnings: ["fs.read", "ui.dom"],
      why: "Warnings are ascending.",
    }),
  ];
}

function warnings(): readonly Draft[] {
  return [
    grant({
      id: "warnings/restricted",
      clauses: [warning],
      optional: files,
      available: files,
      policy: files,
      restricted: ["fs.write"],
      granted: files,
      warnings: ["fs.write"],
      why: "A granted capability that the adapter restricts is warned of.",
    }),
    grant({
      id: "warnings/all-restricted",
      clauses: [warning],
      optional: files,
      available: files,
      policy: files,
      restricted: files,
      granted: files,
      warnings: files,
      why: "Everything that is granted may be restricted.",
    }),
    grant({
      id: "warnings/none-restricted",
      clauses: [warning],
      optional: files,
      available: files,
      policy: files,
      restricted: [],
      granted: files,
      why: "Where nothing is restricted nobody is warned.",
    }),
    grant({
      id: "warnings/restricted-and-denied",
      clauses: [warning],
      optional: files,
      available: files,
      policy: ["fs.read"],
      restricted: ["fs.write"],
      granted: ["fs.read"],
      denied: ["fs.write"],
      why: "Nobody is warned of what was not granted.",
    }),
    grant({
      id: "warnings/restricted-and-not-requested",
      clauses: [warning],
      optional: ["fs.read"],
      available: all,
      policy: all,
      restricted: ["ui.dom", "fs.write"],
      granted: ["fs.read"],
      why: "Nobody is warned of what was not requested.",
    }),
    grant({
      id: "warnings/required-and-restricted",
      clauses: [warning],
      required: ["ui.dom"],
      available: all,
      policy: all,
      restricted: ["ui.dom"],
      granted: ["ui.dom"],
      warnings: ["ui.dom"],
      why: "A restricted capability counts as granted, and the program starts.",
    }),
  ];
}

function unknownNames(): readonly Draft[] {
  return [
    grant({
      id: "unknown/optional",
      clauses: [unknown],
      optional: ["camera.capture", "fs.read"],
      available: all,
      policy: all,
      granted: ["fs.read"],
      denied: ["camera.capture"],
      why: "A name that no table has is denied, and the program does without it.",
    }),
    grant({
      id: "unknown/everybody-knows-it",
      clauses: [unknown],
      optional: ["camera.capture"],
      available: ["camera.capture"],
      policy: ["camera.capture"],
      denied: ["camera.capture"],
      why: "A name that no table has is never granted, even where adapter and policy both name it.",
    }),
    grant({
      id: "unknown/in-the-policy-alone",
      clauses: [unknown],
      optional: ["fs.read"],
      available: ["fs.read"],
      policy: ["camera.capture", "fs.read"],
      granted: ["fs.read"],
      why: "A name in the policy that no table has means nothing.",
    }),
    grant({
      id: "unknown/like-a-known-one",
      clauses: [unknown],
      optional: ["fs", "fs.read", "fs.read.all", "fs.reads"],
      available: all,
      policy: all,
      granted: ["fs.read"],
      denied: ["fs", "fs.read.all", "fs.reads"],
      why: "A name that begins like one of the table is another name.",
    }),
    grant({
      id: "unknown/order-among-known-ones",
      clauses: [unknown],
      optional: ["camera.capture", "fs.read", "gpio.pin", "net.http"],
      denied: ["camera.capture", "fs.read", "gpio.pin", "net.http"],
      why: "Unknown names stand among the others in their order.",
    }),
    grant({
      id: "unknown/order-of-bytes",
      clauses: [unknown],
      optional: ["fs.read", "fs.read.x", "fs.read_x", "fs_read"],
      denied: ["fs.read", "fs.read.x", "fs.read_x", "fs_read"],
      why: "The order is that of the bytes, the dot before the underscore.",
    }),
  ];
}

function refused(): readonly Draft[] {
  const parent = grant({
    id: "missing/none",
    clauses: [missingAnchor],
    required: files,
    optional: clock,
    available: all,
    policy: all,
    granted: ["fs.read", "fs.write", "time.clock"],
    why: "Everything that is required was granted, so the program may start.",
  });
  const without = (names: readonly string[]): readonly string[] => all.filter((name) => !names.includes(name));
  return [
    parent,
    refuse(parent, {
      id: "missing/not-available",
      clauses: [denyByDefault],
      available: without(["fs.write"]),
      missing: ["fs.write"],
      why: "A required capability that the adapter does not offer is missing.",
    }),
    refuse(parent, {
      id: "missing/not-in-policy",
      clauses: [denyByDefault],
      policy: without(["fs.read"]),
      missing: ["fs.read"],
      why: "A required capability that the policy does not name is missing.",
    }),
    refuse(parent, {
      id: "missing/both",
      policy: without(["fs.read"]),
      available: without(["fs.write"]),
      missing: files,
      why: "Everything that is missing is told, ascending.",
    }),
    refuse(parent, {
      id: "missing/everything",
      policy: [],
      missing: files,
      why: "With an empty policy everything that is required is missing.",
    }),
    refuse(parent, {
      id: "missing/nothing-available",
      available: [],
      missing: files,
      why: "With an adapter that offers nothing everything that is required is missing.",
    }),
    refuse(parent, {
      id: "missing/optional-not-told",
      policy: without(["fs.read", "time.clock"]),
      missing: ["fs.read"],
      why: "An optional capability that was denied is not among the missing.",
    }),
    refuse(parent, {
      id: "missing/unknown",
      clauses: [unknown],
      required: ["camera.capture", "fs.read"],
      missing: ["camera.capture"],
      why: "A program that requires a name no table has does not start.",
    }),
    refuse(parent, {
      id: "missing/unknown-that-everybody-names",
      clauses: [unknown],
      required: ["camera.capture"],
      available: [...all, "camera.capture"],
      policy: [...all, "camera.capture"],
      missing: ["camera.capture"],
      why: "A name that no table has is missing, even where adapter and policy name it.",
    }),
    refuse(parent, {
      id: "missing/order",
      required: ["crypto.primitive", "fs.read", "net.listen", "ui.dom"],
      policy: [],
      missing: ["crypto.primitive", "fs.read", "net.listen", "ui.dom"],
      why: "What is missing is ascending by the bytes of the names and not by the bits.",
    }),
    refuse(parent, {
      id: "missing/order-with-unknown",
      clauses: [unknown],
      required: ["camera.capture", "fs.read", "fs.read.all", "fs_read", "zigbee.send"],
      policy: [],
      missing: ["camera.capture", "fs.read", "fs.read.all", "fs_read", "zigbee.send"],
      why: "Unknown names stand among the missing in their order.",
    }),
    refuse(parent, {
      id: "missing/restricted-does-not-help",
      policy: without(["fs.write"]),
      restricted: ["fs.write"],
      missing: ["fs.write"],
      why: "That the adapter restricts a capability grants it to nobody.",
    }),
    refuse(parent, {
      id: "missing/every-capability",
      clauses: ["capabilities.table"],
      required: all,
      optional: [],
      available: all,
      policy: [],
      missing: all,
      why: "Every capability of the table can be missing.",
    }),
    refuse(parent, {
      id: "missing/optional-does-not-count",
      required: ["fs.read"],
      optional: ["fs.write"],
      available: ["fs.write"],
      policy: ["fs.write"],
      missing: ["fs.read"],
      why: "That the optional one was granted does not make up for the required one.",
    }),
  ];
}

/** The algebra of capabilities. */
export const capabilities: Family = {
  name: "capabilities",
  drafts: () => [...algebra(), ...order(), ...warnings(), ...unknownNames(), ...refused()],
};
