import { array, type Item, item, replace, text, write } from "../../building/cbor.js";
import { indexEntry, sectionIndexes } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, refuses } from "../codec/decoding.js";
import { beginnings, type Pair, pairsThatBegin, pairsThatDiffer, pairsWithTheirHead } from "../codec/orders.js";

/** An index of sections with these ids, in this order. */
function indexOf(ids: readonly string[]): Item {
  return item(ids.map((id) => indexEntry(id)));
}

function accepted(name: string, ids: readonly string[], clauses: readonly string[], why: string): Draft {
  return decodes({ id: `codec-index/orders/${name}`, rule: "section-index", clauses, document: indexOf(ids), why });
}

/** Ids and features in every order that a comparison of several bytes at once could take for another. */
export function orderDrafts(): Draft[] {
  const pairs = [...pairsThatDiffer(), ...pairsThatBegin(), ...pairsWithTheirHead()];
  return [
    ...pairs.flatMap(([name, pair]) => [...idDrafts(name, pair), ...featureDrafts(name, pair)]),
    accepted("ids-of-every-length", beginnings(), ["index.shape"], "Ten ids, each a beginning of the next."),
    ...besideDrafts(),
    ...conflictDrafts(),
  ];
}

/** @spec index.shape, encoding.item-order */
function idDrafts(name: string, [smaller, greater]: Pair): Draft[] {
  const parent = accepted(
    `ids-${name}`,
    [smaller, greater],
    ["index.shape", "encoding.item-order"],
    `The ids ${smaller} and ${greater} ascend by their bytes.`,
  );
  const refused = (kind: string, ids: readonly string[], why: string): Draft => {
    const written = write(indexOf(ids));
    return refuses(parent, {
      id: `codec-index/orders/ids-${name}-${kind}`,
      clauses: ["index.shape", "encoding.item-order"],
      bytes: written,
      reason: "item_order",
      locus: written.locus(1, 0),
      mutator: "replace",
      arguments: { path: "$" },
      why,
    });
  };
  return [
    parent,
    refused("descending", [greater, smaller], `The id ${smaller} stands behind ${greater}.`),
    refused("twice", [smaller, smaller], `The id ${smaller} stands there twice.`),
  ];
}

const FEATURES = [1, 6, "features"] as const;

/** @spec encoding.item-order */
function featureDrafts(name: string, [smaller, greater]: Pair): Draft[] {
  const of = (...texts: string[]): Item =>
    replace(sectionIndexes.maximal(), FEATURES, array(texts.map((each) => text(each))));
  const parent = decodes({
    id: `codec-index/orders/features-${name}`,
    rule: "section-index",
    clauses: ["encoding.item-order"],
    document: of(smaller, greater),
    why: `The features ${smaller} and ${greater} ascend by their bytes.`,
  });
  const refused = (kind: string, texts: string[], why: string): Draft => {
    const written = write(of(...texts));
    return refuses(parent, {
      id: `codec-index/orders/features-${name}-${kind}`,
      clauses: ["encoding.item-order"],
      bytes: written,
      reason: "item_order",
      locus: written.locus(...FEATURES, 1),
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

/** Ids with a slash where an earlier id that is no beginning of them ended. @spec index.prefix-free */
function besideDrafts(): Draft[] {
  const clauses = ["index.prefix-free", "encoding.item-conflict"];
  return [
    accepted("slash-where-another-ended", ["ab", "ac/d"], clauses, "The id ab is no path prefix of ac/d."),
    accepted(
      "slash-where-the-last-but-one-ended",
      ["a", "a-b", "a-c/x", "a.c/x", "b/c"],
      clauses,
      "Ids end where later ones, which they do not begin, have a slash.",
    ),
    accepted(
      "siblings-of-several-segments",
      ["a/b/c", "a/b/d", "a/c", "a0/b", "b/b/c/d", "b/b/c0"],
      clauses,
      "Ids share segments and none is a path prefix.",
    ),
  ];
}

/** Path prefixes further and further before. @spec encoding.item-conflict */
function conflictDrafts(): Draft[] {
  const clauses = ["index.prefix-free", "encoding.item-conflict"];
  const chain = ["a", "a-b", "a-b-c", "a-b-c-d"];
  const parent = accepted("chain-of-beginnings", chain, clauses, "Four ids, each beginning the next, and no slash.");
  return [
    parent,
    ...chain.flatMap((id, at) => {
      const ids = [...chain.filter((other) => other < `${id}/x`), `${id}/x`];
      const written = write(indexOf(ids));
      return [
        refuses(parent, {
          id: `codec-index/orders/below-${id}`,
          clauses,
          bytes: written,
          reason: "item_conflict",
          locus: written.locus(ids.length - 1, 0),
          mutator: "append",
          arguments: { path: "$", id: `${id}/x` },
          why: `${id}/x lies below the id ${id}, ${chain.length - 1 - at === 0 ? "the one before" : "which others follow"}.`,
        }),
      ];
    }),
    conflictBehindOthers(parent),
  ];
}

function conflictBehindOthers(parent: Draft): Draft {
  const ids = ["a", "a-b/c", "a-b/d", "a/b"];
  const written = write(indexOf(ids));
  return refuses(parent, {
    id: "codec-index/orders/below-behind-longer-ones",
    clauses: ["index.prefix-free", "encoding.item-conflict"],
    bytes: written,
    reason: "item_conflict",
    locus: written.locus(3, 0),
    mutator: "replace",
    arguments: { path: "$" },
    why: "a/b lies below a, and two longer ids stand between them.",
  });
}
