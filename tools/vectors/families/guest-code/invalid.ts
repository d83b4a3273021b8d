import {
  access,
  block,
  br,
  brIf,
  brTable,
  type Code,
  call,
  callIndirect,
  dataDrop,
  drop,
  elemDrop,
  end,
  f32,
  f64,
  globalGet,
  globalSet,
  type Instruction,
  i32,
  i64,
  instruction,
  localGet,
  localSet,
  localTee,
  memoryGrow,
  memoryInit,
  memorySize,
  nop,
  numeric,
  otherwise,
  refFunc,
  refIsNull,
  refNull,
  select,
  selectTyped,
  tableGet,
  tableInit,
  times,
  when,
} from "../../building/wasm/instructions.js";
import { body, exportOf, globalType, limits, tableType } from "../../building/wasm/module.js";
import { join, type Part, type Piece, unsigned, vector } from "../../building/wasm/piece.js";
import { sectionsOf } from "../../building/wasm/program.js";
import { BASE, base, type Fault, fault, faulty, withCode, withFunction } from "./base.js";

type Told = Omit<Fault, "group" | "reason">;

function all(reason: string, ...faults: readonly Told[]): readonly Fault[] {
  return faults.map((each) => ({ group: "invalid", reason, ...each }));
}

const add = numeric("i32.add");
const sections = sectionsOf(BASE);
/** The `end` at which the fault of a body shows. */
const lastEnd = (module: Piece, name: string): number => {
  const at = module.at(`function ${name}`);
  return at + bodyLength(module.bytes, at) - 1;
};

/** Length of an entry of the code section, its size included. */
function bodyLength(bytes: readonly number[], at: number): number {
  let size = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at + length] ?? 0;
    length += 1;
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return length + size;
  }
}

/** An instruction of `main` behind some others. */
const code = (name: string, why: string, before: Code, at: Instruction, ...after: Code): Told => ({
  name,
  why,
  module: withCode(...before, fault(at), ...after),
});

const atEnd = (name: string, why: string, module: Piece, fn = "main"): Told => ({
  name,
  why,
  module,
  at: lastEnd(module, fn),
});

const exported = (part: Part): Piece => base({ exports: join(...addedTo(sections.exports, faulty(part))) });
const element = (part: Part): Piece => base({ elements: vector([faulty(part)]) });
const initial = (type: readonly number[], ...parts: readonly Part[]): Piece =>
  base({ globals: vector([join(type, ...parts)]) });

/** The items of a vector and one more. */
function addedTo(items: Part | undefined, more: Part): readonly Part[] {
  if (items === undefined) return [[1], more];
  const { bytes } = join(items);
  return [unsigned((bytes[0] ?? 0) + 1), bytes.slice(1), more];
}

