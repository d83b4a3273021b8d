import { array, type Item, replace, text, write } from "../../building/cbor.js";
import { manifests, sectionIndexes } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { type Pair, pairsThatBegin, pairsThatDiffer, pairsWithTheirHead } from "../codec/orders.js";
import { encodes, unwritten } from "./drafts.js";

/** Texts in an order that a writer has to see for itself. @spec encoding.item-order, encoding.item-conflict */
export function orderDrafts(): Draft[] {
  return [
    ...[...pairsThatDiffer(), ...pairsThatBegin(), ...pairsWithTheirHead()].flatMap(([name, pair]) =>
      featureDrafts(name, pair),
    ),
    ...conflictDrafts(),
  ];
}

const FEATURES = [1, 6, "features"] as const;

function featureDrafts(name: string, [smaller, greater]: Pair): Draft[] {
  const of = (...texts: string[]): Item =>
    replace(sectionIndexes.maximal(), FEATURES, array(texts.map((each) => text(each))));
  const parent = encodes({
    id: `orders/features-${name}`,
    rule: "section-index",
    document: of(smaller, greater),
    clauses: ["encoding.item-order"],
    why: `The features ${smaller} and ${greater} ascend by their bytes.`,
  });
  const refused = (kind: string, texts: string[], why: string): Draft => {
    const document = of(...texts);
    const { at, path } = write(document).locus(...FEATURES, 1);
    return unwritten(parent, {
      id: `orders/features-${name}-${kind}`,
      document,
      reason: "item_order",
      locus: { at, path },
      mutator: "replace",
      arguments: { path: "$[1][6].features" },
      why,
    });
  };
  return [
    parent,
    refused("descending", [greater, smaller], `The feature ${smaller} stands behind ${greater}.`),
    refused("twice", [smaller, smaller], `The feature ${smaller} stands there twice.`),
  ];
}

/** Required capabilities that are optional as well, among few and among many. */
function conflictDrafts(): Draft[] {
  const optional = Array.from({ length: 12 }, (_, at) => `vendor.c${String.fromCharCode(98 + at)}`);
  const of = (...required: string[]): Item =>
    replace(
      replace(manifests.typical(), ["optional_capabilities"], array(optional.map((each) => text(each)))),
      ["required_capabilities"],
      array(required.map((each) => text(each))),
    );
  const parent = encodes({
    id: "orders/capabilities-of-many",
    rule: "manifest",
    document: of("vendor.ca", "vendor.cda", "vendor.cz"),
    clauses: ["encoding.item-conflict"],
    why: "Required capabilities stand before, between and behind the optional ones.",
  });
  return [
    parent,
    ...[0, 5, 11].map((at) => {
      const document = of("vendor.ca", optional[at] ?? "");
      return unwritten(parent, {
        id: `orders/capabilities-of-many-common-${at}`,
        document,
        reason: "item_conflict",
        locus: write(document).locus("required_capabilities", 1),
        mutator: "replace",
        arguments: { path: "$.required_capabilities" },
        why: `The optional capability ${at} of twelve is required as well.`,
      });
    }),
  ];
}
