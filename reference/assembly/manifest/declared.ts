/** One declared component whose id is a text. */
export interface Declared {
  readonly id: string;
  readonly list: "modules" | "protocols";
  /** Its place in the list, from 0. */
  readonly index: number;
}

/** The path of a declaration, as `$.modules[0]`. */
export function pathOf({ list, index }: Omit<Declared, "id">): string {
  return `$.${list}[${index}]`;
}

/** The declarations of a value that have a text as their id, modules first, whatever else is wrong with it. */
export function declaredComponents(value: unknown): readonly Declared[] {
  const declared: Declared[] = [];
  for (const list of ["modules", "protocols"] as const) {
    const entries = memberOf(value, list);
    if (!Array.isArray(entries)) continue;
    entries.forEach((entry: unknown, index) => {
      const id = memberOf(entry, "id");
      if (typeof id === "string") declared.push({ id, list, index });
    });
  }
  return declared;
}

/** A member of its own of an object; undefined where there is none, or the value is no object. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
