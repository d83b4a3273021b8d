import { array, type Item, item, replace, text, write } from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, refuses } from "../codec/decoding.js";

/** Required capabilities that are optional as well, among few and among many. @spec encoding.item-conflict */
export function capabilityDrafts(): Draft[] {
  return [...[3, 8, 9, 13].flatMap(amongMany), ...amongBeginnings(), ...dependencyDrafts()];
}

/** Optional capabilities of which each begins the next. */
function amongBeginnings(): Draft[] {
  const optional = Array.from({ length: 13 }, (_, at) => `v${"a".repeat(at)}`);
  const of = (...required: string[]): Item =>
    replace(
      replace(manifests.typical(), ["optional_capabilities"], array(optional.map((each) => text(each)))),
      ["required_capabilities"],
      array(required.map((each) => text(each))),
    );
  const clauses = ["encoding.item-conflict", "manifest.required-capabilities", "manifest.optional-capabilities"];
  const parent = decodes({
    id: "codec-manifest/capabilities/beside-beginnings",
    rule: "manifest",
    clauses,
    document: of("u", "vaaab", "vb"),
    why: "Required capabilities stand beside optional ones of which each begins the next.",
  });
  return [
    parent,
    ...optional.map((name, at) => {
      const written = write(of(name));
      return refuses(parent, {
        id: `codec-manifest/capabilities/beside-beginnings-common-${at}`,
        clauses,
        bytes: written,
        reason: "item_conflict",
        locus: written.locus("required_capabilities", 0),
        mutator: "replace",
        arguments: { path: "$.required_capabilities" },
        why: `${name}, which begins other optional capabilities and is begun by others, is required as well.`,
      });
    }),
  ];
}

/** Names of dependencies that go on with the head of the key behind them. @spec manifest.dependencies */
function dependencyDrafts(): Draft[] {
  const of = (...names: string[]): Item =>
    replace(manifests.maximal(), ["dependencies"], array(names.map((name) => item({ name, version_range: "^1.0.0" }))));
  const clauses = ["encoding.item-order", "manifest.dependencies"];
  const parent = decodes({
    id: "codec-manifest/orders/dependencies-begin",
    rule: "manifest",
    clauses,
    document: of("a", "am", "amm"),
    why: "Three dependencies, each name beginning the next.",
  });
  const written = write(of("am", "a", "amm"));
  return [
    parent,
    refuses(parent, {
      id: "codec-manifest/orders/dependencies-begin-turned",
      clauses,
      bytes: written,
      reason: "item_order",
      locus: written.locus("dependencies", 1, "name"),
      mutator: "replace",
      arguments: { path: "$.dependencies" },
      why: "The dependency a stands behind am.",
    }),
  ];
}

function amongMany(count: number): Draft[] {
  const optional = Array.from({ length: count }, (_, at) => `vendor.c${String.fromCharCode(98 + at)}`);
  const of = (...required: string[]): Item =>
    replace(
      replace(manifests.typical(), ["optional_capabilities"], array(optional.map((each) => text(each)))),
      ["required_capabilities"],
      array(required.map((each) => text(each))),
    );
  const clauses = ["encoding.item-conflict", "manifest.required-capabilities", "manifest.optional-capabilities"];
  const parent = decodes({
    id: `codec-manifest/capabilities/beside-${count}`,
    rule: "manifest",
    clauses,
    document: of("vendor.ca", "vendor.cba", "vendor.cda", "vendor.cz"),
    why: `Required capabilities stand before, between and behind ${count} optional ones.`,
  });
  const places = [...new Set([0, 1, Math.floor(count / 2), count - 2, count - 1])];
  return [
    parent,
    ...places.map((at) => {
      const written = write(of("vendor.ca", optional[at] ?? ""));
      return refuses(parent, {
        id: `codec-manifest/capabilities/beside-${count}-common-${at}`,
        clauses,
        bytes: written,
        reason: "item_conflict",
        locus: written.locus("required_capabilities", 1),
        mutator: "replace",
        arguments: { path: "$.required_capabilities" },
        why: `The optional capability ${at} of ${count} is required as well.`,
      });
    }),
  ];
}
