import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables } from "../model/table-model.js";
import type { YamlNode, YamlPlace } from "../model/yaml-tree.js";
import { diagnosticAt } from "./table-report.js";

interface Value {
  readonly key: string;
  readonly value: YamlNode;
}

/** Lists are nested no deeper, the outermost having depth 1. @spec instructions.tlv.list */
const DEEPEST_LIST = 4;

/** Smallest and largest number of a type. */
const BOUNDS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  u32: [0n, 2n ** 32n - 1n],
  u64: [0n, 2n ** 64n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  handle: [1n, 2n ** 32n - 1n],
};

const INTEGER = /^(0|-?[1-9][0-9]{0,18}|1[0-9]{19})$/;

/** Tables have no numbers beyond 2^53-1: these stand as texts. */
const isLong = (type: string): boolean => type === "u64" || type === "i64";

/** Types that a value says itself: the others stand as `{ type: value }` where no row gives one. */
const SELF_TOLD = ["text", "bool", "list"];

/**
 * The example of a row has a value for each operand and result of the row, in its order and of its type.
 *
 * @spec instructions.table, instructions.operands, instructions.events
 */
export function checkExamples(tables: SpecTables): Diagnostic[] {
  return [
    ...tables.instructions.rows.flatMap(({ operands, results, example }) => [
      ...valuesFit(operandsOf(operands), example.operands, example.placeOf("operands")),
      ...valuesFit(operandsOf(results), example.results, example.placeOf("results")),
    ]),
    ...tables["instruction-events"].rows.flatMap((row) =>
      valuesFit(operandsOf(row.payload), row.example, row.placeOf("example")),
    ),
  ];
}

function valuesFit(operands: readonly Operand[], values: readonly Value[], place: YamlPlace): Diagnostic[] {
  const report = (at: YamlPlace, name: string, reason: string): Diagnostic[] => [
    diagnosticAt("table/example", at, { name, reason }),
  ];
  const unknown = values.find(({ key }) => operands.every(({ name }) => name !== key));
  if (unknown !== undefined) return report(unknown.value, unknown.key, "is none of its names");
  const order = operands.map(({ name }) => name).filter((name) => values.some(({ key }) => key === name));
  const displaced = values.find(({ key }, index) => key !== order[index]);
  if (displaced !== undefined) return report(displaced.value, displaced.key, "stands at another place there");
  return operands.flatMap(({ name, type, optional }) => {
    const given = values.find(({ key }) => key === name);
    if (given === undefined) return optional ? [] : report(place, name, "has no value");
    const fault = valueFault(type, given.value, 1);
    return fault === undefined ? [] : report(given.value, name, fault);
  });
}

/** What a value of a type is not. */
function valueFault(type: string, node: YamlNode, depth: number): string | undefined {
  if (type === "list") return listFault(node, depth);
  const value = node.kind === "scalar" ? node.value : undefined;
  const bounds = BOUNDS[type];
  if (bounds !== undefined) {
    const [least, most] = bounds;
    const number = typeof value === "string" && isLong(type) && INTEGER.test(value) ? BigInt(value) : value;
    if (typeof number !== "bigint") return `is a ${type}: a number${isLong(type) ? ", or its decimal text" : ""}`;
    return number >= least && number <= most ? undefined : `is a ${type}: ${least} to ${most}`;
  }
  if (type === "bool") return typeof value === "boolean" ? undefined : "is a bool: true or false";
  if (typeof value !== "string") return `is ${type === "text" ? "a text" : `${type}: a text in hexadecimal`}`;
  if (type === "bytes") return /^([0-9a-f]{2})*$/.test(value) ? undefined : "is bytes: lower-case hexadecimal";
  if (type === "f64") return /^[0-9a-f]{16}$/.test(value) ? undefined : "is an f64: its eight bytes in hexadecimal";
  return undefined;
}

/** A text, true or false and a list stand for themselves in a list, and everything else as `{ type: value }`. */
function listFault(node: YamlNode, depth: number): string | undefined {
  if (node.kind !== "list") return "is a list";
  if (depth > DEEPEST_LIST) return `has lists deeper than ${DEEPEST_LIST}`;
  for (const item of node.items) {
    const fault = itemFault(item, depth);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function itemFault(item: YamlNode, depth: number): string | undefined {
  if (item.kind === "list") return listFault(item, depth + 1);
  if (item.kind === "scalar") {
    if (typeof item.value === "string" || typeof item.value === "boolean") return undefined;
    return "has an item without a type, which is written { type: value }";
  }
  const [only, ...more] = item.entries;
  if (only === undefined || more.length > 0) return "has an item that is not one { type: value }";
  if (only.key !== "f64" && only.key !== "bytes" && BOUNDS[only.key] === undefined)
    return SELF_TOLD.includes(only.key)
      ? `has an item whose type \`${only.key}\` need not be written`
      : `has an item of no type that is called \`${only.key}\``;
  const fault = valueFault(only.key, only.value, depth);
  return fault === undefined ? undefined : `has an item that does not fit: it ${fault}`;
}
