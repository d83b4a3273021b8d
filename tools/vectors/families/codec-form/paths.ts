import {
  array,
  bool,
  bytes,
  editEntries,
  type Item,
  integer,
  keySegment,
  map,
  raw,
  sorted,
  text,
  write,
} from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, refuses } from "../codec/decoding.js";
import { fault, value } from "./values.js";

/** Keys and how a path writes them, by the text of the chapter. @spec encoding.path */
const NAMES: readonly (readonly [name: string, key: string, segment: string])[] = [
  ["identifier", "name_1", ".name_1"],
  ["underscore-first", "_", "._"],
  ["capitals", "AZaz09", ".AZaz09"],
  ["digit-first", "1a", "['1a']"],
  ["dash", "a-b", "['a-b']"],
  ["dot", "a.b", "['a.b']"],
  ["empty", "", "['']"],
  ["space", " ", "[' ']"],
  ["dollar", "$", "['$']"],
  ["apostrophe", "it's", "['it\\'s']"],
  ["quotation-mark", '"', "['\"']"],
  ["backslash", "a\\b", "['a\\\\b']"],
  ["slash", "a/b", "['a/b']"],
  ["brackets", "[0]", "['[0]']"],
  ["named-escapes", "\b\f\n\r\t", "['\\b\\f\\n\\r\\t']"],
  ["nul", "\u0000", "['\\u0000']"],
  ["vertical-tab", "\u000b", "['\\u000b']"],
  ["unit-separator", "\u001f", "['\\u001f']"],
  ["delete", "\u007f", "['\u007f']"],
  ["letter-not-ascii", "é", "['é']"],
  ["outside-the-plane", "\u{1f600}", "['\u{1f600}']"],
  ["line-separator", "\u2028", "['\u2028']"],
  ["byte-order-mark", "\ufeff", "['\ufeff']"],
];

export function pathDrafts(): Draft[] {
  const parent = value("paths/name", ["encoding.path"], map([{ key: text("name"), value: integer(1) }]), "A member.");
  const names = NAMES.map(([name, key, segment]) =>
    fault(parent, {
      name: `paths/${name}`,
      document: map([{ key: text(key), value: raw("f6") }]),
      reason: "forbidden_item",
      at: (written) => ({ at: written.value({ entry: 0 }).start, path: `$${segment}` }),
      mutator: "replace",
      arguments: { by: write(map([{ key: text(key), value: raw("f6") }])).hex },
      clauses: ["encoding.path"],
      why: `A path writes the key ${JSON.stringify(key)} as ${segment}.`,
      effect: "A tool that follows the path of an error comes to another member or to none.",
    }),
  );
  return [parent, ...names, ...deepDrafts(), ...strangeKeys()];
}

/** Steps of both kinds behind each other. */
function deepDrafts(): Draft[] {
  const of = (innermost: Item): Item =>
    array([
      integer(0),
      map([{ key: text("a b"), value: array([integer(0), map([{ key: text("c"), value: innermost }])]) }]),
    ]);
  const parent = value("paths/deep", ["encoding.path"], of(integer(1)), "Arrays and maps inside each other.");
  return [
    parent,
    fault(parent, {
      name: "paths/deep-null",
      document: of(raw("f6")),
      reason: "forbidden_item",
      at: (written) => ({ at: written.bytes.length - 1, path: "$[1]['a b'][1].c" }),
      mutator: "replace",
      arguments: { path: "$[1]['a b'][1].c", by: "f6" },
      clauses: ["encoding.path", "encoding.offset"],
      why: "A path has a step for each array and map around.",
    }),
  ];
}

/** Keys that are no text, where the schema does not look: inside a manifest of another major. */
const STRANGE: readonly (readonly [name: string, key: () => Item, segment: string])[] = [
  ["integer", () => integer(10), "['10']"],
  ["negative", () => integer(-1), "['-1']"],
  ["highest", () => integer(2n ** 64n - 1n), "['18446744073709551615']"],
  ["lowest", () => integer(-(2n ** 64n)), "['-18446744073709551616']"],
  ["bytes", () => bytes(Uint8Array.of(1, 2)), "['h\\'0102\\'']"],
  ["no-bytes", () => bytes(new Uint8Array()), "['h\\'\\'']"],
  ["true", () => bool(true), "['true']"],
  ["false", () => bool(false), "['false']"],
  ["array", () => array([integer(1)]), "['\u2026']"],
  ["map", () => map([]), "['\u2026']"],
];

/** A name behind `schema_version`: a fault before the end of the version has the whole judged as version 1.0. */
const LATER = "later_than_version";

