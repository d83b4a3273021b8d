// The schemas of manifest and section index, written by hand from spec/cddl: what the generated codecs are compared with.

/** What the schema asks of one item. */
export type Shape =
  | { readonly kind: "integer"; readonly minimum: number; readonly maximum: number }
  | { readonly kind: "text"; readonly minimum: number; readonly maximum: number; readonly pattern?: RegExp }
  | { readonly kind: "bytes"; readonly length?: number }
  | { readonly kind: "row"; readonly items: readonly Shape[] }
  | {
      readonly kind: "list";
      readonly item: Shape;
      readonly minimum: number;
      readonly isAscending: boolean;
      /** Member of the elements that ascends; absent: the elements themselves. */
      readonly by?: string | number;
      readonly isPrefixFree?: boolean;
    }
  /** Any text to any text, at least one. */
  | { readonly kind: "table" }
  | { readonly kind: "record"; readonly grows: boolean; readonly members: Readonly<Record<string, Member>> };

/** A named member. */
export interface Member {
  readonly shape: Shape;
  readonly isOptional?: boolean;
  /** Member of the same map with which it must share no element. */
  readonly disjointFrom?: string;
}

const NUMBER = "(0|[1-9][0-9]*)";
const IDENTIFIER = "(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
const BUILD = "[0-9A-Za-z-]+([.][0-9A-Za-z-]+)*";
const VERSION = `${NUMBER}[.]${NUMBER}[.]${NUMBER}(-${IDENTIFIER}([.]${IDENTIFIER})*)?([+]${BUILD})?`;
const COMPARATOR = `(=|>=|>|<=|<|\\^|~)${VERSION}`;
const SEGMENT = "[a-z0-9]+([._-][a-z0-9]+)*";

const text = (minimum = 0, maximum = Infinity, pattern?: string): Shape => ({
  kind: "text",
  minimum,
  maximum,
  ...(pattern === undefined ? {} : { pattern: new RegExp(`^(?:${pattern})$`) }),
});
const integer = (maximum: number, minimum = 0): Shape => ({ kind: "integer", minimum, maximum });
const set = (item: Shape, minimum: number): Shape => ({ kind: "list", item, minimum, isAscending: true });
const optional = (shape: Shape): Member => ({ shape, isOptional: true });
const required = (shape: Shape): Member => ({ shape });
const record = (grows: boolean, members: Readonly<Record<string, Member>>): Shape => ({
  kind: "record",
  grows,
  members,
});

const SAFE = integer(Number.MAX_SAFE_INTEGER);
const PART = integer(65_535);
const DIGEST: Shape = { kind: "bytes", length: 32 };
const NAME = text(1, 128, `${SEGMENT}(/${SEGMENT})*`);
const CAPABILITY = text(1, 64, "[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*");
const SCHEMA_VERSION: Shape = { kind: "row", items: [PART, PART] };
const SIGNATURE = record(false, {
  algorithm: required(text()),
  key_id: required(DIGEST),
  value: required({ kind: "bytes" }),
});
const QUOTAS = [
  "memory_bytes",
  "table_elements",
  "fuel",
  "fuel_per_slice",
  "wall_ms",
  "emits_per_second",
  "max_pending_events",
  "open_handles",
  "open_calls",
  "reply_bytes",
];

/** The manifest of schema 1.0. */
export const MANIFEST_SHAPE: Shape = record(true, {
  schema_version: required(SCHEMA_VERSION),
  runtime_interface_min: required({ kind: "row", items: [PART, PART, PART] }),
  name: required(NAME),
  version: required(text(1, 64, VERSION)),
  entry: required(record(true, { section: required(NAME), symbol: required(text(1, 128)) })),
  runtime: required(
    record(true, {
      code_format: required(text()),
      requires: optional(set(text(), 1)),
      prefer: optional({ kind: "list", item: NAME, minimum: 1, isAscending: false }),
    }),
  ),
  host_functions: optional(set(NAME, 1)),
  optional_capabilities: optional(set(CAPABILITY, 1)),
  required_capabilities: { shape: set(CAPABILITY, 0), disjointFrom: "optional_capabilities" },
  quotas: optional(record(true, Object.fromEntries(QUOTAS.map((name) => [name, optional(SAFE)])))),
  dependencies: optional({
    kind: "list",
    item: record(true, {
      name: required(NAME),
      version_range: required(text(0, Infinity, `${COMPARATOR}( ${COMPARATOR})*`)),
    }),
    minimum: 1,
    isAscending: true,
    by: "name",
  }),
  section_index_digest: required(DIGEST),
  assembly: optional(NAME),
  deprecation_notice: optional(text()),
  annotations: optional({ kind: "table" }),
  signature: optional(SIGNATURE),
});

/** What is typed in a manifest of an unknown major version. */
export const MANIFEST_HEAD_SHAPE: Shape = record(true, {
  schema_version: required(SCHEMA_VERSION),
  section_index_digest: required(DIGEST),
  signature: optional(SIGNATURE),
});

/** The section index. */
export const INDEX_SHAPE: Shape = {
  kind: "list",
  item: {
    kind: "row",
    items: [
      NAME,
      integer(65_535, 1),
      SAFE,
      SAFE,
      DIGEST,
      integer(1),
      record(true, {
        terminals: optional(set(text(), 1)),
        capabilities: optional(set(text(), 1)),
        features: optional(set(text(), 1)),
        min_memory_bytes: optional(SAFE),
      }),
    ],
  },
  minimum: 0,
  isAscending: true,
  by: 0,
  isPrefixFree: true,
};
