import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import type { AssemblyOptions } from "../../reference/assembly/index.js";
import { createMemorySource } from "../../reference/node.js";
import { EXAMPLES } from "./run-example.js";
import { assembleStock, WAITING_IMPLEMENTATIONS, watchedFayger } from "./stock-registry.js";

// The drone of the FayManifest chapter, assembled of the stock registry and flown, on each Runtime_Implementation that can
// wait for an answer.

/** Somebody is there who proves who they are. */
const PROVING: AssemblyOptions = {
  authentication: { methods: ["device_fingerprint"], prove: () => Promise.resolve(true) },
};

/** Fly an iFay to its end. */
async function fly(implementation: string, file: string, assembly: AssemblyOptions = PROVING) {
  const { fayger, events } = watchedFayger(implementation);
  const object = await fayger.load(
    createMemorySource(await assembleStock(readFileSync(`${EXAMPLES}drone/${file}`, "utf8"))),
  );
  const { state, failure } = await fayger.run(object, { assembly });
  await object.close();
  expect(failure?.error).toBeUndefined();
  expect(state).toBe("Terminated");
  return events;
}

/** What parts reported, as `part: line`. */
function reports(events: readonly FaygerEvent[]): string[] {
  return events.filter(({ name }) => name === "reported").map(({ fields }) => `${fields["part"]}: ${fields["text"]}`);
}

/** Those that are no telemetry. */
function story(events: readonly FaygerEvent[]): string[] {
  return reports(events).filter((line) => !/ m up {2}/.test(line));
}

function refusals(events: readonly FaygerEvent[]): unknown[] {
  return events
    .filter(({ name }) => name === "action_refused")
    .map(({ fields }) => [fields["action"], fields["reason"]]);
}

/** Places of the telemetry, in order: metres up, east, north. */
function course(events: readonly FaygerEvent[]): number[][] {
  return reports(events).flatMap((line) => {
    const found = / (\d+) m up +(-?\d+) E +(-?\d+) N/.exec(line);
    return found === null ? [] : [found.slice(1).map(Number)];
  });
}

const [FIRST] = WAITING_IMPLEMENTATIONS;