function otherMajor(inner: Item): Item {
  return editEntries(manifests.minimal(), [], (entries) =>
    sorted(
      entries
        .map((entry) =>
          keySegment(entry.key) === ".schema_version"
            ? { key: entry.key, value: array([integer(2), integer(0)]) }
            : entry,
        )
        .concat({ key: text(LATER), value: inner }),
    ),
  );
}

function strangeKeys(): Draft[] {
  const clauses = ["encoding.path", "encoding.growth.major"];
  const drafts = STRANGE.flatMap(([name, key, segment]): Draft[] => {
    const parent = decodes({
      id: `codec-form/paths/key-${name}`,
      rule: "manifest",
      clauses,
      document: otherMajor(map([{ key: key(), value: integer(1) }])),
      why: `In a manifest of another major a key may be of any kind: ${name}.`,
    });
    const broken = write(otherMajor(map([{ key: key(), value: raw("f6") }])));
    return [
      parent,
      refuses(parent, {
        id: `codec-form/paths/key-${name}-null`,
        clauses: ["encoding.items", ...clauses],
        bytes: broken,
        reason: "forbidden_item",
        locus: { at: broken.value(LATER, { entry: 0 }).start, path: `$.${LATER}${segment}` },
        mutator: "replace",
        arguments: { path: `$.${LATER}${segment}`, by: "f6" },
        why: `A path writes a key of the kind ${name} as ${segment}.`,
        effect: "A tool that follows the path of an error comes to another member or to none.",
      }),
    ];
  });
  return [...drafts, ...insideKeys(clauses)];
}

/** Faults inside of keys that are containers. @spec encoding.path.keys, encoding.key-order */
function insideKeys(clauses: readonly string[]): Draft[] {
  const of = (...keys: Item[]): Item => otherMajor(map(keys.map((key) => ({ key, value: integer(1) }))));
  const list = (...numbers: number[]): Item => array(numbers.map((n) => integer(n)));
  const parent = decodes({
    id: "codec-form/paths/container-keys",
    rule: "manifest",
    clauses,
    document: of(list(1, 2), list(1, 3), map([{ key: list(1), value: list(2) }])),
    why: "Keys that are containers ascend by their encoding.",
  });
  const refused = (name: string, document: Item, reason: string, at: number, why: string, clause: string): Draft =>
    refuses(parent, {
      id: `codec-form/paths/container-key-${name}`,
      clauses: [clause, "encoding.path.keys", "encoding.growth.major"],
      bytes: write(document),
      reason,
      locus: { at, path: `$.${LATER}` },
      mutator: "replace",
      arguments: { path: `$.${LATER}` },
      why,
    });
  const start = (document: Item, entry: number): number => write(document).key(LATER, { entry }).start;
  const turned = of(list(1, 3), list(1, 2));
  const twice = of(list(1, 2), list(1, 2));
  const broken = of(array([integer(1), raw("f6")]));
  const nestedMap = of(map([{ key: text("a"), value: raw("f6") }]));
  const brokenSmaller = of(list(1, 3), array([integer(1), integer(2, { width: 1 })]));
  const deep = (depth: number): Item => {
    let around: Item = array([]);
    for (let n = 1; n < depth; n += 1) around = array([around]);
    return around;
  };
  const tooDeep = of(deep(15));
  return [
    parent,
    refused(
      "turned",
      turned,
      "key_order",
      start(turned, 1),
      "Two keys that are arrays are turned around.",
      "encoding.key-order",
    ),
    refused(
      "twice",
      twice,
      "duplicate_key",
      start(twice, 1),
      "A key that is an array is there twice.",
      "encoding.key-order",
    ),
    refused(
      "null-inside",
      broken,
      "forbidden_item",
      start(broken, 0) + 2,
      "A null inside a key that is an array names the map around the key.",
      "encoding.items",
    ),
    refused(
      "null-in-map",
      nestedMap,
      "forbidden_item",
      start(nestedMap, 0) + 3,
      "A null inside a key that is a map names the map around the key.",
      "encoding.items",
    ),
    refused(
      "fault-before-order",
      brokenSmaller,
      "not_shortest_form",
      start(brokenSmaller, 1) + 2,
      "A fault inside a key is found before its order is looked at.",
      "encoding.key-order",
    ),
    refused(
      "depth",
      tooDeep,
      "depth",
      start(tooDeep, 0) + 14,
      "Containers inside a key count for the depth: the manifest, its member, and fifteen more.",
      "encoding.depth",
    ),
  ];
}
