/** What a change asks of the version it belongs to. */
export type ChangeLevel = "patch" | "minor" | "major";

/** One kind of change. */
export interface ChangeKind {
  /** `never`: no version may bring it. */
  readonly level: ChangeLevel | "never";
  /** The requirement that says so. */
  readonly requirement: string;
  readonly meaning: string;
}

const kind = (level: ChangeKind["level"], requirement: string, meaning: string): ChangeKind => ({
  level,
  requirement: `compatibility.${requirement}`,
  meaning,
});

/** Every kind of change, in the order of the table of the chapter on compatibility, which lists them all. */
export const changeKinds = {
  "row-added": kind("minor", "additions", "a table has a new row or column, or is new"),
  "column-changed": kind("major", "additions", "a frozen column of a row changed"),
  "number-changed": kind("never", "numbers", "a row has another number, bit or position"),
  "number-reused": kind("never", "numbers", "a row has the number of another one"),
  "error-changed": kind("never", "error-codes", "an error code has another number, layer or context"),
  "opcode-changed": kind("never", "opcodes", "an opcode has other operands, results or capabilities"),
  "layout-changed": kind("major", "format", "header, trailer, the order of parts or a digest algorithm changed"),
  "method-added": kind("minor", "runtime-interface", "the Runtime_Interface has a new method"),
  "method-changed": kind("major", "runtime-interface", "a method takes or gives something else"),
  "method-words-changed": kind("patch", "runtime-interface", "a method is described in other words"),
  "rule-added": kind("minor", "additions", "a schema has a new rule"),
  "rule-changed": kind("major", "schema.major", "a rule has another form, other directives or another domain"),
  "member-added": kind("minor", "schema.minor", "a growing map has a new optional member with its `@since`"),
  "member-added-undated": kind("never", "schema.minor", "a growing map has a new optional member without its `@since`"),
  "member-added-closed": kind("major", "schema.major", "a map that does not grow has a new optional member"),
  "member-added-required": kind("major", "schema.major", "a map has a new required member"),
  "member-now-required": kind("major", "schema.major", "an optional member is required"),
  "member-now-optional": kind("major", "schema.major", "a required member is optional"),
  "type-changed": kind("major", "schema.major", "a member or rule has another type"),
  "range-changed": kind("major", "schema.major", "a range of integers or of lengths has other bounds"),
  "enumeration-changed": kind("major", "schema.major", "an enumeration has other values"),
  "type-rewritten": kind("patch", "schema.major", "a type is written otherwise and accepts the same"),
  "words-changed": kind("patch", "schema.major", "a rule or member is described in other words"),
  "document-widened": kind("minor", "documents", "a document of JSON alone accepts what it did, and more"),
  "frozen-changed": kind("major", "schema.frozen", "a frozen member is gone or has another type"),
  deprecated: kind("minor", "deprecation", "something was marked as deprecated"),
  "deprecation-withdrawn": kind("patch", "deprecation", "something is no longer marked as deprecated"),
  removed: kind("major", "deprecation", "something is gone that was marked and stayed for a major version"),
  "removed-unmarked": kind("never", "deprecation", "something is gone that was not marked, or not for long enough"),
} as const satisfies Readonly<Record<string, ChangeKind>>;

/** Name of a kind of change. */
export type ChangeKindName = keyof typeof changeKinds;
