import type { CapabilityName } from "../../generated/capabilities.js";
import { PLATFORMS } from "../../generated/enums/platform.js";
import {
  hostCallResults,
  hostSubscribeResults,
  readHostCallOperands,
  readHostSubscribeOperands,
} from "../../generated/instructions/host.js";
import { instructionNamed } from "../../generated/instructions/instruction-table.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { InstanceBinding, PlatformAdapter } from "../contracts/platform-adapter.js";
import { instructionEventNamed } from "./event-named.js";
import { createHandlerAdapter, type EventNormalizer, type InstructionHandler } from "./handler-adapter.js";
import { ioClose } from "./handlers/io-close.js";
import { HostFailure } from "./host-failure.js";
import { hostValues } from "./host-values.js";

/** What a host function is told of the call. */
export interface HostFunctionCall {
  /** The instance that calls. */
  readonly instance: string;
  /** Fires when nobody waits for the result any more. */
  readonly signal: CancellationSignal | undefined;
}

/**
 * A function that an application lends to programs. What it throws is `ADP_HOST_CALL_FAILED` to the program, with
 * `unknown`, or with the host error of a `HostFailure`; nothing else of it reaches the program.
 *
 * @param input what the program gave: any values, of which the function believes nothing
 * @returns at most 1,048,576 bytes of values, or a promise of them
 */
export type HostFunction = (input: readonly Tlv[], call: HostFunctionCall) => readonly Tlv[] | Promise<readonly Tlv[]>;

/** Capabilities of another adapter that an application lends. */
export interface LentPlatform {
  /** Does the host calls, within the policy of this Fayger. */
  readonly adapter: PlatformAdapter;
  /** What of it is lent. */
  readonly capabilities: readonly CapabilityName[];
}

/** What an application lends to programs. */
export interface InAppAdapterOptions {
  /** Functions by the names under which programs call them. */
  readonly functions?: Readonly<Record<string, HostFunction>>;
  /** Topics that programs can subscribe to. */
  readonly topics?: readonly string[];
  /** Capabilities of another adapter. */
  readonly lend?: LentPlatform;
}

/** A Platform_Adapter inside an application. */
export interface InAppAdapter extends PlatformAdapter {
  /**
   * Say something on a topic.
   *
   * @param instance only to the subscriptions of this instance
   * @returns how many subscriptions were told
   * @throws TypeError where there is no such topic
   * @throws HostFailure where the data are no values
   */
  announce(topic: string, data: readonly Tlv[], instance?: string): number;
}

interface Subscription {
  readonly binding: InstanceBinding;
  readonly handle: number;
}

/** The alphabet of names in a manifest; another name could be asked for by no program. @spec manifest.host-functions */
const NAME = /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;
const ROW = instructionEventNamed("host.announced");
const ANNOUNCEMENT = "announcement";

/**
 * The adapter inside another application: a program reaches what the application injects, and nothing else.
 *
 * @throws TypeError where a name is none, a function is none, or something is lent that the other adapter does not have
 * @spec adapters.built-in.in-app
 */
export function createInAppAdapter(options: InAppAdapterOptions): InAppAdapter {
  const row = PLATFORMS.find(({ name }) => name === "in_app");
  if (row === undefined) throw new TypeError("no such platform: in_app");
  // By names of its own alone: what every object inherits is not lent.
  const functions = new Map(Object.entries(options.functions ?? {}));
  const topics = new Map((options.topics ?? []).map((topic) => [topic, new Set<Subscription>()]));
  for (const name of [...functions.keys(), ...topics.keys()]) {
    if (!NAME.test(name)) throw new TypeError(`no program can ask for a host function with the name ${name}`);
  }
  for (const [name, run] of functions)
    if (typeof run !== "function") throw new TypeError(`what is lent as ${name} is no function`);
  const lent = lentHandlers(options.lend);
  const speaks = functions.size > 0 || topics.size > 0;
  const adapter = createHandlerAdapter<undefined>({
    platformId: row.name,
    priority: row.priority,
    fits: "what the application lends",
    capabilities: [...(options.lend?.capabilities ?? []), ...(speaks ? (["host.call"] as const) : [])],
    restrictedCapabilities: restrictedOf(options.lend),
    // Registered only by the application it is in.
    match: () => true,
    handlers: [...lent, ...(speaks ? [calling(functions), subscribing(topics)] : []), closing],
    normalizers: [announced],
    services: undefined,
  });
  return {
    ...adapter,
    normalize: (raw) =>
      raw.kind === ANNOUNCEMENT || options.lend === undefined
        ? adapter.normalize(raw)
        : options.lend.adapter.normalize(raw),
    direct: (instruction) =>
      lent.some((handler) => handler.instruction === instruction)
        ? options.lend?.adapter.direct?.(instruction)
        : undefined,
    announce: (topic, data, instance) => announce(topics, topic, hostValues(data), instance),
  };
}

