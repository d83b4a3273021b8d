import { HOST_ERRORS } from "../../../../generated/enums/host-error.js";
import { errorCodeOfNumber } from "../../../../generated/errors/error-code.js";
import { INSTRUCTION_EVENTS } from "../../../../generated/instructions/instruction-table.js";
import { decodeEvent, decodeReply } from "../../../../generated/instructions/message.js";
import type { Ceilings } from "../../../../generated/json/host-policy.js";
import type { InstructionChannel } from "../../../contracts/instruction-bus.js";
import { createHandlerAdapter, type InstructionHandler } from "../../handler-adapter.js";
import { portableHandlers } from "../../handlers/index.js";
import { HostFailure } from "../../host-failure.js";
import { createInstructionBus } from "../../instruction-bus.js";
import { inputNormalizers } from "../input-normalizers.js";
import { screenHandlers } from "../screen-handlers.js";
import type { ScreenHost } from "../screen-view.js";
import { inputOpenHandler, surfaceHandlers } from "../surface-handlers.js";
import type { SurfaceHost } from "../surface-view.js";

/** A program without a runtime that draws on the given hosts. */
export interface UiProgram {
  readonly channel: InstructionChannel;
  /** Events so far: name and what follows the handle, joined by spaces. */
  readonly events: string[];
  /** Emit; the results joined by spaces, or the code and the host error. */
  readonly emit: (instruction: Uint8Array) => string;
}

/** What a program draws on, and how much. */
export interface UiProgramOptions {
  readonly surfaces?: SurfaceHost;
  readonly screens?: ScreenHost;
  readonly ceilings?: Ceilings;
}

const NOWHERE = {
  open: () => {
    throw new HostFailure("unavailable");
  },
};
const CAPABILITIES = ["ui.dom", "ui.input", "ui.terminal"] as const;

/** Open a channel with every capability of the category. */
export function openUiProgram({ surfaces = NOWHERE, screens = NOWHERE, ceilings }: UiProgramOptions): UiProgram {
  const events: string[] = [];
  const services = { surfaces, screens };
  const close = portableHandlers.filter(({ instruction }) => instruction === "io.close");
  const handlers = [...surfaceHandlers, ...screenHandlers, inputOpenHandler, ...close];
  const adapter = createHandlerAdapter({
    platformId: "ui_test",
    priority: 1,
    capabilities: CAPABILITIES,
    match: () => true,
    handlers: handlers as InstructionHandler<typeof services>[],
    normalizers: inputNormalizers,
    services,
  });
  let time = 0n;
  const clock = { monotonicNanoseconds: () => time++, unixNanoseconds: () => time };
  const bus = createInstructionBus({
    adapter,
    policy: { capabilities: [...CAPABILITIES], ...(ceilings !== undefined && { ceilings }) },
    events: { publish: () => {}, enabled: () => false },
    clock,
  });
  const channel = bus.open({
    instance: "instance#1",
    required: CAPABILITIES,
    optional: [],
    hostFunctions: undefined,
    quotas: {},
    deliver: (bytes) => {
      const { category, opcode, payload } = decodeEvent(bytes);
      const row = INSTRUCTION_EVENTS.find((event) => event.category === category && event.opcode === opcode);
      events.push([row?.name, ...payload.slice(1).map(valueText)].join(" "));
    },
  });
  return {
    channel,
    events,
    emit: (instruction) => {
      const reply = channel.emit(instruction);
      if (!(reply instanceof Uint8Array)) throw new Error("the reply is not there at once");
      const { status, results } = decodeReply(reply);
      const [error] = results;
      if (status !== 0 && error?.type === "u32") return `${errorCodeOfNumber(status)} ${HOST_ERRORS[error.value - 1]}`;
      return results.map(valueText).join(" ");
    },
  };
}

function valueText(tlv: { readonly type: string; readonly value?: unknown }): string {
  return String(tlv.value);
}
