import {
  anything,
  type Column,
  type Columns,
  integer,
  type Json,
  listOf,
  mapOf,
  nullable,
  oneOf,
  optional,
  plainValue,
  rowOf,
  text,
  truth,
} from "./table-columns.js";
import type { YamlEntry } from "./yaml-tree.js";

/** The columns of every table of `spec/tables/`. A table that is not here does not exist. */

const snake = { pattern: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, form: "lower-case words joined by `_`" };
const hyphenated = { pattern: /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, form: "lower-case words joined by `_` or `-`" };
const dotted = { pattern: /^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$/, form: "lower-case words joined by `.`" };
const pascal = { pattern: /^[A-Z][A-Za-z0-9]*$/, form: "a name that begins with a capital and has no separators" };
const upper = { pattern: /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, form: "upper-case words joined by `_`" };
const anchor = { pattern: /^[a-z0-9]+([.-][a-z0-9]+)*$/, form: "an anchor id: lower-case words joined by `.` and `-`" };
const version = { pattern: /^[0-9]{1,5}[.][0-9]{1,5}$/, form: 'a version as "major.minor" in quotes' };
const anyVersion = { pattern: /^[0-9]{1,5}([.][0-9]{1,5}){0,2}$/, form: "one to three numbers joined by `.`" };
const sentence = { pattern: /[.]$/, form: "a sentence that ends with a full stop" };
const hexBytes = { pattern: /^([0-9a-f]{2})+$/, form: "bytes in lower-case hexadecimal" };
const fieldType = {
  pattern: /^(text|text_list|bytes|bool|u32|safe_uint|enum:[a-z-]+([|][a-z-]+)*)[?]?$/,
  form: "text, text_list, bytes, bool, u32, safe_uint, enum:<table> or enum:<table>|<table>, with `?` where it may be absent",
};
const operandType = {
  pattern: /^(u32|u64|i64|f64|bool|bytes|text|handle|list)[?]?$/,
  form: "u32, u64, i64, f64, bool, bytes, text, handle or list, with `?` where it may be absent",
};

const number16 = integer(0, 0xffff);
const since = text(version);
const meaning = text(sentence);
const fields = typedNames(fieldType);
const operands = typedNames(operandType);
const exampleValues = mapOf(anything, snake);

/** Rows of tables that give names their numbers. */
const named = { name: text(snake), number: number16, since, meaning };

/**
 * A map from names to types. Its order counts, which JSON keeps of a list alone, so that a list is what `spec.json` has.
 */
function typedNames(type: typeof fieldType): ReturnType<typeof mapOf<string>> {
  return {
    ...mapOf(text(type), snake),
    schema: { type: "array", items: { $ref: "#/$defs/typed-name" } },
    plain: (node) => (node.kind === "map" ? node.entries.map(plainType) : null),
  };
}

function plainType({ key, value }: YamlEntry): Json {
  const written = String(plainValue(value));
  const [type = "", tables] = written.replace("?", "").split(":");
  return {
    name: key,
    type: tables === undefined ? type : "text",
    optional: written.endsWith("?"),
    tables: tables?.split("|") ?? [],
  };
}

interface TableSchema<R extends Columns, T extends Columns> {
  readonly row: R;
  readonly top: T;
}

function table<const R extends Columns>(row: R): TableSchema<R, Record<never, never>>;
function table<const R extends Columns, const T extends Columns>(row: R, top: T): TableSchema<R, T>;
function table(row: Columns, top: Columns = {}): TableSchema<Columns, Columns> {
  return { row, top };
}

/** The fixed value of a field: a number, or bytes in hexadecimal. */
const numberOrBytes: Column<string | number> = {
  expects: "a number, or bytes in lower-case hexadecimal",
  schema: { anyOf: [{ type: "integer" }, text(hexBytes).schema] },
  plain: plainValue,
  read(node, name, reading) {
    const isText = node.kind === "scalar" && typeof node.value === "string";
    return isText
      ? text(hexBytes).read(node, name, reading)
      : integer(0, Number.MAX_SAFE_INTEGER).read(node, name, reading);
  },
};

