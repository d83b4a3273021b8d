import { EventCategory } from "../generated/enums/event-category.js";
import type { Tlv } from "../generated/instructions/tlv.js";
import type { HostPolicy } from "../generated/json/host-policy.js";
import {
  createInAppAdapter,
  createInstructionBus,
  HostFailure,
  type HostFunction,
  PolicyRefusal,
} from "./adapter/index.js";
import type { Assembled } from "./assembly/artifact/index.js";
import {
  type AssemblyOptions,
  AssemblySession,
  type CallAnswer,
  type SessionFunction,
} from "./assembly/session/index.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { EventBus } from "./contracts/event-bus.js";
import type { ChannelRequest, InstructionBus } from "./contracts/instruction-bus.js";
import type { InstanceId, RuntimeImplementation } from "./contracts/runtime-interface.js";
import { FaygerError, isFaygerError } from "./errors/fayger-error.js";
import type { FaygerHost, ImplementationServices } from "./fayger-host.js";
import { overQuota } from "./over-quota.js";
import { NO_LOG } from "./run-log.js";
import type { IFay, RunOptions, RunResult } from "./run-options.js";
import { type InstanceIds, RuntimeLayer, RuntimeRegistry } from "./runtime/index.js";

/** What of a Fayger an iFay runs on. */
export interface AssembledServices {
  readonly host: FaygerHost;
  readonly policy: HostPolicy;
  readonly events: EventBus;
  /** What the parts of all iFay run in. */
  readonly parts: PartsRuntime;
  /** Whether it was closed: nothing can be run any more. */
  readonly isClosed: () => boolean;
}

/** Whose parts an instance is one of. */
interface PartsOwner {
  readonly session: AssemblySession;
  readonly bus: InstructionBus;
}

/**
 * Runtime_Implementations of a host for the parts of iFay: each instance reaches the bus of its own iFay, and none that of
 * the host. One serves every iFay, because what an implementation keeps for the next program, as idle threads, is kept
 * once.
 */
export class PartsRuntime {
  readonly runtime: RuntimeLayer;
  readonly #owners = new Set<PartsOwner>();

  constructor({ host, policy, events }: Pick<AssembledServices, "host" | "policy" | "events">, ids: InstanceIds) {
    const { clock, sha256 } = host;
    const { quotas, implementations: order } = policy;
    const bus: InstructionBus = {
      available: () => ["host.call"],
      open: (request) => this.#busOf(request).open(request),
    };
    const shared: ImplementationServices = { bus, events, clock, ids, sha256, hostQuotas: quotas, together: true };
    const registry = new RuntimeRegistry();
    for (const implementation of waiting(host.implementations.map((make) => make(shared)))) {
      registry.register(implementation);
    }
    this.runtime = new RuntimeLayer(registry, {
      ...(quotas !== undefined && { quotas }),
      ...(order !== undefined && { implementations: order }),
    });
  }

  /** Let the instances of a session reach this bus from now on. @returns ends it */
  add(session: AssemblySession, bus: InstructionBus): () => void {
    const owner = { session, bus };
    this.#owners.add(owner);
    return () => void this.#owners.delete(owner);
  }

  #busOf({ instance }: ChannelRequest): InstructionBus {
    for (const { session, bus } of this.#owners) if (session.caller(instance) !== undefined) return bus;
    throw new TypeError("an instance of no iFay");
  }
}

/** Those whose programs can wait for an answer, which comes from another program; all where there is none. */
function waiting(implementations: readonly RuntimeImplementation[]): readonly RuntimeImplementation[] {
  const able = implementations.filter((implementation) => implementation.capabilities().has("blocking_emit"));
  return able.length > 0 ? able : implementations;
}

/**
 * Take an assembled artifact through the steps and begin its entry code. Its parts run in Runtime_Implementations of
 * this host over a bus of their own, whose only adapter is the session: so they need nothing that the host's policy
 * allows, and reach nothing of the host.
 *
 * @throws FaygerError `RT_ASSEMBLY_FAILED`; what the entry code's `init` and `start` throw; `HOST_ERROR` where it is closed
 * behind the last step and before the entry code runs. Then nothing is left.
 * @spec assembly.steps, assembly.calls, assembly.calls.policy
 */