function types(): readonly Fault[] {
  const i32s = globalType("i32", false);
  return all(
    "type_mismatch",
    code("other-operand", "An i64 where an i32 is taken.", [i32(1), i64(1n)], add, drop),
    code("no-operand", "Nothing is there to be taken.", [i32(1)], add, drop),
    code("float-for-integer", "An f32 where an f64 is taken.", [f64(0n), f32(0)], numeric("f64.add"), drop),
    code("under-a-block", "What lies below a block is not there inside.", [i32(1), block()], drop, end, drop),
    code("argument", "An argument of another type.", [i64(1n)], call(2), drop),
    code("address", "An address of 64 bits.", [i64(0n)], access("i32.load"), drop),
    code("stored-value", "A value of another type is stored.", [i32(0), i32(0)], access("i64.store")),
    code("condition", "A condition of 64 bits.", [i64(0n)], brIf(0)),
    code("select-of-two-types", "`select` of an i32 and an f32.", [i32(1), f32(0), i32(0)], select, drop),
    code(
      "select-of-references",
      "The untyped `select` takes numbers alone.",
      [refNull("funcref"), refNull("funcref"), i32(0)],
      select,
      drop,
    ),
    code("is-null-of-a-number", "`ref.is_null` of a number.", [i32(0)], refIsNull, drop),
    {
      name: "local",
      why: "A local is set to a value of another type.",
      module: withFunction({ code: [i64(0n), fault(localSet(0)), localGet(0)] }, "helper"),
    },
    code("branch-value", "A branch without the value its label takes.", [block("i32")], br(0), end, drop),
    code("grow-by-a-float", "Memory grows by a whole number.", [f32(0)], memoryGrow, drop),
    atEnd("left-over", "A value is left at the end of a function.", withCode(i32(1))),
    atEnd("no-result", "A function ends without its result.", withFunction({ code: [] }, "helper"), "helper"),
    atEnd(
      "other-result",
      "A function ends with another result.",
      withFunction({ code: [i64(0n)] }, "helper"),
      "helper",
    ),
    code("if-without-else", "An `if` with a result and without `else`.", [i32(1), when("i32"), i32(2)], end, drop),
    code(
      "then-without-result",
      "The first arm of an `if` lacks its result.",
      [i32(1), when("i32")],
      otherwise,
      i32(1),
      end,
      drop,
    ),
    code(
      "after-a-branch",
      "Behind a branch operands are any, but not of two types at once.",
      [block("i32"), br(1), i64(0n)],
      end,
      drop,
    ),
    {
      name: "initial-value",
      why: "The initial value of a global is of another type.",
      module: initial(i32s, faulty([0x42, 0]), [0x0b]),
    },
    {
      name: "no-initial-value",
      why: "A global begins with nothing.",
      module: initial(i32s, faulty([0x0b])),
    },
    {
      name: "offset",
      why: "An active segment begins at an i64.",
      module: base({ elements: vector([join([0], faulty([0x42, 0]), [0x0b, 0])]) }),
    },
    code("call-indirect-of-externref", "`call_indirect` through a table of externref.", [i32(0)], callIndirect(3, 1)),
  );
}

/** Locals begin with the parameters; `main` has none and declares some here. */
function unknown(): readonly Fault[] {
  const declared = sections.functions === undefined ? [] : join(sections.functions).bytes;
  const noMemory = base({
    memories: null,
    dataCount: null,
    data: null,
    code: oneEach(),
    exports: vector([faulty(exportOf("memory", "memory", 0))]),
  });
  return [
    ...all(
      "unknown_type",
      {
        name: "function",
        why: "A function is of a type that is not there.",
        module: base({ functions: join(declared.slice(0, -1), faulty([99])) }),
      },
      code("call-indirect", "`call_indirect` of a type that is not there.", [i32(0)], callIndirect(99)),
      code("block", "A block of a type that is not there.", [], block(99), end),
    ),
    ...all(
      "unknown_function",
      code("call", "A function is called that is not there.", [], call(99)),
      code("ref-func", "A reference to a function that is not there.", [], refFunc(99), drop),
      {
        name: "export",
        why: "A function is exported that is not there.",
        module: exported(exportOf("more", "function", 99)),
      },
      { name: "start", why: "The start function is not there.", module: base({ start: faulty([99]) }) },
      { name: "element", why: "An element is a function that is not there.", module: element([1, 0, 1, 99]) },
    ),
    ...all(
      "unknown_table",
      code("table-get", "A table is read that is not there.", [i32(0)], tableGet(2), drop),
      { name: "export", why: "A table is exported that is not there.", module: exported(exportOf("more", "table", 2)) },
      { name: "element", why: "Elements of a table that is not there.", module: element([2, 2, 0x41, 0, 0x0b, 0, 0]) },
    ),
    ...all(
      "unknown_memory",
      { name: "export", why: "A memory is exported that is not there.", module: noMemory },
      {
        name: "load",
        why: "A load without a memory.",
        module: withoutMemory([i32(0), fault(access("i32.load")), drop]),
      },
      {
        name: "size",
        why: "The size of a memory that is not there.",
        module: withoutMemory([fault(memorySize), drop]),
      },
    ),
    ...all(
      "unknown_global",
      code("get", "A global is read that is not there.", [], globalGet(2), drop),
      code("set", "A global is set that is not there.", [i32(0)], globalSet(2)),
      {
        name: "export",
        why: "A global is exported that is not there.",
        module: exported(exportOf("more", "global", 2)),
      },
      {
        name: "of-this-module",
        why: "A constant reads a global that the module itself defines.",
        module: base({ globals: vector([join([0x7f, 0, 0x41, 0, 0x0b]), join([0x7f, 0], faulty([0x23, 0]), [0x0b])]) }),
      },
    ),
    ...all(
      "unknown_local",
      code("get", "A local is read that is not there.", [], localGet(0), drop),
      {
        name: "set",
        why: "A local is set that is not there.",
        module: withFunction({ locals: [[2, "i32"]], code: [i32(1), fault(localSet(2))] }),
      },
      {
        name: "tee",
        why: "Parameters and locals are counted together.",
        module: withFunction({ code: [i32(1), fault(localTee(3))] }, "helper"),
      },
    ),
    ...all(
      "unknown_label",
      code("br", "A branch out of more blocks than are open.", [], br(1)),
      code("br-if", "A branch out of more blocks than are open.", [block(), i32(0)], brIf(2), end),
      code("br-table", "A target out of more blocks than are open.", [block(), i32(0)], brTable([0, 2], 0), end),
    ),
    ...all(
      "unknown_element_segment",
      code("table-init", "Elements are copied that are not there.", [i32(0), i32(0), i32(0)], tableInit(3, 0)),
      code("elem-drop", "Elements are dropped that are not there.", [], elemDrop(3)),
    ),
    ...all(
      "unknown_data_segment",
      code("memory-init", "Data is copied that is not there.", [i32(0), i32(0), i32(0)], memoryInit(2)),
      code("data-drop", "Data is dropped that is not there.", [], dataDrop(2)),
    ),
  ];
}

