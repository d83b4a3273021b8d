import type { VectorAct } from "../../../generated/json/vector.js";
import { access, type Code, i32, localGet, memoryCopy } from "../building/wasm/instructions.js";
import type { Numbers, ProgramText } from "../building/wasm/program.js";
import type { Draft, Family } from "../corpus/family.js";
import { dataOf, emitting, hex, SLEEP, TIMER_START, timerFired } from "./guest-abi/programs.js";
import { busDrafts } from "./guest-quotas/bus.js";
import { sizeDrafts } from "./guest-quotas/sizes.js";
import { effects, running } from "./guest-quotas/words.js";
import { COMPLETED, ran, ranInto, SPEAKING, SPOKEN_AT, STARTED, say, speech } from "./guests/drafts.js";

const timer = { at: 256, bytes: TIMER_START };
const sleep = { at: 288, bytes: SLEEP };
const TIMER = { required: ["io.stdio", "time.timer"], granted: ["io.stdio", "time.timer"] } as const;
const EVENT = timerFired(1);

/** Says every event it gets; `main` is told. */
function listener(main: (numbers: Numbers) => Code): ProgramText {
  const said = speech(EVENT.length);
  return {
    imports: ["emit"],
    functions: {
      main: { code: main },
      fayger_alloc: { params: ["i32"], results: ["i32"], code: [i32(4096)] },
      fayger_on_event: {
        params: ["i32", "i32"],
        code: (numbers) => [i32(SPOKEN_AT), localGet(0), i32(EVENT.length), memoryCopy, ...said.code(numbers)],
      },
    },
    data: { ...dataOf(timer, sleep), ...said.data },
  };
}

const event = (count: number, times?: number): VectorAct => ({
  do: "event",
  bytes: hex(timerFired(count)),
  ...(times !== undefined && { times }),
});

function pending(): readonly Draft[] {
  const features = ["events"];
  const program = listener((numbers) => emitting(timer, numbers));
  const acts = (...more: readonly VectorAct[]): VectorAct[] => [...STARTED, { do: "suspend" }, ...more];
  const inputs = (limit: number, log: readonly VectorAct[]) => ({
    ...TIMER,
    quotas: { max_pending_events: limit },
    log: [...log],
  });
  const parent = ran({
    id: "guest-quotas/events/as-many",
    clauses: ["quotas.pending-events", "quotas.table"],
    program,
    features,
    inputs: inputs(3, acts(event(1, 3))),
    result: { states: [...running, "Suspended"], answers: Array(6).fill("done"), quotas_reached: [] },
    why: "As many events wait as are granted.",
    effect: effects.events,
  });
  const refused = (
    name: string,
    limit: number,
    log: readonly VectorAct[],
    answers: readonly string[],
    why: string,
  ): Draft =>
    ranInto(parent, {
      id: `guest-quotas/events/${name}`,
      clauses: ["quotas.pending-events", "quotas.events"],
      inputs: inputs(limit, log),
      mutator: "lower-quota",
      refusal: {
        code: "RT_EVENT_REJECTED",
        reason: "max_pending_events",
        context: { limit },
        result: { states: [...running, "Suspended"], answers: [...answers], quotas_reached: ["max_pending_events"] },
      },
      why,
      effect: effects.events,
    });
  const done = (count: number): string[] => Array(count).fill("done");
  return [
    parent,
    refused(
      "one-more",
      3,
      acts(event(1, 4)),
      [...done(6), "RT_EVENT_REJECTED"],
      "One event more is refused, and the others wait on.",
    ),
    refused("none", 0, acts(event(1)), [...done(3), "RT_EVENT_REJECTED"], "Where none may wait, none is taken."),
    ran({
      id: "guest-quotas/events/room-again",
      clauses: ["quotas.pending-events"],
      program,
      features,
      inputs: inputs(1, [...STARTED, event(1), event(2), event(3), { do: "suspend" }, event(4), { do: "resume" }]),
      result: {
        states: [...running, "Suspended", "Running"],
        answers: done(8),
        instructions: [hex(TIMER_START), ...[1, 2, 3, 4].map((count) => say(timerFired(count)))],
        quotas_reached: [],
      },
      why: "An event that was delivered makes room for the next.",
      effect: effects.events,
    }),
    ran({
      id: "guest-quotas/events/granted",
      clauses: ["quotas.grant", "quotas.pending-events"],
      program,
      features,
      inputs: inputs(
        0,
        acts({ do: "grant", quota: "max_pending_events", value: 2 }, event(1), event(2), { do: "resume" }),
      ),
      result: { states: [...running, "Suspended", "Running"], answers: done(7), quotas_reached: [] },
      why: "With a higher quota more events may wait.",
      effect: effects.events,
    }),
    ...completions(),
  ];
}

