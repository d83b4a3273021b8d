import { trustStores } from "../building/documents.js";
import { schemaMutants } from "../building/schema-mutants.js";
import type { Mutant } from "../building/schema-site.js";
import type { Draft, Family } from "../corpus/family.js";
import { decodes, mutantDrafts } from "./codec/decoding.js";

function clausesOf(label: string): readonly string[] {
  if (!label.startsWith("keys.item")) return ["trust-store.shape"];
  return /not_before|not_after|revoked_at/.test(label) ? ["trust-store.key", "trust-store.times"] : ["trust-store.key"];
}

/** What a key is beyond its shape is asked by the family trust-store-update. */
function isNoKey({ label, fault }: Mutant): boolean {
  return fault === undefined && /^keys\.item\.(key_id|algorithm|public_key)$/.test(label);
}

function drafts(): Draft[] {
  const document = trustStores.maximal();
  const sample = (name: string, item: typeof document, why: string): Draft =>
    decodes({
      id: `codec-trust-store/samples/${name}`,
      rule: "trust-store",
      clauses: ["trust-store.shape", "encoding.write.round-trip"],
      document: item,
      why,
    });
  const base = sample("maximal", document, "A store of three keys with every limit there is.");
  const made = mutantDrafts(schemaMutants(document, "trust-store"), {
    family: "codec-trust-store",
    rule: "trust-store",
    base,
    document,
    clauses: clausesOf,
    leaveOut: isNoKey,
  });
  return [
    sample("minimal", trustStores.minimal(), "A store without keys, of the first version."),
    sample("typical", trustStores.typical(), "A store of one key that is always valid."),
    base,
    ...made,
  ];
}

/** The trust store and its rules. */
export const codecTrustStore: Family = { name: "codec-trust-store", drafts };
