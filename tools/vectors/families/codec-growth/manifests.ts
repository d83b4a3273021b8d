import {
  array,
  type Item,
  integer,
  item,
  type Locus,
  map,
  raw,
  replace,
  type Step,
  text,
  type Value,
  type Written,
  withMember,
  without,
  write,
} from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, REASON_CLAUSES, refuses } from "../codec/decoding.js";

/** A manifest that declares another version. */
export function ofVersion(document: Item, ...numbers: readonly Value[]): Item {
  return replace(document, ["schema_version"], item(numbers));
}

/** A name that no minor has, in front of `schema_version`, and one behind it. */
export const EARLY = "zeta";
export const LATE = "added_by_a_later_minor";

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

export interface Change {
  readonly name: string;
  readonly document: Item;
  readonly reason: string;
  readonly at: (written: Written) => Locus;
  readonly clauses: readonly string[];
  readonly mutator: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly why: string;
  readonly effect?: string;
}

/** A refused change of an accepted document of this family. */
export function changed(parent: Draft, { name, document, reason, at, clauses, ...rest }: Change): Draft {
  const written = write(document);
  const behind = REASON_CLAUSES[reason];
  return refuses(parent, {
    ...rest,
    id: `codec-growth/${name}`,
    clauses: [...clauses, ...(behind === undefined ? [] : [behind])],
    bytes: written,
    reason,
    locus: at(written),
  });
}

export const keyAt =
  (...steps: readonly Step[]) =>
  (written: Written): Locus => {
    const { start, path } = written.key(...steps);
    return { at: start, path };
  };
export const valueAt =
  (...steps: readonly Step[]) =>
  (written: Written): Locus =>
    written.locus(...steps);

function accept(name: string, clauses: readonly string[], document: Item, why: string): Draft {
  return decodes({ id: `codec-growth/${name}`, rule: "manifest", clauses, document, why });
}

export function manifestDrafts(): Draft[] {
  return [...higherDrafts(), ...judgedDrafts(), ...unreadableDrafts(), ...majorDrafts()];
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

/** Versions that cannot be read have the manifest judged as one of 1.0. @spec encoding.growth.version */
function unreadableDrafts(): Draft[] {
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

function insertBehind(document: Item, name: string, entry: { readonly key: Item; readonly value: Item }): Item {
  if (document.kind !== "map") throw new TypeError("a manifest is a map");
  const at =
    document.entries.findIndex(({ key }) => key.kind === "text" && Buffer.from(key.bytes).toString() === name) + 1;
  return { ...document, entries: [...document.entries.slice(0, at), entry, ...document.entries.slice(at)] };
}

/** What is asked of a manifest of another major. @spec encoding.growth.major */
function majorDrafts(): Draft[] {
  const anchor = "encoding.growth.major";
  const digest = new Uint8Array(32).fill(0xd1);
  const bare = item({ schema_version: [2, 0], section_index_digest: digest });
  const parent = accept(
    "major/bare",
    [anchor, "compatibility.schema.frozen"],
    bare,
    "Version and digest of the index are all that every major has.",
  );
  const strange = item({
    name: 7,
    entry: [1, 2],
    quotas: "many",
    schema_version: [2, 5],
    unknown_to_version_one: { 1: { deep: [] } },
    section_index_digest: digest,
    required_capabilities: ["b", "a", "b"],
  });
  const signed = item({
    signature: { algorithm: "later", key_id: digest, value: new Uint8Array(3) },
    schema_version: [2, 0],
    section_index_digest: digest,
  });
  const signedDraft = accept(
    "major/signed",
    [anchor, "compatibility.schema.frozen"],
    signed,
    "The signature block is the same in every major.",
  );
  const majors = [0, 3, 65_535].map((major) =>
    accept(
      `major/${major}`,
      [anchor, "encoding.growth.version"],
      ofVersion(bare, major, 0),
      `The major ${major} is not known.`,
    ),
  );
  const put = (
    name: string,
    from: Draft,
    document: Item,
    steps: readonly Step[],
    by: Item,
    reason: string,
    why: string,
  ): Draft =>
    changed(from, {
      name: `major/${name}`,
      document: replace(document, steps, by),
      reason,
      at: valueAt(...steps),
      clauses: [anchor, "compatibility.schema.frozen"],
      mutator: "replace",
      arguments: { path: write(document).value(...steps).path, by: write(by).hex },
      why,
    });
  const late = withMember(bare, [], LATE, integer(1));
  const lateDraft = accept("major/late-member", [anchor], late, "A member of another major stands behind its version.");
  return [
    parent,
    accept("major/strange", [anchor], strange, "Members of another major may be of any type, order and name."),
    signedDraft,
    ...majors,
    lateDraft,
    changed(parent, {
      name: "major/no-digest",
      document: without(bare, ["section_index_digest"]),
      reason: "missing_field",
      at: (written) => ({ at: written.bytes.length, path: "$.section_index_digest" }),
      clauses: [anchor],
      mutator: "remove",
      arguments: { path: "$.section_index_digest" },
      why: "The digest of the index is there in every major.",
    }),
    put(
      "digest-text",
      parent,
      bare,
      ["section_index_digest"],
      text("x".repeat(32)),
      "wrong_type",
      "The digest is a byte string in every major.",
    ),
    put(
      "digest-31",
      parent,
      bare,
      ["section_index_digest"],
      item(new Uint8Array(31)),
      "length_out_of_range",
      "The digest has 32 bytes in every major.",
    ),
    put(
      "signature-text",
      signedDraft,
      signed,
      ["signature"],
      text("none"),
      "wrong_type",
      "The signature is a block in every major.",
    ),
    put(
      "signature-value",
      signedDraft,
      signed,
      ["signature", "value"],
      text("none"),
      "wrong_type",
      "The signature's value is a byte string in every major.",
    ),
    changed(signedDraft, {
      name: "major/signature-member",
      document: withMember(signed, ["signature"], LATE, integer(1)),
      reason: "unknown_field",
      at: keyAt("signature", LATE),
      clauses: [anchor, "encoding.growth.arrays"],
      mutator: "add-member",
      arguments: { path: "$.signature", key: LATE },
      why: "The signature block grows in no major.",
    }),
    changed(signedDraft, {
      name: "major/signature-missing",
      document: without(signed, ["signature", "key_id"]),
      reason: "missing_field",
      at: (written) => ({ at: written.key("signature", "algorithm").start, path: "$.signature.key_id" }),
      clauses: [anchor],
      mutator: "remove",
      arguments: { path: "$.signature.key_id" },
      why: "The signature block has its three members in every major.",
    }),
    changed(parent, {
      name: "major/integer-key",
      document: withMember(late, [], item([1]), integer(1)),
      reason: "wrong_type",
      at: (written) => ({ at: written.key({ entry: 3 }).start, path: "$" }),
      clauses: [anchor, "encoding.key-type"],
      mutator: "add-member",
      arguments: { key: "8101" },
      why: "The outermost map has text keys in every major.",
    }),
    changed(lateDraft, {
      name: "major/null",
      document: replace(late, [LATE], raw("f6")),
      reason: "forbidden_item",
      at: valueAt(LATE),
      clauses: [anchor],
      mutator: "replace",
      arguments: { path: `$.${LATE}`, by: "f6" },
      why: "The form is judged in every major.",
    }),
  ];
}
