import type { SourceFile } from "../diagnostics/source.js";

/**
 * The syntax tree of a CDDL file (RFC 8610 as updated by RFC 9682).
 *
 * Every node has a `kind` and the half-open range `[start, end)` of offsets it covers in the source text. Trees are
 * immutable. A tree exists for every input: what could not be read became an {@link ErrorType} or was left out, and a
 * diagnostic says so.
 */
export interface SyntaxNode {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** One `;` comment, without its line end. */
export interface Comment {
  /** Text after the `;`, exactly as written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** 1-based line. */
  readonly line: number;
  /** True when nothing but blanks stands before it on its line. */
  readonly ownLine: boolean;
}

/** Comments that belong to a node by position. */
export interface Commented {
  /** Comments on lines of their own between the token before this node and the node, in order. */
  readonly leading: readonly Comment[];
  /** The comment on the line where the node ends; a `,`, `/` or `//` may stand between. */
  readonly trailing: Comment | undefined;
}

/** A whole file. `rules` may be empty. */
export interface CddlFile extends SyntaxNode {
  readonly kind: "file";
  readonly source: SourceFile;
  /** In source order. A name may occur more than once (`/=`, `//=`). */
  readonly rules: readonly Rule[];
  /** All comments of the file in source order, also those that belong to no node. */
  readonly comments: readonly Comment[];
}

/** A name, sockets included with their `$`. */
export interface Identifier extends SyntaxNode {
  readonly kind: "identifier";
  readonly name: string;
}

/** `=` defines, `/=` adds type alternatives, `//=` adds group alternatives. */
export type Assignment = "=" | "/=" | "//=";

/** `name<T> = body`. */
export interface Rule extends SyntaxNode, Commented {
  readonly kind: "rule";
  readonly name: Identifier;
  readonly genericParameters: readonly Identifier[];
  readonly assignment: Assignment;
  /**
   * A {@link Type} wherever the text can be read as one, so `a = b` and `a = (b)` are types here although `b` may turn
   * out to be a group; the resolver decides such aliases. Otherwise a {@link GroupEntry}.
   */
  readonly body: Type | GroupEntry;
}

/** One or more alternatives separated by `/`. */
export interface Type extends SyntaxNode {
  readonly kind: "type";
  readonly alternatives: readonly TypeExpression[];
}

/** One alternative: a primary type, a range or a control application. */
export type TypeExpression = PrimaryType | RangeType | ControlType;

/** `low..high` (`inclusive`) or `low...high` (`high` excluded). */
export interface RangeType extends SyntaxNode, Commented {
  readonly kind: "range";
  readonly low: TypeExpression;
  readonly high: TypeExpression;
  readonly inclusive: boolean;
}

/** `target .operator argument`. */
export interface ControlType extends SyntaxNode, Commented {
  readonly kind: "control";
  readonly target: TypeExpression;
  /** The name without its dot; the node covers the dot too. */
  readonly operator: Identifier;
  readonly argument: TypeExpression;
}

/** A type without an operator. */
export type PrimaryType =
  | Literal
  | ReferenceType
  | ParenthesizedType
  | MapType
  | ArrayType
  | UnwrapType
  | EnumerationType
  | TagType
  | MajorType
  | AnyType
  | ErrorType;

/** A type that matches exactly one value. */
export type Literal = IntegerLiteral | FloatLiteral | TextLiteral | BytesLiteral;

/** An integer of any size; `raw` keeps the notation (`0x10`). */
export interface IntegerLiteral extends SyntaxNode, Commented {
  readonly kind: "integer";
  readonly value: bigint;
  readonly raw: string;
}

/** A number with a fraction or an exponent, or a hexadecimal float. Always finite. */
export interface FloatLiteral extends SyntaxNode, Commented {
  readonly kind: "float";
  readonly value: number;
  readonly raw: string;
}

/** `"..."` with its escapes resolved. */
export interface TextLiteral extends SyntaxNode, Commented {
  readonly kind: "text";
  readonly value: string;
}

/** How a byte string was written: `'..'`, `h'..'` or `b64'..'`. */
export type BytesNotation = "text" | "hex" | "base64";

/** A byte string literal. */
export interface BytesLiteral extends SyntaxNode, Commented {
  readonly kind: "bytes";
  readonly value: Uint8Array;
  readonly notation: BytesNotation;
}

/** `name` or `name<argument, ...>`. */
export interface ReferenceType extends SyntaxNode, Commented {
  readonly kind: "reference";
  readonly name: Identifier;
  readonly genericArguments: readonly TypeExpression[];
}

/** `( type )`. */
export interface ParenthesizedType extends SyntaxNode, Commented {
  readonly kind: "parenthesized";
  readonly type: Type;
}

/** `{ group }`. */
export interface MapType extends SyntaxNode, Commented {
  readonly kind: "map";
  readonly group: Group;
}

/** `[ group ]`. */
export interface ArrayType extends SyntaxNode, Commented {
  readonly kind: "array";
  readonly group: Group;
}

/** `~name`: the group inside a map or array rule, or the content of a tag rule. */
export interface UnwrapType extends SyntaxNode, Commented {
  readonly kind: "unwrap";
  readonly reference: ReferenceType;
}

/** `&(group)` or `&name`: a choice between the values of a group. */
export interface EnumerationType extends SyntaxNode, Commented {
  readonly kind: "enumeration";
  readonly group: Group | ReferenceType;
}

/** `#6.n(type)`, `#6.<type>(type)` or `#6(type)`. */
export interface TagType extends SyntaxNode, Commented {
  readonly kind: "tag";
  /** The tag number, a type that describes it, or `undefined` for any tag. */
  readonly number: IntegerLiteral | Type | undefined;
  readonly type: Type;
}

/** `#n`, `#n.m` or `#7.<type>`. */
export interface MajorType extends SyntaxNode, Commented {
  readonly kind: "major";
  /** 0 to 7; the parser reports other digits. */
  readonly major: number;
  /** The additional information, a type that describes it, or `undefined` for any. */
  readonly argument: IntegerLiteral | Type | undefined;
}

/** `#`: any data item. */
export interface AnyType extends SyntaxNode, Commented {
  readonly kind: "any";
}

/** Stands where a type was expected and could not be read; a diagnostic was reported for it. */
export interface ErrorType extends SyntaxNode, Commented {
  readonly kind: "error";
}

/** One or more group choices separated by `//`; covers what is between the brackets. */
export interface Group extends SyntaxNode {
  readonly kind: "group";
  readonly choices: readonly GroupChoice[];
}

/** A sequence of entries; may be empty. `//` binds weaker than the sequence: `a, b // c` is (a, b) or c. */
export interface GroupChoice extends SyntaxNode, Commented {
  readonly kind: "group-choice";
  readonly entries: readonly GroupEntry[];
}

/** One entry of a group. */
export type GroupEntry = Member | ReferenceEntry | InlineGroup;

/** `[occurrence] [key] type`. Its type is never a lone name without a key: that is a {@link ReferenceEntry}. */
export interface Member extends SyntaxNode, Commented {
  readonly kind: "member";
  readonly occurrence: Occurrence | undefined;
  readonly key: MemberKey | undefined;
  readonly type: Type;
}

/** `[occurrence] name` without a key: a type or a group, which only the resolver can tell. */
export interface ReferenceEntry extends SyntaxNode, Commented {
  readonly kind: "reference-entry";
  readonly occurrence: Occurrence | undefined;
  readonly reference: ReferenceType;
}

/** `[occurrence] ( group )`, where the parentheses do not hold a type that stands for itself. */
export interface InlineGroup extends SyntaxNode, Commented {
  readonly kind: "inline-group";
  readonly occurrence: Occurrence | undefined;
  readonly group: Group;
}

/** `?`, `*`, `+` or `n*m`. */
export interface Occurrence extends SyntaxNode {
  readonly kind: "occurrence";
  readonly minimum: bigint;
  /** `undefined`: no upper bound. */
  readonly maximum: bigint | undefined;
}

/** The key of a map entry, or the documentary name of an array entry. */
export type MemberKey = BarewordKey | ValueKey | TypeKey;

/** `name:`, the text string `name` as key. Cuts. */
export interface BarewordKey extends SyntaxNode {
  readonly kind: "bareword-key";
  readonly name: string;
  readonly cut: true;
}

/** `1:` or `"name":`. Cuts. */
export interface ValueKey extends SyntaxNode {
  readonly kind: "value-key";
  readonly literal: Literal;
  readonly cut: true;
}

/** `type =>`; cuts only as `type ^ =>`. */
export interface TypeKey extends SyntaxNode {
  readonly kind: "type-key";
  readonly type: TypeExpression;
  readonly cut: boolean;
}

/** Every node of the tree. */
export type AnyNode =
  | CddlFile
  | Rule
  | Type
  | TypeExpression
  | Group
  | GroupChoice
  | GroupEntry
  | Occurrence
  | MemberKey
  | Identifier;
