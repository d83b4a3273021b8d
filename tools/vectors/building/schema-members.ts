import { type Item, integer, keySegment, text, withMember, without, write } from "./cbor.js";
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
  const later = written.places.find(
    (place) =>
      place.isKey && place.path === around.path && isGreater(place.item, text(name)) && place.start > around.start,
  );
  const fault = {
    reason: "missing_field",
    at: later?.start ?? around.end,
    path: around.path + keySegment(text(name)),
  };
  push(at, "missing", document, fault, `${label} is missing.`, "remove");
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
