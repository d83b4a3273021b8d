// biome-ignore-all lint/suspicious/noTemplateCurlyInString: emitted code holds template strings of its own.
import type { SpecTables, TableRow } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { camelCase, constantCase, hex, kebabCase, pascalCase } from "./names.js";
import { arrayLiteral, constant, functionOf, inlineObject, interfaceOf, objectLiteral, quote } from "./structures.js";

type LayoutTable = SpecTables["header-layout"] | SpecTables["trailer-layout"];
type LayoutRow = TableRow<"header-layout">;

/** `layouts/header.ts` and `layouts/trailer.ts`: fixed binary records, read and written field by field. */
export function emitLayouts(tables: SpecTables): TypeScriptModule[] {
  return [tables["header-layout"], tables["trailer-layout"]].map(emitLayout);
}

// @spec format.integers
function emitLayout(table: LayoutTable): TypeScriptModule {
  const record = table.record;
  const upper = constantCase(record);
  const fixed = table.rows.filter((row) => typeof row.value === "string");
  const fields = table.rows.filter((row) => typeof row.value !== "string");
  const wide = fields.some((row) => row.type !== "bytes" && row.size === 8);
  const flags = table.rows.flatMap((row) => row.flags ?? []);
  return {
    path: `layouts/${kebabCase(record)}.ts`,
    origin: table.path,
    edit: "the table",
    emitter: "layouts.ts",
    imports: [],
    statements: [
      interfaceOf(
        record,
        { text: `${table.comment} Fixed values are not members.`, spec: table.spec },
        fields.map((row) => ({
          name: camelCase(row.name),
          type: row.type === "bytes" ? "Uint8Array" : "number",
          docs: { text: `${row.meaning} \`${place(row)}\`` },
        })),
      ),
      constant({
        name: `${upper}_SIZE`,
        docs: { text: `Bytes of a ${record}.`, spec: table.spec },
        value: String(table.size),
      }),
      ...fixed.map((row) =>
        constant({
          name: `${upper}_${constantCase(row.name)}`,
          docs: { text: `${row.meaning} \`${place(row)}\`` },
          type: "Uint8Array",
          value: `Uint8Array.of(${byteList(row)})`,
        }),
      ),
      ...(flags.length === 0
        ? []
        : [
            constant({
              name: `${record}Flag`,
              docs: { text: "Bits of the flags." },
              value: objectLiteral(
                flags.map((flag) => ({ key: pascalCase(flag.key), value: hex(2 ** flag.value, 8) })),
                " as const",
              ),
            }),
          ]),
      interfaceOf(`${record}Field`, { text: "Where a field lies and what it says, for tools that show bytes." }, [
        { name: "name", type: "string", docs: { text: "Name in the specification." } },
        { name: "offset", type: "number", docs: { text: "First byte, counted from the start of the record." } },
        { name: "size", type: "number", docs: { text: "Number of bytes." } },
        {
          name: "type",
          type: '"uint" | "bytes" | "flags"',
          docs: { text: "Form of the bytes; numbers are big-endian." },
        },
        { name: "meaning", type: "string", docs: { text: "What the field says, for people." } },
      ]),
      constant({
        name: `${upper}_FIELDS`,
        docs: { text: "Every field in the order of the bytes; no byte is in none or in two." },
        type: `readonly ${record}Field[]`,
        value: arrayLiteral(table.rows.map(fieldRow)),
      }),
      readFunction(record, upper, fields),
      writeFunction(record, upper, table.rows),
      ...(wide ? [readUint64, writeUint64] : []),
      checkUint,
    ],
  };
}

