import type { SpecTables } from "../model/table-model.js";
import type { GeneratedFile } from "./generated-file.js";
import { head } from "./markdown.js";
import { FORMAT_VERSION } from "./spec-json.js";

/** What each folder and lone file of `generated/` holds. */
const contents: readonly (readonly [path: string, text: string])[] = [
  ["`codecs/`", "one codec a CDDL rule: strict decoding with path, offset and reason; deterministic encoding"],
  ["`enums/`", "closed lists of names and numbers as const objects"],
  ["`errors/`", "error codes and the typed context of each"],
  ["`events/`", "events and their typed fields"],
  ["`guest/`", "bindings for guest programs; compiled by their own compilers, no part of any TypeScript project"],
  ["`instructions/`", "Universal_Instructions: the table, builders and readers for each opcode, messages as bytes"],
  ["`json/`", "interfaces and validators of JSON documents, and the JSON forms of errors and events"],
  [
    "`json-schema/`",
    "a JSON Schema (draft 2020-12) of each JSON document, for editors and validators; [how to use them](docs/json-schema.md)",
  ],
  ["`layouts/`", "fixed binary records: header and trailer"],
  ["`lifecycle/`", "the lifecycle as a transition table"],
  ["`testing/`", "arbitraries, mutators and the XState model of the lifecycle; for tests and documents only"],
  ["`capabilities.ts`", "capabilities and sets of them as bit masks"],
  ["`versions.ts`", "versions this specification defines"],
  ["`spec.json`", "the whole contract as data; [described here](docs/spec-json.md)"],
  ["`docs/`", "every table as Markdown"],
];

/** `README.md`, `docs/spec-json.md` and `docs/json-schema.md`. */
export function emitReadmes(tables: SpecTables): GeneratedFile[] {
  return [readme(tables), specJsonPage(tables), jsonSchemaPage()];
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
    "The whole contract as one JSON document, for people who generate code for another language. It holds what `spec/tables` and `spec/cddl` say and nothing that is particular to TypeScript. [`spec.schema.json`](../json-schema/spec.schema.json), which ships beside it, is its JSON Schema, with the columns of every table: types for a reader can be made from it. `formatVersion` is the version of this form; a change that breaks readers raises it.",
    "",
    "Where an order counts it is that of an array; members of objects may be read in any order. A member that a table calls optional is absent where a row has no value; everywhere else null says so.",
    "",
    "| path | what it is |",
    "|---|---|",
    `| \`$.formatVersion\` | ${FORMAT_VERSION} |`,
    "| `$.versions` | the versions the specification defines: " +
      tables.versions.rows.map((row) => `\`${row.name}\``).join(", ") +
      " |",
    "| `$.tables.<name>` | a table: `comment`, `spec` (anchor id), what stands at its top, and `rows` with all columns ([what each means](../../spec/README.md#tables)). Numbers are decimal, whatever notation the table uses. Fields of `error-codes` and `events`, operands and results of `instructions`, and payloads of `instruction-events` are lists, in the order of the message, of `name`, `type`, `optional`, and the `table` of whose names a text is one. Layouts are the tables `header-layout`, `trailer-layout` and `instruction-layout` |",
    "| `$.schemas.enumerations` | CDDL rules that list their values: `name`, `file`, `meaning`, `spec`, `members` |",
    "| `$.schemas.names` | CDDL rules that give a type a name and are nothing else, such as `digest`: `name`, `file`, `meaning`, `spec`, `shape`. Shapes elsewhere are resolved and say with `named` which name the schema uses |",
    "| `$.schemas.cbor` | CDDL rules with a CBOR form, resolved: `name`, `file`, `meaning`, `spec`, `part` (what errors call a whole document; null where the rule is none), `body`. `body.kind` is `map`, `row`, `tuple`, `list`, `choice` or `pattern`; members have a `name`, `optional`, `since` (the schema minor they came with: 0 is 1.0), `deprecated` (version that marked them, or null), `meaning`, `spec`, `cddl` and a `shape` of the kinds below |",
    "| `$.schemas.json` | documents with a JSON form: `name`, `file`, and `objects`, one for each rule that is an object, each complete in its document: `rule`, `meaning`, `spec`, and `members` in the order of the schema with `key`, `optional`, `deprecated`, `meaning`, `cddl`, a `type` of the last table below, and `names`: the `table` whose names are offered for the member, those of all its rows, or of the rows with one of `values` in `column` |",
    "| `$.schemas.cddl` | every rule of every file as canonical CDDL on one line, comments left out |",
    "| `$.requirements` | every requirement of the chapters: `id`, `chapter`, `level` (`must`, `should` or `may`), `sentence` |",
    "",
    "Kinds of `shape`; a bound that is null does not exist, and one above 2^53-1 is a decimal text:",
    "",
    "| `kind` | what is due |",
    "|---|---|",
    "| `uint`, `int` | an integer from `minimum` to `maximum`, within 2^53-1 of zero; the `minimum` of an `int` is negative |",
    "| `big-uint` | an integer from 0 to 2^64-1 |",
    "| `integer` | any integer from -2^64 to 2^64-1 |",
    "| `bool` | true or false |",
    "| `bytes`, `text` | `minimum` to `maximum` bytes; a text can have a `pattern` with its `source`, which matches as a whole, and the `rule` it comes from |",
    "| `enumeration` | a value of the rule `rule` in `$.schemas.enumerations`; `base` says whether it is a text or an integer |",
    "| `reference` | the rule `rule` in `$.schemas.cbor` |",
    "| `array` | at least `minimum` times `item`; `order.ascendingBy` is null where any order will do, an empty text where elements ascend by their own bytes, else the member they ascend by; `order.prefixFree` and `order.disjointFrom` are the directives of that name |",
    "| `table` | a map of texts to `value`, with at least `minimum` members |",
    "",
    "`table` names the table whose names often stand there; others that the shape allows may as well. Members of a `map` stand in the order of the schema; [in bytes](../../spec/chapters/encoding.md#maps-with-named-members) a shorter key comes first, then the smaller one.",
    "",
    "The pattern of a shape is printable ASCII: characters, `\\` before one that is meant as itself, `(...)`, `|`, `*`, `+`, `?`, and classes `[...]` of characters and ranges, never negated. There is no other escape, no anchor and no counted repetition, so that other languages take the expressions as they are; put `^(?:` and `)$` around it where they search.",
    "",
    "A body of kind `list` has its `array`, one of kind `choice` its `alternatives`, and one of kind `pattern` its `text`, which are shapes. `row` and `tuple` are arrays of exactly their `members`. A `map` says with `grows` whether it may grow, with `growsBy` the member that declares the version, null where it does not grow, with `versionMember` that it has this member itself, and with `frozen` the members that every major version has.",
    "",
    "Kinds of `type` in `$.schemas.json`; a bound that is null does not exist, and one above 2^53-1 is a decimal text:",
    "",
    "| `kind` | what is due |",
    "|---|---|",
    "| `text` | a text of `minimum` to `maximum` bytes of UTF-8 that matches `pattern`, where it is not null, as a whole; beside what a shape's may have, it may have counted repetitions `{m,n}` and negated classes; `rule` is the rule it comes from, or null |",
    "| `choice` | one of the texts `values` |",
    "| `integer` | an integer from `minimum` to `maximum` |",
    "| `bool` | true or false |",
    "| `bytes` | bytes as lower-case hexadecimal |",
    "| `text-or` | a value of the type `text`, or one of the type `other` |",
    "| `list` | at least `minimum` times `item` |",
    "| `map` | an object of any members whose values are of the type `value` |",
    "| `object` | the object of the same document whose rule is `rule` |",
    "| `any` | any value |",
    "| `context-value` | a value of an error's context or an event's fields |",
  ];
  return { path: "docs/spec-json.md", text: `${lines.join("\n")}\n` };
}

