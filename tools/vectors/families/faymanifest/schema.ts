import { type Fay, fayWith } from "../../building/fay/examples.js";
import { FAY_RULES, type FayMember, type FayType } from "../../building/fay/schema.js";
import { textsOf } from "../../building/texts.js";
import type { Draft } from "../../corpus/family.js";
import { judged } from "./found.js";

/** An object of the schema inside a FayManifest that has every member of it. */
interface Site {
  readonly rule: string;
  readonly clause: string;
  /** An object of the rule with every member. */
  readonly whole: Fay;
  /** A FayManifest that has an object in its place. */
  readonly file: (value: unknown) => Fay;
}

const boundaries = { allowed: ["a"], restricted: ["b"], requiresConfirmation: ["c"] };
const constraints = {
  valueOrientation: 1,
  interestPreferences: ["x"],
  habits: null,
  cognitiveBoundaries: {},
  skillBoundaries: {},
  permissionBoundaries: {},
  workingStyle: { pace: "slow" },
};
const ego = { modelSource: "m", scenarioTags: ["a"], constraints: {} };
const permissions = { inherent: ["a"], persistent: ["b"], authMethods: ["c"] };
const driver = { name: "d", type: "device", driverPackage: "p", config: {} };
const hub = [{ id: "device_driver_hub" }];
const cap = [{ id: "cap_protocol" }];
const device = { permissions: { inherent: ["device_control"] } };

const SITES: readonly Site[] = [
  {
    rule: "fay-manifest",
    clause: "faymanifest.shape",
    whole: fayWith({ drivers: [], ego: { modelSource: "m" }, permissions: {}, controlMode: "ego" }),
    file: (value) => value as Fay,
  },
  {
    rule: "module-declaration",
    clause: "faymanifest.module",
    whole: { id: "fay_id", version: "^1.0.0", provider: "somebody", config: {} },
    file: (value) => fayWith({ modules: [value] }),
  },
  {
    rule: "protocol-declaration",
    clause: "faymanifest.protocol",
    whole: { id: "faying_protocol", version: "^1.0.0", config: {} },
    file: (value) => fayWith({ protocols: [value] }),
  },
  {
    rule: "driver-declaration",
    clause: "faymanifest.driver",
    whole: driver,
    file: (value) => fayWith({ modules: hub, protocols: cap, drivers: [value], ...device }),
  },
  {
    rule: "ego-declaration",
    clause: "faymanifest.ego",
    whole: ego,
    file: (value) => fayWith({ ego: value, controlMode: "ego" }),
  },
  {
    rule: "ego-constraints",
    clause: "faymanifest.ego-constraints",
    whole: constraints,
    file: (value) => fayWith({ ego: { ...ego, constraints: value }, controlMode: "ego" }),
  },
  {
    rule: "boundary-set",
    clause: "faymanifest.boundary-set",
    whole: boundaries,
    file: (value) =>
      fayWith({ ego: { modelSource: "m", constraints: { skillBoundaries: value } }, controlMode: "ego" }),
  },
  {
    rule: "permission-declaration",
    clause: "faymanifest.permissions",
    whole: permissions,
    file: (value) => fayWith({ permissions: value }),
  },
];

/** One value of each type that JSON has. */
const OF_EACH_TYPE: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  number: 5,
  text: "text",
  list: ["text"],
  object: { a: 1 },
};

/** Every change of one thing that the schema speaks of. @spec faymanifest.shape */
export function schema(): readonly Draft[] {
  return [
    ...SITES.flatMap((site) => [
      draft(site, "whole", site.whole, "Every member that there can be."),
      ...strangers(site),
      ...typesOf(site),
      ...(FAY_RULES.get(site.rule) ?? []).flatMap((member) => memberDrafts(site, member)),
    ]),
    ...everything(),
  ];
}

function draft({ rule, clause, file }: Site, id: string, value: unknown, why: string, clauses = [clause]): Draft {
  return judged({ id: `schema/${rule}/${id}`, file: file(value), clauses, why });
}

/** Members that the rule has not. */
function strangers(site: Site): readonly Draft[] {
  const clauses = [site.clause, "encoding.json.faults"];
  const names = site.rule === "fay-manifest" ? STRANGE_NAMES : ["extra", "__proto__"];
  return names.map((name, index) =>
    draft(
      site,
      `unknown/${index}`,
      // An own member, also where it is called `__proto__`.
      Object.fromEntries([...Object.entries(site.whole), [name, 1]]),
      `No FayManifest has a member ${JSON.stringify(name)} there.`,
      clauses,
    ),
  );
}

const STRANGE_NAMES = [
  "extra",
  "__proto__",
  "constructor",
  "toString",
  "Name",
  "name ",
  "",
  "a b",
  "it's",
  "back\\slash",
  "line\nfeed",
  "\u0001\u001f",
  "\u007f\u00e9",
  "1a",
  "_a1",
  "a-b",
  "0",
];

/** Something else in the place of the whole object. */
function typesOf(site: Site): readonly Draft[] {
  if (site.rule === "fay-manifest") return [];
  return Object.entries(OF_EACH_TYPE)
    .filter(([name]) => name !== "object")
    .map(([name, value]) => draft(site, `type/${name}`, value, `A value of the type ${name} in its place.`));
}

