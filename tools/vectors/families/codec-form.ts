import type { Draft, Family } from "../corpus/family.js";
import { cutDrafts } from "./codec-form/cut.js";
import { depthDrafts } from "./codec-form/depth.js";
import { forbiddenDrafts } from "./codec-form/forbidden.js";
import { headDrafts } from "./codec-form/heads.js";
import { keyDrafts } from "./codec-form/keys.js";
import { memberBehindDrafts, partDrafts } from "./codec-form/parts.js";
import { pathDrafts } from "./codec-form/paths.js";
import { precedenceDrafts } from "./codec-form/precedence.js";
import { textDrafts } from "./codec-form/texts.js";

function drafts(): Draft[] {
  return [
    ...headDrafts(),
    ...forbiddenDrafts(),
    ...textDrafts(),
    ...keyDrafts(),
    ...depthDrafts(),
    ...cutDrafts(),
    ...precedenceDrafts(),
    ...pathDrafts(),
    ...partDrafts(),
    ...memberBehindDrafts(),
  ];
}

/** What every document must be: items, shortest forms, UTF-8, depth, key order, whole bytes. */
export const codecForm: Family = { name: "codec-form", drafts };
