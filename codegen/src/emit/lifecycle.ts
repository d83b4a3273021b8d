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
        name: "LIFECYCLE_STATES",
        docs: { text: "Every state, in the order of the table." },
        type: "readonly LifecycleState[]",
        value: names(states),
      }),
      constant({
        name: "LIFECYCLE_TRIGGERS",
        docs: { text: "Every trigger, in the order of the table." },
        type: "readonly LifecycleTrigger[]",
        value: names(triggers),
      }),
      constant({
        name: "COMMAND_TRIGGERS",
        docs: { text: "Triggers that a caller gives; the others come from the runtime itself." },
        type: "readonly LifecycleTrigger[]",
        value: names(triggers.filter((row) => row.by === "command")),
      }),
      interfaceOf("Transition", { text: "One legal transition." }, [
        {
          name: "from",
          type: "LifecycleState | null",
          docs: { text: "The state before; null where the transition makes the instance." },
        },
        { name: "trigger", type: "LifecycleTrigger", docs: { text: "What causes it." } },
        { name: "to", type: "LifecycleState", docs: { text: "The state after." } },
        {
          name: "guard",
          type: "LifecycleGuard",
          optional: true,
          docs: { text: "What must hold, else nothing changes." },
        },
        { name: "code", type: "ErrorCode", optional: true, docs: { text: "The error where the guard does not hold." } },
      ]),
      constant({
        name: "TRANSITIONS",
        docs: { text: table.comment, spec: table.spec },
        type: "readonly Transition[]",
        value: arrayLiteral(table.rows.map(transitionRow)),
      }),
      ...numericTables(tables),
      ...lookups(table.spec),
    ],
  };
}

function transitionRow(row: SpecTables["lifecycle"]["rows"][number]): string {
  const entries = [
    `from: ${row.from === null ? "null" : quote(row.from)}`,
    `trigger: ${quote(row.trigger)}`,
    `to: ${quote(row.to)}`,
    ...(row.guard === undefined ? [] : [`guard: ${quote(row.guard)}`]),
    ...(row.code === undefined ? [] : [`code: ${quote(row.code)}`]),
  ];
  return inlineObject(entries, 2);
}

/** One byte for each pair: 0 where nothing is legal, else 1 + index of the next state. Row 0 is "no instance yet". */
function numericTables(tables: SpecTables) {
  const { states, triggers, rows } = tables.lifecycle;
  const stateNames = states.map((state) => state.value.name);
  const line = (from: string | null): string => {
    const cells = triggers.map((trigger) => {
      const row = rows.find((candidate) => candidate.from === from && candidate.trigger === trigger.value.name);
      return row === undefined ? 0 : stateNames.indexOf(row.to) + 1;
    });
    return `  ${cells.join(", ")}, // ${from ?? "no instance yet"}`;
  };
  const index = (names: readonly string[], first: number) =>
    objectLiteral(names.map((name, position) => ({ key: name, value: String(position + first) })));
  return [
    constant({
      name: "STATE_ROWS",
      docs: { text: "Row of each state in NEXT." },
      type: "Readonly<Record<LifecycleState, number>>",
      value: index(stateNames, 1),
      exported: false,
    }),
    constant({
      name: "TRIGGER_COLUMNS",
      docs: { text: "Column of each trigger in NEXT." },
      type: "Readonly<Record<LifecycleTrigger, number>>",
      value: index(
        triggers.map((trigger) => trigger.value.name),
        0,
      ),
      exported: false,
    }),
    constant({
      name: "NEXT",
      docs: {
        text: "A row for each state, a column for each trigger: 0 where the trigger is illegal, else 1 + index of the next state.",
      },
      value: `Uint8Array.of(\n${[null, ...stateNames].map(line).join("\n")}\n)`,
      exported: false,
    }),
  ];
}

function lookups(spec: string) {
  return [
    functionOf({
      name: "nextState",
      docs: { text: "The state a trigger leads to, guards aside; undefined where the trigger is illegal.", spec },
      parameters: ["state: LifecycleState | null", "trigger: LifecycleTrigger"],
      returns: "LifecycleState | undefined",
      body: [
        "const row = state === null ? 0 : STATE_ROWS[state];",
        "const next = NEXT[row * LIFECYCLE_TRIGGERS.length + TRIGGER_COLUMNS[trigger]] ?? 0;",
        "return next === 0 ? undefined : LIFECYCLE_STATES[next - 1];",
      ],
    }),
    functionOf({
      name: "allowedTriggers",
      docs: { text: "The triggers that are legal in a state, in the order of the table; guards aside.", spec },
      parameters: ["state: LifecycleState | null"],
      returns: "readonly LifecycleTrigger[]",
      body: ["return LIFECYCLE_TRIGGERS.filter((trigger) => nextState(state, trigger) !== undefined);"],
    }),
    functionOf({
      name: "transitionOf",
      docs: { text: "The row of a legal transition; undefined where the trigger is illegal.", spec },
      parameters: ["state: LifecycleState | null", "trigger: LifecycleTrigger"],
      returns: "Transition | undefined",
      body: ["return TRANSITIONS.find((row) => row.from === state && row.trigger === trigger);"],
    }),
    functionOf({
      name: "guardOf",
      docs: { text: "The condition of a legal transition; undefined where it has none or is illegal.", spec },
      parameters: ["state: LifecycleState | null", "trigger: LifecycleTrigger"],
      returns: "LifecycleGuard | undefined",
      body: ["return transitionOf(state, trigger)?.guard;"],
    }),
  ];
}