function jsonSchemaPage(): GeneratedFile {
  const lines = [
    ...head("spec/cddl/", "codegen/src/emit/json-schema.ts", "readme.ts"),
    "# json-schema/",
    "",
    "One JSON Schema, draft 2020-12, for each CDDL file of `@domain json`, and `spec.schema.json` for [`spec.json`](spec-json.md). Each is complete in itself, uses no keyword outside the draft's own vocabularies, and is ASCII. `$id` is a name and no address: `urn:fayger:json-schema:NAME:VERSION`, with the version of the schema in `spec/tables/versions.yaml`.",
    "",
    "An editor is told which file has which schema in its own settings, since documents are closed maps and have no `$schema` member. For instance in `.vscode/settings.json`:",
    "",
    "```json",
    "{",
    '  "json.schemas": [',
    '    { "fileMatch": ["fay.json"], "url": "./node_modules/fayger/generated/json-schema/fay-manifest.schema.json" }',
    "  ]",
    "}",
    "```",
    "",
    "A schema and the validator of the same document in `json/` agree on every value, but for this:",
    "",
    "| what | validator | schema |",
    "|---|---|---|",
    "| length of a text (`.size`) | counts bytes of UTF-8 | counts characters: no text of the right length is refused, and the description says the bytes; exact where a pattern leaves only ASCII, and for the bound of one byte |",
    "| names that `@names` takes from a table | any text the type allows; who reads the document judges the name | the names of the table alone |",
    "| what is no value but text: a name given twice, `1.0` for `1` | not its concern: who reads the text judges it | not its concern |",
    "",
    "What a validator reports is a list with path, code and message; a schema only helps to write the file.",
  ];
  return { path: "docs/json-schema.md", text: `${lines.join("\n")}\n` };
}
