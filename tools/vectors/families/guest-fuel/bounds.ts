import type { VectorAct } from "../../../../generated/json/vector.js";
import { block, br, call, end, i32, loop, memoryFill, nop } from "../../building/wasm/instructions.js";
import type { ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { dataOf, emitting, hex, TIMER_START, timerFired } from "../guest-abi/programs.js";
import { COMPLETED, FAILED_INIT, ran, ranInto, STARTED } from "../guests/drafts.js";
import {
  BLOCKS,
  blocks,
  countdown,
  effects,
  FEATURES,
  FUEL,
  grant,
  idle,
  programOf,
  running,
  suspended,
} from "./fuel.js";

function bounds(): readonly Draft[] {
  const clauses = ["quotas.exceeded", "quotas.table", BLOCKS];
  const enough = (fuel: number): Draft =>
    ran({
      id: `guest-fuel/quota/enough-${fuel}`,
      clauses,
      program: blocks,
      features: FEATURES,
      inputs: { quotas: { fuel } },
      result: { states: [...COMPLETED], fuel: 7, quotas_reached: [] },
      why: "A quota that is just used up is not exceeded.",
      effect: effects.bound,
    });
  const stopped = (quota: number, fuel: number): Draft =>
    ran({
      id: `guest-fuel/quota/stopped-${quota}`,
      clauses: [...clauses, "quotas.events"],
      program: blocks,
      features: FEATURES,
      inputs: { quotas: { fuel: quota } },
      result: { states: suspended, fuel, quotas_reached: ["fuel"] },
      why: "A block that cannot be paid for is not begun, and the instance is Suspended.",
      effect: effects.bound,
    });
  return [
    enough(7),
    enough(8),
    stopped(6, 3),
    stopped(4, 3),
    stopped(3, 3),
    stopped(2, 0),
    stopped(0, 0),
    ran({
      id: "guest-fuel/quota/nothing-to-pay",
      clauses,
      program: programOf({ code: [nop, block(), end] }),
      features: FEATURES,
      inputs: { quotas: { fuel: 0 } },
      result: { states: [...COMPLETED], fuel: 0, quotas_reached: [] },
      why: "A program that costs nothing runs without fuel.",
      effect: effects.bound,
    }),
    ran({
      id: "guest-fuel/quota/endless-loop",
      clauses: ["quotas.exceeded", "quotas.table"],
      program: programOf({ code: [loop(), ...idle, br(0), end] }),
      features: FEATURES,
      inputs: { quotas: { fuel: 1000 } },
      result: { states: suspended, fuel: 999, quotas_reached: ["fuel"] },
      why: "An endless loop is stopped where the next turn cannot be paid for.",
      effect: effects.bound,
    }),
    ran({
      id: "guest-fuel/quota/endless-recursion-of-none",
      clauses: ["quotas.exceeded", BLOCKS],
      program: programOf({ code: [loop(), br(0), end] }),
      features: FEATURES,
      inputs: { quotas: { fuel: 12_345 } },
      result: { states: suspended, fuel: 12_345 },
      why: "A loop of one branch costs 1 a turn.",
      effect: effects.bound,
    }),
    ...bulkBounds(),
  ];
}

function bulkBounds(): readonly Draft[] {
  const program = programOf({ code: [i32(0), i32(1), i32(640), memoryFill] });
  const stopped = (quota: number, fuel: number, why: string): Draft =>
    ran({
      id: `guest-fuel/quota/bulk-${quota}`,
      clauses: ["quotas.exceeded", BLOCKS, FUEL],
      program,
      features: FEATURES,
      inputs: { quotas: { fuel: quota } },
      result: { states: quota < 14 ? suspended : [...COMPLETED], fuel },
      why,
      effect: effects.bound,
    });
  return [
    stopped(3, 0, "The block of a bulk operation cannot be paid for."),
    stopped(4, 4, "The extra of a bulk operation cannot be paid for: it is not begun."),
    stopped(13, 4, "Nothing is charged of an extra that cannot be paid for whole."),
    stopped(14, 14, "The extra of a bulk operation is just paid for."),
    ran({
      id: "guest-fuel/quota/bulk-goes-on",
      clauses: ["quotas.exceeded", BLOCKS, "quotas.grant"],
      program,
      features: FEATURES,
      inputs: { quotas: { fuel: 13 }, log: [...STARTED, grant(14), { do: "resume" }] },
      result: { states: [...suspended, "Running", "Terminated"], answers: Array(4).fill("done"), fuel: 14 },
      why: "A bulk operation that waited for fuel is charged once.",
      effect: effects.goes,
    }),
  ];
}

function going(): readonly Draft[] {
  const parent = ran({
    id: "guest-fuel/resume/granted",
    clauses: ["quotas.grant", "quotas.resume", "quotas.exceeded"],
    program: blocks,
    features: FEATURES,
    inputs: { quotas: { fuel: 3 }, log: [...STARTED, grant(7), { do: "resume" }] },
    result: { states: [...suspended, "Running", "Terminated"], answers: Array(4).fill("done"), fuel: 7 },
    why: "With a higher quota the instance goes on where it stopped, and what was charged stays charged.",
    effect: effects.goes,
  });
  const refused = (
    name: string,
    log: readonly VectorAct[],
    limit: number,
    why: string,
    clauses: readonly string[] = [],
  ): Draft =>
    ranInto(parent, {
      id: `guest-fuel/resume/${name}`,
      clauses: ["quotas.resume", ...clauses],
      inputs: { log: [...STARTED, ...log] },
      mutator: "replace-log",
      refusal: {
        code: "RT_QUOTA_EXCEEDED",
        context: { quota: "fuel", limit },
        result: { states: suspended, fuel: 3 },
      },
      why,
      effect: effects.goes,
    });
  return [
    parent,
    refused("not-granted", [{ do: "resume" }], 3, "Without a higher quota the instance stays Suspended."),
    refused("granted-the-same", [grant(3), { do: "resume" }], 3, "The same quota again is no higher one.", [
      "quotas.grant",
      "quotas.grant.beyond-use",
    ]),
    ran({
      id: "guest-fuel/resume/again-and-again",
      clauses: ["quotas.grant", "quotas.exceeded", "quotas.resume"],
      program: programOf({ code: [loop(), ...idle, br(0), end] }),
      features: FEATURES,
      inputs: {
        quotas: { fuel: 3 },
        log: [
          ...STARTED,
          grant(6),
          { do: "resume" },
          { do: "resume" },
          grant(10),
          { do: "resume" },
          { do: "terminate" },
        ],
      },
      result: {
        states: [...suspended, "Running", "Suspended", "Running", "Suspended", "Terminated"],
        answers: ["done", "done", "done", "done", "RT_QUOTA_EXCEEDED", "done", "done", "done"],
        fuel: 9,
      },
      why: "Each grant is good for what it adds.",
      effect: effects.goes,
    }),
    ran({
      id: "guest-fuel/resume/granted-before",
      clauses: ["quotas.grant"],
      program: blocks,
      features: FEATURES,
      inputs: { quotas: { fuel: 3 }, log: [{ do: "init" }, grant(7), { do: "start" }] },
      result: { states: [...COMPLETED], fuel: 7, quotas_reached: [] },
      why: "A quota may be granted before the program runs.",
      effect: effects.goes,
    }),
    ran({
      id: "guest-fuel/resume/above-the-ceiling",
      clauses: ["quotas.grant", "quotas.effective"],
      program: blocks,
      features: FEATURES,
      inputs: { quotas: { fuel: 100 }, host_quotas: { fuel: 3 }, log: [...STARTED, grant(50), { do: "resume" }] },
      result: { states: [...suspended, "Running", "Terminated"], fuel: 7 },
      why: "What the host grants one instance replaces the effective quota, its own ceiling included.",
      effect: effects.goes,
    }),
  ];
}

function effective(): readonly Draft[] {
  const one = (
    name: string,
    why: string,
    quotas: number | undefined,
    host: number | undefined,
    isEnough: boolean,
  ): Draft =>
    ran({
      id: `guest-fuel/effective/${name}`,
      clauses: ["quotas.effective", "quotas.table"],
      program: blocks,
      features: FEATURES,
      inputs: {
        ...(quotas !== undefined && { quotas: { fuel: quotas } }),
        ...(host !== undefined && { host_quotas: { fuel: host } }),
      },
      result: { states: isEnough ? [...COMPLETED] : suspended, fuel: isEnough ? 7 : 3 },
      why,
      effect: effects.bound,
    });
  return [
    one("host-lower", "The host's ceiling is lower and holds.", 7, 6, false),
    one("manifest-lower", "The manifest's quota is lower and holds.", 6, 7, false),
    one("both-enough", "Both are enough.", 7, 7, true),
    one("host-alone", "The host's ceiling holds where the manifest is silent.", undefined, 6, false),
    one("manifest-alone", "The manifest's quota holds where the host is silent.", 5, undefined, false),
  ];
}

function slices(): readonly Draft[] {
  const program = programOf({ code: ({ fn }) => [i32(100), call(fn("countdown"))] }, { functions: { countdown } });
  const cost = 2 + 3 * 101 + 5 * 100;
  return [1, 7, 100, 1_000_000].flatMap((slice) => [
    ran({
      id: `guest-fuel/slices/${slice}`,
      clauses: ["quotas.yield", FUEL],
      program,
      features: FEATURES,
      inputs: { quotas: { fuel_per_slice: slice } },
      result: { states: [...COMPLETED], fuel: cost, quotas_reached: [] },
      why: "Slices change neither the states nor what is charged.",
      effect: "A program that takes turns with others costs more, or is seen Suspended by nobody's wish.",
    }),
    ran({
      id: `guest-fuel/slices/${slice}-with-a-quota`,
      clauses: ["quotas.yield", "quotas.exceeded"],
      program,
      features: FEATURES,
      inputs: { quotas: { fuel_per_slice: slice, fuel: cost - 1 } },
      result: { states: suspended, fuel: cost - 3, quotas_reached: ["fuel"] },
      why: "The quota is reached at the same place, however short the slices are.",
      effect: effects.bound,
    }),
  ]);
}

function initialising(): readonly Draft[] {
  const program: ProgramText = {
    functions: {
      setup: { code: [...idle, ...idle] },
      fayger_init: { code: [...idle, ...idle, ...idle] },
      main: { code: idle },
    },
    start: "setup",
  };
  const parent = ran({
    id: "guest-fuel/init/enough",
    clauses: ["quotas.during-init", "lifecycle.init"],
    program,
    features: FEATURES,
    inputs: { quotas: { fuel: 12 } },
    result: { states: [...COMPLETED], fuel: 12 },
    why: "Fuel that is just enough for `init` and the entry.",
    effect: effects.bound,
  });
  const refused = (quota: number, fuel: number): Draft =>
    ranInto(parent, {
      id: `guest-fuel/init/${quota}`,
      clauses: ["quotas.during-init", "lifecycle.init.fails", "quotas.events"],
      inputs: { quotas: { fuel: quota }, log: [{ do: "init" }] },
      mutator: "lower-quota",
      refusal: {
        code: "RT_QUOTA_EXCEEDED",
        context: { quota: "fuel", limit: quota },
        result: {
          states: [...FAILED_INIT],
          answers: ["RT_QUOTA_EXCEEDED"],
          causes: ["RT_QUOTA_EXCEEDED"],
          fuel,
          quotas_reached: ["fuel"],
        },
      },
      why: "There is no state in which a program could wait during `init`, so it fails.",
      effect: "A program computes without bound before anybody started it.",
    });
  return [
    parent,
    refused(9, 4),
    refused(3, 0),
    ran({
      id: "guest-fuel/init/not-the-entry",
      clauses: ["quotas.during-init", "quotas.exceeded"],
      program,
      features: FEATURES,
      inputs: { quotas: { fuel: 11 } },
      result: { states: suspended, fuel: 10, quotas_reached: ["fuel"] },
      why: "What `init` used is gone when the entry begins.",
      effect: effects.bound,
    }),
  ];
}

/** Events cost what their functions cost: 1 for the room, 2 for each event. */
function events(): readonly Draft[] {
  const timer = { at: 256, bytes: TIMER_START };
  const program: ProgramText = {
    imports: ["emit"],
    functions: {
      main: { code: (numbers) => emitting(timer, numbers) },
      fayger_alloc: { params: ["i32"], results: ["i32"], code: [i32(4096)] },
      fayger_on_event: { params: ["i32", "i32"], code: idle },
    },
    data: dataOf(timer),
  };
  const event = (count: number): VectorAct => ({ do: "event", bytes: hex(timerFired(count)) });
  const inputs = { required: ["time.timer"], granted: ["time.timer"] };
  return [
    ran({
      id: "guest-fuel/events/each",
      clauses: [FUEL, "guest-abi.events"],
      program,
      features: ["fuel", "events"],
      inputs: { ...inputs, log: [...STARTED, event(1), event(2)] },
      result: { states: running, fuel: 6 + 3 + 3 },
      why: "An event costs what `fayger_alloc` and `fayger_on_event` cost, and a host call 1.",
      effect: effects.amount,
    }),
    ran({
      id: "guest-fuel/events/stopped",
      clauses: ["quotas.exceeded", "guest-abi.events"],
      program,
      features: ["fuel", "events"],
      inputs: { ...inputs, quotas: { fuel: 8 }, log: [...STARTED, event(1), event(2), grant(12), { do: "resume" }] },
      result: { states: [...suspended, "Running"], fuel: 12, quotas_reached: ["fuel"] },
      why: "An instance that was stopped in an event goes on in it, and takes the next one afterwards.",
      effect: effects.goes,
    }),
  ];
}

/** Programs that are stopped, and go on. */
export function boundDrafts(): readonly Draft[] {
  return [...bounds(), ...going(), ...effective(), ...slices(), ...initialising(), ...events()];
}
