import type { ComponentCatalogue } from "../resolution/catalogue.js";
import { declaredComponents, memberOf } from "./declared.js";
import type { TextEdit } from "./finding.js";
import { type JsonNode, placeOf } from "./json-node.js";
import { errorsOf } from "./judge.js";
import type { JudgedFinding } from "./judged-finding.js";
import { type Segment, segmentsOf } from "./paths.js";

/**
 * The edits that certainly mend some errors, by the error. Each removes its error and brings no other, and all of them
 * can be made together.
 *
 * @spec faymanifest.validation.place
 */
export function fixesOf(
  errors: readonly JudgedFinding[],
  root: JsonNode,
  catalogue: ComponentCatalogue,
): ReadonlyMap<JudgedFinding, TextEdit> {
  const fixes = new Map<JudgedFinding, TextEdit>();
  const taken = new Set(declaredComponents(root.value).map(({ list, id }) => `${list} ${id}`));
  for (const error of errors) {
    if (error.mend === undefined) continue;
    const segments = segmentsOf(error.field);
    const { node, member, owner } = placeOf(root, segments);
    if (node === undefined) continue;
    if ("name" in error.mend) {
      const { name } = error.mend;
      const path = [...segments.slice(0, -1), name];
      const key = JSON.stringify(path);
      if (member === undefined || owner.members?.has(name) === true || taken.has(key)) continue;
      if (!isSound(path, node.value, catalogue)) continue;
      taken.add(key);
      fixes.set(error, edit(member.nameStart, member.nameEnd, name));
    } else {
      const { value } = error.mend;
      const id = segments.at(-1) === "id" ? value : memberOf(value, "id");
      // @spec faymanifest.components.groups: a component that is declared already is no way out.
      const key = typeof id === "string" ? `${segments[0]} ${id}` : undefined;
      if (key !== undefined && taken.has(key)) continue;
      if (!isSound(segments, value, catalogue)) continue;
      if (key !== undefined) taken.add(key);
      fixes.set(error, edit(node.start, node.end, value));
    }
  }
  return fixes;
}

function edit(start: number, end: number, value: unknown): TextEdit {
  return { offset: start, length: end - start, text: JSON.stringify(value) };
}

/** Whether a value at a path has no error of its own, judged in a document that holds nothing else. */
function isSound(path: readonly Segment[], value: unknown, catalogue: ComponentCatalogue): boolean {
  let document = value;
  for (const segment of [...path].reverse())
    document = typeof segment === "number" ? [document] : { [segment]: document };
  return errorsOf(document, catalogue).told.every(({ field, code }) => {
    const at = segmentsOf(field);
    const isAbout = path.every((segment, index) => at[index] === (typeof segment === "number" ? 0 : segment));
    return !isAbout && code !== "too_deep";
  });
}