/** As many empty bodies as the base declares functions, of any type. */
function oneEach(): Piece {
  const count = join(sections.functions ?? []).bytes[0] ?? 0;
  return vector(Array.from({ length: count }, () => body([], [instruction("unreachable", [0])])));
}

/** A module without a memory, with one function of this code and nothing else. */
function withoutMemory(instructions: Code): Piece {
  return base({
    memories: null,
    dataCount: null,
    data: null,
    exports: null,
    start: null,
    elements: null,
    functions: vector([[3]]),
    code: vector([body([], instructions)]),
  });
}

function others(): readonly Fault[] {
  return [
    ...all(
      "undeclared_function_reference",
      code(
        "of-the-start-function",
        "`ref.func` of a function that only the start section names.",
        [],
        refFunc(7),
        drop,
      ),
      code("of-an-import", "`ref.func` of an import that nothing names.", [], refFunc(0), drop),
    ),
    ...all("immutable_global", code("set", "A global that cannot change is set.", [i64(0n)], globalSet(1)), {
      name: "in-another-function",
      why: "A global that cannot change is set.",
      module: withFunction({ code: [i64(0n), fault(globalSet(1))] }, "fayger_init"),
    }),
    ...all(
      "alignment_too_large",
      code("load", "An alignment of 8 for 4 bytes.", [i32(0)], access("i32.load", 0, 3), drop),
      code("byte", "An alignment of 2 for a byte.", [i32(0)], access("i64.load8_u", 0, 1), drop),
      code("store", "An alignment of 16 for 8 bytes.", [i32(0), f64(0n)], access("f64.store", 0, 4)),
    ),
    ...all(
      "label_arity_mismatch",
      code(
        "fewer",
        "One target takes a value and the other none.",
        [block("i32"), i32(1), i32(0)],
        brTable([0], 1),
        end,
        drop,
      ),
      code(
        "more",
        "The last target takes a value and the others none.",
        [block("i32"), block(), i32(1), i32(0)],
        brTable([0, 0], 1),
        end,
        i32(1),
        end,
        drop,
      ),
    ),
    ...all(
      "select_arity",
      code("none", "A typed `select` names no type.", [i32(1), i32(2), i32(0)], selectTyped(), drop),
      code("two", "A typed `select` names two types.", [i32(1), i32(2), i32(0)], selectTyped("i32", "i32"), drop),
    ),
    ...all(
      "constant_required",
      { name: "nop", why: "`nop` is no constant.", module: initial([0x7f, 0], [0x41, 0], faulty([0x01]), [0x0b]) },
      {
        name: "comparison",
        why: "A comparison is no constant.",
        module: initial([0x7f, 0], [0x41, 0], faulty([0x45]), [0x0b]),
      },
      {
        name: "call",
        why: "A call is no constant.",
        module: base({ elements: vector([join([0], faulty([0x10, 2]), [0x0b, 0])]) }),
      },
    ),
    ...all(
      "limits_minimum_above_maximum",
      {
        name: "memory",
        why: "A memory begins above its maximum.",
        module: base({ memories: vector([faulty(limits(5, 4))]) }),
      },
      {
        name: "table",
        why: "A table begins above its maximum.",
        module: base({ tables: vector([tableType("funcref", 4, 10), faulty(tableType("externref", 2, 1))]) }),
      },
    ),
    ...all(
      "memory_too_large",
      {
        name: "minimum",
        why: "A memory of more than 65,536 pages.",
        module: base({ memories: vector([faulty(limits(65_537))]) }),
      },
      {
        name: "maximum",
        why: "A memory that could grow above 65,536 pages.",
        module: base({ memories: vector([faulty(limits(1, 65_537))]) }),
      },
    ),
    ...all(
      "duplicate_export",
      {
        name: "function",
        why: "Two functions are exported by one name.",
        module: exported(exportOf("main", "function", 4)),
      },
      {
        name: "other-kind",
        why: "A memory and a function are exported by one name.",
        module: exported(exportOf("memory", "function", 3)),
      },
    ),
    ...all(
      "start_function_type",
      {
        name: "parameter-and-result",
        why: "The start function has a parameter and a result.",
        module: base({ start: faulty([2]) }),
      },
      { name: "parameters", why: "The start function has parameters.", module: base({ start: faulty([6]) }) },
    ),
  ];
}

