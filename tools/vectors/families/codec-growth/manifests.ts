import {
  type Item,
  integer,
  item,
  map,
  raw,
  replace,
  type Step,
  text,
  withMember,
  without,
  write,
} from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { accept, changed, EARLY, keyAt, LATE, ofVersion, valueAt } from "./changes.js";
import { keptDrafts } from "./kept.js";
import { majorDrafts } from "./majors.js";
import { versionDrafts } from "./versions.js";

/** Maps of a manifest that grow, and the one that does not. */
const GROWING: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  ["manifest", []],
  ["entry", ["entry"]],
  ["runtime", ["runtime"]],
  ["quotas", ["quotas"]],
  ["dependency", ["dependencies", 0]],
];

/** Values that a later minor may bring: they are kept, whatever they are. */
const VALUES: readonly (readonly [name: string, value: () => Item])[] = [
  ["integer", () => integer(2n ** 64n - 1n)],
  ["negative", () => integer(-(2n ** 64n))],
  ["text", () => text("\u0000\ufeff")],
  ["bytes", () => item(new Uint8Array(40).fill(7))],
  ["array", () => item([1, "two", [true, {}]])],
  ["map", () => item({ a: { b: [0] } })],
  [
    "map-of-other-keys",
    () =>
      map([
        { key: integer(1), value: integer(1) },
        { key: integer(-1), value: integer(2) },
        { key: item([1]), value: item(false) },
      ]),
  ],
];

const GROWTH = "encoding.growth.higher";

/** Manifests of later versions. */
export function manifestDrafts(): Draft[] {
  return [...higherDrafts(), ...judgedDrafts(), ...keptDrafts(), ...versionDrafts(), ...majorDrafts()];
}

/** Members that a higher minor brings. */
function higherDrafts(): Draft[] {
  const maximal = manifests.maximal();
  const kept = GROWING.flatMap(([name, steps]): Draft[] => {
    const document = withMember(ofVersion(maximal, 1, 1), steps, LATE, item({ any: [1, true] }));
    const parent = accept(
      `higher/${name}`,
      [GROWTH, "encoding.write.round-trip"],
      document,
      `A member that a later minor brought to ${name} is kept byte for byte.`,
    );
    return [
      parent,
      changed(parent, {
        name: `known/${name}`,
        document: ofVersion(document, 1, 0),
        reason: "unknown_field",
        at: keyAt(...steps, LATE),
        clauses: ["encoding.growth.known", "encoding.growth.version"],
        mutator: "replace",
        arguments: { path: "$.schema_version", by: "[1,0]" },
        why: `The same member is unknown in ${name} where the manifest declares 1.0.`,
      }),
      changed(parent, {
        name: `higher/${name}-null`,
        document: replace(document, [...steps, LATE], raw("f6")),
        // What stands in front of the version makes it unreadable by a fault of its form.
        ...(steps.length === 0
          ? { reason: "forbidden_item", at: valueAt(...steps, LATE), clauses: [GROWTH] }
          : { reason: "unknown_field", at: keyAt(...steps, LATE), clauses: ["encoding.growth.version"] }),
        mutator: "replace",
        arguments: { member: LATE, by: "f6" },
        why:
          steps.length === 0
            ? "The value of an unknown member is judged by its form."
            : `A null in ${name}, in front of the version, has the manifest judged as 1.0, which does not know its member.`,
      }),
      changed(parent, {
        name: `higher/${name}-integer-key`,
        document: withMember(document, steps, integer(7), integer(1)),
        reason: "wrong_type",
        at: (written) => ({ at: written.key(...steps, { entry: 0 }).start, path: written.value(...steps).path }),
        clauses: ["encoding.key-type", GROWTH],
        mutator: "add-member",
        arguments: { key: "07" },
        why: `A key that is no text is of the wrong type in ${name}, which keeps unknown keys.`,
      }),
    ];
  });
  const values = VALUES.map(([name, value]) =>
    accept(
      `higher/value-${name}`,
      [GROWTH],
      withMember(ofVersion(manifests.minimal(), 1, 1), [], LATE, value()),
      `An unknown member may hold anything: ${name}.`,
    ),
  );
  const minors = [2, 23, 24, 256, 65_535].map((minor) =>
    accept(
      `higher/minor-${minor}`,
      [GROWTH, "versions.negotiation.minor"],
      withMember(ofVersion(manifests.minimal(), 1, minor), [], EARLY, integer(1)),
      `A manifest of the minor ${minor} has a member in front of its version.`,
    ),
  );
  const many = accept(
    "higher/everywhere",
    [GROWTH],
    GROWING.reduce(
      (document, [, steps]) => withMember(withMember(document, steps, LATE, integer(1)), steps, "z", integer(2)),
      ofVersion(maximal, 1, 9),
    ),
    "Every map that grows has two members that nobody knows yet.",
  );
  return [...kept, ...values, ...minors, many];
}

