import type { CddlFile, SyntaxNode } from "../parse/syntax.js";

/** The schema as the codec emitters see it: only what the subset allows, with every name resolved. */
export interface CodecModel {
  /** Rules that become a file of `generated/codecs/`, in the order of their names. */
  readonly rules: readonly CodecRule[];
  readonly byName: ReadonlyMap<string, CodecRule>;
  /** Rules that give a type of values a name and have no file of their own, in the order of their names. */
  readonly names: readonly NamedShape[];
}

/** A rule that is another name for a type, for instance `digest = bstr .size 32`. */
export interface NamedShape {
  readonly name: string;
  /** Path of its file. */
  readonly path: string;
  readonly description: Description;
  readonly shape: Shape;
}

/** Documentation and anchors read out of comments. */
export interface Description {
  /** The comment, directives left out. */
  readonly text: string;
  /** Anchor id of `@spec`. */
  readonly spec: string | undefined;
  /** What errors call the document, of `@part`. */
  readonly part: string | undefined;
  /** Table of `@table`, which names values that often stand here. */
  readonly table: string | undefined;
  /** Version of `@deprecated`. */
  readonly deprecated: string | undefined;
}

/** A place for diagnostics. */
export interface SchemaPlace {
  readonly file: CddlFile;
  readonly node: Pick<SyntaxNode, "start" | "end">;
}

/** One rule of a file of domain `cbor` that becomes a file. */
export interface CodecRule {
  /** The rule's name, for instance `section-entry`. */
  readonly name: string;
  /** Path of its file. */
  readonly path: string;
  readonly place: SchemaPlace;
  readonly description: Description;
  readonly body: RuleBody;
}

/** What a rule of a file of its own can be. */
export type RuleBody = MapBody | RowBody | TupleBody | ListBody | ChoiceBody | PatternBody;

/** `{ ... }` with named members. */
export interface MapBody {
  readonly kind: "map";
  /** In the order of the schema; sort them by {@link encodedKeyOrder} for the order of the encoding. */
  readonly members: readonly CodecMember[];
  /** Whether unknown members of later minor versions are kept. */
  readonly grows: boolean;
  /** The member that declares the version, as the directive names it. */
  readonly growsBy: string;
  /** Member of this map that declares the schema version, where it is this one that does. */
  readonly versionMember: string | undefined;
  /** Members that are typed in every major version. */
  readonly frozen: readonly string[];
}

/** `[ a: T, b: U ]` of mixed types: an object in TypeScript. */
export interface RowBody {
  readonly kind: "row";
  readonly members: readonly CodecMember[];
}

/** `[ a: T, b: T ]` of unsigned integers only: a labelled tuple in TypeScript. */
export interface TupleBody {
  readonly kind: "tuple";
  readonly members: readonly CodecMember[];
}

/** `[* T]` as a rule of its own. */
export interface ListBody {
  readonly kind: "list";
  readonly array: ArrayShape;
}

/** `A / B` of types that the first byte tells apart. */
export interface ChoiceBody {
  readonly kind: "choice";
  readonly alternatives: readonly Shape[];
}

/** A text with a regular expression. */
export interface PatternBody {
  readonly kind: "pattern";
  readonly text: TextShape;
}

/** One member of a map or row. */
export interface CodecMember {
  /** The key, or the documentary name in a row. */
  readonly name: string;
  readonly optional: boolean;
  readonly shape: Shape;
  readonly description: Description;
  /** The member as the schema writes it, on one line. */
  readonly source: string;
  /** Minor version of the schema the member came with. */
  readonly since: number;
  readonly place: SchemaPlace;
}

/** The type of a member or element. Bounds count bytes for text and byte strings; `undefined` is no bound. */
export type Shape = AnyShape & {
  /** The rule of {@link CodecModel.names} or of a pattern by whose name the schema calls the type. */
  readonly named?: string;
};

type AnyShape =
  | UintShape
  | { readonly kind: "int"; readonly minimum: number; readonly maximum: number }
  | { readonly kind: "big-uint" }
  | { readonly kind: "integer" }
  | { readonly kind: "bool" }
  | { readonly kind: "bytes"; readonly minimum: number; readonly maximum: number | undefined }
  | TextShape
  | { readonly kind: "enumeration"; readonly rule: string; readonly base: "text" | "integer" }
  | { readonly kind: "reference"; readonly rule: string }
  | ArrayShape
  | TableShape;

/** Unsigned integer of at most 2^53-1. */
export interface UintShape {
  readonly kind: "uint";
  readonly minimum: number;
  readonly maximum: number;
}

/** A text. */
export interface TextShape {
  readonly kind: "text";
  readonly minimum: number;
  readonly maximum: number | undefined;
  /** Rule whose regular expression the text matches, and the expression. */
  readonly pattern: { readonly rule: string; readonly source: string } | undefined;
  /** Table that names texts which often stand here; any other text may. */
  readonly table?: string;
}

/** `[* T]`. */
export interface ArrayShape {
  readonly kind: "array";
  readonly item: Shape;
  readonly minimum: number;
  readonly order: ArrayOrder;
}

/** What holds between the elements of an array. */
export interface ArrayOrder {
  /** `""`: the elements themselves ascend; a name: that member of theirs does. */
  readonly ascendingBy: string | undefined;
  /** No element is a path prefix of another. */
  readonly prefixFree: boolean;
  /** Earlier member of the same map that shares no element with this one. */
  readonly disjointFrom: string | undefined;
}

/** `{ * tstr => T }`. */
export interface TableShape {
  readonly kind: "table";
  readonly value: Shape;
  readonly minimum: number;
}

/** The order of the encoding: a shorter key first, then by bytes. Keys are ASCII. */
export function encodedKeyOrder(a: CodecMember, b: CodecMember): number {
  if (a.name.length !== b.name.length) return a.name.length - b.name.length;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Rules whose elements or members a rule names directly. */
export function referencesOf(rule: CodecRule): string[] {
  const found = new Set<string>();
  const visit = (shape: Shape): void => {
    if (shape.kind === "reference") found.add(shape.rule);
    else if (shape.kind === "array") visit(shape.item);
    else if (shape.kind === "table") visit(shape.value);
  };
  const { body } = rule;
  if (body.kind === "list") visit(body.array);
  else if (body.kind === "choice") body.alternatives.forEach(visit);
  else if (body.kind !== "pattern") for (const member of body.members) visit(member.shape);
  return [...found];
}