/** A completion has its place, however full the queue is. */
function completions(): readonly Draft[] {
  const features = ["events"];
  const said = speech(15);
  const program: ProgramText = {
    ...listener(() => []),
    functions: {
      ...listener(() => []).functions,
      main: { code: (numbers) => emitting(sleep, numbers) },
      fayger_on_event: {
        params: ["i32", "i32"],
        code: (numbers) => [i32(SPOKEN_AT), localGet(0), i32(15), memoryCopy, ...said.code(numbers)],
      },
    },
    data: { ...dataOf(sleep), ...said.data },
  };
  const completion = say([0x43, 0, 3, 1, 4, 0, 0, 0, 1, 1, 4, 0, 0, 0, 0]);
  const answer: VectorAct = { do: "answer", call: 1 };
  return [
    ran({
      id: "guest-quotas/events/completion-without-room",
      clauses: ["quotas.completions-reserved", "quotas.pending-events"],
      program,
      features,
      inputs: { ...TIMER, quotas: { max_pending_events: 0 }, host_calls: [{ waits: true }], log: [...STARTED, answer] },
      result: { states: [...COMPLETED], instructions: [hex(SLEEP), completion], quotas_reached: [] },
      why: "A completion is no event that could be refused.",
      effect: "A program waits for ever for a call that was completed long ago.",
    }),
    ran({
      id: "guest-quotas/events/completion-behind-others",
      clauses: ["quotas.completions-reserved"],
      program,
      features,
      inputs: {
        ...TIMER,
        quotas: { max_pending_events: 1 },
        host_calls: [{ waits: true }],
        log: [...STARTED, { do: "suspend" }, event(1), answer, { do: "resume" }],
      },
      result: {
        states: [...running, "Suspended", "Running", "Terminated"],
        instructions: [hex(SLEEP), say(timerFired(1).subarray(0, 15)), completion],
        quotas_reached: [],
      },
      why: "A completion waits behind the events that were there before it, also where the queue is full.",
      effect: "A program waits for ever for a call that was completed long ago.",
    }),
  ];
}

