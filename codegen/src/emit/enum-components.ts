import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { arrayLiteral, constant, interfaceOf, quote } from "./structures.js";

/** What the modules of tables of names say beyond names and numbers. */
type ExtraColumns = Pick<TypeScriptModule, "imports" | "statements">;

/** Rows of the components of an iFay, with their relations and actions. */
export function componentRows(tables: SpecTables): ExtraColumns {
  const rows = tables.components.rows.map((row) => {
    const actions = row.actions.map(
      ({ value: { name, skill, permission } }) =>
        `{ name: ${quote(name)}, skill: ${orNull(skill)}, permission: ${orNull(permission)} }`,
    );
    return (
      `{\n    id: ${quote(row.name)},\n    group: ${quote(row.group)},\n    stage: ${row.stage},\n` +
      `    always: ${row.always},\n    runs: ${quote(row.runs)},\n    depends: ${list(row.depends)},\n` +
      `    related: ${list(row.related)},\n    actions: [${actions.join(", ")}],\n` +
      `    meaning: ${quote(row.meaning)},\n  }`
    );
  });
  return {
    imports: [],
    statements: [
      interfaceOf("ComponentAction", { text: "An action of a component; it only asks where both are null." }, [
        { name: "name", type: "string", docs: { text: "Its name within the component." } },
        { name: "skill", type: "string | null", docs: { text: "The skill that boundaries judge." } },
        { name: "permission", type: "string | null", docs: { text: "The permission that it needs." } },
      ]),
      interfaceOf("ComponentRow", { text: "What the table says of a component." }, [
        { name: "id", type: "string", docs: { text: "Its id." } },
        { name: "group", type: '"module" | "protocol" | "infrastructure"', docs: { text: "What it is." } },
        { name: "stage", type: "number | null", docs: { text: "Its stage, 1 to 5; null where it belongs to all." } },
        { name: "always", type: "boolean", docs: { text: "Whether every iFay has it." } },
        {
          name: "runs",
          type: '"guest" | "host"',
          docs: { text: "Whether an artifact brings code for it, or the assembly service is it." },
        },
        { name: "depends", type: "readonly string[]", docs: { text: "Components that it works only with." } },
        { name: "related", type: "readonly string[]", docs: { text: "Components that it works together with." } },
        { name: "actions", type: "readonly ComponentAction[]", docs: { text: "Its actions." } },
        { name: "meaning", type: "string", docs: { text: "What it is, for people." } },
      ]),
      constant({
        name: "COMPONENTS",
        docs: { text: "Every component, in the order of the table." },
        type: "readonly (ComponentRow & { readonly id: ComponentId })[]",
        value: arrayLiteral(rows),
      }),
    ],
  };
}

/** Rows of the tests of iFACTS. */
export function ifactsTestRows(tables: SpecTables): ExtraColumns {
  const rows = tables["ifacts-tests"].rows.map(
    (row) =>
      `{\n    name: ${quote(row.name)},\n    stage: ${row.stage},\n    level: ${row.level},\n` +
      `    category: ${quote(row.category)},\n    components: ${list(row.components)},\n` +
      `    families: ${list(row.families)},\n    meaning: ${quote(row.meaning)},\n  }`,
  );
  return {
    imports: [
      { from: "./component-id.js", names: ["type ComponentId"] },
      { from: "./vector-family.js", names: ["type VectorFamily"] },
    ],
    statements: [
      interfaceOf("IfactsTestRow", { text: "What the table says of a test." }, [
        { name: "name", type: "IfactsTest", docs: { text: "Its name." } },
        { name: "stage", type: "number", docs: { text: "The stage from which on it is owed, 1 to 5." } },
        { name: "level", type: "1 | 2 | 3 | 4", docs: { text: "Its level." } },
        { name: "category", type: "string", docs: { text: "Its category." } },
        { name: "components", type: "readonly ComponentId[]", docs: { text: "What it is about." } },
        { name: "families", type: "readonly VectorFamily[]", docs: { text: "The families that show it." } },
        { name: "meaning", type: "string", docs: { text: "What it shows, for people." } },
      ]),
      constant({
        name: "IFACTS_TESTS",
        docs: { text: "Every test, in the order of the table." },
        type: "readonly IfactsTestRow[]",
        value: arrayLiteral(rows),
      }),
    ],
  };
}

function list(items: readonly { readonly value: string }[]): string {
  return `[${items.map(({ value }) => quote(value)).join(", ")}]`;
}

function orNull(text: string | null): string {
  return text === null ? "null" : quote(text);
}