describe.each(WAITING_IMPLEMENTATIONS)("the drone on %s", (implementation) => {
  // @spec assembly.control-mode.ego, assembly.actions.boundaries, assembly.actions.persistent
  it("flies its round, is refused what its boundaries forbid, and comes home", async () => {
    const events = await fly(implementation, "fay.json");
    expect(story(events)).toEqual([
      "faying_protocol: paired with its person",
      "ego_model: I stand at 0 E 0 N. Taking off.",
      "flight_controller: a gust of 9 m/s: not taking off, looking again in 10 s",
      "flight_controller: flight controller DJI A3: motors on",
      "ego_model: Next is the north gate.",
      "ego_model: I am at the north gate.",
      "gimbal: pointing 45 degrees down",
      "registered_skill: learning photograph",
      "gimbal: click: photograph 1, north gate from 40 m",
      "ego_model: Next is the quarry.",
      "registered_skill: the radio mast is in the way: around it",
      "ego_model: I am at the quarry.",
      "gimbal: pointing 45 degrees down",
      "gimbal: click: photograph 2, quarry from 40 m",
      "ego_model: There is a place to land here, for a fee. May I pay it?",
      "ego_model: I may not spend money. I fly home.",
      "flight_controller: landed, motors off",
      "ego_model: I am down again. 2 photographs, 1 thing refused, battery 83 %.",
    ]);
    expect(refusals(events)).toEqual([["registered_skill.pay_landing_fee", "skill_restricted"]]);
    expect(events.filter(({ name }) => name === "permission_granted").map(({ fields }) => fields)).toEqual([
      { permission: "flight_plan_execute", method: "device_fingerprint" },
    ]);
    const places = course(events);
    expect(places.at(-1)).toEqual([0, 0, 0]);
    for (const place of [
      [40, 0, 120],
      [40, 80, 165],
      [40, 160, 120],
    ])
      expect(places).toContainEqual(place);
    // The radio mast stands at 80 E 120 N with a radius of 10 m.
    for (const [up = 0, east = 0, north = 0] of places) {
      if (up < 90) expect(Math.hypot(east - 80, north - 120)).toBeGreaterThan(15);
    }
  });

  // @spec assembly.control-mode.command, assembly.actions.command
  it("does what a person commands, and nothing else", async () => {
    const { fayger, events } = watchedFayger(implementation);
    const bytes = await assembleStock(readFileSync(`${EXAMPLES}drone/command.json`, "utf8"));
    const object = await fayger.load(createMemorySource(bytes));
    const iFay = await fayger.assemble(object, PROVING);
    const text = (value: string) => ({ type: "text" as const, value });
    const number = (value: number) => ({ type: "f64" as const, value });
    const up = ["registered_skill.flight_control", [text("take_off"), number(20)]] as const;
    expect(await iFay.command(...up)).toMatchObject({ outcome: "failed" });
    expect(await iFay.command(...up)).toMatchObject({ outcome: "done" });
    const there = [text("fly_to"), number(30), number(40)];
    expect(await iFay.command("registered_skill.flight_control", there)).toMatchObject({ outcome: "done" });
    const { output } = await iFay.command("sensor.read", [text("gps")]);
    expect(output).toEqual([number(30), number(40), number(20)]);
    const forbidden = await iFay.command("registered_skill.pay_landing_fee", [number(5)]);
    // No boundary binds a person; there is nobody to pay here.
    expect(forbidden.outcome).not.toBe("done");
    expect(await iFay.command("registered_skill.flight_control", [text("land")])).toMatchObject({ outcome: "done" });
    iFay.finish();
    expect(await iFay.done).toMatchObject({ state: "Terminated", failure: undefined });
    expect(course(events).at(-1)).toEqual([0, 30, 40]);
    await object.close();
  });
});

describe("the drone", () => {
  it("stays on the ground where nobody proves who they are", async () => {
    const events = await fly(FIRST, "fay.json", {});
    expect(refusals(events)).toEqual([["registered_skill.flight_control", "not_authenticated"]]);
    expect(reports(events).at(-1)).toBe(
      "ego_model: I am not permitted to fly. I stay on the ground. 0 photographs, 1 thing refused, battery 100 %.",
    );
    expect(course(events)).toEqual([]);
  });

  it("does without permissions only what needs none, and says so", async () => {
    const events = await fly(FIRST, "second.json");
    expect(story(events)).toEqual([
      "faying_protocol: paired with its person",
      "ego_model: I am not permitted to read sensors. Am I to fly at all?",
      "ego_model: I am not permitted to fly. I stay on the ground. 0 photographs, 2 things refused, battery 100 %.",
    ]);
    expect(refusals(events)).toEqual([
      ["sensor.read", "permission_not_declared"],
      ["registered_skill.flight_control", "permission_not_declared"],
    ]);
  });

  // @spec assembly.control-mode.autonomous
  it("acts, hears what became of it, and acts again", async () => {
    const events = await fly(FIRST, "autonomous.json");
    const told = reports(events).filter((line) => line.startsWith("self_driven_behavior: "));
    expect(told).toEqual([
      "self_driven_behavior: invoke_skill.invoke flight_control take_off failed: trying again",
      "self_driven_behavior: invoke_skill.invoke pay_landing_fee was refused: going on without it",
      "self_driven_behavior: invoke_skill.invoke flight_control fly_to failed: trying again",
      "self_driven_behavior: invoke_skill.invoke flight_control fly_to failed: trying again",
      "self_driven_behavior: invoke_skill.invoke flight_control fly_to failed: going on without it",
      "self_driven_behavior: 6 of 8 goals reached",
    ]);
    expect(course(events).at(-1)).toEqual([0, 0, 0]);
  });
});