function memberDrafts(site: Site, member: FayMember): readonly Draft[] {
  const { key, optional, type } = member;
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const others = Object.fromEntries(Object.entries(site.whole).filter(([other]) => other !== key));
  const clauses = [site.clause, ...(key === "controlMode" ? ["faymanifest.control-mode"] : [])];
  const has = (id: string, value: unknown, why: string): Draft =>
    draft(site, `${name}/${id}`, { ...site.whole, [key]: value }, why, clauses);
  return [
    draft(site, `${name}/absent`, others, optional ? `\`${key}\` may be absent.` : `\`${key}\` has to be there.`),
    ...Object.entries(OF_EACH_TYPE)
      .filter(([kind]) => !isOf(kind, type))
      .map(([kind, value]) => has(`type/${kind}`, value, `\`${key}\` as a value of the type ${kind}.`)),
    ...valuesOf(type).map(([id, value, why]) => has(id, value, `\`${key}\`: ${why}`)),
  ];
}

function isOf(name: string, type: FayType): boolean {
  return (
    name === { list: "list", map: "object", text: "text", choice: "text", any: "null", object: "object" }[type.kind]
  );
}

/** Values at the bounds of a type: an end for the id, the value, what is said of it. */
function valuesOf(type: FayType): readonly (readonly [string, unknown, string])[] {
  switch (type.kind) {
    case "any":
      return [];
    case "choice":
      return [
        ...type.values.map((value) => [`value/${value}`, value, `\`${value}\` is one of those listed.`] as const),
        ...["", "Ego", "ego ", "manual", "constructor", "COMMAND", "autonomouS"].map(
          (value, index) => [`other/${index}`, value, `${JSON.stringify(value)} is none.`] as const,
        ),
      ];
    case "text":
      return textValues(type);
    case "list":
      if (type.item.kind !== "text") return [["empty", [], "the empty list."]];
      return [
        ["empty", [], "the empty list."],
        ["equal", ["a", "a"], "a text may stand there twice."],
        ["empty-text", [""], "a text may be empty."],
        ["numbers", ["a", 1, "b", 2], "every element is judged."],
        ["lists", [["a"], null], "whatever it is."],
      ];
    default:
      return [];
  }
}

function textValues(type: FayType & { kind: "text" }): readonly (readonly [string, unknown, string])[] {
  const { minimum, maximum, rule } = type;
  const texts = rule === null ? undefined : textsOf(rule);
  const ofLength = (length: number): string => texts?.ofLength(length) ?? "x".repeat(length);
  const atBounds = [...(minimum > 0 ? [minimum - 1] : []), ...(maximum === null ? [] : [maximum, maximum + 1])];
  return [
    ...(texts === undefined && minimum === 1 ? [["least", "x", "one byte."] as const] : []),
    ...atBounds.map((length) => [`bytes/${length}`, ofLength(length), `a text of ${length} bytes.`] as const),
    ...(maximum === null || texts !== undefined
      ? []
      : ([
          ["signs", "\u00e9".repeat(maximum / 2 + 1), "bytes are counted, and not signs."],
          ["surrogates", "\ud800".repeat(Math.ceil(maximum / 3)), "a lone surrogate counts as three of them."],
        ] as const)),
    ...(texts?.good ?? []).map((text, index) => [`good/${index}`, text, `${JSON.stringify(text)} is one.`] as const),
    ...(texts?.bad ?? []).map(([name, text]) => [`bad/${name}`, text, `${JSON.stringify(text)} is none.`] as const),
  ];
}

/** Several faults in one file. */
function everything(): readonly Draft[] {
  const clauses = ["faymanifest.validation", "faymanifest.validation.order", "encoding.json.faults"];
  const file = (id: string, value: unknown, why: string): Draft =>
    judged({ id: `all/${id}`, file: value, clauses, why, effect: "An author mends one fault after the other." });
  return [
    file("no-member-right", { zeta: 1, alpha: 2, name: 5, modules: {}, controlMode: "no", ego: [] }, "All at once."),
    file(
      "every-place",
      {
        ...fayWith({ controlMode: "never", name: "Not A Name", version: "1" }),
        modules: [{}, 5, { id: "nobody", version: "1", provider: "", config: [] }, { id: 7, extra: 1 }],
        protocols: [{ id: "sensor" }, { id: "", version: null }],
        drivers: [{ type: "" }, { name: "n", type: "t", driverPackage: 1, more: 2 }],
        ego: { constraints: { skillBoundaries: { allowed: [1, "a", 2], denied: [] }, other: 1 }, scenarioTags: "x" },
        permissions: { inherent: "a", ephemeral: ["b"] },
      },
      "Those of the schema first, in its order, and then those of components.",
    ),
    file(
      "components-behind",
      fayWith({ modules: [{ id: "nobody" }, { id: "faying_protocol" }], protocols: [{ id: "nothing" }], zeta: 1 }),
      "Unknown members come before unknown components.",
    ),
    file(
      "one-for-a-value",
      fayWith({ name: "", version: "", modules: [{ id: "" }, { id: "x".repeat(65) }] }),
      "A text that is too short matches no pattern either, and only the first is told.",
    ),
    file(
      "protocols-written-first",
      {
        protocols: [{ id: "x" }],
        modules: [{ id: "y" }],
        controlMode: 1,
        vendor: 1,
        description: 1,
        version: 1,
        name: 1,
      },
      "The order is that of the schema, not that of the file.",
    ),
  ];
}