/** What a higher minor does not change. @spec encoding.growth.arrays */
function judgedDrafts(): Draft[] {
  const document = withMember(ofVersion(manifests.maximal(), 1, 3), [], LATE, integer(1));
  const parent = accept("judged/none", [GROWTH], document, "A manifest of a later minor without a fault.");
  const put = (
    name: string,
    steps: readonly Step[],
    by: Item,
    reason: string,
    clauses: readonly string[],
    why: string,
    at = steps,
  ): Draft =>
    changed(parent, {
      name: `judged/${name}`,
      document: replace(document, steps, by),
      reason,
      at: valueAt(...at),
      clauses: [GROWTH, ...clauses],
      mutator: "replace",
      arguments: { path: write(document).value(...steps).path },
      why,
    });
  return [
    parent,
    put("wrong-type", ["name"], integer(1), "wrong_type", [], "A known member keeps its type in every minor."),
    put(
      "range",
      ["quotas", "fuel"],
      integer(2n ** 53n),
      "value_out_of_range",
      [],
      "A known member keeps its bounds in every minor.",
    ),
    put(
      "pattern",
      ["version"],
      text("1.0"),
      "pattern_mismatch",
      [],
      "A known member keeps its pattern in every minor.",
    ),
    put("order", ["host_functions"], item(["b", "a"]), "item_order", [], "A set ascends in every minor.", [
      "host_functions",
      1,
    ]),
    put(
      "conflict",
      ["required_capabilities"],
      item(["net.http"]),
      "item_conflict",
      [],
      "The two sets of capabilities have nothing in common in any minor.",
      ["required_capabilities", 0],
    ),
    put(
      "longer-version",
      ["runtime_interface_min"],
      item([1, 0, 0, 0]),
      "length_out_of_range",
      ["encoding.growth.arrays"],
      "An array does not grow in a later minor.",
    ),
    changed(parent, {
      name: "judged/signature-member-first",
      document: withMember(document, ["signature"], "a", integer(1)),
      reason: "unknown_field",
      at: keyAt("signature", "a"),
      clauses: [GROWTH, "encoding.growth.arrays"],
      mutator: "add-member",
      arguments: { path: "$.signature", key: "a" },
      why: "A block that does not grow has a member in front of its own, behind maps that do grow.",
    }),
    changed(parent, {
      name: "judged/missing",
      document: without(document, ["entry", "section"]),
      reason: "missing_field",
      at: (written) => ({ at: written.value("entry").end, path: "$.entry.section" }),
      clauses: [GROWTH],
      mutator: "remove",
      arguments: { path: "$.entry.section" },
      why: "A required member is required in every minor.",
    }),
    changed(parent, {
      name: "judged/missing-before-unknown",
      document: without(withMember(document, ["entry"], "t", integer(1)), ["entry", "symbol"]),
      reason: "missing_field",
      at: (written) => ({ at: written.key("entry", "section").start, path: "$.entry.symbol" }),
      clauses: [GROWTH],
      mutator: "remove",
      arguments: { path: "$.entry.symbol" },
      why: "A member that is missing is missed at the next key, an unknown one in front of it being kept.",
    }),
    changed(parent, {
      name: "judged/signature-member",
      document: withMember(document, ["signature"], LATE, integer(1)),
      reason: "unknown_field",
      at: keyAt("signature", LATE),
      clauses: ["encoding.growth.arrays"],
      mutator: "add-member",
      arguments: { path: "$.signature", key: LATE },
      why: "The signature block grows in no minor.",
    }),
    changed(parent, {
      name: "judged/annotation-integer",
      document: withMember(document, ["annotations"], "zz", integer(1)),
      reason: "wrong_type",
      at: valueAt("annotations", "zz"),
      clauses: ["encoding.growth.arrays"],
      mutator: "add-member",
      arguments: { path: "$.annotations", key: "zz" },
      why: "A map without named members has texts in every minor.",
    }),
    changed(parent, {
      name: "judged/unknown-twice",
      document: withLateTwice(document),
      reason: "duplicate_key",
      at: (written) => ({ at: written.key({ entry: behindLate(document) }).start, path: "$" }),
      clauses: [GROWTH, "encoding.key-order"],
      mutator: "add-member",
      arguments: { path: "$", key: LATE },
      why: "An unknown member is there twice.",
    }),
  ];
}

function behindLate(document: Item): number {
  if (document.kind !== "map") throw new TypeError("a manifest is a map");
  return document.entries.findIndex(({ key }) => key.kind === "text" && Buffer.from(key.bytes).toString() === LATE) + 1;
}

/** The document with its unknown member a second time. */
function withLateTwice(document: Item): Item {
  if (document.kind !== "map") throw new TypeError("a manifest is a map");
  const at = behindLate(document);
  const again = { key: text(LATE), value: integer(2) };
  return { ...document, entries: [...document.entries.slice(0, at), again, ...document.entries.slice(at)] };
}
