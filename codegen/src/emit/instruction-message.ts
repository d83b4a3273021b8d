// biome-ignore-all lint/suspicious/noTemplateCurlyInString: emitted code holds template strings of its own.
import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { constantCase } from "./names.js";
import { constant, functionOf, interfaceOf } from "./structures.js";

/** `instructions/message.ts`: the three messages between a program and the bus, as bytes and as objects. */
export function emitInstructionMessages(tables: SpecTables): TypeScriptModule {
  const layout = tables["instruction-layout"];
  const spec = layout.spec;
  const sizes = layout.rows.flatMap((row) => {
    const bytes = row.fields.reduce((sum, field) => sum + field.value.size, 0);
    const name = `${constantCase(row.name)}_HEAD_BYTES`;
    const fields = row.fields.map((field) => `${field.value.name}(${field.value.size})`).join(" ");
    const head = constant({
      name,
      docs: { text: `Bytes of the fixed head of a message of kind ${row.name}: ${fields}.`, spec },
      value: String(bytes),
    });
    if (row.maximum_bytes === null) return [head];
    const maximum = {
      name: `${constantCase(row.name)}_MAXIMUM_BYTES`,
      docs: { text: `Largest encoded ${row.name}, in bytes.`, spec },
    };
    return [head, constant({ ...maximum, value: String(row.maximum_bytes) })];
  });
  return {
    path: "instructions/message.ts",
    origin: `${layout.path} and ${tables["instruction-flags"].path}`,
    edit: "the tables",
    emitter: "instruction-message.ts",
    imports: [
      { from: "../../reference/codec/codegen-v1.js", names: ["decodeTlvs", "OperandCheck", "TlvWriter"] },
      { from: "../capabilities.js", names: ["type CapabilitySet"] },
      { from: "../enums/host-error.js", names: ["HOST_ERROR_NUMBERS", "type HostError"] },
      {
        from: "../enums/instruction-category.js",
        names: ["type InstructionCategory", "instructionCategoryName", "isInstructionCategory"],
      },
      { from: "../enums/instruction-flag.js", names: ["InstructionFlag"] },
      { from: "../enums/instruction-reason.js", names: ["type InstructionReason"] },
      { from: "./instruction-table.js", names: ["type InstructionRow", "instructionOf"] },
      { from: "./operands.js", names: ["checkOperands", "checkPayload"] },
      { from: "./tlv.js", names: ["type Tlv"] },
    ],
    statements: [
      ...sizes,
      errorClass,
      failFunction,
      ...messageTypes(spec),
      ...instructionFunctions(spec),
      ...replyFunctions(spec),
      ...eventFunctions(spec),
    ],
  };
}

const errorClass = `/**
 * The bytes are not a well-formed message. The bus answers it with \`ADP_INSTRUCTION_MALFORMED\`.
 *
 * @spec instructions.reasons
 */
export class InstructionError extends Error {
  /** What is wrong. */
  readonly reason: InstructionReason;
  /** First byte of the field at fault, counted from the start of the message. */
  readonly offset: number;
  /** What should stand there, for people. */
  readonly expected: string;
  /** What stands there, for people. */
  readonly found: string;

  constructor(reason: InstructionReason, offset: number, expected: string, found: string) {
    super(\`\${reason} at byte \${offset}: expected \${expected}, found \${found}\`);
    this.name = "InstructionError";
    this.reason = reason;
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }
}`;

const failFunction = functionOf({
  name: "fail",
  parameters: ["reason: InstructionReason", "offset: number", "expected: string", "found: string"],
  returns: "never",
  exported: false,
  body: ["throw new InstructionError(reason, offset, expected, found);"],
});

function messageTypes(spec: string) {
  const category = { name: "category", type: "InstructionCategory", docs: { text: "Category number, 0 to 7." } };
  return [
    interfaceOf("InstructionMessage", { text: "A Universal_Instruction.", spec }, [
      category,
      {
        name: "opcode",
        type: "number",
        docs: { text: "Opcode within the category, 16 bits; bit 15 marks an experimental one." },
      },
      { name: "asynchronous", type: "boolean", docs: { text: "Whether the answer comes as a completion event." } },
      {
        name: "capabilitiesRequired",
        type: "CapabilitySet",
        docs: { text: "Capabilities the message says it needs." },
      },
      { name: "operands", type: "readonly Tlv[]", docs: { text: "Operands in order." } },
    ]),
    interfaceOf(
      "DecodedInstruction",
      {
        text: "A well-formed Universal_Instruction. For an opcode of the table, capabilities and operands are those of its row.",
        spec,
      },
      [
        {
          name: "row",
          type: "InstructionRow | undefined",
          docs: { text: "The row of the opcode; undefined where the table has none." },
        },
      ],
      "InstructionMessage",
    ),
    interfaceOf("ReplyMessage", { text: "A UniversalReply.", spec }, [
      { name: "status", type: "number", docs: { text: "0, or the number of an error code." } },
      {
        name: "results",
        type: "Tlv[]",
        docs: { text: "Results in order; in an error reply one u32, a row of the table `host-errors`." },
      },
    ]),
    interfaceOf("EventMessage", { text: "A Universal_Event.", spec }, [
      category,
      { name: "opcode", type: "number", docs: { text: "Opcode of the event, or of the instruction that completed." } },
      { name: "completion", type: "boolean", docs: { text: "Whether it is the completion of an asynchronous call." } },
      {
        name: "payload",
        type: "readonly Tlv[]",
        docs: { text: "Payload in order; a completion begins with u32 call_id and u32 status." },
      },
    ]),
  ];
}

