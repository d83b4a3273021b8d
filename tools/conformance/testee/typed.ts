import { type CborValue, encodeCbor, type UnknownField } from "../../../reference/codec/codegen-v1.js";

/** Makes what an encoder takes in the place of an item. What is of another type passes as it is, to be refused there. */
export type Typed = (value: CborValue) => unknown;

/**
 * A value that has no counterpart among what an encoder takes: for instance a map with a member its type does not
 * have. A program cannot even say it.
 */
export class Inexpressible extends Error {}

/** Everything but named members: an integer is a `number`, a map a record. */
export const plain: Typed = (value) => {
  // Beyond 2^53 nothing that is written as a number is allowed, so that losing the last digits changes no verdict.
  if (typeof value === "bigint") return Number(value);
  return free(value, plain);
};

/** A value without a schema: an integer keeps all its digits. */
export const unbounded: Typed = (value) => free(value, unbounded);

/** An integer that is always a `bigint`. */
export const wide: Typed = (value) => (typeof value === "number" ? BigInt(value) : unbounded(value));

/** An array of one kind of items. */
export function listOf(item: Typed): Typed {
  return (value) => (Array.isArray(value) ? value.map(item) : plain(value));
}

/** A map without named members. */
export function tableOf(item: Typed): Typed {
  return (value) => (value instanceof Map ? recordOf(value, item) : plain(value));
}

/** How each property of a generated type is made. */
export type Members<T> = { readonly [K in Exclude<keyof T, "unknownFields">]-?: Typed };

/** Whether a generated type has a place for members of later versions. */
export type Growing<T> = "unknownFields" extends keyof T ? "grows" : "fixed";

/** A map of named members. */
export function record<T>(members: Members<T>, growing: Growing<T>): Typed {
  const byName = new Map(
    Object.entries<Typed>(members).map(([property, typed]) => [wireName(property), { property, typed }]),
  );
  return (value) => {
    if (!(value instanceof Map)) return plain(value);
    const properties = new Map<string, unknown>();
    const unknownFields: UnknownField[] = [];
    for (const [key, item] of value as ReadonlyMap<CborValue, CborValue>) {
      const member = typeof key === "string" ? byName.get(key) : undefined;
      if (member !== undefined && !properties.has(member.property)) properties.set(member.property, member.typed(item));
      else if (typeof key === "string" && growing === "grows") unknownFields.push({ key, value: encodeCbor(item) });
      else throw new Inexpressible();
    }
    if (unknownFields.length > 0) properties.set("unknownFields", unknownFields);
    return Object.fromEntries(properties);
  };
}

/** An array whose places have names; the properties stand in the order of the places. */
export function row<T>(members: Members<T>): Typed {
  const places = Object.entries<Typed>(members);
  return (value) => {
    // The encoder takes an object, which a map would be taken for.
    if (value instanceof Map) throw new Inexpressible();
    if (!Array.isArray(value)) return plain(value);
    if (value.length !== places.length) throw new Inexpressible();
    return Object.fromEntries(places.map(([property, typed], at) => [property, typed(value[at] as CborValue)]));
  };
}

function free(value: CborValue, item: Typed): unknown {
  if (Array.isArray(value)) return value.map(item);
  return value instanceof Map ? recordOf(value, item) : value;
}

function recordOf(map: ReadonlyMap<CborValue, CborValue>, item: Typed): unknown {
  const pairs = new Map<string, unknown>();
  for (const [key, value] of map) {
    if (typeof key !== "string" || pairs.has(key)) throw new Inexpressible();
    pairs.set(key, item(value));
  }
  return Object.fromEntries(pairs);
}

/** Members have the specification's words; properties of generated types have them in TypeScript's case. */
function wireName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
