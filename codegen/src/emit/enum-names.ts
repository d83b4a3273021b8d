import type { Placed } from "../model/table-columns.js";
import { type NameTable, nameTables } from "../model/table-enums.js";
import type { SpecTables, Table } from "../model/table-model.js";
import { componentRows, ifactsTestRows } from "./enum-components.js";
import type { TypeScriptModule } from "./generated-file.js";
import { constantCase, kebabCase, pascalCase, plural } from "./names.js";
import { arrayLiteral, constant, functionOf, interfaceOf, objectLiteral, quote, typeAlias } from "./structures.js";

/** A row with a name and a number. */
export type NamedRow = { readonly name: string; readonly number: number; readonly meaning: string } & Placed;

/** Tables whose plural is taken by the rows themselves. */
const listNames: Partial<Record<NameTable, string>> = {
  platforms: "PLATFORM_NAMES",
  "ifacts-tests": "IFACTS_TEST_NAMES",
  "load-profiles": "LOAD_PROFILE_PRESET_NAMES",
};

/** The exported list of every name of a table. */
export function listNameOf(table: NameTable): string {
  return listNames[table] ?? plural(constantCase(nameTables[table]));
}

/** One module for each table of names: const object, type, numbers, list and guard. */
export function emitNameEnums(tables: SpecTables): TypeScriptModule[] {
  return (Object.keys(nameTables) as NameTable[]).map((name) => emitNameEnum(name, tables[name], tables));
}

function emitNameEnum(name: NameTable, table: Table<NamedRow>, tables: SpecTables): TypeScriptModule {
  const type = nameTables[name];
  const upper = constantCase(type);
  const rows = [...table.rows].sort((a, b) => a.number - b.number);
  const extra = extraColumns(name, tables);
  return {
    path: `enums/${kebabCase(type)}.ts`,
    origin: table.path,
    edit: "the table",
    emitter: "enum-names.ts",
    imports: extra.imports,
    statements: [
      constant({
        name: type,
        docs: { text: table.comment, spec: table.spec },
        value: objectLiteral(
          table.rows.map((row) => ({ key: pascalCase(row.name), value: quote(row.name), docs: { text: row.meaning } })),
          " as const",
        ),
      }),
      typeAlias(type, { text: `One of the names in {@link ${type}}.` }, `(typeof ${type})[keyof typeof ${type}]`),
      constant({
        name: `${upper}_NUMBERS`,
        docs: { text: "The number of each name." },
        type: `Readonly<Record<${type}, number>>`,
        value: objectLiteral(rows.map((row) => ({ key: row.name, value: String(row.number) }))),
      }),
      constant({
        name: listNameOf(name),
        docs: { text: "Every name, in the order of the numbers." },
        type: `readonly ${type}[]`,
        value: arrayLiteral(rows.map((row) => quote(row.name))),
      }),
      ...extra.statements,
      functionOf({
        name: `is${type}`,
        docs: { text: `Whether a text is one of the names in {@link ${type}}.` },
        parameters: ["text: string"],
        returns: `text is ${type}`,
        body: [`return Object.hasOwn(${upper}_NUMBERS, text);`],
      }),
    ],
  };
}

function extraColumns(name: NameTable, tables: SpecTables): Pick<TypeScriptModule, "imports" | "statements"> {
  switch (name) {
    case "load-limits":
      return columnRecord(
        "LOAD_LIMIT_DEFAULTS",
        "LoadLimit",
        "number",
        "The default of each limit.",
        tables["load-limits"].rows.map((row) => ({ key: row.name, value: String(row.default) })),
      );
    case "event-categories":
      return columnRecord(
        "EVENT_CATEGORY_DEFAULTS",
        "EventCategory",
        "boolean",
        "Whether a subscriber gets the category without naming it.",
        tables["event-categories"].rows.map((row) => ({ key: row.name, value: String(row.default) })),
      );
    case "signature-algorithms":
      return columnRecord(
        "SIGNATURE_BYTES",
        "SignatureAlgorithm",
        "number | null",
        "Bytes of a signature; null where the key decides.",
        tables["signature-algorithms"].rows.map((row) => ({ key: row.name, value: String(row.signature_bytes) })),
      );
    case "signature-reasons": {
      const record = columnRecord(
        "SIGNATURE_DECISIONS",
        "SignatureReason",
        "SignatureDecision",
        "What follows from each finding, with signatures enforced and without: refuse the artifact, or accept it with a trust level.",
        tables["signature-reasons"].rows.map((row) => ({
          key: row.name,
          value: `{ enforceOn: ${quote(row.enforce_on)}, enforceOff: ${quote(row.enforce_off)} }`,
        })),
      );
      return { imports: [], statements: [...signatureDecision, ...record.statements] };
    }
    case "quotas":
      return quotaRows(tables);
    case "platforms":
      return platformRows(tables);
    case "load-profiles":
      return loadProfileRows(tables);
    case "vector-families":
      return vectorFamilyRows(tables);
    case "vector-operations":
      return vectorOperationRows(tables);
    case "components":
      return componentRows(tables);
    case "ifacts-tests":
      return ifactsTestRows(tables);
    case "fay-findings":
      return columnRecord(
        "FAY_FINDING_SEVERITIES",
        "FayFinding",
        '"error" | "warning"',
        "Whether a finding keeps a FayManifest from being assembled.",
        tables["fay-findings"].rows.map((row) => ({ key: row.name, value: quote(row.severity) })),
      );
    default:
      return { imports: [], statements: [] };
  }
}

