import type { CodecMember, CodecModel, CodecRule, Shape } from "../model/cddl-model.js";
import { automatonOf } from "../model/pattern-automaton.js";
import { parsePattern } from "../model/pattern-syntax.js";
import { CodecContext } from "./codec-module.js";
import type { ImportLine, TypeScriptModule } from "./generated-file.js";
import { mutatorEngine } from "./mutator-engine.js";
import { constantCase, kebabCase, pascalCase } from "./names.js";
import { arrayLiteral, constant, functionOf, interfaceOf, quote } from "./structures.js";

/** Mutators for every rule, and the list of all rules with their codecs, arbitraries and mutators. */
export function emitMutators(model: CodecModel): TypeScriptModule[] {
  const rules = model.rules.filter((rule) => rule.body.kind !== "pattern");
  return [
    mutatorEngine(),
    ...rules.map((rule) => mutatorModule(rule, model)),
    ruleList(rules, new CodecContext(model)),
  ];
}

/** Every damage that a rule's own schema makes recognizable. */
function mutatorModule(rule: CodecRule, model: CodecModel): TypeScriptModule {
  const calls = callsOf(rule, model);
  const used = ["replaced", "withoutField", "unknownField", "repeatedItem", "sharedItem", "nestedItem"];
  return {
    path: `testing/mutators/${kebabCase(rule.name)}.ts`,
    origin: `rule \`${rule.name}\` in ${rule.path}`,
    edit: "that rule",
    emitter: "mutator.ts",
    imports: [
      {
        from: "../mutators.js",
        names: ["type Mutator", ...used.filter((name) => calls.some((call) => call.startsWith(`${name}(`)))],
      },
    ],
    statements: [
      constant({
        name: `${constantCase(rule.name)}_MUTATORS`,
        docs: { text: `Ways to damage a valid \`${rule.name}\` of the known schema version against its schema.` },
        type: "readonly Mutator[]",
        value: arrayLiteral(calls),
      }),
    ],
  };
}

function callsOf({ body }: CodecRule, model: CodecModel): string[] {
  switch (body.kind) {
    case "map":
      return [
        ...body.members.filter((member) => !member.optional).map((member) => `withoutField(${quote(member.name)})`),
        'unknownField("~")',
        'unknownField("a_member_with_a_long_name")',
        replaced("wrong_type", undefined, [0x80]),
        ...body.members.flatMap((member) => memberCalls(member, quote(member.name), model)),
      ];
    case "row":
    case "tuple":
      return [
        replaced("wrong_type", undefined, [0xa0]),
        replaced("length_out_of_range", undefined, [0x80 + body.members.length + 1]),
        ...body.members.flatMap((member, index) => memberCalls(member, String(index), model)),
      ];
    case "list":
      return [replaced("wrong_type", undefined, [0xa0]), ...arrayCalls(body.array, undefined, model)];
    case "choice":
    case "pattern":
      return [];
  }
}

function memberCalls(member: CodecMember, place: string, model: CodecModel): string[] {
  return [
    ...faultsOf(member.shape, model).map(([reason, bytes]) => replaced(reason, place, bytes)),
    ...arrayCalls(member.shape, place, model),
  ];
}

function replaced(reason: string, place: string | undefined, bytes: readonly number[]): string {
  return `replaced(${quote(reason)}, ${place ?? "undefined"}, ${hexBytes(bytes)})`;
}

function arrayCalls(shape: Shape, place: string | undefined, model: CodecModel): string[] {
  if (shape.kind !== "array") return [];
  const { ascendingBy, disjointFrom, prefixFree } = shape.order;
  const calls: string[] = [];
  if (ascendingBy !== undefined)
    calls.push(`repeatedItem(${place ?? "undefined"}, ${memberPlace(shape.item, ascendingBy, model)})`);
  if (disjointFrom !== undefined) calls.push(`sharedItem(${place ?? "undefined"}, ${quote(disjointFrom)})`);
  if (prefixFree && ascendingBy !== undefined) calls.push(`nestedItem(${memberPlace(shape.item, ascendingBy, model)})`);
  return calls;
}

