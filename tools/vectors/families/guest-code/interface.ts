import { i32 } from "../../building/wasm/instructions.js";
import { exportOf, functionType, importOf, limits } from "../../building/wasm/module.js";
import { join, type Part, type Piece, unsigned, vector } from "../../building/wasm/piece.js";
import { sectionsOf } from "../../building/wasm/program.js";
import { BASE, base, type Fault, faulty, withFunction } from "./base.js";

type Told = Omit<Fault, "group" | "reason">;

function all(reason: string, clauses: readonly string[], ...faults: readonly Told[]): readonly Fault[] {
  return faults.map((each) => ({ group: "abi", reason, clauses, ...each }));
}

const sections = sectionsOf(BASE);
const typesOf = join(sections.types ?? []).bytes;

/** The first import otherwise, the second as it was. */
const firstImport = (part: Part): Piece =>
  base({ imports: vector([faulty(part), importOf("fayger_1", "exit", "function", [1])]) });

/** The second import otherwise. */
const secondImport = (part: Part): Piece =>
  base({ imports: vector([importOf("fayger_1", "emit", "function", [0]), faulty(part)]) });

/** Functions by their numbers: emit, exit, helper, main, fayger_init, fayger_alloc, fayger_on_event, setup. */
const FUNCTIONS = { helper: 2, main: 3, fayger_init: 4, fayger_alloc: 5, fayger_on_event: 6 } as const;

const usual: readonly (readonly [name: string, part: Part])[] = [
  ["memory", exportOf("memory", "memory", 0)],
  ...(["main", "fayger_init", "fayger_alloc", "fayger_on_event"] as const).map(
    (name) => [name, exportOf(name, "function", FUNCTIONS[name])] as const,
  ),
];

/** The exports without one of them. */
const without = (...names: readonly string[]): Piece =>
  base({ exports: vector(usual.filter(([name]) => !names.includes(name)).map(([, part]) => part)) });

/** The exports with one of them otherwise. */
const with_ = (name: string, part: Part): Piece =>
  base({ exports: vector(usual.map(([each, usualPart]) => (each === name ? faulty(part) : usualPart))) });

const missing = (name: string, module: Piece, why: string): Told => ({ name, module, at: module.bytes.length, why });

/** Modules that are no guest programs. */
export function interfaceFaults(): readonly Fault[] {
  const exports = ["guest-abi.exports"];
  const imports = ["guest-abi.imports"];
  const more = join(unsigned((typesOf[0] ?? 0) + 1), typesOf.slice(1), functionType(["i32"], []));
  const other = join(sections.types ?? []).bytes[0] ?? 0;
  return [
    ...all(
      "unknown_import",
      ["guest-abi.import-module"],
      {
        name: "other-module",
        module: firstImport(importOf("env", "emit", "function", [0])),
        why: "The module `env` has no place in the ABI.",
      },
      {
        name: "later-abi",
        module: secondImport(importOf("fayger_2", "exit", "function", [1])),
        why: "Another version of the ABI is another module.",
      },
    ),
    ...all(
      "unknown_import",
      imports,
      {
        name: "other-name",
        module: firstImport(importOf("fayger_1", "emits", "function", [0])),
        why: "The ABI has no function of this name.",
      },
      {
        name: "other-case",
        module: secondImport(importOf("fayger_1", "Exit", "function", [1])),
        why: "Names are compared byte by byte.",
      },
      {
        name: "constructor",
        module: secondImport(importOf("fayger_1", "constructor", "function", [1])),
        why: "A name that objects of some languages have is none of the ABI's.",
      },
    ),
    ...all(
      "import_type",
      imports,
      {
        name: "fewer-parameters",
        module: firstImport(importOf("fayger_1", "emit", "function", [2])),
        why: "`emit` has four parameters.",
      },
      {
        name: "result",
        module: secondImport(importOf("fayger_1", "exit", "function", [2])),
        why: "`exit` has no result.",
      },
      {
        name: "memory",
        module: base({
          memories: null,
          imports: vector([
            importOf("fayger_1", "emit", "function", [0]),
            importOf("fayger_1", "exit", "function", [1]),
            faulty(importOf("fayger_1", "abort", "memory", limits(1))),
          ]),
        }),
        why: "The ABI's functions are functions, and its memory is the program's own.",
      },
    ),
    ...all(
      "missing_export",
      exports,
      missing("memory", without("memory"), "A program exports its memory."),
      missing("entry", without("main"), "A program exports its entry."),
    ),
    ...all(
      "export_type",
      exports,
      {
        name: "entry",
        module: with_("main", exportOf("main", "function", FUNCTIONS.helper)),
        why: "The entry takes and gives nothing.",
      },
      {
        name: "entry-as-a-table",
        module: with_("main", exportOf("main", "table", 0)),
        why: "The entry is a function.",
      },
      {
        name: "memory-as-a-global",
        module: with_("memory", exportOf("memory", "global", 0)),
        why: "`memory` is a memory.",
      },
      {
        name: "init",
        module: with_("fayger_init", exportOf("fayger_init", "function", FUNCTIONS.helper)),
        why: "`fayger_init` takes and gives nothing.",
      },
      {
        name: "alloc",
        module: with_("fayger_alloc", exportOf("fayger_alloc", "function", FUNCTIONS.main)),
        why: "`fayger_alloc` takes a length and gives a place.",
      },
      {
        name: "on-event",
        module: with_("fayger_on_event", exportOf("fayger_on_event", "function", FUNCTIONS.helper)),
        why: "`fayger_on_event` takes place and length.",
      },
      {
        name: "alloc-without-result",
        module: base({
          types: more,
          functions: join(
            (sections.functions ? join(sections.functions) : join([])).bytes.map((byte, at) =>
              at === 4 ? other : byte,
            ),
          ),
          exports: vector(usual.map(([name, part]) => (name === "fayger_alloc" ? faulty(part) : part))),
          code: codeWith("fayger_alloc"),
        }),
        why: "`fayger_alloc` gives a place.",
      },
    ),
    ...all(
      "event_exports",
      exports,
      {
        name: "alloc-alone",
        module: base({
          exports: vector(
            usual
              .filter(([name]) => name !== "fayger_on_event")
              .map(([name, part]) => (name === "fayger_alloc" ? faulty(part) : part)),
          ),
        }),
        why: "`fayger_alloc` without `fayger_on_event`.",
      },
      {
        name: "on-event-alone",
        module: base({
          exports: vector(
            usual
              .filter(([name]) => name !== "fayger_alloc")
              .map(([name, part]) => (name === "fayger_on_event" ? faulty(part) : part)),
          ),
        }),
        why: "`fayger_on_event` without `fayger_alloc`.",
      },
    ),
  ];
}

