/**
 * Whether two values out of JSON texts are the same, members in any order. As deep as the first of them is: it is the
 * one that is known.
 */
export function sameJson(known: unknown, other: unknown): boolean {
  if (Array.isArray(known)) {
    return (
      Array.isArray(other) && known.length === other.length && known.every((item, at) => sameJson(item, other[at]))
    );
  }
  if (typeof known !== "object" || known === null) return known === other;
  if (typeof other !== "object" || other === null || Array.isArray(other)) return false;
  const members = Object.entries(known).filter(([, value]) => value !== undefined);
  const others = other as Readonly<Record<string, unknown>>;
  return (
    members.length === Object.keys(others).length &&
    members.every(([key, value]) => Object.hasOwn(others, key) && sameJson(value, others[key]))
  );
}
