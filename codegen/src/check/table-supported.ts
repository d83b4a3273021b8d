import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { RESERVED_WORDS } from "../model/reserved-words.js";
import type { SpecTables } from "../model/table-model.js";
import { diagnosticAt } from "./table-report.js";

/** Types of TLVs the kernel reads and writes, in the order of their numbers. */
const tlvTypes = ["none", "u32", "u64", "i64", "f64", "bool", "bytes", "text", "handle", "list"];

/** Heads of the three messages as the kernel reads and writes them. */
const heads: Readonly<Record<string, string>> = {
  instruction: "cat(1) op(2) caps(2) | operands",
  reply: "status(2) | payload",
  event: "cat(1) op(2) | payload",
};

const tlvHelp = {
  help: ["a new type is written by hand first: reference/codec, then the list in codegen/src/check/table-supported.ts"],
};

/** Tables may say more than the generator and the kernel can do. It is refused here, never left out in silence. */
export function checkSupported(tables: SpecTables): Diagnostic[] {
  return [...tlv(tables), ...layout(tables), ...flags(tables), ...operandNames(tables)];
}

function tlv(tables: SpecTables): Diagnostic[] {
  const rows = tables["tlv-types"].rows;
  const unknown = rows.flatMap((row) =>
    tlvTypes[row.number] === row.name
      ? []
      : [
          diagnosticAt(
            "table/unsupported",
            row.placeOf("name"),
            {
              what: `TLV type \`${row.name}\` as number ${row.number}`,
            },
            tlvHelp,
          ),
        ],
  );
  const missing = tlvTypes.filter((name) => !rows.some((row) => row.name === name));
  return [
    ...unknown,
    ...missing.map((name) =>
      diagnosticAt("table/unsupported", tables["tlv-types"].place, { what: `a table without TLV type \`${name}\`` }),
    ),
  ];
}

function layout(tables: SpecTables): Diagnostic[] {
  return tables["instruction-layout"].rows.flatMap((row) => {
    const form = `${row.fields.map((field) => `${field.value.name}(${field.value.size})`).join(" ")} | ${row.then}`;
    if (heads[row.name] === form) return [];
    return [
      diagnosticAt("table/unsupported", row.placeOf("fields"), {
        what: `a message \`${row.name}\` of the form ${form}`,
      }),
    ];
  });
}

function flags(tables: SpecTables): Diagnostic[] {
  const known = [
    ["ASYNC", 6],
    ["EXT_CAPS", 7],
  ] as const;
  const table = tables["instruction-flags"];
  const extra = table.rows.filter((row) => !known.some(([name, bit]) => row.name === name && row.bit === bit));
  const missing = known.filter(([name]) => !table.rows.some((row) => row.name === name));
  return [
    ...extra.map((row) =>
      diagnosticAt("table/unsupported", row.placeOf("bit"), { what: `flag \`${row.name}\` as bit ${row.bit}` }),
    ),
    ...missing.map(([name]) =>
      diagnosticAt("table/unsupported", table.place, { what: `a table without flag \`${name}\`` }),
    ),
  ];
}

/** Generated functions of TypeScript take each operand as a parameter of its name; those of guests rename it. */
function operandNames(tables: SpecTables): Diagnostic[] {
  const columns = [
    ...tables.instructions.rows.flatMap((row) => [row.operands, row.results]),
    ...tables["instruction-events"].rows.map((row) => row.payload),
  ];
  return columns
    .flat()
    .filter(({ key }) => RESERVED_WORDS.has(key))
    .map(({ key, keyPlace }) =>
      diagnosticAt("table/unsupported", keyPlace, {
        what: `an operand named \`${key}\`, which is a word of TypeScript`,
      }),
    );
}
