import type { Finding } from "./finding.js";

/** Most objects and arrays within each other. */
export const DEEPEST = 64;

/** What is said of a document that is nested too deep. @spec faymanifest.validation.text */
export const TOO_DEEP: Finding = {
  field: "$",
  code: "too_deep",
  message: `objects and arrays are nested more than ${DEEPEST} deep`,
  suggestion: "Settings that are nested so deep belong into a file of their own.",
};

/** Whether objects and arrays of a value are nested more than {@link DEEPEST} deep. */
export function isTooDeep(value: unknown, depth = 1): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth > DEEPEST) return true;
  // The recursion ends where the document is too deep.
  for (const held of Object.values(value)) if (isTooDeep(held, depth + 1)) return true;
  return false;
}
