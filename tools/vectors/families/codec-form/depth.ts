import { array, type Item, integer, item, map, replace, text, write } from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, refuses } from "../codec/decoding.js";
import { fault, value } from "./values.js";

/** So many containers inside each other, arrays and maps by turns where `mixed`. */
function nest(depth: number, kind: "array" | "map" | "mixed", innermost?: Item): Item {
  let around = innermost;
  for (let at = depth; at >= 1; at -= 1) {
    const isMap = kind === "map" || (kind === "mixed" && at % 2 === 0);
    const content = around;
    if (isMap) around = map(content === undefined ? [] : [{ key: text("a"), value: content }]);
    else around = array(content === undefined ? [] : [content]);
  }
  if (around === undefined) throw new RangeError("nothing is nested");
  return around;
}

function innermostContainer(document: Item): (written: ReturnType<typeof write>) => { at: number; path: string } {
  void document;
  return (written) => {
    const place = written.places.find(({ depth }) => depth === 17);
    if (place === undefined) throw new TypeError("nothing has depth 17");
    return { at: place.start, path: place.path };
  };
}

export function depthDrafts(): Draft[] {
  const kinds = (["array", "map", "mixed"] as const).flatMap((kind) => {
    const parent = value(`depth/${kind}-16`, ["encoding.depth"], nest(16, kind), `Sixteen containers: ${kind}.`);
    const deeper = nest(17, kind);
    return [
      parent,
      value(
        `depth/${kind}-16-with-integer`,
        ["encoding.depth"],
        nest(16, kind, integer(1)),
        "An integer in the sixteenth container is not nested deeper.",
      ),
      fault(parent, {
        name: `depth/${kind}-17`,
        document: deeper,
        reason: "depth",
        at: innermostContainer(deeper),
        mutator: "nest",
        arguments: { containers: 17 },
        why: `The seventeenth container (${kind}) is too deep, though it is empty.`,
      }),
    ];
  });
  return [...kinds, ...keyDrafts(), ...broadDrafts(), ...schemaDrafts()];
}

/** A container that is the key of the sixteenth one. @spec encoding.depth, encoding.path.keys */
function keyDrafts(): Draft[] {
  const of = (key: Item): Item => nest(15, "array", map([{ key, value: integer(1) }]));
  const parent = value("depth/key-in-16", ["encoding.depth"], of(text("a")), "A map of one key is the sixteenth.");
  return [
    parent,
    ...([array([]), map([])] as const).map((key) =>
      fault(parent, {
        name: `depth/${key.kind}-as-key-in-16`,
        document: of(key),
        reason: "depth",
        at: (written) => ({ at: written.placeOf(key).start, path: `$${"[0]".repeat(15)}` }),
        mutator: "replace-key",
        arguments: { key: write(key).hex },
        clauses: ["encoding.path.keys", "encoding.verdict"],
        why: `The key of the sixteenth container is an empty ${key.kind}, which is too deep before it is no text.`,
      }),
    ),
  ];
}

/** Depth is counted from the outermost container, and not by containers that were left again. */
function broadDrafts(): Draft[] {
  const wide = (inner: readonly Item[]): Item => array([array([]), map([]), nest(15, "array"), ...inner]);
  const parent = value(
    "depth/left-again",
    ["encoding.depth"],
    wide([nest(15, "map")]),
    "Containers that ended do not count.",
  );
  const deeper = wide([nest(16, "map")]);
  const thousand = nest(1000, "array");
  return [
    parent,
    fault(parent, {
      name: "depth/left-again-17",
      document: deeper,
      reason: "depth",
      at: innermostContainer(deeper),
      mutator: "nest",
      arguments: { path: "$[3]", containers: 16 },
      why: "The last branch is one container deeper than the others.",
    }),
    fault(parent, {
      name: "depth/thousand",
      document: thousand,
      reason: "depth",
      at: innermostContainer(thousand),
      mutator: "nest",
      arguments: { path: "$", containers: 1000 },
      why: "A thousand containers are refused at the seventeenth.",
    }),
    fault(parent, {
      name: "depth/17-and-cut",
      document: "81".repeat(17),
      reason: "depth",
      at: { at: 16, path: `$${"[0]".repeat(16)}` },
      mutator: "nest",
      arguments: { path: "$", containers: 17, cut: true },
      clauses: ["encoding.pass.form"],
      why: "The seventeenth container is too deep before what it promises is missing.",
    }),
  ];
}

/** A schema sees a container of the wrong type long before it is too deep. @spec encoding.verdict */
function schemaDrafts(): Draft[] {
  const document = manifests.minimal();
  const parent = decodes({
    id: "codec-form/depth/manifest",
    rule: "manifest",
    clauses: ["encoding.verdict"],
    document: replace(document, ["name"], item("example/depth")),
    why: "A manifest whose name is a text.",
  });
  const nested = write(replace(document, ["name"], nest(17, "map")));
  return [
    parent,
    refuses(parent, {
      id: "codec-form/depth/wrong-type-first",
      clauses: ["encoding.verdict", "encoding.pass.schema"],
      bytes: nested,
      reason: "wrong_type",
      locus: nested.locus("name"),
      mutator: "replace",
      arguments: { path: "$.name" },
      why: "Seventeen maps in the place of a text are of the wrong type at the first, which comes before the depth.",
      effect:
        "Implementations that check form and schema one after the other report different faults for one artifact.",
    }),
  ];
}
