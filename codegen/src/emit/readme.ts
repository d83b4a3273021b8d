import type { SpecTables } from "../model/table-model.js";
import type { GeneratedFile } from "./generated-file.js";
import { head } from "./markdown.js";

/** What each folder and lone file of `generated/` holds. */
const contents: readonly (readonly [path: string, text: string])[] = [
  ["`codecs/`", "one codec a CDDL rule: strict decoding with path, offset and reason; deterministic encoding"],
  ["`enums/`", "closed lists of names and numbers as const objects"],
  ["`errors/`", "error codes and the typed context of each"],
  ["`events/`", "events and their typed fields"],
  ["`guest/`", "bindings for guest programs; compiled by their own compilers, no part of any TypeScript project"],
  ["`instructions/`", "Universal_Instructions: the table, builders and readers for each opcode, messages as bytes"],
  ["`json/`", "interfaces and validators of JSON documents, and the JSON forms of errors and events"],
  ["`layouts/`", "fixed binary records: header and trailer"],
  ["`lifecycle/`", "the lifecycle as a transition table"],
  ["`testing/`", "arbitraries, mutators and the XState model of the lifecycle; for tests and documents only"],
  ["`capabilities.ts`", "capabilities and sets of them as bit masks"],
  ["`versions.ts`", "versions this specification defines"],
  ["`spec.json`", "the whole contract as data; [described here](docs/spec-json.md)"],
  ["`docs/`", "every table as Markdown"],
];

/** `README.md` and `docs/spec-json.md`. */
export function emitReadmes(tables: SpecTables): GeneratedFile[] {
  return [readme(tables), specJsonPage(tables)];
}

function readme(tables: SpecTables): GeneratedFile {
  const lines = [
    ...head("spec/", "spec/", "readme.ts"),
    "# generated",
    "",
    "Everything here is written by `npm run generate` from `spec/` and checked in, so that a reviewer sees what a change of the contract does to the code. Never edit it: `npm run generate -- --check` fails when a file is not what `spec/` gives. Only the two `tsconfig.json` and the tests are written by hand.",
    "",
    "| path | what it is |",
    "|---|---|",
    ...contents.map(([path, text]) => `| ${path} | ${text} |`),
    "",
    "Architecture invariant: modules import each other and `reference/codec/codegen-v1.js`, nothing else; `testing/` may import xstate and fast-check.",
    "",
    "Architecture invariant: no module touches the host, reads a clock or keeps state.",
    "",
    "Architecture invariant: equal `spec/` gives equal bytes here, on every machine and in every run.",
    "",
    "## Tables",
    "",
    ...Object.values(tables).map((table) => `- [${table.name}](docs/${table.name}.md): ${table.comment}`),
  ];
  return { path: "README.md", text: `${lines.join("\n")}\n` };
}

function specJsonPage(tables: SpecTables): GeneratedFile {
  const lines = [
    ...head("spec/", "codegen/src/emit/spec-json.ts", "readme.ts"),
    "# spec.json",
    "",
    "The whole contract as one JSON document, for people who generate code for another language. It holds what `spec/tables` and `spec/cddl` say and nothing that is particular to TypeScript. `formatVersion` is the version of this form; a change that breaks readers raises it.",
    "",
    "| path | what it is |",
    "|---|---|",
    "| `$.formatVersion` | 1 |",
    "| `$.versions` | the versions the specification defines: " +
      tables.versions.rows.map((row) => `\`${row.name}\``).join(", ") +
      " |",
    "| `$.tables.<name>` | a table: `comment`, `spec` (anchor id), what stands at its top, and `rows` with all columns. Numbers are decimal, whatever notation the table uses. Layouts are the tables `header-layout`, `trailer-layout` and `instruction-layout` |",
    "| `$.schemas.enumerations` | CDDL rules that list their values: `name`, `file`, `meaning`, `spec`, `members` |",
    "| `$.schemas.cbor` | CDDL rules with a CBOR form, resolved: `name`, `path`, `description`, `body`. `body.kind` is `map`, `row`, `tuple`, `list`, `choice` or `pattern`; members have a `shape` with its bounds, and null where there is none |",
    "| `$.schemas.json` | documents with a JSON form: `name`, `file`, and `objects` with their members and types |",
    "| `$.schemas.cddl` | every rule of every file as canonical CDDL on one line, comments left out |",
    "| `$.requirements` | every requirement of the chapters: `id`, `chapter`, `level` (`must`, `should` or `may`), `sentence` |",
    "",
    "Field types of `error-codes` and `events` and operand types of `instructions` are texts: a `?` behind the type marks what may be absent, `enum:<table>` names the table a text is a row of.",
  ];
  return { path: "docs/spec-json.md", text: `${lines.join("\n")}\n` };
}
