import {
  type Item,
  integer,
  itemAt,
  keySegment,
  type Place,
  text,
  type Written,
  withMember,
  without,
  write,
} from "./cbor.js";
import type { Member } from "./schema.js";
import { push, type Site } from "./schema-site.js";

/** The map without a member: refused where the member is required. @spec encoding.missing-field */
export function missing(site: Site, { name, optional }: Member): void {
  const document = without(site.document, [...site.steps, name]);
  const label = site.label === "document" ? name : `${site.label}.${name}`;
  const at = { ...site, label, steps: [...site.steps, name] };
  if (optional) {
    push(at, "absent", document, undefined, `${label} may be left out.`, "remove");
    return;
  }
  const written = write(document);
  const around = written.value(...site.steps);
  const later = firstGreater(written, around, name);
  const fault = {
    reason: "missing_field",
    at: later?.start ?? around.end,
    path: around.path + keySegment(text(name)),
  };
  push(at, "missing", document, fault, `${label} is missing.`, "remove");
}

/**
 * The map with a member under a name that differs in one letter: the last, or one that a comparison of the beginning and
 * the end does not see. @spec encoding.missing-field, encoding.unknown-field
 */
export function renamed(site: Site, { name, optional }: Member): void {
  const places = [name.length - 1, ...(name.length > 11 ? [7] : []), ...(name.length > 19 ? [14] : [])];
  for (const place of places) {
    const letter = String.fromCharCode(name.charCodeAt(place) + 1);
    const other = name.slice(0, place) + letter + name.slice(place + 1);
    const value = itemAt(site.document, [...site.steps, name]);
    const document = withMember(without(site.document, [...site.steps, name]), site.steps, other, value);
    const written = write(document);
    const around = written.value(...site.steps);
    const key = written.key(...site.steps, other);
    const label = site.label === "document" ? name : `${site.label}.${name}`;
    const later = optional ? key : firstGreater(written, around, name);
    const fault = optional
      ? { reason: "unknown_field", at: key.start, path: around.path }
      : { reason: "missing_field", at: later?.start ?? around.end, path: around.path + keySegment(text(name)) };
    push(
      { ...site, label, steps: [...site.steps, name] },
      `letter-${place + 1}`,
      document,
      fault,
      `${label} stands there as ${other}.`,
      "rename",
      { key: other },
    );
  }
}

function firstGreater(written: Written, around: Place, name: string): Place | undefined {
  return written.places.find(
    (place) =>
      place.isKey && place.path === around.path && isGreater(place.item, text(name)) && place.start > around.start,
  );
}

function isGreater(a: Item, b: Item): boolean {
  return Buffer.compare(write(a).bytes, write(b).bytes) > 0;
}

/** The map with a member more. @spec encoding.unknown-field */
export function unknown(site: Site, name: string, key: string | Item): void {
  const added = typeof key === "string" ? text(key) : key;
  const document = withMember(site.document, site.steps, added, integer(1));
  const written = write(document);
  const fault = { reason: "unknown_field", at: written.placeOf(added).start, path: written.value(...site.steps).path };
  const [what, clauses] =
    typeof key === "string"
      ? (["a member that its schema does not know", []] as const)
      : (["a key that is no text", ["encoding.key-type"]] as const);
  const more = { key: write(added).hex };
  push(site, name, document, fault, `${site.label} has ${what}.`, "add-member", more, clauses);
}
