import {
  array,
  bytes,
  editEntries,
  type Item,
  integer,
  item,
  map,
  raw,
  replace,
  text,
  withMember,
  without,
  write,
} from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import { utf8 } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { accept, changed, EARLY, keyAt, LATE, ofVersion, valueAt } from "./changes.js";

/** Versions that cannot be read have the manifest judged as one of 1.0. @spec encoding.growth.version */
export function versionDrafts(): Draft[] {
  const document = withMember(ofVersion(manifests.minimal(), 1, 1), [], EARLY, integer(1));
  const parent = accept(
    "version/readable",
    ["encoding.growth.version"],
    document,
    "A member in front of the version is judged by the version behind it.",
  );
  const effect = "A reader that guesses the version lets members pass that nobody declared.";
  const unreadable = (name: string, version: Item, why: string): Draft =>
    changed(parent, {
      name: `version/${name}`,
      document: replace(document, ["schema_version"], version),
      reason: "unknown_field",
      at: keyAt(EARLY),
      clauses: ["encoding.growth.version"],
      mutator: "replace",
      arguments: { path: "$.schema_version", by: write(version).hex },
      why: `${why} The manifest is judged as 1.0, which does not know the member in front.`,
      effect,
    });
  const late = withMember(document, [], LATE, integer(1));
  const lateParent = accept(
    "version/readable-late",
    ["encoding.growth.version"],
    late,
    "Members on both sides of the version.",
  );
  const twice = { key: text("schema_version"), value: item([1, 0]) };
  return [
    parent,
    unreadable("one-number", item([1]), "The version has one number."),
    unreadable("three-numbers", item([1, 1, 0]), "The version has three numbers."),
    unreadable(
      "three-numbers-of-another-major",
      item([2, 0, 0]),
      "The version has three numbers, the first of them 2.",
    ),
    unreadable("text", text("1.1"), "The version is a text."),
    unreadable("integer", integer(1), "The version is an integer."),
    unreadable("map", item({}), "The version is a map."),
    unreadable("minor-text", item([1, "1"]), "The minor is a text."),
    unreadable("minor-too-high", item([1, 65_536]), "The minor is 65536."),
    unreadable("minor-negative", item([1, -1]), "The minor is negative."),
    unreadable("major-too-high", item([65_536, 0]), "The major is 65536."),
    unreadable("major-negative", item([-1, 1]), "The major is negative."),
    unreadable(
      "long-head",
      array([integer(1), integer(1, { width: 1 })]),
      "The minor has a long head, a fault before the end of the version.",
    ),
    unreadable("null", array([integer(1), raw("f6")]), "The minor is null, a fault before the end of the version."),
    unreadable("empty", item([]), "The version is empty."),
    changed(parent, {
      name: "version/absent",
      document: without(document, ["schema_version"]),
      reason: "unknown_field",
      at: keyAt(EARLY),
      clauses: ["encoding.growth.version"],
      mutator: "remove",
      arguments: { path: "$.schema_version" },
      why: "Without a version the manifest is judged as 1.0, which does not know the member in front.",
      effect,
    }),
    changed(parent, {
      name: "version/fault-before",
      document: replace(document, [EARLY], raw("f6")),
      reason: "unknown_field",
      at: keyAt(EARLY),
      clauses: ["encoding.growth.version"],
      mutator: "replace",
      arguments: { path: `$.${EARLY}`, by: "f6" },
      why: "A fault of the form in front of the version makes it unreadable: the member is unknown, which comes first.",
      effect,
    }),
    changed(parent, {
      name: "version/order-before",
      document: insertBehind(document, EARLY, { key: text("aaa"), value: integer(1) }),
      reason: "unknown_field",
      at: keyAt(EARLY),
      clauses: ["encoding.growth.version", "encoding.key-order"],
      mutator: "add-member",
      arguments: { key: "aaa" },
      why: "A key out of order in front of the version makes it unreadable: the member before is unknown.",
      effect,
    }),
    changed(parent, {
      name: "version/twice-before",
      document: insertBehind(document, EARLY, { key: text(EARLY), value: integer(1) }),
      reason: "unknown_field",
      at: (written) => ({ at: written.key({ entry: 1 }).start, path: "$" }),
      clauses: ["encoding.growth.version", "encoding.key-order"],
      mutator: "add-member",
      arguments: { key: EARLY },
      why: "A key that is there twice in front of the version makes it unreadable: the member is unknown.",
      effect,
    }),
    ...otherKeyDrafts(parent),
    lateParent,
    changed(lateParent, {
      name: "version/fault-behind",
      document: replace(late, [LATE], raw("f6")),
      reason: "forbidden_item",
      at: valueAt(LATE),
      clauses: ["encoding.growth.version"],
      mutator: "replace",
      arguments: { path: `$.${LATE}`, by: "f6" },
      why: "A fault of the form behind the version leaves it readable.",
    }),
    changed(lateParent, {
      name: "version/twice",
      document: insertBehind(late, "schema_version", twice),
      reason: "duplicate_key",
      at: (written) => ({ at: written.placeOf(twice.key).start, path: "$" }),
      clauses: ["encoding.growth.version", "encoding.key-order"],
      mutator: "add-member",
      arguments: { key: "schema_version" },
      why: "A second version behind the first is a key that is there twice; the first decides.",
    }),
  ];
}

/** Keys that are no text, and hold the bytes of a version or of its name. */
function otherKeyDrafts(parent: Draft): Draft[] {
  const clauses = ["encoding.growth.version", "encoding.key-type"];
  const named = { key: bytes(utf8("schema_version")), value: item([2, 0]) };
  const pair = item([2, 0]);
  const onlyPair = (value: Item): Item => map([{ key: pair, value }]);
  const missing = (name: string, value: Item, why: string): Draft =>
    changed(parent, {
      name: `version/${name}`,
      document: onlyPair(value),
      reason: "missing_field",
      at: () => ({ at: 1, path: "$.name" }),
      clauses: ["encoding.growth.version"],
      mutator: "replace",
      arguments: { path: "$" },
      why,
    });
  return [
    changed(parent, {
      name: "version/name-in-bytes",
      document: editEntries(manifests.minimal(), [], (entries) => [named, ...entries]),
      reason: "unknown_field",
      at: (written) => ({ at: written.placeOf(named.key).start, path: "$" }),
      clauses,
      mutator: "add-member",
      arguments: { key: write(named.key).hex },
      why: "A key of the bytes of schema_version that is no text declares no version.",
    }),
    missing(
      "array-as-key",
      integer(0),
      "The only key of the document reads like a version, which none is declared by.",
    ),
    missing("array-as-key-null", raw("f6"), "The only key reads like a version, and its value is forbidden."),
  ];
}

function insertBehind(document: Item, name: string, entry: { readonly key: Item; readonly value: Item }): Item {
  if (document.kind !== "map") throw new TypeError("a manifest is a map");
  const at =
    document.entries.findIndex(({ key }) => key.kind === "text" && Buffer.from(key.bytes).toString() === name) + 1;
  return { ...document, entries: [...document.entries.slice(0, at), entry, ...document.entries.slice(at)] };
}