/** A list of bytes; a run of one byte, as long texts are, is written short. */
function hexBytes(bytes: readonly number[]): string {
  const hex = (byte: number) => `0x${byte.toString(16).padStart(2, "0")}`;
  const last = bytes[bytes.length - 1] ?? 0;
  let run = 0;
  while (run < bytes.length && bytes[bytes.length - 1 - run] === last) run++;
  if (run < 12) return `[${bytes.map(hex).join(", ")}]`;
  const first = bytes
    .slice(0, bytes.length - run)
    .map((byte) => `${hex(byte)}, `)
    .join("");
  return `[${first}...new Array<number>(${run}).fill(${hex(last)})]`;
}

/** How the ordered member of an element is found: by name in a map, by number in a row. */
function memberPlace(item: Shape, member: string, model: CodecModel): string {
  if (member === "" || item.kind !== "reference") return "undefined";
  const body = model.byName.get(item.rule)?.body;
  return body?.kind === "row"
    ? String(body.members.findIndex((candidate) => candidate.name === member))
    : quote(member);
}

/** Values that a shape refuses, each with the reason. */
function faultsOf(shape: Shape, model: CodecModel): (readonly [string, readonly number[]])[] {
  switch (shape.kind) {
    case "uint":
    case "int":
      return [
        ["wrong_type", [0xf4]],
        ["value_out_of_range", [0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
        ["value_out_of_range", integer(shape.maximum + 1)],
        ...(shape.minimum > 0 ? [["value_out_of_range", integer(shape.minimum - 1)] as const] : []),
      ];
    case "big-uint":
      return [
        ["wrong_type", [0xf4]],
        ["value_out_of_range", [0x20]],
      ];
    case "integer":
      return [["wrong_type", [0xf4]]];
    case "bool":
      return [["wrong_type", [0x00]]];
    case "bytes":
      return [["wrong_type", [0x60]], ...lengthFaults(2, shape.minimum, shape.maximum)];
    case "text":
      return [
        ["wrong_type", [0x40]],
        ...lengthFaults(3, shape.minimum, shape.maximum),
        ...(shape.pattern === undefined ? [] : [["pattern_mismatch", mismatch(shape.pattern.source)] as const]),
      ];
    case "enumeration":
      return [
        ["wrong_type", [0xf4]],
        ["value_out_of_range", shape.base === "text" ? [0x61, 0x3f] : [0x18, 0xff]],
      ];
    case "array":
      return [["wrong_type", [0xa0]], ...(shape.minimum > 0 ? [["length_out_of_range", [0x80]] as const] : [])];
    case "table":
      return [["wrong_type", [0x80]], ...(shape.minimum > 0 ? [["length_out_of_range", [0xa0]] as const] : [])];
    case "reference":
      return referenceFaults(shape.rule, model);
  }
}

function referenceFaults(rule: string, model: CodecModel): (readonly [string, readonly number[]])[] {
  const body = model.byName.get(rule)?.body;
  if (body?.kind === "map") return [["wrong_type", [0x80]]];
  if (body?.kind === "row" || body?.kind === "tuple")
    return [
      ["wrong_type", [0xa0]],
      ["length_out_of_range", [0x80]],
    ];
  return body?.kind === "list" ? [["wrong_type", [0xa0]]] : [];
}

/** Longest string that is written into a mutator; one above a larger maximum would be a file of its own. */
const LONGEST_SEEDED = 4096;

function lengthFaults(
  major: number,
  minimum: number,
  maximum: number | undefined,
): (readonly [string, readonly number[]])[] {
  const ofLength = (length: number) => [...head(major, length), ...new Array<number>(length).fill(0x61)];
  return [
    ...(minimum > 0 ? [["length_out_of_range", ofLength(minimum - 1)] as const] : []),
    ...(maximum !== undefined && maximum < LONGEST_SEEDED
      ? [["length_out_of_range", ofLength(maximum + 1)] as const]
      : []),
  ];
}

function integer(value: number): number[] {
  return value < 2 ** 32 ? head(0, value) : [0x1b, ...bytesOf(BigInt(value), 8)];
}

function head(major: number, argument: number): number[] {
  if (argument < 24) return [(major << 5) | argument];
  if (argument < 256) return [(major << 5) | 24, argument];
  return argument < 65_536
    ? [(major << 5) | 25, ...bytesOf(BigInt(argument), 2)]
    : [(major << 5) | 26, ...bytesOf(BigInt(argument), 4)];
}

function bytesOf(value: bigint, size: number): number[] {
  return Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * (size - 1 - index))) & 255n));
}