function instructionFunctions(spec: string) {
  return [
    functionOf({
      name: "decodeInstruction",
      docs: {
        text:
          "Decode a Universal_Instruction and check that it is well-formed. The steps and their order are those of " +
          "instructions.reasons. Caps, ASYNC and operands of an opcode the table does not have are not compared with anything, " +
          "but for caps and ASYNC of an experimental one that is registered.",
        spec,
        tags: [
          "@param experimental finds what an adapter registered for an opcode with bit 15 set",
          "@throws InstructionError",
        ],
      },
      parameters: [
        "bytes: Uint8Array",
        "experimental?: (category: number, opcode: number) => InstructionRow | undefined",
      ],
      returns: "DecodedInstruction",
      body: [
        // @spec instructions.size
        "if (bytes.length > INSTRUCTION_MAXIMUM_BYTES) {",
        '  fail("too_long", INSTRUCTION_MAXIMUM_BYTES, `at most ${INSTRUCTION_MAXIMUM_BYTES} bytes`, `${bytes.length} bytes`);',
        "}",
        "if (bytes.length < INSTRUCTION_HEAD_BYTES) {",
        "  const field = bytes.length === 0 ? 0 : bytes.length < 3 ? 1 : 3;",
        '  fail("truncated", field, "cat, op and caps", `${bytes.length} bytes`);',
        "}",
        "const cat = bytes[0] as number;",
        'if ((cat & 0x30) !== 0) fail("reserved_bits", 0, "bits 4 and 5 to be zero", `0x${cat.toString(16)}`);',
        "const category = cat & 0x0f;",
        "if (!isInstructionCategory(category)) {",
        '  return fail("reserved_category", 0, "a category of the table", instructionCategoryName(category));',
        "}",
        "const opcode = ((bytes[1] as number) << 8) | (bytes[2] as number);",
        "const asynchronous = (cat & InstructionFlag.Async) !== 0;",
        "const extension = (cat & InstructionFlag.ExtCaps) === 0 ? 0 : extensionLength(bytes);",
        // @spec instructions.caps
        "const low = ((bytes[3] as number) << 8) | (bytes[4] as number);",
        "const capabilitiesRequired = low | extendedCapabilities(bytes, extension);",
        // @spec instructions.caps.experimental
        "const row = opcode >= 0x8000 ? experimental?.(category, opcode) : instructionOf(category, opcode);",
        // @spec instructions.caps.exact
        "if (row !== undefined && capabilitiesRequired !== row.capabilities) {",
        '  fail("capability_mismatch", 3, `the capabilities of ${row.name}`, `0x${(capabilitiesRequired >>> 0).toString(16)}`);',
        "}",
        'if (asynchronous && row?.dispatch === "sync") fail("async_not_allowed", 0, `${row.name} without ASYNC`, "ASYNC");',
        "const start = INSTRUCTION_HEAD_BYTES + extension;",
        "const operands = decodeTlvs(bytes, start, bytes.length, fail);",
        "checkOperands(category, opcode, new OperandCheck(operands, bytes, start, fail));",
        "return { category, opcode, asynchronous, capabilitiesRequired, operands, row };",
      ],
    }),
    functionOf({
      name: "extensionLength",
      docs: { text: "Bytes of the capability extension, its length byte included." },
      parameters: ["bytes: Uint8Array"],
      returns: "number",
      exported: false,
      body: [
        "const at = INSTRUCTION_HEAD_BYTES;",
        // @spec instructions.caps.extension
        'const length = bytes[at] ?? fail("truncated", at, "a capability extension", "the end of the bytes");',
        'if (length === 0) fail("capability_extension", at, "a length of at least 1", "0");',
        "const last = at + length;",
        "if (last >= bytes.length) {",
        '  fail("truncated", at + 1, `${length} bitmap bytes`, `${bytes.length - at - 1} bytes`);',
        "}",
        'if (bytes[last] === 0) fail("capability_extension", last, "a last byte that is not zero", "00");',
        "return 1 + length;",
      ],
    }),
    functionOf({
      name: "extendedCapabilities",
      docs: { text: "Capabilities 16 to 30 of an extension; bit 31 stands for any beyond." },
      parameters: ["bytes: Uint8Array", "extension: number"],
      returns: "CapabilitySet",
      exported: false,
      body: [
        "let set = 0;",
        "for (let index = 1; index < extension; index++) {",
        "  const byte = bytes[INSTRUCTION_HEAD_BYTES + index] ?? 0;",
        "  if (index <= 2) set |= byte << (8 + 8 * index);",
        "  else if (byte !== 0) set |= 1 << 31;",
        "}",
        "return set;",
      ],
    }),
    functionOf({
      name: "encodeInstruction",
      docs: {
        text: "The bytes of a Universal_Instruction, as it says of itself.",
        spec,
        tags: ["@throws RangeError when a value does not fit, or capabilities hold bit 31"],
      },
      parameters: ["instruction: InstructionMessage"],
      returns: "Uint8Array",
      body: [
        "const { category, opcode, asynchronous, capabilitiesRequired, operands } = instruction;",
        'if (capabilitiesRequired < 0) throw new RangeError("capabilities above 30 cannot be encoded");',
        "const high = capabilitiesRequired >>> 16;",
        "const flags = (asynchronous ? InstructionFlag.Async : 0) | (high === 0 ? 0 : InstructionFlag.ExtCaps);",
        "const writer = new TlvWriter().byte(category | flags).half(opcode).half(capabilitiesRequired & 0xffff);",
        "if (high > 0xff) writer.byte(2).byte(high & 0xff).byte(high >>> 8);",
        "else if (high > 0) writer.byte(1).byte(high);",
        "return writer.values(operands).finish();",
      ],
    }),
  ];
}