const layoutRow = {
  name: text(snake),
  offset: integer(0, 0xffff),
  size: integer(1, 0xffff),
  type: oneOf("uint", "bytes", "flags"),
  value: optional(numberOrBytes),
  flags: optional(mapOf(integer(0, 31), upper)),
  since,
  meaning,
};
const layoutTop = { record: text(pascal), size: integer(1, 0xffff) };

const ifactsCategory = oneOf(
  "protocol_interaction",
  "module_interface",
  "security_behavior",
  "data_integrity",
  "ego_compliance",
  "permission_compliance",
);

/** Schema of each table by its name, in alphabetical order. */
export const tableSchemas = {
  "abi-violations": table(named),
  "action-refusals": table(named),
  "artifact-parts": table({ ...named, digest: nullable(text(hyphenated)) }),
  "assembly-reasons": table(named),
  "assembly-steps": table(named),
  "code-reasons": table(named),
  capabilities: table({ name: text(dotted), bit: integer(0, 30), since, meaning }),
  "component-origins": table(named),
  components: table({
    ...named,
    group: oneOf("module", "protocol", "infrastructure"),
    stage: nullable(integer(1, 5)),
    always: truth,
    runs: oneOf("guest", "host"),
    depends: listOf(text(snake)),
    related: listOf(text(snake)),
    actions: listOf(
      rowOf("an action", {
        name: text(snake),
        skill: nullable(text(snake)),
        permission: nullable(text(snake)),
        meaning,
      }),
    ),
  }),
  "crypto-algorithms": table(named),
  "decode-reasons": table(named),
  "discard-reasons": table(named),
  "error-codes": table({
    code: text(upper),
    number: number16,
    layer: oneOf("loader", "runtime", "adapter", "host"),
    since,
    context: fields,
    meaning,
  }),
  "event-categories": table({ ...named, default: truth }),
  "event-rejections": table(named),
  events: table({
    category: text(snake),
    name: text(snake),
    level: oneOf("debug", "info", "warning", "error"),
    since,
    fields,
    meaning,
  }),
  "fay-findings": table({ ...named, severity: oneOf("error", "warning") }),
  "header-layout": table(layoutRow, layoutTop),
  "host-errors": table(named),
  "ifacts-tests": table({
    ...named,
    stage: integer(1, 5),
    level: integer(1, 4),
    category: ifactsCategory,
    components: listOf(text(snake)),
    families: listOf(text(hyphenated)),
  }),
  "input-log-faults": table(named),
  "instruction-categories": table({ ...named, number: integer(0, 15) }),
  "instruction-events": table({
    category: text(snake),
    name: text(snake),
    opcode: number16,
    since,
    payload: operands,
    example: exampleValues,
    meaning,
  }),
  "instruction-flags": table({ name: text(upper), bit: integer(4, 7), since, meaning }),
  "instruction-layout": table({
    name: text(snake),
    since,
    fields: listOf(rowOf("a field of an instruction layout", { name: text(snake), size: integer(1, 8) })),
    // biome-ignore lint/suspicious/noThenProperty: `then` is the table's own word for what follows the head.
    then: text(snake),
    maximum_bytes: nullable(integer(1, Number.MAX_SAFE_INTEGER)),
    meaning,
  }),
  "instruction-reasons": table(named),
  instructions: table({
    category: text(snake),
    name: text(snake),
    opcode: number16,
    capability: nullable(text(dotted)),
    dispatch: oneOf("sync", "either", "async"),
    since,
    operands,
    results: operands,
    errors: listOf(text(snake)),
    events: optional(listOf(text(snake))),
    example: rowOf("an example", { operands: exampleValues, results: exampleValues }),
    mirrors: mapOf(text(), snake),
    meaning,
  }),
  lifecycle: table(
    {
      from: nullable(text(pascal)),
      trigger: text(snake),
      to: text(pascal),
      guard: optional(text(snake)),
      code: optional(text(upper)),
    },
    {
      initial: text(pascal),
      final: listOf(text(pascal)),
      states: listOf(rowOf("a state", { name: text(pascal), number: number16, since, meaning })),
      triggers: listOf(
        rowOf("a trigger", { name: text(snake), number: number16, by: oneOf("command", "runtime"), since, meaning }),
      ),
    },
  ),
  "load-limits": table({ ...named, default: integer(1, Number.MAX_SAFE_INTEGER) }),
  "load-profiles": table({
    ...named,
    terminal: text(snake),
    memory_bytes: nullable(integer(1, Number.MAX_SAFE_INTEGER)),
    max_section_bytes: nullable(integer(1, Number.MAX_SAFE_INTEGER)),
    max_total_bytes: nullable(integer(1, Number.MAX_SAFE_INTEGER)),
  }),
  "loader-checks": table({
    position: integer(1, 0xffff),
    phase: text(snake),
    code: text(upper),
    reasons: optional(text(hyphenated)),
    reason: optional(text(snake)),
    check: text(sentence),
  }),
  "loader-phases": table(named),
  platforms: table({
    ...named,
    terminal: text(snake),
    priority: integer(0, 0xffff),
    capabilities: listOf(text(dotted)),
    restricted: listOf(text(dotted)),
  }),
  quotas: table({
    name: text(snake),
    number: number16,
    unit: text(),
    implies: nullable(text(snake)),
    exceeded: oneOf("deny", "suspend", "yield", "throttle", "reject", "reply"),
    since,
    meaning,
  }),
  "runtime-capabilities": table(named),
  "runtime-interface": table({
    ...named,
    group: oneOf("metadata", "lifecycle", "state", "adapter"),
    takes: listOf(text(snake)),
    gives: nullable(text(snake)),
  }),
  "section-faults": table(named),
  "section-kinds": table({ ...named, number: integer(1, 0x7fff) }),
  signals: table(named),
  "signature-algorithms": table({
    name: text(hyphenated),
    number: number16,
    since,
    signature_bytes: nullable(integer(1, 0xffff)),
    meaning,
  }),
  "signature-reasons": table({
    name: text(pascal),
    number: number16,
    since,
    enforce_on: oneOf("refuse", "unverified", "unsigned"),
    enforce_off: oneOf("refuse", "unverified", "unsigned"),
    meaning,
  }),
  "skip-reasons": table(named),
  "snapshot-faults": table(named),
  "snapshot-refusals": table(named),
  stages: table(named),
  "structure-reasons": table(named),
  terminals: table(named),
  "tlv-types": table({ name: text(snake), number: integer(0, 255), size: nullable(integer(0, 255)), since, meaning }),
  "trailer-layout": table(layoutRow, layoutTop),
  traps: table(named),
  "trust-key-faults": table(named),
  "trust-levels": table(named),
  "ui-attributes": table(named),
  "ui-nodes": table(named),
  "vector-families": table({
    name: text(hyphenated),
    number: number16,
    since,
    ladder: integer(0, 6),
    ifacts_level: integer(1, 4),
    ifacts_category: ifactsCategory,
    operations: listOf(text(snake)),
    meaning,
  }),
  "vector-operations": table({
    ...named,
    takes: listOf(text(snake)),
    may_take: listOf(text(snake)),
    gives: listOf(text(snake)),
  }),
  versions: table({ name: text(snake), version: text(anyVersion), meaning }),
} as const;

/** Name of a table. */
export type TableName = keyof typeof tableSchemas;

/** Columns that a row of any table may have. */
export const rowMarks = { deprecated: optional(text(version)) };

/** Columns every table has at its top. */
export const tableHead = { table: text(hyphenated), spec: text(anchor) };