function time(): readonly Draft[] {
  const features = ["stop_anywhere", "events"];
  const program = listener((numbers) => emitting(timer, numbers));
  const pass = (value: number): VectorAct => ({ do: "pass", value });
  const grant = (value: number): VectorAct => ({ do: "grant", quota: "wall_ms", value });
  const inputs = (limit: number, ...log: readonly VectorAct[]) => ({
    ...TIMER,
    quotas: { wall_ms: limit },
    log: [...STARTED, ...log],
  });
  const suspended = [...running, "Suspended"];
  const reached = ran({
    id: "guest-quotas/time/reached",
    clauses: ["quotas.exceeded", "quotas.table", "quotas.events"],
    program,
    features,
    inputs: inputs(100, pass(99), pass(1)),
    result: { states: suspended, answers: Array(4).fill("done"), quotas_reached: ["wall_ms"] },
    why: "A program that waits is Suspended when its time is over.",
    effect: effects.time,
  });
  return [
    ran({
      id: "guest-quotas/time/not-yet",
      clauses: ["quotas.exceeded"],
      program,
      features,
      inputs: inputs(100, pass(99)),
      result: { states: [...running], quotas_reached: [] },
      why: "A program whose time is not over goes on waiting.",
      effect: effects.time,
    }),
    reached,
    ranInto(reached, {
      id: "guest-quotas/time/not-granted",
      clauses: ["quotas.resume"],
      inputs: inputs(100, pass(100), { do: "resume" }),
      mutator: "replace-log",
      refusal: {
        code: "RT_QUOTA_EXCEEDED",
        context: { quota: "wall_ms", limit: 100 },
        result: { states: suspended },
      },
      why: "Without more time the instance stays Suspended.",
      effect: effects.time,
    }),
    ranInto(reached, {
      id: "guest-quotas/time/granted-less-than-used",
      clauses: ["quotas.resume", "quotas.grant.beyond-use"],
      inputs: inputs(100, pass(160), grant(150), { do: "resume" }),
      mutator: "replace-log",
      refusal: {
        code: "RT_QUOTA_EXCEEDED",
        context: { quota: "wall_ms" },
        result: { states: suspended, answers: ["done", "done", "done", "done", "RT_QUOTA_EXCEEDED"] },
      },
      why: "More than was granted before, and less than was used, is not enough.",
      effect: effects.time,
    }),
    ran({
      id: "guest-quotas/time/granted",
      clauses: ["quotas.grant", "quotas.resume", "quotas.exceeded"],
      program,
      features,
      inputs: inputs(100, pass(100), grant(150), { do: "resume" }, pass(49), pass(1)),
      result: { states: [...suspended, "Running", "Suspended"], answers: Array(7).fill("done") },
      why: "With more time the instance goes on, for as long as was added.",
      effect: effects.time,
    }),
    ran({
      id: "guest-quotas/time/suspended-does-not-count",
      clauses: ["quotas.exceeded"],
      program,
      features,
      inputs: inputs(100, pass(60), { do: "suspend" }, pass(1000), { do: "resume" }, pass(39)),
      result: { states: [...suspended, "Running"], quotas_reached: [] },
      why: "Time in Suspended does not count.",
      effect: effects.time,
    }),
    ran({
      id: "guest-quotas/time/initialized-does-not-count",
      clauses: ["quotas.exceeded"],
      program,
      features,
      inputs: { ...TIMER, quotas: { wall_ms: 100 }, log: [{ do: "init" }, pass(1000), { do: "start" }, pass(99)] },
      result: { states: [...running], quotas_reached: [] },
      why: "Time before `start` does not count.",
      effect: effects.time,
    }),
  ];
}

function rate(): readonly Draft[] {
  const features = ["throttle", "blocking_emit"];
  const said = speech(1);
  const program: ProgramText = {
    imports: ["emit"],
    functions: {
      main: {
        code: (numbers) =>
          [1, 2, 3].flatMap((value) => [i32(SPOKEN_AT), i32(value), access("i32.store8"), ...said.code(numbers)]),
      },
    },
    data: said.data,
  };
  const one = (
    name: string,
    limit: number,
    log: readonly VectorAct[],
    spoken: number,
    states: readonly string[],
    why: string,
  ): Draft =>
    ran({
      id: `guest-quotas/rate/${name}`,
      clauses: ["quotas.throttle", "quotas.throttle.window", "quotas.table"],
      program,
      features,
      inputs: { ...SPEAKING, quotas: { emits_per_second: limit }, log: [...STARTED, ...log] },
      result: {
        states: [...states],
        instructions: [1, 2, 3].slice(0, spoken).map((value) => say([value])),
        quotas_reached: limit < 3 ? ["emits_per_second"] : [],
      },
      why,
      effect: effects.rate,
    });
  const pass = (value: number): VectorAct => ({ do: "pass", value });
  return [
    one("enough", 3, [], 3, COMPLETED, "As many replies pass at once as are granted for a second."),
    one("one", 1, [], 2, running, "The second reply waits, and the program with it; the host is called at once."),
    one("one-not-yet", 1, [pass(999)], 2, running, "A reply waits until the next second begins."),
    one(
      "one-a-second-later",
      1,
      [pass(1000)],
      3,
      running,
      "One reply passes in the next second, and the next one waits.",
    ),
    one("one-two-seconds-later", 1, [pass(1000), pass(1000)], 3, COMPLETED, "Every reply comes in the end."),
    one("two", 2, [pass(1000)], 3, COMPLETED, "Two replies a second."),
  ];
}

/** Quotas of an instance. */
export const guestQuotas: Family = {
  name: "guest-quotas",
  drafts: () => [...sizeDrafts(), ...pending(), ...busDrafts(), ...time(), ...rate()],
};
