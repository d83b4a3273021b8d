import { type HeadWidth, type Item, integer, replace, shortest, text, write } from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, refuses } from "../codec/decoding.js";

const EDGES = [0n, 23n, 24n, 255n, 256n, 65_535n, 65_536n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n];

const WIDTHS: readonly HeadWidth[] = [1, 2, 4, 8];

const QUOTA = ["quotas", "fuel"] as const;
const PATCH = ["runtime_interface_min", 2] as const;

/** An integer of the schema at both sides of each width of a head, and in every longer head. @spec encoding.integers.safe */
export function numberDrafts(): Draft[] {
  return EDGES.flatMap((edge) => [
    ...numberAt("quota", QUOTA, edge, "quotas.manifest"),
    ...(edge > 65_535n ? [] : numberAt("patch", PATCH, edge, "manifest.runtime-interface-min")),
  ]);
}

function numberAt(name: string, steps: readonly (string | number)[], edge: bigint, clause: string): Draft[] {
  const of = (number: Item): Item =>
    replace(replace(manifests.maximal(), ["name"], text("example/numbers")), steps, number);
  const parent = decodes({
    id: `codec-manifest/numbers/${name}-${edge}`,
    rule: "manifest",
    clauses: [clause, "encoding.deterministic"],
    document: of(integer(edge)),
    why: `The ${name} is ${edge}.`,
  });
  return [
    parent,
    ...WIDTHS.filter((width) => width > shortest(edge)).map((width) => {
      const written = write(of(integer(edge, { width })));
      return refuses(parent, {
        id: `codec-manifest/numbers/${name}-${edge}-in-${width}`,
        clauses: [clause, "encoding.deterministic"],
        bytes: written,
        reason: "not_shortest_form",
        locus: written.locus(...steps),
        mutator: "lengthen-head",
        arguments: { path: written.locus(...steps).path, width },
        why: `The ${name} ${edge} stands in ${width} bytes where ${shortest(edge)} are enough.`,
      });
    }),
  ];
}
