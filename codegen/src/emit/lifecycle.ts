import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { pascalCase } from "./names.js";
import {
  arrayLiteral,
  constant,
  functionOf,
  inlineObject,
  interfaceOf,
  objectLiteral,
  quote,
  typeAlias,
} from "./structures.js";

/** `lifecycle/transition-table.ts`: states, triggers, rows, and one flat table that answers which state comes next. */
export function emitTransitionTable(tables: SpecTables): TypeScriptModule {
  const table = tables.lifecycle;
  const states = table.states.map((state) => state.value);
  const triggers = table.triggers.map((trigger) => trigger.value);
  const names = (rows: readonly { readonly name: string }[]) => arrayLiteral(rows.map((row) => quote(row.name)));
  const guards = [...new Set(table.rows.flatMap((row) => (row.guard === undefined ? [] : [quote(row.guard)])))];
  return {
    path: "lifecycle/transition-table.ts",
    origin: table.path,
    edit: "the table",
    emitter: "lifecycle.ts",
    imports: [{ from: "../errors/error-code.js", names: ["type ErrorCode"] }],
    statements: [
      constant({
        name: "LifecycleState",
        docs: { text: "The states of a BuF_Instance.", spec: table.spec },
        value: objectLiteral(
          states.map((row) => ({ key: row.name, value: quote(row.name), docs: { text: row.meaning } })),
          " as const",
        ),
      }),
      typeAlias(
        "LifecycleState",
        { text: "One of the states in {@link LifecycleState}." },
        "(typeof LifecycleState)[keyof typeof LifecycleState]",
      ),
      constant({
        name: "LifecycleTrigger",
        docs: { text: "What can move an instance from one state to another.", spec: table.spec },
        value: objectLiteral(
          triggers.map((row) => ({ key: pascalCase(row.name), value: quote(row.name), docs: { text: row.meaning } })),
          " as const",
        ),
      }),
      typeAlias(
        "LifecycleTrigger",
        { text: "One of the triggers in {@link LifecycleTrigger}." },
        "(typeof LifecycleTrigger)[keyof typeof LifecycleTrigger]",
      ),
      typeAlias(
        "LifecycleGuard",
        { text: "A condition that must hold for a transition." },
        guards.join(" | ") || "never",
      ),
      constant({
        name: "LIFECYCLE_TRIGGERS",
        docs: { text: "Every trigger, in the order of the table." },
        type: "readonly LifecycleTrigger[]",
        value: names(triggers),
      }),
      interfaceOf("GuardedTransition", { text: "A legal transition that has a condition." }, [
        {
          name: "from",
          type: "LifecycleState | null",
          docs: { text: "The state before; null where the transition makes the instance." },
        },
        { name: "trigger", type: "LifecycleTrigger", docs: { text: "What causes it." } },
        { name: "guard", type: "LifecycleGuard", docs: { text: "What must hold, else nothing changes." } },
        { name: "code", type: "ErrorCode", docs: { text: "The error where the guard does not hold." } },
      ]),
      constant({
        name: "GUARDED_TRANSITIONS",
        docs: { text: "The transitions that have a condition.", spec: table.spec },
        type: "readonly GuardedTransition[]",
        value: arrayLiteral(table.rows.flatMap(guardedRow)),
      }),
      ...lookups(table),
    ],
  };
}

function guardedRow({ from, trigger, guard, code }: SpecTables["lifecycle"]["rows"][number]): string[] {
  if (guard === undefined || code === undefined) return [];
  const entries = [
    `from: ${from === null ? "null" : quote(from)}`,
    `trigger: ${quote(trigger)}`,
    `guard: ${quote(guard)}`,
    `code: ${quote(code)}`,
  ];
  return [inlineObject(entries, 2)];
}

/** Comparisons with constants, which an engine turns into a few jumps; any look-up by a name takes several times as long. */
function nextStateBody({ states, rows }: SpecTables["lifecycle"]): string[] {
  const cases = (from: string | null): string[] => {
    const legal = rows.filter((row) => row.from === from);
    if (legal.length === 0) return [];
    return [
      `  case ${from === null ? "null" : quote(from)}:`,
      "    switch (trigger) {",
      ...legal.flatMap((row) => [`      case ${quote(row.trigger)}:`, `        return ${quote(row.to)};`]),
      "      default:",
      "        return undefined;",
      "    }",
    ];
  };
  return [
    "switch (state) {",
    ...[null, ...states.map((state) => state.value.name)].flatMap(cases),
    "  default:",
    "    return undefined;",
    "}",
  ];
}

function lookups(table: SpecTables["lifecycle"]) {
  const { spec } = table;
  return [
    functionOf({
      name: "nextState",
      docs: { text: "The state a trigger leads to, guards aside; undefined where the trigger is illegal.", spec },
      parameters: ["state: LifecycleState | null", "trigger: LifecycleTrigger"],
      returns: "LifecycleState | undefined",
      body: nextStateBody(table),
    }),
    functionOf({
      name: "allowedTriggers",
      docs: { text: "The triggers that are legal in a state, in the order of the table; guards aside.", spec },
      parameters: ["state: LifecycleState | null"],
      returns: "readonly LifecycleTrigger[]",
      body: ["return LIFECYCLE_TRIGGERS.filter((trigger) => nextState(state, trigger) !== undefined);"],
    }),
    functionOf({
      name: "guardOf",
      docs: { text: "The condition of a legal transition; undefined where it has none or is illegal.", spec },
      parameters: ["state: LifecycleState | null", "trigger: LifecycleTrigger"],
      returns: "GuardedTransition | undefined",
      body: ["return GUARDED_TRANSITIONS.find((row) => row.from === state && row.trigger === trigger);"],
    }),
  ];
}