/** Sizes one above the bounds, and one at them. */
function beyond(): readonly Fault[] {
  const clauses = ["guest-abi.code.limits"];
  const many = (count: number): Part => vector(Array.from({ length: count }, () => [0x7f]));
  const list: readonly Told[] = [
    {
      name: "parameters",
      why: "A type with 1,001 parameters.",
      module: base({ types: vector([join([0x60], faulty(many(1001)), [0])]) }),
    },
    {
      name: "results",
      why: "A type with 1,001 results.",
      module: base({ types: vector([join([0x60, 0], faulty(many(1001)))]) }),
    },
    {
      name: "table",
      why: "A table that begins with 10,000,001 elements.",
      module: base({ tables: vector([tableType("funcref", 4), faulty(tableType("externref", 10_000_001))]) }),
    },
    atBody("locals", "50,001 locals.", [[50_001, "i32"]]),
    {
      name: "locals-and-parameters",
      why: "A parameter and 50,000 locals.",
      module: withLocalsOfHelper(50_000),
      at: bodyStart(withLocalsOfHelper(50_000), "helper"),
    },
    {
      name: "targets",
      why: "A `br_table` of 65,521 targets.",
      module: withCode(
        i32(0),
        instruction(
          "br_table",
          [0x0e],
          faulty(unsigned(65_521)),
          Array.from({ length: 65_522 }, () => 0),
        ),
      ),
    },
    {
      name: "operand-height",
      why: "An operand above the 65,536th.",
      module: heights(66),
    },
  ];
  return list.map((each) => ({ group: "invalid", reason: "limit_exceeded", clauses, ...each }));
}

const bodyStart = (module: Piece, name: string): number => {
  const at = module.at(`function ${name}`);
  let length = 1;
  while ((module.bytes[at + length - 1] ?? 0) >= 0x80) length += 1;
  return at + length;
};

function withLocalsOfHelper(count: number): Piece {
  return withFunction({ locals: [[count, "i64"]] }, "helper");
}

function atBody(name: string, why: string, locals: readonly (readonly [number, "i32"])[]): Told {
  const module = withFunction({ locals });
  return { name, why, module, at: bodyStart(module, "main") };
}

/** Calls of a function with 1,000 results; the last of 66 is too many. */
export function heights(calls: number, constants = 0): Piece {
  const results = Array.from({ length: 1000 }, () => "i32" as const);
  const many = call(8);
  const last = calls === 66 ? fault(many) : many;
  const unreachable = instruction("unreachable", [0]);
  return base({}, [], {
    ...BASE,
    functions: {
      ...BASE.functions,
      main: {
        code: [...times(calls - 1, many), last, ...times(constants, i32(0)), unreachable, nop],
      },
      setup: { code: [] },
      many: { results, code: [unreachable] },
    },
    exports: [],
  });
}

/** Modules that are not valid. */
export function invalidFaults(): readonly Fault[] {
  return [...types(), ...unknown(), ...others(), ...beyond()];
}
