import { decodeInstruction, decodeReply } from "../../../../generated/instructions/message.js";
import type { HostPolicy } from "../../../../generated/json/host-policy.js";
import type { VectorDrawingStep, VectorDrawn, VectorInputs, VectorSurface } from "../../../../generated/json/vector.js";
import { portableHandlers } from "../../../../reference/adapter/handlers/index.js";
import {
  createHandlerAdapter,
  createInstructionBus,
  type InstructionHandler,
} from "../../../../reference/adapter/index.js";
import {
  inputNormalizers,
  inputOpenHandler,
  type Person,
  type SurfaceHost,
  type SurfaceServices,
  type SurfaceView,
  surfaceHandlers,
  type UiTree,
} from "../../../../reference/adapter/ui/index.js";
import type { InstructionChannel, PlatformAdapter } from "../../../../reference/index.js";
import { type Answer, accepted } from "../answer.js";
import { fromHexadecimal, toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { clockAt, given } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";
import { ShownSurface } from "./shown-surface.js";

const GRANTED = ["ui.dom", "ui.input"] as const;

/** Draw surfaces, and let a person use them. @spec instructions.ui.same-tree */
export async function draw(inputs: VectorInputs): Promise<Answer> {
  const clock = clockAt();
  const screen = new Screen();
  const policy = { ...((inputs.host_policy ?? {}) as Partial<HostPolicy>), capabilities: GRANTED };
  const bus = createInstructionBus({
    adapter: adapterOn(screen),
    policy,
    events: surroundingsAt(clock).events,
    clock,
  });
  let events: string[] = [];
  const channel = bus.open({
    instance: "instance#1",
    required: GRANTED,
    optional: [],
    hostFunctions: undefined,
    quotas: {},
    deliver: (event) => void events.push(toHexadecimal(event)),
  });
  const drawn: VectorDrawn[] = [];
  for (const step of given(inputs, "drawing").flatMap((each) => Array.from({ length: each.times ?? 1 }, () => each))) {
    events = [];
    const reply = await screen.take(step, channel);
    drawn.push({
      ...(reply !== undefined && { reply: toHexadecimal(reply) }),
      ...(events.length > 0 && { events }),
    });
  }
  return accepted({ drawn, surfaces: screen.surfaces() });
}

function adapterOn(surfaces: SurfaceHost): PlatformAdapter {
  // `close` needs nothing of what it is given.
  const close = portableHandlers.filter(({ instruction }) => instruction === "io.close") as readonly unknown[];
  return createHandlerAdapter<SurfaceServices>({
    platformId: "vector",
    priority: 0,
    capabilities: GRANTED,
    match: () => true,
    handlers: [...surfaceHandlers, inputOpenHandler, ...(close as readonly InstructionHandler<SurfaceServices>[])],
    normalizers: inputNormalizers,
    services: { surfaces },
  });
}

/** A host that shows nothing to anybody. */
class Screen implements SurfaceHost {
  readonly #byHandle = new Map<number, ShownSurface>();
  /** Every number that may be that of a node. */
  readonly #named = new Set<number>();
  #opened: ShownSurface | undefined;

  open(tree: UiTree, person: Person): SurfaceView {
    this.#opened = new ShownSurface(tree, person);
    return this.#opened;
  }

  /** One step; the reply where it was an emit. */
  async take(step: VectorDrawingStep, channel: InstructionChannel): Promise<Uint8Array | undefined> {
    if (step.emits === undefined) return this.#use(step);
    const bytes = fromHexadecimal(step.emits);
    for (const number of numbersIn(bytes)) this.#named.add(number);
    const reply = await channel.emit(bytes);
    const [handle] = decodeReply(reply).results;
    if (this.#opened !== undefined && handle?.type === "handle") this.#byHandle.set(handle.value, this.#opened);
    this.#opened = undefined;
    return reply;
  }

  #use({ person: does, surface = 0, node: number, value = "", columns = 0, rows = 0 }: VectorDrawingStep): undefined {
    const shown = this.#byHandle.get(surface);
    if (shown === undefined) throw new InputError(`${surface} is no surface`);
    const { tree, person } = shown;
    if (does === "key") person.key(value);
    else if (does === "resize") person.resize(columns, rows);
    else if (does === "close") shown.closeByPerson();
    const node = number === undefined ? undefined : tree.node(number);
    // A person cannot touch what is not there.
    if (node === undefined) return undefined;
    if (does === "press") shown.press(node);
    else if (does === "change") shown.change(node, value);
    else if (does === "submit") shown.submit(node);
    return undefined;
  }

  /** Those that the program has not closed. */
  surfaces(): VectorSurface[] {
    return [...this.#byHandle]
      .filter(([, shown]) => !shown.isGone)
      .map(([surface, shown]) => ({ surface, title: shown.tree.title, nodes: shown.nodes(this.#named) }));
  }
}

/** Numbers among the operands of an instruction; none where it is malformed. */
function numbersIn(bytes: Uint8Array): readonly number[] {
  try {
    return decodeInstruction(bytes).operands.flatMap((operand) => (operand.type === "u32" ? [operand.value] : []));
  } catch {
    return [];
  }
}