function replyFunctions(spec: string) {
  return [
    functionOf({
      name: "encodeReply",
      docs: { text: "The bytes of a UniversalReply.", spec, tags: ["@throws RangeError when a value does not fit"] },
      parameters: ["status: number", "results: readonly Tlv[]"],
      returns: "Uint8Array",
      body: ["return new TlvWriter().half(status).values(results).finish();"],
    }),
    functionOf({
      name: "encodeErrorReply",
      docs: {
        text: "The bytes of an error reply: the number of an error code, and what the program learns of the host's failure.",
        spec,
      },
      parameters: ["status: number", "hostError: HostError"],
      returns: "Uint8Array",
      body: ["return new TlvWriter().half(status).u32(HOST_ERROR_NUMBERS[hostError]).finish();"],
    }),
    functionOf({
      name: "decodeReply",
      docs: {
        text: "Decode a UniversalReply. The results of status 0 are checked only as TLVs; another status is followed by one u32.",
        spec: `${spec}, instructions.message-reasons`,
        tags: ["@throws InstructionError"],
      },
      parameters: ["bytes: Uint8Array"],
      returns: "ReplyMessage",
      body: [
        'if (bytes.length < REPLY_HEAD_BYTES) fail("truncated", 0, "a status", `${bytes.length} bytes`);',
        "const status = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);",
        "const results = decodeTlvs(bytes, REPLY_HEAD_BYTES, bytes.length, fail);",
        "if (status !== 0) {",
        "  const check = new OperandCheck(results, bytes, REPLY_HEAD_BYTES, fail);",
        '  check.required("u32", "host_error");',
        "  check.end();",
        "}",
        "return { status, results };",
      ],
    }),
  ];
}

function eventFunctions(spec: string) {
  return [
    functionOf({
      name: "encodeEvent",
      docs: { text: "The bytes of a Universal_Event.", spec, tags: ["@throws RangeError when a value does not fit"] },
      parameters: ["event: EventMessage"],
      returns: "Uint8Array",
      body: [
        "const cat = event.category | (event.completion ? InstructionFlag.Async : 0);",
        "return new TlvWriter().byte(cat).half(event.opcode).values(event.payload).finish();",
      ],
    }),
    functionOf({
      name: "decodeEvent",
      docs: {
        text: "Decode a Universal_Event. Bits 4, 5 and 7 of `cat` are zero. The payload of an opcode the table does not have is checked only as TLVs.",
        spec: `${spec}, instructions.message-reasons`,
        tags: ["@throws InstructionError"],
      },
      parameters: ["bytes: Uint8Array"],
      returns: "EventMessage",
      body: [
        "if (bytes.length < EVENT_HEAD_BYTES) {",
        '  fail("truncated", bytes.length === 0 ? 0 : 1, "cat and op", `${bytes.length} bytes`);',
        "}",
        "const cat = bytes[0] ?? 0;",
        "if ((cat & (0x30 | InstructionFlag.ExtCaps)) !== 0) {",
        '  fail("reserved_bits", 0, "bits 4, 5 and 7 to be zero", `0x${cat.toString(16)}`);',
        "}",
        "const category = cat & 0x0f;",
        "if (!isInstructionCategory(category)) {",
        '  return fail("reserved_category", 0, "a category of the table", instructionCategoryName(category));',
        "}",
        "const opcode = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);",
        "const completion = (cat & InstructionFlag.Async) !== 0;",
        "const payload = decodeTlvs(bytes, EVENT_HEAD_BYTES, bytes.length, fail);",
        "const check = new OperandCheck(payload, bytes, EVENT_HEAD_BYTES, fail);",
        "if (completion) {",
        '  check.required("u32", "call_id");',
        '  check.required("u32", "status");',
        "} else checkPayload(category, opcode, check);",
        "return { category, opcode, completion, payload };",
      ],
    }),
  ];
}
