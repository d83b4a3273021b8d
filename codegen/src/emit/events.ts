import { fieldsOf } from "../model/table-fields.js";
import type { SpecTables } from "../model/table-model.js";
import { enumImports, fieldMember, fieldTypes } from "./errors.js";
import type { TypeScriptModule } from "./generated-file.js";
import { pascalCase } from "./names.js";
import { constant, functionOf, interfaceOf, objectLiteral, quote, typeAlias } from "./structures.js";

/** `events/event-fields.ts`: the typed fields of each event, and the rows of the table. */
export function emitEventFields(tables: SpecTables): TypeScriptModule {
  const table = tables.events;
  const events = table.rows.map((row) => ({
    row,
    full: `${row.category}.${row.name}`,
    type: `${pascalCase(`${row.category}_${row.name}`)}Fields`,
    fields: fieldsOf(row.fields),
  }));
  return {
    path: "events/event-fields.ts",
    origin: table.path,
    edit: "the table",
    emitter: "events.ts",
    imports: [
      ...enumImports(events.flatMap((event) => event.fields)),
      { from: "../enums/event-category.js", names: ["type EventCategory"] },
      { from: "../enums/event-level.js", names: ["type EventLevel"] },
      { from: "../errors/error-context.js", names: ["type FieldType"] },
    ],
    statements: [
      ...events.map((event) =>
        interfaceOf(
          event.type,
          { text: `Fields of \`${event.full}\`: ${event.row.meaning}`, spec: table.spec },
          event.fields.map(fieldMember),
        ),
      ),
      interfaceOf(
        "EventFields",
        { text: "The fields of each event, by `category.name`." },
        events.map((event) => ({ name: event.full, type: event.type, docs: { text: event.row.meaning } })),
      ),
      typeAlias("EventName", { text: "An event as `category.name`." }, "keyof EventFields"),
      interfaceOf("EventRow", { text: "What the table says of an event." }, [
        { name: "category", type: "EventCategory", docs: { text: "Its category." } },
        { name: "name", type: "string", docs: { text: "Its name within the category." } },
        { name: "level", type: "EventLevel", docs: { text: "How much it matters." } },
        { name: "fieldTypes", type: "Readonly<Record<string, FieldType>>", docs: { text: "The type of each field." } },
      ]),
      constant({
        name: "EVENT_ROWS",
        docs: { text: table.comment, spec: table.spec },
        type: "Readonly<Record<EventName, EventRow>>",
        value: objectLiteral(
          events.map((event) => ({
            key: event.full,
            value:
              `{\n    category: ${quote(event.row.category)},\n    name: ${quote(event.row.name)},\n` +
              `    level: ${quote(event.row.level)},\n    fieldTypes: ${fieldTypes(event.fields, 4, 10)},\n  }`,
            docs: { text: event.row.meaning },
          })),
        ),
      }),
      functionOf({
        name: "isEventName",
        docs: { text: "Whether a text is the `category.name` of an event." },
        parameters: ["text: string"],
        returns: "text is EventName",
        body: ["return Object.hasOwn(EVENT_ROWS, text);"],
      }),
    ],
  };
}
