import { operandsOf } from "../model/table-fields.js";
import type { SpecTables } from "../model/table-model.js";
import { categoryNumber, flagBit } from "./guest-head.js";
import { camelCase, hex, pascalCase } from "./names.js";
import { docLines, functionOf, statement } from "./structures.js";

/** One kind of event that reaches a guest. */
interface Kind {
  /** Name of the number in `EventKind`. */
  readonly constant: string;
  readonly number: number;
  /** Method that a program overrides. */
  readonly method: string;
  readonly parameters: string;
  /** What the method is called with. */
  readonly passed: string;
  readonly text: string;
}

/** `EventKind`, `GuestEvents` and `dispatch`: from an event to the method that it concerns. */
export function guestDispatch(tables: SpecTables) {
  const kinds = [...events(tables), ...completions(tables)];
  return [
    statement([
      ...docLines({ text: "What an event is.", spec: "instructions.events" }, ""),
      "export enum EventKind {",
      ...kinds.flatMap((kind) => [
        ...docLines({ text: kind.text }, "  "),
        `  ${kind.constant} = ${hex(kind.number, 6)},`,
      ]),
      "}",
    ]),
    statement([
      ...docLines({ text: "One method for each kind of event. Override those that matter." }, ""),
      "export class GuestEvents {",
      ...kinds.flatMap((kind) => [
        ...docLines({ text: kind.text }, "  "),
        `  ${kind.method}(${kind.parameters}): void {}`,
        "",
      ]),
      "  /** An event that these bindings do not know. */",
      "  onOther(_event: GuestEvent): void {}",
      "}",
    ]),
    functionOf({
      name: "dispatch",
      docs: { text: "Call the method of the event that `fayger_on_event` was given.", spec: "guest-abi.events" },
      parameters: ["pointer: usize", "events: GuestEvents"],
      returns: "void",
      body: [
        "const event = readEvent(pointer);",
        "switch (event.kind) {",
        ...kinds.flatMap((kind) => [
          `  case EventKind.${kind.constant}:`,
          `    events.${kind.method}(${kind.passed});`,
          "    return;",
        ]),
        "  default:",
        "    events.onOther(event);",
        "}",
      ],
    }),
  ];
}

function events(tables: SpecTables): Kind[] {
  return tables["instruction-events"].rows.map((row) => {
    const name = pascalCase(`${row.category}_${row.name}`);
    return {
      constant: name,
      number: categoryNumber(row.category, tables) * 0x10000 + row.opcode,
      method: `on${name}`,
      parameters: `_event: ${name}`,
      passed: `take${name}()`,
      text: `\`${row.category}.${row.name}\`: ${row.meaning}`,
    };
  });
}

function completions(tables: SpecTables): Kind[] {
  const calls = tables.instructions.rows.filter((row) => row.dispatch !== "sync");
  return calls.map((row) => {
    const name = pascalCase(`${row.category}_${row.name}`);
    const results = operandsOf(row.results).length > 0;
    return {
      constant: `${name}Done`,
      number: (categoryNumber(row.category, tables) + flagBit(tables, "ASYNC")) * 0x10000 + row.opcode,
      method: `on${name}Done`,
      parameters: `_call: GuestEvent${results ? `, _reply: ${name}Reply` : ""}`,
      passed: `event${results ? `, take${name}(event)` : ""}`,
      text: `\`${row.category}.${row.name}\`, begun with \`${camelCase(name)}Start\`, has ended.`,
    };
  });
}
