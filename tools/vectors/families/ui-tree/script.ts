import type {
  VectorDrawingStep,
  VectorDrawn,
  VectorInputs,
  VectorNode,
  VectorSurface,
} from "../../../../generated/json/vector.js";
import { type ExampleValues, exampleTlvs } from "../../building/examples.js";
import { handle, type Tlv, text, u32 } from "../../building/instruction.js";
import { bigEndian, join, toHex } from "../../building/octets.js";
import { SPECIFICATION } from "../../corpus/specification.js";
import { bytesOf } from "../instruction-messages/samples.js";
import {
  capabilityBit,
  categoryNumber,
  errorReply,
  instructionEventRows,
  instructionRow,
  tlv,
  writeInstruction,
} from "../instruction-table.js";

const OK = "0000";

/** The number of a kind of nodes. */
export const kindNumber = (name: string): number => numberOf("ui-nodes", name);

/** The number of an attribute. */
export const attributeNumber = (name: string): number => numberOf("ui-attributes", name);

function numberOf(table: string, name: string): number {
  const row = SPECIFICATION.tables[table]?.rows.find((each) => each["name"] === name);
  if (row === undefined) throw new RangeError(`${table} has no ${name}`);
  return Number(row["number"]);
}

/** An instruction of the category ui, or `close`. */
function emitted(name: string, operands: ExampleValues): string {
  const row = instructionRow(name);
  return toHex(
    writeInstruction({
      category: categoryNumber(row.category),
      opcode: row.opcode,
      bits: row.capability === null ? [] : [capabilityBit(row.capability)],
      operands: [bytesOf(exampleTlvs(row.operands, operands))],
    }),
  );
}

/** An event of the category ui. */
function event(name: string, input: number, payload: readonly Tlv[]): string {
  const row = instructionEventRows.find((each) => each.category === "ui" && each.name === name);
  if (row === undefined) throw new RangeError(`no event is called ${name}`);
  const head = join(Uint8Array.of(categoryNumber("ui")), bigEndian(BigInt(row.opcode), 2));
  return toHex(join(head, bytesOf([handle(input), ...payload])));
}

/** What a host error comes with. */
export type UiError = "bad_handle" | "already_exists" | "not_found" | "invalid_argument" | "too_large" | "quota";

/** A drawing, step by step, with what comes out. Each method gives a longer one. */
export class Drawing {
  readonly steps: readonly VectorDrawingStep[];
  readonly drawn: readonly VectorDrawn[];

  constructor(steps: readonly VectorDrawingStep[] = [], drawn: readonly VectorDrawn[] = []) {
    this.steps = steps;
    this.drawn = drawn;
  }

  #then(step: VectorDrawingStep, drawn: VectorDrawn): Drawing {
    return new Drawing([...this.steps, step], [...this.drawn, drawn]);
  }

  /** An instruction that is answered with status 0. */
  emit(name: string, operands: ExampleValues): Drawing {
    return this.#then({ emits: emitted(name, operands) }, { reply: OK });
  }

  /** An instruction that gives a handle, so often; handles ascend. */
  opensMany(name: string, operands: ExampleValues, times: number, firstHandle = 1): Drawing {
    const drawn = Array.from({ length: times }, (_, at) => ({
      reply: toHex(join(bigEndian(0n, 2), bytesOf([handle(firstHandle + at)]))),
    }));
    return new Drawing([...this.steps, { emits: emitted(name, operands), times }], [...this.drawn, ...drawn]);
  }

  /** An instruction that gives a handle. */
  opens(name: string, operands: ExampleValues, handleNumber: number): Drawing {
    const reply = toHex(join(bigEndian(0n, 2), bytesOf([handle(handleNumber)])));
    return this.#then({ emits: emitted(name, operands) }, { reply });
  }

  /** An instruction that is refused. */
  refuses(name: string, operands: ExampleValues, error: UiError): Drawing {
    const code = error === "quota" ? "ADP_POLICY_DENIED" : "ADP_HOST_CALL_FAILED";
    return this.#then({ emits: emitted(name, operands) }, { reply: toHex(errorReply(code, error)) });
  }

  surface(title = "Test", handleNumber = 1): Drawing {
    return this.opens("ui.surface_open", { title }, handleNumber);
  }

  input(handleNumber: number, surface = 1): Drawing {
    return this.opens("ui.input_open", { surface }, handleNumber);
  }

  create(node: number, kind: string, surface = 1): Drawing {
    return this.emit("ui.node_create", { surface, node, kind: kindNumber(kind) });
  }

  place(node: number, parent = 0, before = 0, surface = 1): Drawing {
    return this.emit("ui.node_place", { surface, node, parent, before });
  }

  /** Create a node and place it behind the last child. */
  add(node: number, kind: string, parent = 0): Drawing {
    return this.create(node, kind).place(node, parent);
  }

  text(node: number, value: string, surface = 1): Drawing {
    return this.emit("ui.text_set", { surface, node, text: value });
  }

  attribute(node: number, name: string, value: string, surface = 1): Drawing {
    return this.emit("ui.attribute_set", { surface, node, attribute: attributeNumber(name), value });
  }

  /** The instruction behind which `closed` comes at once. */
  lateInput(handleNumber: number, surface = 1): Drawing {
    const reply = toHex(join(bigEndian(0n, 2), bytesOf([handle(handleNumber)])));
    const events = [event("closed", handleNumber, [])];
    return this.#then({ emits: emitted("ui.input_open", { surface }) }, { reply, events });
  }

  /** A person does something of which nothing comes. */
  inVain(step: Omit<VectorDrawingStep, "emits">): Drawing {
    return this.#then({ surface: 1, ...step }, {});
  }

  /** A person does something that the inputs are told. */
  person(
    step: Omit<VectorDrawingStep, "emits">,
    name: string,
    payload: readonly Tlv[],
    inputs: readonly number[] = [2],
  ): Drawing {
    return this.#then({ surface: 1, ...step }, { events: inputs.map((input) => event(name, input, payload)) });
  }

  press(node: number): Drawing {
    return this.person({ person: "press", node }, "pressed", [u32(node)]);
  }

  /** @param told what the event says, where it is not what the person wrote */
  change(node: number, value: string, told = value): Drawing {
    return this.person({ person: "change", node, value }, "changed", [u32(node), text(told)]);
  }

  submit(node: number, value: string): Drawing {
    return this.person({ person: "submit", node }, "submitted", [u32(node), text(value)]);
  }

  /** The inputs of a case. */
  inputs(policy?: Readonly<Record<string, unknown>>): VectorInputs {
    return { drawing: this.steps, ...(policy !== undefined && { host_policy: policy }) };
  }
}

/** A node of an expected tree: number, kind, and what it has. */
export interface Told {
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly parent?: number;
}

/** A node of an expected tree. */
export const node = (number: number, kind: string, told: Told = {}): VectorNode => ({ node: number, kind, ...told });

/** An expected surface: the root, and the nodes behind it. */
export const surface = (nodes: readonly VectorNode[], title = "Test", handleNumber = 1): VectorSurface => ({
  surface: handleNumber,
  title,
  nodes: [node(0, "column"), ...nodes],
});

export { handle, text, tlv, u32 };
