import { deepStrictEqual } from "node:assert";
import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createActor } from "xstate";
import {
  allowedTriggers,
  LifecycleState,
  LifecycleTrigger,
  nextState,
} from "../../../generated/lifecycle/transition-table.js";
import { lifecycleMachine } from "../../../generated/testing/lifecycle-machine.js";
import { createInstructionBus } from "../../../reference/adapter/index.js";
import { createServerAdapter } from "../../../reference/adapter/platforms/index.js";
import { nodeClock } from "../../../reference/adapter/platforms/node-clock.js";
import type { BufObject } from "../../../reference/contracts/buf-object.js";
import { createMemorySource } from "../../../reference/loader/index.js";
import { createEventBus } from "../../../reference/observability/index.js";
import { createHostEngine } from "../../../reference/runtime/host-engine/index.js";
import { RuntimeLayer, RuntimeRegistry, uuidV7Ids } from "../../../reference/runtime/index.js";
import { LifecycleManager, type LifecycleSubject } from "../../../reference/runtime/lifecycle/lifecycle-manager.js";
import { artifactBytes } from "../artifacts.js";
import { benchLoader, PROFILE } from "../bench-loader.js";
import type { Measurement, Race, Suite } from "../race.js";

/** Instances in the measurement of memory. */
const INSTANCES = 100_000;
/** How often they are made. */
const ROUNDS = 7;

/** Transitions of instances, and what instances cost that do nothing. */
export const lifecycleSuite: Suite = {
  name: "lifecycle",
  about: "transitions against xstate; time and memory of idle instances",
  races: () => [transitionRace(), bareTableRace(), commandRace(false), commandRace(true)],
  measurements: () => [idleMeasurement()],
};

/** An xstate actor in state Running. */
function runningActor() {
  const actor = createActor(lifecycleMachine, { input: { requiredGranted: true, noQuotaExceeded: true } });
  actor.subscribe(() => undefined);
  actor.start();
  for (const type of ["load", "init", "start"] as const) actor.send({ type });
  return actor;
}

/** Twice through the table: to Suspended and back. */
function transitionRace(): Race {
  let state: LifecycleState = LifecycleState.Running;
  const ours = (): LifecycleState => {
    const between = nextState(state, LifecycleTrigger.Suspend) as LifecycleState;
    state = nextState(between, LifecycleTrigger.Resume) as LifecycleState;
    return state;
  };
  return { name: "two transitions of the table", ours: { name: "fayger", run: ours }, ...xstatePeer(ours) };
}

/** A life from its first state to its last. */
const LIFE: readonly LifecycleTrigger[] = ["init", "start", "suspend", "resume", "quota", "resume", "complete"];

/** The table of the runtime against the barest one: no check, no type, one look-up by name after the other. */
function bareTableRace(): Race {
  const ours = (): string => {
    let state: LifecycleState = LifecycleState.Loaded;
    for (const trigger of LIFE) state = nextState(state, trigger) as LifecycleState;
    return state;
  };
  const bare = (): string => {
    let state = "Loaded";
    for (const trigger of LIFE) state = BARE_TABLE[state]?.[trigger] as string;
    return state;
  };
  return {
    name: "seven transitions of the table",
    ours: { name: "fayger", run: ours },
    peers: [{ name: "bare table", run: bare }],
    goals: { "bare table": 0.5 },
    check: () => deepStrictEqual([ours(), bare()], [LifecycleState.Terminated, LifecycleState.Terminated]),
  };
}

/** The shortest way to write the table down. */
const BARE_TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  Object.values(LifecycleState).map((from) => [
    from,
    Object.fromEntries(allowedTriggers(from).map((trigger) => [trigger, nextState(from, trigger) as string])),
  ]),
);

