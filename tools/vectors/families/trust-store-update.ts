import type { Family } from "../corpus/family.js";
import { toldTrustStores } from "./told/trust-stores.js";
import { changes } from "./trust-store-update/changes.js";
import { documents } from "./trust-store-update/documents.js";
import { keys } from "./trust-store-update/keys.js";
import { versions } from "./trust-store-update/versions.js";

/** Updates, rotation, revocation and rollback. */
export const trustStoreUpdate: Family = {
  name: "trust-store-update",
  drafts: () => [...changes(), ...versions(), ...keys(), ...documents(), ...toldTrustStores()],
};