/** A short text the expression refuses. */
function mismatch(source: string): number[] {
  const parsed = parsePattern(source);
  const automaton = "node" in parsed ? automatonOf(parsed.node) : undefined;
  for (let code = 0x21; code < 0x7f; code++) {
    const next = automaton?.[0]?.next.get(code);
    if (next === undefined || automaton?.[next]?.accepts !== true) return [0x61, code];
  }
  return [0x61, 0x20];
}

/** All rules in one list, so that a test of every rule forgets none. */
function ruleList(rules: readonly CodecRule[], context: CodecContext): TypeScriptModule {
  const imports: ImportLine[] = [
    { from: "fast-check", names: ["type default as fc"] },
    { from: "../../reference/codec/codegen-v1.js", names: ["type DecodeOptions", "type EncodeOptions"] },
    { from: "./mutators.js", names: ["type Mutator"] },
    ...rules.flatMap((rule) => {
      const file = kebabCase(rule.name);
      const name = pascalCase(rule.name);
      return [
        { from: `../codecs/${file}.js`, names: [`decode${name}`, `encode${name}`] },
        { from: `./arbitraries/${file}.js`, names: [`arbitrary${name}`] },
        { from: `./mutators/${file}.js`, names: [`${constantCase(rule.name)}_MUTATORS`] },
      ];
    }),
  ];
  return {
    path: "testing/codec-rules.ts",
    origin: "all rules of domain `cbor`",
    edit: "a rule",
    emitter: "mutator.ts",
    imports,
    statements: [
      interfaceOf("CodecRule", { text: "One rule with everything a test needs; values are of the rule's own type." }, [
        { name: "name", type: "string", docs: { text: "Name of the rule." } },
        { name: "grows", type: "boolean", docs: { text: "Whether `growth` changes what the rule's decoder accepts." } },
        { name: "decode", type: "(bytes: Uint8Array, options?: DecodeOptions) => unknown" },
        { name: "encode", type: "(value: unknown, options?: EncodeOptions) => Uint8Array" },
        { name: "arbitrary", type: "(options?: EncodeOptions) => fc.Arbitrary<unknown>" },
        { name: "mutators", type: "readonly Mutator[]", docs: { text: "For documents of the known schema version." } },
      ]),
      functionOf({
        name: "rule<T>",
        parameters: [
          "name: string",
          "grows: boolean",
          "decode: (bytes: Uint8Array, options?: DecodeOptions) => T",
          "encode: (value: T, options?: EncodeOptions) => Uint8Array",
          "arbitrary: (options?: EncodeOptions) => fc.Arbitrary<T>",
          "mutators: readonly Mutator[]",
        ],
        returns: "CodecRule",
        body: [
          "return { name, grows, decode, encode: (value, options) => encode(value as T, options), arbitrary, mutators };",
        ],
        exported: false,
      }),
      constant({
        name: "CODEC_RULES",
        docs: { text: "Every rule that has a codec." },
        type: "readonly CodecRule[]",
        value: arrayLiteral(
          rules.map((rule) => {
            const name = pascalCase(rule.name);
            const versioned = rule.body.kind === "map" && rule.body.versionMember !== undefined;
            const grows = context.grows(rule.name) && !versioned;
            const arbitrary = context.grows(rule.name) ? `arbitrary${name}` : `() => arbitrary${name}()`;
            return `rule(${quote(rule.name)}, ${grows}, decode${name}, encode${name}, ${arbitrary}, ${constantCase(rule.name)}_MUTATORS)`;
          }),
        ),
      }),
    ],
  };
}
