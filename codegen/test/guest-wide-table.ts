import { type CompileResult, compile } from "../src/commands/compile.js";
import { createSourceFile } from "../src/diagnostics/source.js";
import { specSources, withSources } from "./fixture.js";

// The released tables do not use every type. These rows do, so that the bindings are right before a table needs them.

const EVERY_TYPE = "a: u32, b: u64, c: i64, d: f64, e: bool, f: bytes, g: text, h: handle, i: list";

const EVERY_VALUE =
  'a: 1, b: 2, c: -3, d: "3ff0000000000000", e: true, f: "00ff", g: "text", h: 4, i: [a, { u32: 5 }, [{ bytes: "00" }]]';

const INSTRUCTIONS = `
  - { category: crypto, name: wide, opcode: 0x7001, capability: net.listen, dispatch: either, since: "1.0", operands: { ${EVERY_TYPE} }, results: { ${EVERY_TYPE}, status: u32 }, errors: [quota], events: [wide_happened], example: { operands: { ${EVERY_VALUE} }, results: { ${EVERY_VALUE}, status: 0 } }, mirrors: { posix: none }, meaning: "Takes and gives every type." }
  - { category: crypto, name: left_out, opcode: 0x7002, capability: crypto.primitive, dispatch: sync, since: "1.0", operands: { first: u32, second: u64?, third: bytes?, register: text?, fifth: list?, last: bool? }, results: {}, errors: [], example: { operands: { first: 1, third: "00", last: false }, results: {} }, mirrors: { posix: none }, meaning: "Takes operands that may be left out." }
`;
const EVENTS = `
  - { category: crypto, name: wide_happened, opcode: 0x7001, since: "1.0", payload: { subscription: handle, ${EVERY_TYPE} }, example: { subscription: 1, ${EVERY_VALUE} }, meaning: "Carries every type." }
`;

/** What the generator makes of the specification with rows that use every type. */
export function compileWideTables(): CompileResult {
  const sources = specSources();
  const longer = (path: string, rows: string) => {
    const text = sources.find((source) => source.path === path)?.text ?? "";
    return createSourceFile(path, `${text.trimEnd()}${rows}`);
  };
  return compile(
    withSources(
      sources,
      longer("spec/tables/instructions.yaml", INSTRUCTIONS),
      longer("spec/tables/instruction-events.yaml", EVENTS),
    ),
  );
}