/** @spec instructions.host.call */
function calling(functions: ReadonlyMap<string, HostFunction>): InstructionHandler<undefined> {
  return {
    instruction: "host.call",
    translate: (operands, { instance }) => {
      const { name, input } = readHostCallOperands(operands);
      const action = functions.get(name);
      if (action === undefined) throw new HostFailure("not_found");
      return (signal) => {
        const output = action(input, { instance, signal });
        return isPromise(output)
          ? asLongAsWanted(output, signal).then((values) => hostCallResults(hostValues(values)))
          : hostCallResults(hostValues(output));
      };
    },
  };
}

/** What a function gives, as long as somebody waits: it need not listen to its signal. @spec adapters.cancel */
function asLongAsWanted<T>(output: PromiseLike<T>, signal: CancellationSignal | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new HostFailure("interrupted", "host function"));
    const settled = (): void => signal?.removeEventListener("abort", stop);
    signal?.addEventListener("abort", stop);
    Promise.resolve(output).finally(settled).then(resolve, reject);
  });
}

/** @spec instructions.host.topics */
function subscribing(topics: ReadonlyMap<string, Set<Subscription>>): InstructionHandler<undefined> {
  return {
    instruction: "host.subscribe",
    translate: (operands, binding) => {
      const subscriptions = topics.get(readHostSubscribeOperands(operands).topic);
      if (subscriptions === undefined) throw new HostFailure("not_found");
      return () => {
        let forget = (): void => {};
        const handle = binding.openHandle("subscription", subscriptions, () => forget(), true);
        const subscription = { binding, handle };
        subscriptions.add(subscription);
        forget = () => void subscriptions.delete(subscription);
        return hostSubscribeResults(handle);
      };
    },
  };
}

const closing: InstructionHandler<undefined> = {
  instruction: ioClose.instruction,
  // Closing needs nothing of a host.
  translate: (operands, binding) => ioClose.translate(operands, binding, undefined as never),
};

const announced: EventNormalizer = {
  kind: ANNOUNCEMENT,
  normalize: ({ handle, detail }) => ({
    category: ROW.category,
    opcode: ROW.opcode,
    completion: false,
    payload: [
      { type: "handle", value: handle },
      { type: "list", value: detail as readonly Tlv[] },
    ],
  }),
};

function announce(
  topics: ReadonlyMap<string, ReadonlySet<Subscription>>,
  topic: string,
  detail: readonly Tlv[],
  instance: string | undefined,
): number {
  const subscriptions = topics.get(topic);
  if (subscriptions === undefined) throw new TypeError(`there is no topic ${topic}`);
  const told = [...subscriptions].filter(({ binding }) => instance === undefined || binding.instance === instance);
  for (const { binding, handle } of told) binding.raise({ kind: ANNOUNCEMENT, handle, detail });
  return told.length;
}

/** The instructions that another adapter does here: those of the lent capabilities, and those that need none. */
function lentHandlers(lend: LentPlatform | undefined): InstructionHandler<undefined>[] {
  if (lend === undefined) return [];
  const { adapter, capabilities } = lend;
  const { supportedCapabilities, supportedInstructions } = adapter.descriptor();
  const missing = capabilities.filter((name) => !supportedCapabilities.includes(name) || name === "host.call");
  if (missing.length > 0) throw new TypeError(`the lent adapter does not have ${missing.join(", ")}`);
  const rows = supportedInstructions.map(instructionNamed);
  const categories = new Set(
    rows.filter((row) => row?.capability && capabilities.includes(row.capability)).map((row) => row?.category),
  );
  return supportedInstructions.flatMap((instruction): InstructionHandler<undefined>[] => {
    const row = instructionNamed(instruction);
    if (row === undefined || instruction === ioClose.instruction) return [];
    // One that needs no capability is good for what others of its category open.
    const isLent = row.capability === null ? categories.has(row.category) : capabilities.includes(row.capability);
    if (!isLent) return [];
    const { category, opcode } = row;
    const { capabilities: capabilitiesRequired } = row;
    return [
      {
        instruction,
        translate: (operands, binding) =>
          adapter.translate({ category, opcode, asynchronous: false, capabilitiesRequired, operands }, binding),
      },
    ];
  });
}

function restrictedOf(lend: LentPlatform | undefined): readonly CapabilityName[] {
  if (lend === undefined) return [];
  return lend.adapter.descriptor().restrictedCapabilities.filter((name) => lend.capabilities.includes(name));
}

/** By its shape: an application may have promises of its own. */
function isPromise(value: unknown): value is PromiseLike<readonly Tlv[]> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