export async function assembleIFay(
  assembled: Assembled,
  object: BufObject,
  options: AssemblyOptions & Pick<RunOptions, "decide" | "loaded">,
  services: AssembledServices,
): Promise<IFay> {
  const { host, events } = services;
  const { signal, decide, loaded } = options;
  const { clock, random, after } = host;
  const hostFunctions = object.manifest.hostFunctions ?? [];
  const { isClosed } = services;
  const session = new AssemblySession(assembled, hostFunctions, options, { events, clock, random, after, isClosed });
  const { runtime } = services.parts;
  const exceeded = new Map<InstanceId, FaygerError<"RT_QUOTA_EXCEEDED">>();
  const forget = services.parts.add(session, busFor(session, runtime, services, exceeded));
  const subscription = events.subscribe(
    ({ instance, fields }) => {
      if (instance === undefined || fields["trigger"] !== "quota" || session.caller(instance) === undefined) return;
      // Left to the next turn: the instance is still being suspended while its subscribers hear of it.
      void Promise.resolve().then(async () => {
        const error = await overQuota(runtime, instance, decide);
        if (error === undefined) return;
        exceeded.set(instance, error);
        await runtime.terminate(instance).catch(() => undefined);
      });
    },
    { categories: [EventCategory.Lifecycle] },
  );
  const stop = (): void => void session.end();
  const leave = async (): Promise<void> => {
    signal?.removeEventListener("abort", stop);
    await session.end();
    subscription.unsubscribe();
    forget();
  };
  try {
    const result = await session.assemble(object);
    signal?.addEventListener("abort", stop, { once: true });
    const instance = await session.begin(object, loaded);
    const settled = async (): Promise<RunResult> => {
      const state = await runtime.whenSettled(instance);
      const exitCode = runtime.exitCode(instance);
      const failure = runtime.failureInfo(instance);
      const usage = runtime.usage(instance);
      // @spec assembly.steps.end
      await leave();
      const unsaved = { snapshot: undefined, unsaved: undefined };
      return { instance, state, exitCode, failure, exceeded: exceeded.get(instance), usage, ...unsaved, ...NO_LOG };
    };
    return {
      result,
      instance,
      command: (action, input) => session.command(action, input),
      finish: () => session.finish(),
      done: settled(),
      end: () => session.end(),
    };
  } catch (error) {
    await leave();
    // No fault of the calling program, which could not know.
    if (isClosed() && !isFaygerError(error))
      throw new FaygerError("HOST_ERROR", "the iFay was stopped before it began", { name: "aborted" });
    throw error;
  }
}

/** The bus of one iFay's parts: its only adapter is the session. @spec assembly.calls */
function busFor(
  session: AssemblySession,
  runtime: RuntimeLayer,
  services: AssembledServices,
  exceeded: ReadonlyMap<InstanceId, FaygerError>,
): InstructionBus {
  const { host, policy, events } = services;
  const { quotas } = policy;
  const functions = Object.fromEntries(
    Object.entries(session.functions).map(([name, action]): [string, HostFunction] => [name, hostFunction(action)]),
  );
  const adapter = createInAppAdapter({ functions, topics: session.topics });
  session.connect({
    runtime,
    announce: (topic, data, instance) => adapter.announce(topic, data, instance),
    exceeded: (instance) => exceeded.get(instance),
  });
  const bus = createInstructionBus({
    adapter,
    policy: { capabilities: ["host.call"], ...(quotas !== undefined && { quotas }) },
    instructionPolicy: session.policy,
    events,
    clock: host.clock,
  });
  return {
    available: () => bus.available(),
    open: (request) => {
      session.opened(request.instance, request.mayBlock !== false);
      const channel = bus.open(request);
      // @spec assembly.calls.within
      channel.called = (event) => session.delivered(request.instance, event);
      return channel;
    },
  };
}

function hostFunction(action: SessionFunction): HostFunction {
  return (input, { instance }) => {
    const answer = action(input, { instance });
    return "kind" in answer ? outputOf(answer) : answer.then(outputOf);
  };
}

/** @throws PolicyRefusal, HostFailure @spec assembly.actions.reply */
function outputOf(answer: CallAnswer): readonly Tlv[] {
  if (answer.kind === "done") return answer.output;
  if (answer.kind === "refused") throw new PolicyRefusal(answer.hostError, answer.reason);
  throw new HostFailure(answer.hostError, "part", new TypeError(answer.reason));
}
