import type { ArrayShape, Shape, TableShape } from "../model/cddl-model.js";
import { type CodecFile, type OrderClass, typeName } from "./codec-module.js";
import { knownTexts } from "./codec-names.js";
import { constantCase, pascalCase } from "./names.js";
import { functionOf, quote } from "./structures.js";

/** How shapes become TypeScript: their type, the call that reads one, and the call that writes one. */

/** The type of a shape. */
export function typeOf(file: CodecFile, shape: Shape): string {
  switch (shape.kind) {
    case "uint":
    case "int":
      return "number";
    case "big-uint":
      return "bigint";
    case "integer":
      return "number | bigint";
    case "bool":
      return "boolean";
    case "bytes":
      return "Uint8Array";
    case "text":
      return "string";
    case "enumeration":
      file.useEnum(shape.rule, `type ${pascalCase(shape.rule)}`);
      return pascalCase(shape.rule);
    case "reference":
      file.useRule(shape.rule, `type ${typeName(shape.rule)}`);
      return typeName(shape.rule);
    case "array": {
      const item = typeOf(file, shape.item);
      return `readonly ${item.includes(" ") ? `(${item})` : item}[]`;
    }
    case "table":
      return `Readonly<Record<string, ${typeOf(file, shape.value)}>>`;
  }
}

/** A bound of an integer as it is printed. */
export function bound(value: number): string {
  return value === Number.MAX_SAFE_INTEGER ? "Number.MAX_SAFE_INTEGER" : String(value);
}

/** `1, 128` or `0, UNBOUNDED`. */
function lengths(file: CodecFile, minimum: number, maximum: number | undefined): string {
  if (maximum === undefined) file.kernel("UNBOUNDED");
  return `${minimum}, ${maximum ?? "UNBOUNDED"}`;
}

/**
 * The expression that reads a shape from `r`.
 *
 * @param name the helper functions of containers are named after it
 * @param argument further argument of the helper or rule that is called, for instance `order`
 */
export function readCall(file: CodecFile, shape: Shape, name: string, argument = ""): string {
  const more = argument === "" ? "" : `, ${argument}`;
  switch (shape.kind) {
    case "uint":
      return shape.minimum === 0
        ? `r.uint(${bound(shape.maximum)})`
        : `r.uintFrom(${shape.minimum}, ${bound(shape.maximum)})`;
    case "int":
      return `r.int(${shape.minimum}, ${shape.maximum})`;
    case "big-uint":
      return "r.bigUint()";
    case "integer":
      return "r.integer()";
    case "bool":
      return "r.bool()";
    case "bytes":
      return `r.byteString(${lengths(file, shape.minimum, shape.maximum)})`;
    case "text": {
      const sizes = lengths(file, shape.minimum, shape.maximum);
      if (shape.pattern !== undefined) return `r.patternText(${usePattern(file, shape.pattern.rule)}, ${sizes})`;
      const known = knownTexts(file, shape.table);
      return known === undefined ? `r.text(${sizes})` : `r.knownText(${known}, ${sizes})`;
    }
    case "enumeration":
      file.useEnum(shape.rule, `is${pascalCase(shape.rule)}`);
      return `r.${shape.base === "text" ? "textOf" : "uintOf"}(is${pascalCase(shape.rule)}, ${quote(shape.rule)})`;
    case "reference":
      file.useRule(shape.rule, `read${pascalCase(shape.rule)}`);
      return `read${pascalCase(shape.rule)}(r${more})`;
    case "array":
      readArray(file, shape, name);
      return `read${name}(r${more})`;
    case "table":
      readTable(file, shape, name);
      return `read${name}(r)`;
  }
}

/** The statement that writes `value` of a shape to `w`. */
export function writeCall(file: CodecFile, shape: Shape, value: string, name: string, argument = ""): string {
  const more = argument === "" ? "" : `, ${argument}`;
  switch (shape.kind) {
    case "uint":
      return shape.minimum === 0
        ? `w.uint(${value}, ${bound(shape.maximum)});`
        : `w.uintFrom(${value}, ${shape.minimum}, ${bound(shape.maximum)});`;
    case "int":
      return `w.int(${value}, ${shape.minimum}, ${shape.maximum});`;
    case "big-uint":
      return `w.bigUint(${value});`;
    case "integer":
      return `w.integer(${value});`;
    case "bool":
      return `w.bool(${value});`;
    case "bytes":
      return `w.byteString(${value}, ${lengths(file, shape.minimum, shape.maximum)});`;
    case "text": {
      const sizes = lengths(file, shape.minimum, shape.maximum);
      return shape.pattern === undefined
        ? `w.text(${value}, ${sizes});`
        : `w.patternText(${value}, ${usePattern(file, shape.pattern.rule)}, ${sizes});`;
    }
    case "enumeration":
      file.useEnum(shape.rule, `is${pascalCase(shape.rule)}`);
      return `w.${shape.base === "text" ? "textOf" : "uintOf"}(${value}, is${pascalCase(shape.rule)}, ${quote(shape.rule)});`;
    case "reference":
      file.useRule(shape.rule, `write${pascalCase(shape.rule)}`);
      return `write${pascalCase(shape.rule)}(w, ${value}${more});`;
    case "array":
      writeArray(file, shape, name);
      return `write${name}(w, ${value}${more});`;
    case "table":
      writeTable(file, shape, name);
      return `write${name}(w, ${value});`;
  }
}

function usePattern(file: CodecFile, rule: string): string {
  const name = constantCase(rule);
  file.useRule(rule, name);
  return name;
}

