// biome-ignore-all lint/suspicious/noTemplateCurlyInString: emitted code holds template strings of its own.
import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { constantCase, hex, kebabCase, pascalCase } from "./names.js";
import { constant, functionOf, objectLiteral, quote, typeAlias } from "./structures.js";

interface NumberEnum {
  readonly type: string;
  readonly table: SpecTables["section-kinds" | "instruction-categories" | "tlv-types" | "instruction-flags"];
  readonly members: readonly { readonly name: string; readonly value: string; readonly meaning: string }[];
  /** Statements of the function that names any number, given the lookup of known ones. */
  readonly nameOf?: { readonly range: string; readonly unknown: readonly string[] };
}

/** One module for each table whose numbers are what programs handle. */
export function emitNumberEnums(tables: SpecTables): TypeScriptModule[] {
  const numbered = (rows: readonly { readonly name: string; readonly number: number; readonly meaning: string }[]) =>
    rows.map((row) => ({ name: row.name, value: String(row.number), meaning: row.meaning }));
  const enums: NumberEnum[] = [
    {
      type: "SectionKind",
      table: tables["section-kinds"],
      members: numbered(tables["section-kinds"].rows),
      nameOf: {
        range: "1 to 65535",
        unknown: [
          'const digits = `0x${kind.toString(16).padStart(4, "0")}`;',
          // @spec index.kind.unknown, index.kind.vendor
          "return kind >= 0x8000 ? `vendor ${digits}` : `reserved ${digits}`;",
        ],
      },
    },
    {
      type: "InstructionCategory",
      table: tables["instruction-categories"],
      members: numbered(tables["instruction-categories"].rows),
      nameOf: { range: "0 to 15", unknown: ["return `reserved 0x${category.toString(16)}`;"] },
    },
    { type: "TlvType", table: tables["tlv-types"], members: numbered(tables["tlv-types"].rows) },
    {
      type: "InstructionFlag",
      table: tables["instruction-flags"],
      members: tables["instruction-flags"].rows.map((row) => ({
        name: row.name,
        value: hex(2 ** row.bit, 2),
        meaning: row.meaning,
      })),
    },
  ];
  return enums.map(emitNumberEnum);
}

function emitNumberEnum({ type, table, members, nameOf }: NumberEnum): TypeScriptModule {
  const names = `${constantCase(type)}_NAMES`;
  const guard = functionOf({
    name: `is${type}`,
    docs: { text: `Whether a number is one of the values in {@link ${type}}.` },
    parameters: ["number: number"],
    returns: `number is ${type}`,
    body: [`return Object.hasOwn(${names}, number);`],
  });
  const parameter = type === "SectionKind" ? "kind" : "category";
  return {
    path: `enums/${kebabCase(type)}.ts`,
    origin: table.path,
    edit: "the table",
    emitter: "enum-numbers.ts",
    imports: [],
    statements: [
      constant({
        name: type,
        docs: { text: table.comment, spec: table.spec },
        value: objectLiteral(
          members.map((member) => ({
            key: pascalCase(member.name),
            value: member.value,
            docs: { text: member.meaning },
          })),
          " as const",
        ),
      }),
      typeAlias(type, { text: `One of the numbers in {@link ${type}}.` }, `(typeof ${type})[keyof typeof ${type}]`),
      constant({
        name: names,
        docs: { text: "The name of each number." },
        type: `Readonly<Record<${type}, string>>`,
        value: objectLiteral(
          members.map((member) => ({ key: `[${type}.${pascalCase(member.name)}]`, value: quote(member.name) })),
        ),
      }),
      guard,
      ...(nameOf === undefined
        ? []
        : [
            functionOf({
              name: `${type.charAt(0).toLowerCase()}${type.slice(1)}Name`,
              docs: {
                text: `The name of any number from ${nameOf.range}, for people; also of those the table does not have.`,
              },
              parameters: [`${parameter}: number`],
              returns: "string",
              body: [`if (is${type}(${parameter})) return ${names}[${parameter}];`, ...nameOf.unknown],
            }),
          ]),
    ],
  };
}
