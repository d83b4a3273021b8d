import { SPECIFICATION } from "../corpus/specification.js";

/** What the schema asks of one item, as the compiled specification has it. */
export type Shape =
  | { readonly kind: "uint"; readonly minimum: number; readonly maximum: number }
  | { readonly kind: "big-uint" }
  | { readonly kind: "integer" }
  | { readonly kind: "bool" }
  | TextShape
  | { readonly kind: "bytes"; readonly minimum: number; readonly maximum: number | null }
  | ArrayShape
  | { readonly kind: "table"; readonly value: Shape; readonly minimum: number }
  | { readonly kind: "reference"; readonly rule: string }
  | { readonly kind: "enumeration"; readonly rule: string; readonly base: "text" | "integer" }
  | { readonly kind: "choice"; readonly alternatives: readonly Shape[] };

/** A text with its bounds in bytes and the rule of its pattern. */
export interface TextShape {
  readonly kind: "text";
  readonly minimum: number;
  readonly maximum: number | null;
  readonly pattern: { readonly rule: string } | null;
}

/** An array; `ascendingBy` is empty where the elements themselves ascend. */
export interface ArrayShape {
  readonly kind: "array";
  readonly item: Shape;
  readonly minimum: number;
  readonly order: {
    readonly ascendingBy: string | null;
    readonly prefixFree: boolean;
    readonly disjointFrom: string | null;
  };
}

/** A named member of a map or a row. */
export interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly shape: Shape;
}

/** What stands behind a rule's name. */
export type Body =
  | { readonly kind: "map"; readonly members: readonly Member[] }
  | { readonly kind: "tuple" | "row"; readonly members: readonly Member[] }
  | { readonly kind: "list"; readonly array: ArrayShape }
  | { readonly kind: "choice"; readonly alternatives: readonly Shape[] };

const BODIES = new Map(SPECIFICATION.schemas.cbor.map(({ name, body }) => [name, body as Body]));
const ENUMERATIONS = new Map(
  SPECIFICATION.schemas.enumerations.map(({ name, members }) => [name, members.map(({ value }) => value)]),
);

/** What stands behind the name of a rule. */
export function bodyOf(rule: string): Body {
  const body = BODIES.get(rule);
  if (body === undefined) throw new RangeError(`no rule is named ${rule}`);
  return body;
}

/** The values of an enumeration, in the order of the schema. */
export function valuesOf(enumeration: string): readonly (string | number)[] {
  const values = ENUMERATIONS.get(enumeration);
  if (values === undefined) throw new RangeError(`no enumeration is named ${enumeration}`);
  return values;
}