function readFunction(record: string, upper: string, fields: readonly LayoutRow[]) {
  return functionOf({
    name: `read${record}`,
    docs: {
      text:
        `Read a ${record} as it stands; what the values must be is checked by the loader. ` +
        "An 8-byte field above 2^53-1 is given as 2^53, which no comparison with a real size lets pass.",
      tags: ["@throws RangeError when fewer bytes are there"],
    },
    parameters: ["bytes: Uint8Array", "at = 0"],
    returns: record,
    body: [
      `if (at < 0 || bytes.length - at < ${upper}_SIZE) {`,
      `  throw new RangeError(\`a ${record} needs \${${upper}_SIZE} bytes at \${at}\`);`,
      "}",
      `const view = new DataView(bytes.buffer, bytes.byteOffset + at, ${upper}_SIZE);`,
      `return {\n${fields.map((row) => `  ${camelCase(row.name)}: ${readExpression(row)},`).join("\n")}\n};`,
    ],
  });
}

function readExpression(row: LayoutRow): string {
  if (row.type === "bytes") return `bytes.slice(at + ${row.offset}, at + ${row.offset + row.size})`;
  if (row.size === 8) return `readUint64(view, ${row.offset})`;
  return `view.getUint${row.size * 8}(${row.offset})`;
}

function writeFunction(record: string, upper: string, rows: readonly LayoutRow[]) {
  return functionOf({
    name: `write${record}`,
    docs: { text: `The bytes of a ${record}.`, tags: ["@throws RangeError when a value does not fit its field"] },
    parameters: ["value: ".concat(record)],
    returns: "Uint8Array",
    body: [
      `const bytes = new Uint8Array(${upper}_SIZE);`,
      "const view = new DataView(bytes.buffer);",
      ...rows.flatMap((row) => writeStatements(row, upper)),
      "return bytes;",
    ],
  });
}

function writeStatements(row: LayoutRow, upper: string): string[] {
  const member = `value.${camelCase(row.name)}`;
  if (typeof row.value === "string") return [`bytes.set(${upper}_${constantCase(row.name)}, ${row.offset});`];
  if (row.type === "bytes") {
    return [
      `if (${member}.length !== ${row.size}) throw new RangeError("${row.name} must have ${row.size} bytes");`,
      `bytes.set(${member}, ${row.offset});`,
    ];
  }
  if (row.size === 8)
    return [`writeUint64(view, ${row.offset}, checkUint("${row.name}", ${member}, Number.MAX_SAFE_INTEGER));`];
  const maximum = `0x${"ff".repeat(row.size)}`;
  return [`view.setUint${row.size * 8}(${row.offset}, checkUint("${row.name}", ${member}, ${maximum}));`];
}

const readUint64 = functionOf({
  name: "readUint64",
  parameters: ["view: DataView", "offset: number"],
  returns: "number",
  exported: false,
  body: [
    "const high = view.getUint32(offset);",
    "return high > 0x001fffff ? Number.MAX_SAFE_INTEGER + 1 : high * 0x100000000 + view.getUint32(offset + 4);",
  ],
});

const writeUint64 = functionOf({
  name: "writeUint64",
  parameters: ["view: DataView", "offset: number", "value: number"],
  returns: "void",
  exported: false,
  body: [
    "view.setUint32(offset, Math.floor(value / 0x100000000));",
    "view.setUint32(offset + 4, value % 0x100000000);",
  ],
});

const checkUint = functionOf({
  name: "checkUint",
  parameters: ["field: string", "value: number", "maximum: number"],
  returns: "number",
  exported: false,
  body: [
    "if (Number.isInteger(value) && value >= 0 && value <= maximum) return value;",
    "throw new RangeError(`${field} must be an integer from 0 to ${maximum}, not ${value}`);",
  ],
});

function place(row: LayoutRow): string {
  return row.size === 1 ? `byte ${row.offset}` : `bytes ${row.offset} to ${row.offset + row.size - 1}`;
}

function byteList(row: LayoutRow): string {
  return (String(row.value).match(/../g) ?? []).map((byte) => `0x${byte}`).join(", ");
}

function fieldRow(row: LayoutRow): string {
  const entries = [
    `name: ${quote(row.name)}`,
    `offset: ${row.offset}`,
    `size: ${row.size}`,
    `type: ${quote(row.type)}`,
  ];
  return inlineObject([...entries, `meaning: ${quote(row.meaning)}`], 2);
}
