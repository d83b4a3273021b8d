import {
  array,
  type Entry,
  type HeadWidth,
  type Item,
  integer,
  item,
  map,
  raw,
  text,
  type Value,
  withMember,
} from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { accept, changed, keyAt, LATE, ofVersion, valueAt } from "./changes.js";

const GROWTH = "encoding.growth.higher";

/** Arguments on both sides of each width, with the widths that are too long for them. */
const LONG: readonly (readonly [argument: bigint, widths: readonly HeadWidth[]])[] = [
  [0n, [1]],
  [23n, [1, 2]],
  [24n, [2, 4]],
  [255n, [2, 4, 8]],
  [256n, [4, 8]],
  [65_535n, [4, 8]],
  [65_536n, [8]],
  [2n ** 32n - 1n, [8]],
];

/** Members that nobody knows where most of the known ones are absent. */
const ONLY: readonly (readonly [name: string, members: { readonly [member: string]: Value }])[] = [
  ["unknown-alone", { z: 1 }],
  ["unknown-first", { a: 1, fuel: 2 }],
  ["unknown-last", { fuel: 2, zeta_and_more_of_it_still: 1 }],
  ["unknown-between", { fuel: 2, later: true, wall_ms: 3, and_this: [1], emits_per_second: 4 }],
  ["many-unknown", Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`later_${at}`, at]))],
];

function holding(value: Item): Item {
  return withMember(ofVersion(manifests.minimal(), 1, 1), [], LATE, value);
}

/** Values of members that nobody knows: judged by their form, and that wholly. @spec encoding.growth.higher */
export function keptDrafts(): Draft[] {
  const parent = accept(
    "kept/heads",
    [GROWTH, "encoding.deterministic"],
    holding(
      array([
        ...LONG.map(([argument]) => integer(argument)),
        ...LONG.map(([argument]) => integer(-1n - argument)),
        integer(2n ** 32n),
        integer(2n ** 53n),
        integer(2n ** 64n - 1n),
        integer(-(2n ** 64n)),
      ]),
    ),
    "The value of an unknown member has integers at both sides of each width.",
  );
  const refused = (
    name: string,
    value: Item,
    reason: string,
    steps: readonly (string | number)[],
    why: string,
  ): Draft =>
    changed(parent, {
      name: `kept/${name}`,
      document: holding(value),
      reason,
      at: valueAt(LATE, ...steps),
      clauses: [GROWTH],
      mutator: "replace",
      arguments: { path: `$.${LATE}` },
      why,
    });
  return [
    parent,
    ...ONLY.map(([name, members]) =>
      accept(
        `kept/quotas-${name}`,
        [GROWTH],
        withMember(ofVersion(manifests.minimal(), 1, 1), [], "quotas", item(members)),
        `The quotas of a later minor: ${Object.keys(members).join(", ")}.`,
      ),
    ),
    ...LONG.flatMap(([argument, widths]) =>
      widths.map((width) =>
        refused(
          `head-${argument}-in-${width}`,
          array([integer(argument, { width })]),
          "not_shortest_form",
          [0],
          `An unknown member holds ${argument} in ${width} bytes.`,
        ),
      ),
    ),
    refused("text", text(fromHex("61ff")), "invalid_utf8", [], "An unknown member is a text that is not UTF-8."),
    refused(
      "text-inside",
      map([{ key: text("a"), value: array([text(fromHex("c328"))]) }]),
      "invalid_utf8",
      ["a", 0],
      "An unknown member holds a text that is not UTF-8.",
    ),
    refused("float", array([raw("f90000")]), "forbidden_item", [0], "An unknown member holds a float."),
    refused("tag", array([raw("c100")]), "forbidden_item", [0], "An unknown member holds a tag."),
    ...depthDrafts(),
    changed(parent, {
      name: "kept/key-order",
      document: holding(map([pairOf("b"), pairOf("a")])),
      reason: "key_order",
      at: keyAt(LATE, { entry: 1 }),
      clauses: [GROWTH, "encoding.key-order"],
      mutator: "replace",
      arguments: { path: `$.${LATE}` },
      why: "The keys of an unknown member descend.",
    }),
  ];
}

function pairOf(key: string): Entry {
  return { key: text(key), value: integer(1) };
}

function nested(containers: number): Item {
  return containers === 0 ? integer(1) : array([nested(containers - 1)]);
}

/** The manifest itself is the first of sixteen containers. @spec encoding.depth */
function depthDrafts(): Draft[] {
  const deepest = accept(
    "kept/depth-16",
    [GROWTH, "encoding.depth"],
    holding(nested(15)),
    "An unknown member holds fifteen containers within each other.",
  );
  const inQuotas = withMember(holding(integer(1)), [], "quotas", item({ fuel: 1 }));
  const deepestInQuotas = accept(
    "kept/depth-16-in-quotas",
    [GROWTH, "encoding.depth"],
    withMember(inQuotas, ["quotas"], "later", nested(14)),
    "An unknown member of the quotas holds fourteen containers within each other.",
  );
  const inMap = accept(
    "kept/depth-16-in-map",
    [GROWTH, "encoding.depth"],
    lateMap(14),
    "A map in an unknown member holds fourteen containers within each other.",
  );
  const tooDeep = Array.from({ length: 15 }, () => 0);
  return [
    deepest,
    deepestInQuotas,
    changed(deepest, {
      name: "kept/depth-17",
      document: holding(nested(16)),
      reason: "depth",
      at: valueAt(LATE, ...tooDeep),
      clauses: [GROWTH],
      mutator: "nest",
      arguments: { path: `$.${LATE}`, containers: 16 },
      why: "An unknown member holds sixteen containers within each other, the last of them the seventeenth.",
    }),
    inMap,
    changed(inMap, {
      name: "kept/depth-17-in-map",
      document: lateMap(15),
      reason: "depth",
      at: valueAt(LATE, "later", ...tooDeep.slice(1)),
      clauses: [GROWTH],
      mutator: "nest",
      arguments: { path: `$.${LATE}.later`, containers: 15 },
      why: "A map in an unknown member holds one container too many.",
    }),
  ];
}

function lateMap(containers: number): Item {
  return holding(map([{ key: text("later"), value: nested(containers) }]));
}