/** The class that judges the order of an array's elements. */
export function judgeOf(array: ArrayShape): OrderClass | undefined {
  if (array.order.ascendingBy === undefined) return undefined;
  return array.order.prefixFree ? "AscendingPaths" : "AscendingItems";
}

/** The statements of a loop over the elements, without the head and the end of the array. */
export function readElements(file: CodecFile, array: ArrayShape, name: string): string[] {
  const { item, order } = array;
  const judge = judgeOf(array);
  const byMember = judge !== undefined && order.ascendingBy !== "";
  // Texts and byte strings that stand one behind the other need no judge: the place of the one before is enough.
  const inPlace = judge === "AscendingItems" && !byMember;
  if (judge !== undefined && !inPlace) file.kernel(judge);
  const read = readCall(file, item, `${name}Item`, byMember ? "order" : "");
  const checks = [
    ...(inPlace ? ["previousAt = r.requireAscending(previousAt);"] : []),
    ...(judge !== undefined && !byMember && !inPlace ? ["r.requireOrder(order);"] : []),
    ...(order.disjointFrom === undefined ? [] : [`r.requireAbsent(item, other, ${quote(order.disjointFrom)});`]),
  ];
  return [
    `const items: ${elementType(file, item)}[] = [];`,
    ...(judge === undefined ? [] : [inPlace ? "let previousAt = -1;" : `const order = new ${judge}();`]),
    ...(checks.length === 0
      ? [`for (let left = r.beginArray(${array.minimum}); left > 0; left--) items.push(${read});`]
      : [
          `for (let left = r.beginArray(${array.minimum}); left > 0; left--) {`,
          `  const item = ${read};`,
          ...checks.map((check) => `  ${check}`),
          "  items.push(item);",
          "}",
        ]),
    "r.endContainer();",
    "return items;",
  ];
}

/** The statements that write an array called `items`. */
export function writeElements(file: CodecFile, array: ArrayShape, name: string): string[] {
  const { item, order } = array;
  const judge = judgeOf(array);
  if (judge !== undefined) file.kernel(judge);
  const byMember = judge !== undefined && order.ascendingBy !== "";
  const write = writeCall(file, item, "item", `${name}Item`, byMember ? "order" : "");
  const checks = [
    ...(judge !== undefined && !byMember ? ["w.requireOrder(order);"] : []),
    ...(order.disjointFrom === undefined ? [] : [`w.requireAbsent(item, other, ${quote(order.disjointFrom)});`]),
  ];
  return [
    `w.beginArray(items, ${array.minimum});`,
    ...(judge === undefined ? [] : [`const order = new ${judge}();`]),
    ...(checks.length === 0
      ? [`for (const item of items) ${write}`]
      : ["for (const item of items) {", `  ${write}`, ...checks.map((check) => `  ${check}`), "}"]),
    "w.endContainer();",
  ];
}

function elementType(file: CodecFile, item: Shape): string {
  const type = typeOf(file, item);
  return type.includes(" ") ? `(${type})` : type;
}

/** The further parameter of a function that reads or writes an array which must share nothing with another one. */
function otherParameter(array: ArrayShape): string[] {
  return array.order.disjointFrom === undefined ? [] : ["other: readonly string[] | undefined"];
}

function readArray(file: CodecFile, array: ArrayShape, name: string): void {
  file.kernel("type CborReader");
  const slot = file.readers.length;
  const helper = functionOf({
    name: `read${name}`,
    parameters: ["r: CborReader", ...otherParameter(array)],
    returns: typeOf(file, array),
    body: readElements(file, array, name),
    exported: false,
  });
  file.readers.splice(slot, 0, helper);
}

function writeArray(file: CodecFile, array: ArrayShape, name: string): void {
  const slot = file.writers.length;
  const helper = functionOf({
    name: `write${name}`,
    parameters: ["w: CborWriter", `items: ${typeOf(file, array)}`, ...otherParameter(array)],
    returns: "void",
    body: writeElements(file, array, name),
    exported: false,
  });
  file.writers.splice(slot, 0, helper);
}

function readTable(file: CodecFile, table: TableShape, name: string): void {
  file.kernel("type CborReader", "setOwn");
  const slot = file.readers.length;
  const value = typeOf(file, table.value);
  const helper = functionOf({
    name: `read${name}`,
    parameters: ["r: CborReader"],
    returns: typeOf(file, table),
    body: [
      `const pairs: Record<string, ${value}> = {};`,
      "let previousAt = -1;",
      `for (let left = r.beginTable(${table.minimum}); left > 0; left--) {`,
      "  const keyAt = r.at;",
      "  const key = r.textKey(previousAt);",
      `  setOwn(pairs, key, ${readCall(file, table.value, `${name}Value`)});`,
      "  previousAt = keyAt;",
      "}",
      "r.endContainer();",
      "return pairs;",
    ],
    exported: false,
  });
  file.readers.splice(slot, 0, helper);
}

function writeTable(file: CodecFile, table: TableShape, name: string): void {
  file.kernel("UNBOUNDED");
  const slot = file.writers.length;
  const helper = functionOf({
    name: `write${name}`,
    parameters: ["w: CborWriter", `pairs: ${typeOf(file, table)}`],
    returns: "void",
    body: [
      `for (const key of w.beginTable(pairs, ${table.minimum})) {`,
      "  w.text(key, 0, UNBOUNDED);",
      `  ${writeCall(file, table.value, `pairs[key] as ${typeOf(file, table.value)}`, `${name}Value`)}`,
      "}",
      "w.endContainer();",
    ],
    exported: false,
  });
  file.writers.splice(slot, 0, helper);
}
