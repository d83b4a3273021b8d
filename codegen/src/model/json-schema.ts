import { lineAt } from "../diagnostics/source.js";
import { docComment } from "../parse/comments.js";
import type { CddlFile, Commented, Rule, SyntaxNode } from "../parse/syntax.js";

/** A text; lengths count bytes of UTF-8. */
export interface JsonText {
  readonly kind: "text";
  readonly minimum: number;
  readonly maximum: number | undefined;
  /** A regular expression that matches the whole text. */
  readonly pattern: string | undefined;
  /** The rule the text comes from; undefined where a member describes it itself. */
  readonly rule: string | undefined;
}

/** A value of a JSON document as a schema of `@domain json` describes it. */
export type JsonType =
  | JsonText
  | { readonly kind: "integer"; readonly minimum: bigint; readonly maximum: bigint }
  | { readonly kind: "bytes" }
  | { readonly kind: "bool" }
  | { readonly kind: "any" }
  /** A value of an error's context or an event's fields. */
  | { readonly kind: "context-value" }
  /** One of some texts; `rule` names the rule that lists them, where one does. */
  | { readonly kind: "choice"; readonly values: readonly string[]; readonly rule: string | undefined }
  /** A text, or a value of another type. */
  | { readonly kind: "text-or"; readonly text: JsonType; readonly other: JsonType }
  | { readonly kind: "list"; readonly item: JsonType; readonly minimum: number }
  /** A map from any text to values of one type. */
  | { readonly kind: "map"; readonly value: JsonType }
  /** An object of its own rule. */
  | { readonly kind: "object"; readonly rule: string };

/** One member of an object. */
export interface JsonMember {
  readonly key: string;
  readonly type: JsonType;
  readonly optional: boolean;
  readonly meaning: string;
  /** The member's type as the schema writes it. */
  readonly written: string;
  /** Rows of a table whose names editors offer for the member, or for the items of its list. */
  readonly names: NamedRows | undefined;
  /** Minor version of the schema that marked the member as deprecated. */
  readonly deprecated: string | undefined;
}

/** The rows of a table that `@names` picks. */
export interface NamedRows {
  readonly table: string;
  /** Column by whose value rows are picked; undefined where every row is. */
  readonly column: string | undefined;
  readonly values: readonly string[];
}

/** A rule that is an object. */
export interface JsonObject {
  readonly rule: string;
  readonly meaning: string;
  readonly spec: string | undefined;
  readonly members: readonly JsonMember[];
}

/** The objects of one file that becomes one module. The first is the document. */
export interface JsonDocument {
  /** Path of the CDDL file. */
  readonly path: string;
  /** Name of the document's rule. */
  readonly name: string;
  /** Whether the file also has a CBOR form: then JSON is only written, and members are named as in the codec. */
  readonly alsoCbor: boolean;
  readonly objects: readonly JsonObject[];
  /** Objects of files without a JSON domain that this document holds. */
  readonly borrowed: readonly JsonObject[];
}

/** A comment above a node: its sentences, and the anchor of its `@spec` directive. */
export function documentationOf(
  file: CddlFile,
  node: SyntaxNode & Commented,
): { meaning: string; spec: string | undefined } {
  const { above, beside } = docComment(node, lineAt(file.source, node.start));
  const meaning = above.filter((line) => !line.startsWith("@")).join(" ");
  const spec = above
    .find((line) => line.startsWith("@spec "))
    ?.slice(6)
    .trim();
  return { meaning: meaning === "" ? (beside ?? "") : meaning, spec };
}

/** A rule with the file it stands in. */
export interface PlacedRule {
  readonly file: CddlFile;
  readonly rule: Rule;
}
