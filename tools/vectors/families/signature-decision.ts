import type { Family } from "../corpus/family.js";
import { bytes } from "./decision/bytes.js";
import { precedence } from "./decision/order.js";
import { others } from "./decision/others.js";
import { rows } from "./decision/rows.js";
import { scopes } from "./decision/scopes.js";
import { publishers } from "./decision/stores.js";
import { times } from "./decision/times.js";

/** The whole decision table. */
export const signatureDecision: Family = {
  name: "signature-decision",
  drafts: () => [...publishers.flatMap(rows), ...bytes(), ...times(), ...scopes(), ...precedence(), ...others()],
};