const signatureDecision = [
  typeAlias(
    "SignatureOutcome",
    { text: "The artifact is refused, or accepted with this trust level." },
    '"refuse" | "unverified" | "unsigned"',
  ),
  interfaceOf("SignatureDecision", { text: "What follows from a finding." }, [
    { name: "enforceOn", type: "SignatureOutcome", docs: { text: "Where the host enforces signatures." } },
    { name: "enforceOff", type: "SignatureOutcome", docs: { text: "Where it does not." } },
  ]),
];

function columnRecord(
  name: string,
  key: string,
  value: string,
  text: string,
  entries: readonly { readonly key: string; readonly value: string }[],
): Pick<TypeScriptModule, "imports" | "statements"> {
  const type = `Readonly<Record<${key}, ${value}>>`;
  return { imports: [], statements: [constant({ name, docs: { text }, type, value: objectLiteral(entries) })] };
}

function quotaRows(tables: SpecTables): Pick<TypeScriptModule, "imports" | "statements"> {
  const exceeded = [...new Set(tables.quotas.rows.map((row) => quote(row.exceeded)))].join(" | ");
  const rows = tables.quotas.rows.map(
    (row) =>
      `{ name: ${quote(row.name)}, unit: ${quote(row.unit)}, ` +
      `implies: ${row.implies === null ? "null" : quote(row.implies)}, exceeded: ${quote(row.exceeded)} }`,
  );
  return {
    imports: [{ from: "./runtime-capability.js", names: ["type RuntimeCapability"] }],
    statements: [
      typeAlias("QuotaExceeded", { text: "What happens when a quota is reached." }, exceeded),
      interfaceOf("QuotaRow", { text: "What the table says of a quota." }, [
        { name: "name", type: "QuotaName", docs: { text: "Its name." } },
        { name: "unit", type: "string", docs: { text: "What is counted." } },
        {
          name: "implies",
          type: "RuntimeCapability | null",
          docs: { text: "What an implementation must be able to do to hold it; null where every one can." },
        },
        { name: "exceeded", type: "QuotaExceeded", docs: { text: "What happens when it is reached." } },
      ]),
      constant({
        name: "QUOTAS",
        docs: { text: "Every quota, in the order of the table." },
        type: "readonly QuotaRow[]",
        value: arrayLiteral(rows),
      }),
    ],
  };
}

function platformRows(tables: SpecTables): Pick<TypeScriptModule, "imports" | "statements"> {
  const rows = tables.platforms.rows.map(
    (row) =>
      `{\n    name: ${quote(row.name)},\n    terminal: ${quote(row.terminal)},\n    priority: ${row.priority},\n` +
      `    capabilities: [${row.capabilities.map((item) => quote(item.value)).join(", ")}],\n` +
      `    restricted: [${row.restricted.map((item) => quote(item.value)).join(", ")}],\n  }`,
  );
  return {
    imports: [
      { from: "../capabilities.js", names: ["type CapabilityName"] },
      { from: "./terminal.js", names: ["type Terminal"] },
    ],
    statements: [
      interfaceOf("PlatformRow", { text: "What the table says of a built-in Platform_Adapter." }, [
        { name: "name", type: "Platform", docs: { text: "Its id." } },
        { name: "terminal", type: "Terminal", docs: { text: "The terminal class it stands for." } },
        { name: "priority", type: "number", docs: { text: "Lower is asked first." } },
        { name: "capabilities", type: "readonly CapabilityName[]", docs: { text: "Capabilities it can honour." } },
        {
          name: "restricted",
          type: "readonly CapabilityName[]",
          docs: { text: "Those of them that it honours in a restricted form." },
        },
      ]),
      constant({
        name: "PLATFORMS",
        docs: { text: "Every built-in Platform_Adapter, in the order of the table." },
        type: "readonly PlatformRow[]",
        value: arrayLiteral(rows),
      }),
    ],
  };
}