/** The code section with an empty function in the place of one. */
function codeWith(name: string): Part {
  const before = BASE.functions[name];
  if (before === undefined) throw new RangeError(`no function is called ${name}`);
  return (
    sectionsOf({ ...BASE, functions: { ...BASE.functions, [name]: { params: ["i32"], results: [], code: [] } } })
      .code ?? []
  );
}

/** Two faults at once: the one that is looked for first decides. @spec guest-abi.code */
export function orderFaults(): readonly Fault[] {
  const strange = importOf("env", "x", "function", [0]);
  const order = ["guest-abi.code"];
  const wrongMain = exportOf("main", "function", FUNCTIONS.helper);
  const invalid = withFunction({ code: [i32(1)] });
  const last = invalid.bytes;
  const list: readonly (Told & Pick<Fault, "group" | "reason">)[] = [
    {
      group: "malformed",
      reason: "section_size",
      name: "before-an-unknown-import",
      module: base({
        imports: vector([strange, importOf("fayger_1", "exit", "function", [1])]),
        start: join([7], faulty([0])),
      }),
      why: "What is no module is not compared with the ABI.",
    },
    {
      group: "malformed",
      reason: "bad_section_id",
      name: "behind-invalid-code",
      module: join(last, faulty([14]), [0]),
      why: "A module is decoded to its end before any of it is validated.",
    },
    {
      group: "invalid",
      reason: "unknown_function",
      name: "before-an-unknown-import",
      module: base({
        imports: vector([strange, importOf("fayger_1", "exit", "function", [1])]),
        start: faulty([99]),
      }),
      why: "What is not valid is not compared with the ABI.",
    },
    {
      group: "abi",
      reason: "unknown_import",
      name: "before-a-missing-export",
      module: base({
        imports: vector([faulty(strange), importOf("fayger_1", "exit", "function", [1])]),
        exports: vector([exportOf("memory", "memory", 0)]),
      }),
      why: "Imports come before exports.",
      clauses: ["guest-abi.import-module"],
    },
    {
      group: "abi",
      reason: "import_type",
      name: "the-first-of-two",
      module: base({
        imports: vector([faulty(importOf("fayger_1", "emit", "function", [2])), importOf("env", "y", "function", [1])]),
      }),
      why: "Imports are compared as they stand.",
      clauses: ["guest-abi.imports"],
    },
    {
      group: "abi",
      reason: "export_type",
      name: "memory-before-the-entry",
      module: base({ exports: vector([wrongMain, faulty(exportOf("memory", "global", 0))]) }),
      why: "`memory` is looked for before the entry.",
      clauses: ["guest-abi.exports"],
    },
    {
      group: "abi",
      reason: "export_type",
      name: "entry-before-init",
      module: base({
        exports: vector([
          exportOf("memory", "memory", 0),
          exportOf("fayger_init", "function", FUNCTIONS.helper),
          faulty(wrongMain),
        ]),
      }),
      why: "The entry is looked for before `fayger_init`.",
      clauses: ["guest-abi.exports"],
    },
    {
      group: "abi",
      reason: "export_type",
      name: "init-before-events",
      module: base({
        exports: vector([
          exportOf("memory", "memory", 0),
          exportOf("main", "function", FUNCTIONS.main),
          exportOf("fayger_alloc", "function", FUNCTIONS.fayger_alloc),
          faulty(exportOf("fayger_init", "function", FUNCTIONS.helper)),
        ]),
      }),
      why: "`fayger_init` is looked for before the two exports of events.",
      clauses: ["guest-abi.exports"],
    },
  ];
  return list.map((each) => ({ ...each, clauses: [...order, ...(each.clauses ?? [])] }));
}
