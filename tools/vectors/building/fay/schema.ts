import type { FayFinding } from "../../../../generated/enums/fay-finding.js";
import type { VectorFinding } from "../../../../generated/json/vector.js";
import { SPECIFICATION } from "../../corpus/specification.js";
import { isObject, type Json, step } from "./text.js";

/** What the schema of a JSON document asks of a value, as the compiled specification has it. */
export type FayType =
  | { readonly kind: "object"; readonly rule: string }
  | { readonly kind: "list"; readonly item: FayType }
  | { readonly kind: "map" | "any" }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | {
      readonly kind: "text";
      readonly minimum: number;
      readonly maximum: number | null;
      readonly pattern: string | null;
      readonly rule: string | null;
    };

/** A named member of an object. */
export interface FayMember {
  readonly key: string;
  readonly optional: boolean;
  readonly type: FayType;
}

const [SCHEMA] = SPECIFICATION.schemas.json.filter(({ name }) => name === "fay-manifest");

/** The objects of the schema, by their rules, each with its members in the order of the schema. */
export const FAY_RULES: ReadonlyMap<string, readonly FayMember[]> = new Map(
  (SCHEMA?.objects ?? []).map(({ rule, members }) => [rule, members as unknown as readonly FayMember[]]),
);

/** What is wrong with a value by the schema, in its order. @spec encoding.json.faults, faymanifest.shape */
export function schemaFindings(value: Json): VectorFinding[] {
  return judge(value, { kind: "object", rule: "fay-manifest" }, "$");
}

function judge(value: Json, type: FayType, path: string): VectorFinding[] {
  const own = (code: FayFinding): VectorFinding[] => [{ field: path, code }];
  switch (type.kind) {
    case "any":
      return [];
    case "map":
      return isObject(value) ? [] : own("wrong_type");
    case "choice":
      if (typeof value !== "string") return own("wrong_type");
      return type.values.includes(value) ? [] : own("value_out_of_range");
    case "text": {
      if (typeof value !== "string") return own("wrong_type");
      const length = lengthOf(value);
      if (length < type.minimum || (type.maximum !== null && length > type.maximum)) return own("length_out_of_range");
      const isInForm = type.pattern === null || new RegExp(`^(?:${type.pattern})$`, "u").test(value);
      return isInForm ? [] : own("pattern_mismatch");
    }
    case "list":
      if (!Array.isArray(value)) return own("wrong_type");
      return (value as readonly Json[]).flatMap((item, number) => judge(item, type.item, `${path}[${number}]`));
    case "object": {
      if (!isObject(value)) return own("wrong_type");
      const members = FAY_RULES.get(type.rule) ?? [];
      const named = members.flatMap((member): VectorFinding[] => {
        const place = path + step(member.key);
        const found = value.get(member.key);
        if (found !== undefined) return judge(found, member.type, place);
        return member.optional ? [] : [{ field: place, code: "missing_field" }];
      });
      const unknown = [...value.keys()]
        .filter((name) => !members.some(({ key }) => key === name))
        .sort((a, b) => Buffer.compare(octets(a), octets(b)))
        .map((name): VectorFinding => ({ field: path + step(name), code: "unknown_field" }));
      return [...named, ...unknown];
    }
  }
}

/** Bytes of a text, a lone surrogate counting as three. */
function lengthOf(text: string): number {
  return octets(text).length;
}

function octets(text: string): Buffer {
  const parts = [...text].map((sign) => {
    const point = sign.codePointAt(0) ?? 0;
    if (point < 0xd800 || point > 0xdfff) return Buffer.from(sign, "utf8");
    return Buffer.from([0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)]);
  });
  return Buffer.concat(parts);
}