function loadProfileRows(tables: SpecTables): Pick<TypeScriptModule, "imports" | "statements"> {
  const sizes = ["memory_bytes", "max_section_bytes", "max_total_bytes"] as const;
  const entries = tables["load-profiles"].rows.map((row) => {
    // A size that no bound is set for stays away: that is how a profile says so.
    const bounds = sizes.flatMap((size) => (row[size] === null ? [] : [`    ${size}: ${row[size]},\n`]));
    const value = `{\n    terminal: ${quote(row.terminal)},\n    capabilities: [],\n    features: [],\n${bounds.join("")}  }`;
    return { key: row.name, value };
  });
  return {
    imports: [{ from: "../json/load-profile.js", names: ["type LoadProfile"] }],
    statements: [
      constant({
        name: "LOAD_PROFILE_PRESETS",
        docs: { text: "The profile behind each name. Capabilities and features are the caller's to claim." },
        type: "Readonly<Record<LoadProfilePreset, LoadProfile>>",
        value: objectLiteral(entries),
      }),
    ],
  };
}

function vectorFamilyRows(tables: SpecTables): Pick<TypeScriptModule, "imports" | "statements"> {
  const entries = tables["vector-families"].rows.map((row) => {
    const operations = row.operations.map((operation) => quote(operation.value)).join(", ");
    const ifacts = `ifactsLevel: ${row.ifacts_level}, ifactsCategory: ${quote(row.ifacts_category)}`;
    return { key: row.name, value: `{ ladder: ${row.ladder}, ${ifacts}, operations: [${operations}] }` };
  });
  return {
    imports: [{ from: "./vector-operation.js", names: ["type VectorOperation"] }],
    statements: [
      interfaceOf("VectorFamilyRow", { text: "What the table says of a family." }, [
        { name: "ladder", type: "number", docs: { text: "Its step of the ladder, 0 to 6." } },
        { name: "ifactsLevel", type: "number", docs: { text: "Its level of iFACTS, 1 to 4." } },
        { name: "ifactsCategory", type: "string", docs: { text: "Its category of iFACTS." } },
        {
          name: "operations",
          type: "readonly VectorOperation[]",
          docs: { text: "The operations its vectors ask for." },
        },
      ]),
      constant({
        name: "VECTOR_FAMILY_ROWS",
        docs: { text: "What the table says of each family." },
        type: "Readonly<Record<VectorFamily, VectorFamilyRow>>",
        value: objectLiteral(entries),
      }),
    ],
  };
}

function vectorOperationRows(tables: SpecTables): Pick<TypeScriptModule, "imports" | "statements"> {
  const list = (items: readonly { readonly value: string }[]) =>
    `[${items.map((item) => quote(item.value)).join(", ")}]`;
  const entries = tables["vector-operations"].rows.map((row) => ({
    key: row.name,
    value: `{ takes: ${list(row.takes)}, mayTake: ${list(row.may_take)}, gives: ${list(row.gives)} }`,
  }));
  return {
    imports: [],
    statements: [
      interfaceOf("VectorOperationRow", { text: "What the table says of an operation." }, [
        { name: "takes", type: "readonly string[]", docs: { text: "Members of the inputs that are always there." } },
        { name: "mayTake", type: "readonly string[]", docs: { text: "Members of the inputs that may be there." } },
        { name: "gives", type: "readonly string[]", docs: { text: "Members of the result." } },
      ]),
      constant({
        name: "VECTOR_OPERATION_ROWS",
        docs: { text: "What the table says of each operation." },
        type: "Readonly<Record<VectorOperation, VectorOperationRow>>",
        value: objectLiteral(entries),
      }),
    ],
  };
}
