import type { SpecTables, TableRow } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { camelCase } from "./names.js";
import { constant, inlineObject, interfaceOf, quote, typeAlias } from "./structures.js";

/** State of the model before an instance exists; the table writes it as null. */
const beforeInstance = "NoInstance";

/** `testing/lifecycle-machine.ts`: the lifecycle as an XState machine, a typed literal. Model for tests and documents. */
export function emitLifecycleMachine(tables: SpecTables): TypeScriptModule {
  const table = tables.lifecycle;
  const guards = [...new Set(table.rows.flatMap((row) => row.guard ?? []))];
  const states = [null, ...table.states.map((state) => state.value.name)];
  const members = guards.map((guard) => ({
    name: camelCase(guard),
    type: "boolean",
    docs: { text: `Whether \`${guard}\` holds.` },
  }));
  return {
    path: "testing/lifecycle-machine.ts",
    origin: table.path,
    edit: "the table",
    emitter: "lifecycle-machine.ts",
    imports: [
      { from: "xstate", names: ["setup"] },
      { from: "../lifecycle/transition-table.js", names: ["type LifecycleTrigger"] },
    ],
    statements: [
      interfaceOf("LifecycleContext", { text: "What the guards look at." }, members),
      typeAlias(
        "LifecycleEvent",
        { text: "A trigger as an event of the machine." },
        "{ readonly type: LifecycleTrigger }",
      ),
      constant({
        name: "lifecycleMachine",
        docs: {
          text: `The lifecycle of a BuF_Instance. \`${beforeInstance}\` stands for an instance that does not exist yet; every other state and transition is a row of the table.`,
          spec: table.spec,
        },
        value: machine(tables, guards, states),
      }),
    ],
  };
}

function machine(tables: SpecTables, guards: readonly string[], states: readonly (string | null)[]): string {
  const guardLines = guards.map((guard) => `    ${guard}: ({ context }) => context.${camelCase(guard)},`);
  return [
    "setup({",
    "  types: { context: {} as LifecycleContext, events: {} as LifecycleEvent, input: {} as LifecycleContext },",
    "  guards: {",
    ...guardLines,
    "  },",
    "}).createMachine({",
    '  id: "lifecycle",',
    "  context: ({ input }) => input,",
    `  initial: ${quote(beforeInstance)},`,
    "  states: {",
    ...states.flatMap((state) => stateLines(tables, state)),
    "  },",
    "})",
  ].join("\n");
}

function stateLines(tables: SpecTables, state: string | null): string[] {
  const { rows, spec, final } = tables.lifecycle;
  const leaving = rows.filter((row) => row.from === state);
  const isFinal = final.some((name) => name.value === state);
  return [
    `    ${state ?? beforeInstance}: {`,
    `      meta: { spec: ${quote(spec)} },`,
    ...(isFinal ? ['      type: "final",'] : []),
    ...(leaving.length === 0
      ? []
      : ["      on: {", ...leaving.flatMap((row) => transitionLines(row, spec)), "      },"]),
    "    },",
  ];
}

function transitionLines(row: TableRow<"lifecycle">, spec: string): string[] {
  const meta = [`spec: ${quote(spec)}`, ...(row.code === undefined ? [] : [`code: ${quote(row.code)}`])];
  const entries = [
    `target: ${quote(row.to)}`,
    ...(row.guard === undefined ? [] : [`guard: ${quote(row.guard)}`]),
    `meta: { ${meta.join(", ")} }`,
  ];
  return [`        ${row.trigger}: ${inlineObject(entries, 8, row.trigger.length + 2)},`];
}
