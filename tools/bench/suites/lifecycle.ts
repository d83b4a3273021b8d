import { deepStrictEqual } from "node:assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createActor } from "xstate";
import { LifecycleState, LifecycleTrigger, nextState } from "../../../generated/lifecycle/transition-table.js";
import { lifecycleMachine } from "../../../generated/testing/lifecycle-machine.js";
import { createInstructionBus } from "../../../reference/adapter/index.js";
import { createServerAdapter } from "../../../reference/adapter/platforms/index.js";
import { nodeClock } from "../../../reference/adapter/platforms/node-clock.js";
import type { BufObject } from "../../../reference/contracts/buf-object.js";
import { createMemorySource } from "../../../reference/loader/index.js";
import { createEventBus } from "../../../reference/observability/index.js";
import { createHostEngine } from "../../../reference/runtime/host-engine/index.js";
import { uuidV7Ids } from "../../../reference/runtime/index.js";
import { LifecycleManager, type LifecycleSubject } from "../../../reference/runtime/lifecycle/lifecycle-manager.js";
import { artifactBytes } from "../artifacts.js";
import { benchLoader, PROFILE } from "../bench-loader.js";
import type { Measurement, Race, Suite } from "../race.js";

/** Instances in the measurement of memory. */
const INSTANCES = 100_000;

/** Transitions of instances, and what instances cost that do nothing. */
export const lifecycleSuite: Suite = {
  name: "lifecycle",
  about: "transitions against xstate; time and memory of idle instances",
  races: () => [transitionRace(), commandRace(false), commandRace(true)],
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
  return { name, ours: { name: "fayger", run: ours }, ...xstatePeer(ours) };
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
      // The counter's own bytes are enough here: that an id is new each time is what its other bits are for.
      const ids = uuidV7Ids(nodeClock, (count) => new Uint8Array(count));
      const runtime = createHostEngine({ bus, events, clock: nodeClock, ids });
      for (let i = 0; i < INSTANCES / 10; i++) runtime.load(object);
      const collect = garbageCollector();
      collect();
      const before = process.memoryUsage().heapUsed;
      const start = performance.now();
      let last = "";
      for (let i = 0; i < INSTANCES; i++) last = runtime.load(object);
      const milliseconds = performance.now() - start;
      collect();
      const bytes = (process.memoryUsage().heapUsed - before) / INSTANCES;
      // Asked after the measurement, so that no collector can take what it measures.
      deepStrictEqual(runtime.state(last), LifecycleState.Loaded);
      const actors = Array.from({ length: INSTANCES / 10 }, runningActor);
      collect();
      const theirs = process.memoryUsage().heapUsed;
      actors.length = 0;
      collect();
      const perActor = (theirs - process.memoryUsage().heapUsed) / (INSTANCES / 10);
      return [
        { what: "fayger, to make them all", value: milliseconds, unit: "ms", atMost: 50 },
        { what: "fayger, each", value: bytes, unit: "bytes", atMost: 200 },
        { what: "xstate, each", value: perActor, unit: "bytes" },
        { what: "xstate by fayger", value: perActor / bytes, unit: "x", atLeast: 17 },
      ];
    },
  };
}

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