/** The same as commands to an instance: each is accepted, done and answered, and told to who listens. */
function commandRace(isListened: boolean): Race {
  const events = createEventBus({ clock: nodeClock });
  if (isListened) events.subscribe(() => undefined, { categories: ["lifecycle"] });
  const manager = new LifecycleManager(events);
  const subject: LifecycleSubject = { id: "instance#1", state: LifecycleState.Running, pending: undefined };
  const ours = (): LifecycleState => {
    manager.complete(subject, manager.begin(subject, LifecycleTrigger.Suspend));
    manager.complete(subject, manager.begin(subject, LifecycleTrigger.Resume));
    return subject.state;
  };
  const name = `two commands of an instance${isListened ? ", with events" : ""}`;
  // An event tells two clocks, and reading them takes longer than everything else a transition does.
  return { name, ours: { name: "fayger", run: ours }, ...xstatePeer(ours), goals: { xstate: isListened ? 20 : 100 } };
}

function xstatePeer(ours: () => LifecycleState): Pick<Race, "peers" | "goals" | "check"> {
  const actor = runningActor();
  const theirs = (): unknown => {
    actor.send({ type: "suspend" });
    actor.send({ type: "resume" });
    return actor.getSnapshot().value;
  };
  return {
    peers: [{ name: "xstate", run: theirs }],
    goals: { xstate: 100 },
    check: () => deepStrictEqual(ours(), theirs()),
  };
}

/** Memory and time of instances that are loaded and wait. */
function idleMeasurement(): Measurement {
  return {
    name: `${INSTANCES.toLocaleString("en")} idle instances`,
    run: async () => {
      const { loader } = benchLoader();
      const source = createMemorySource(await artifactBytes(2, 64));
      const object: BufObject = await loader.load(source, { profile: PROFILE });
      const events = createEventBus({ clock: nodeClock });
      const bus = createInstructionBus({
        adapter: createServerAdapter(),
        policy: { capabilities: [] },
        events,
        clock: nodeClock,
      });
      const ids = uuidV7Ids(nodeClock, (count) => new Uint8Array(randomBytes(count)));
      const emptyLayer = (): RuntimeLayer => {
        const registry = new RuntimeRegistry();
        registry.register(createHostEngine({ bus, events, clock: nodeClock, ids }));
        return new RuntimeLayer(registry);
      };
      const collect = garbageCollector();
      const rounds = { ours: [] as number[], bare: [] as number[] };
      let bytes = 0;
      let layer = emptyLayer();
      let last = "";
      // In turns: what else the machine does falls on both. Each begins with nothing, and what it makes is let go.
      for (let round = 0; round < ROUNDS; round += 1) {
        collect();
        rounds.bare.push(
          milliseconds(() => {
            const bare = new Map<string, object>();
            for (let i = 0; i < INSTANCES; i++) {
              const id = ids();
              bare.set(id, { id, state: LifecycleState.Loaded, object, pending: undefined, run: undefined });
            }
          }),
        );
        layer = emptyLayer();
        collect();
        const before = process.memoryUsage().heapUsed;
        rounds.ours.push(
          milliseconds(() => {
            for (let i = 0; i < INSTANCES; i++) last = layer.load(object);
          }),
        );
        collect();
        bytes += (process.memoryUsage().heapUsed - before) / INSTANCES / ROUNDS;
      }
      const [made, madeBare] = [Math.min(...rounds.ours), Math.min(...rounds.bare)];
      // Asked after the measurement, so that no collector can take what it measures.
      deepStrictEqual(layer.state(last), LifecycleState.Loaded);
      const actors = Array.from({ length: INSTANCES / 10 }, runningActor);
      collect();
      const theirs = process.memoryUsage().heapUsed;
      actors.length = 0;
      collect();
      const perActor = (theirs - process.memoryUsage().heapUsed) / (INSTANCES / 10);
      return [
        { what: "fayger, to make them all", value: made, unit: "ms" },
        { what: "bare objects with an id, in a map", value: madeBare, unit: "ms" },
        { what: "fayger by bare objects", value: made / madeBare, unit: "x", atMost: 2 },
        { what: "fayger, each", value: bytes, unit: "bytes", atMost: 200 },
        { what: "xstate, each", value: perActor, unit: "bytes" },
        { what: "xstate by fayger", value: perActor / bytes, unit: "x", atLeast: 17 },
      ];
    },
  };
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
