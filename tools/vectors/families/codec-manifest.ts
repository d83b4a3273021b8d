import { item, replace, write } from "../building/cbor.js";
import { manifests } from "../building/documents.js";
import { schemaMutants } from "../building/schema-mutants.js";
import type { Mutant } from "../building/schema-site.js";
import type { Draft, Family } from "../corpus/family.js";
import { decodes, mutantDrafts, refuses } from "./codec/decoding.js";
import { capabilityDrafts } from "./codec-manifest/capabilities.js";
import { longDrafts } from "./codec-manifest/long.js";
import { numberDrafts } from "./codec-manifest/numbers.js";

/** The requirement that speaks of a member; the schema's own for the others. */
const CLAUSES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^schema_version/, ["manifest.schema-version"]],
  [/^runtime_interface_min/, ["manifest.runtime-interface-min"]],
  [/^name/, ["manifest.name"]],
  [/^version/, ["manifest.version"]],
  [/^entry/, ["manifest.entry"]],
  [/^runtime/, ["manifest.runtime"]],
  [/^host_functions/, ["manifest.host-functions"]],
  [/^optional_capabilities\.item/, ["manifest.optional-capabilities", "capabilities.name"]],
  [/^required_capabilities\.item/, ["manifest.required-capabilities", "capabilities.name"]],
  [/^optional_capabilities/, ["manifest.optional-capabilities"]],
  [/^required_capabilities/, ["manifest.required-capabilities"]],
  [/^quotas/, ["quotas.manifest"]],
  [/^dependencies\.item\.version_range/, ["manifest.version-range"]],
  [/^dependencies/, ["manifest.dependencies"]],
  [/^section_index_digest/, ["manifest.section-index-digest"]],
  [/^assembly/, ["manifest.assembly"]],
  [/^signature/, ["signatures.block"]],
];

/** Arrays that stand for sets. */
const SETS = /^(host_functions|optional_capabilities|required_capabilities|dependencies|runtime\.requires)(\.item)?$/;

function clausesOf(label: string, { name, fault }: Mutant): readonly string[] {
  const own = CLAUSES.find(([pattern]) => pattern.test(label))?.[1] ?? [];
  const isSet = SETS.test(label) && (fault?.reason === "item_order" || name === "empty" || name === "longer-first");
  return [
    "manifest.shape",
    ...own,
    ...(isSet ? ["manifest.sets"] : []),
    ...(name === "300-bytes" && fault === undefined ? ["manifest.bound"] : []),
    ...(/_capabilities\.item$/.test(label) ? ["capabilities.name"] : []),
  ];
}

/** Other versions are judged otherwise: the family codec-growth shows them. */
function isOfAnotherVersion({ label, fault }: Mutant): boolean {
  return label.startsWith("schema_version") && fault === undefined;
}

function drafts(): Draft[] {
  const document = manifests.maximal();
  const base = decodes({
    id: "codec-manifest/samples/maximal",
    rule: "manifest",
    clauses: ["manifest.shape", "encoding.write.round-trip"],
    document,
    why: "A manifest with every member there is.",
  });
  const other = (["minimal", "typical"] as const).map((name) =>
    decodes({
      id: `codec-manifest/samples/${name}`,
      rule: "manifest",
      clauses: ["manifest.shape", "encoding.write.round-trip"],
      document: manifests[name](),
      why: name === "minimal" ? "A manifest with nothing that could be left out." : "A usual manifest.",
    }),
  );
  const made = mutantDrafts(schemaMutants(document, "manifest"), {
    family: "codec-manifest",
    rule: "manifest",
    base,
    document,
    clauses: clausesOf,
    leaveOut: isOfAnotherVersion,
  });
  const sameName = write(
    replace(
      document,
      ["dependencies"],
      item([
        { name: "example/log", version_range: "^1.2.0" },
        { name: "example/store", version_range: "^1.0.0" },
        { name: "example/store", version_range: "^2.0.0" },
      ]),
    ),
  );
  const byRange = refuses(base, {
    id: "codec-manifest/dependencies/last-two-of-one-name",
    clauses: ["encoding.item-order", "manifest.dependencies", "manifest.sets"],
    bytes: sameName,
    reason: "item_order",
    locus: sameName.locus("dependencies", 2, "name"),
    mutator: "replace",
    arguments: { path: "$.dependencies" },
    why: "Of three dependencies the last two have one name and different ranges.",
  });
  return [...other, base, ...made, byRange, ...numberDrafts(), ...capabilityDrafts(), ...longDrafts()];
}

/** The manifest and its rules. */
export const codecManifest: Family = { name: "codec-manifest", drafts };
