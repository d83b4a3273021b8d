import type { VectorAct, VectorHostCall, VectorInputs } from "../../../../generated/json/vector.js";
import { i32 } from "../../building/wasm/instructions.js";
import { type ProgramText, writeProgram } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { dataOf, emitting, FILE_OPEN, SLEEP, SLEEP_WAITING, TIMER_START } from "../guest-abi/programs.js";
import { COMPLETED, ran, ranInto, STARTED } from "../guests/drafts.js";
import { effects, SNAPSHOT } from "./going-on.js";

const FEATURES = ["fuel", "snapshot"];
const EVENTS = [...FEATURES, "events"];
const RIGHTS = ["fs.read", "time.timer"] as const;

const timer = { at: 256, bytes: TIMER_START };
const file = { at: 288, bytes: FILE_OPEN };
const sleep = { at: 320, bytes: SLEEP };
const waiting = { at: 352, bytes: SLEEP_WAITING };

/** Emits some things, and takes events. */
function emits(...all: readonly { readonly at: number; readonly bytes: Uint8Array }[]): ProgramText {
  return {
    imports: ["emit"],
    functions: {
      main: { code: (numbers) => all.flatMap((each) => emitting(each, numbers)) },
      fayger_alloc: { params: ["i32"], results: ["i32"], code: [i32(8192)] },
      fayger_on_event: { params: ["i32", "i32"], code: [] },
    },
    data: dataOf(...all),
  };
}

interface Unavailable {
  readonly name: string;
  readonly reason: string;
  readonly program: ProgramText;
  readonly log: readonly VectorAct[];
  readonly states: readonly string[];
  readonly host_calls?: readonly VectorHostCall[];
  readonly quotas?: VectorInputs["quotas"];
  readonly features?: readonly string[];
  readonly why: string;
}

/** The run without the snapshot, and with it. */
function unavailable(each: Unavailable): readonly Draft[] {
  const { name, reason, program, log, states, host_calls: calls, quotas, features = EVENTS, why } = each;
  const without = ran({
    id: `snapshots/unavailable/${name}/without`,
    clauses: ["snapshots.unavailable"],
    program: writeProgram(program),
    features,
    inputs: {
      required: [...RIGHTS],
      granted: [...RIGHTS],
      log: [...log],
      ...(calls !== undefined && { host_calls: [...calls] }),
      ...(quotas !== undefined && { quotas }),
    },
    result: { states: [...states], answers: Array(log.length).fill("done") },
    why: `${why} As long as nobody asks for a snapshot, nothing is wrong.`,
    effect: effects.partial,
  });
  const asked = ranInto(without, {
    id: `snapshots/unavailable/${name}/taken`,
    clauses: ["snapshots.unavailable", "snapshots.keeps", "lifecycle.snapshot.when"],
    mutator: "append-act",
    settings: { do: "snapshot" },
    inputs: { log: [...log, SNAPSHOT] },
    refusal: {
      code: "RT_SNAPSHOT_UNAVAILABLE",
      reason,
      result: { states: [...states], snapshots: [] },
    },
    why,
    effect: effects.partial,
  });
  return [without, asked];
}

const running = COMPLETED.slice(0, 3);
const suspended = [...running, "Suspended"];
const stopped: readonly VectorAct[] = [...STARTED, { do: "suspend" }];

/** Every reason but `not_supported`, which only an implementation without the feature can give. */
export function unavailableDrafts(): readonly Draft[] {
  const cases: readonly Unavailable[] = [
    {
      name: "loaded",
      reason: "not_suspended",
      program: emits(),
      log: [],
      states: COMPLETED.slice(0, 1),
      why: "An instance that is Loaded has no state to be saved.",
    },
    {
      name: "initialized",
      reason: "not_suspended",
      program: emits(),
      log: STARTED.slice(0, 1),
      states: COMPLETED.slice(0, 2),
      why: "An instance that was not started is not Suspended.",
    },
    {
      name: "running",
      reason: "not_suspended",
      program: emits(timer),
      log: STARTED,
      states: running,
      why: "An instance that runs is not Suspended, and that is said before its handle is.",
    },
    {
      name: "ended",
      reason: "not_suspended",
      program: emits(),
      log: STARTED,
      states: COMPLETED,
      why: "An instance that has ended is not Suspended.",
    },
    {
      name: "waits-and-runs",
      reason: "not_suspended",
      program: emits(waiting),
      log: STARTED,
      host_calls: [{ waits: true }],
      states: running,
      why: "Whoever waits for the host while Running is not Suspended first of all.",
    },
    {
      name: "call",
      reason: "open_call",
      program: emits(sleep),
      log: stopped,
      host_calls: [{ waits: true }],
      states: suspended,
      why: "A call that was not answered cannot be saved.",
    },
    {
      name: "completion",
      reason: "open_call",
      program: emits(sleep),
      log: [...stopped, { do: "answer", call: 1 }],
      host_calls: [{ waits: true }],
      states: suspended,
      why: "A call is open until its completion has reached the program.",
    },
    {
      name: "call-and-handle",
      reason: "open_call",
      program: emits(timer, sleep),
      log: stopped,
      host_calls: [{}, { waits: true }],
      states: suspended,
      why: "An open call is told before an open handle.",
    },
    {
      name: "call-and-waiting",
      reason: "open_call",
      program: emits(sleep, waiting),
      log: stopped,
      host_calls: [{ waits: true }, { waits: true }],
      states: suspended,
      why: "An open call is told before a guest that waits.",
    },
    {
      name: "source",
      reason: "open_handle",
      program: emits(timer),
      log: stopped,
      states: suspended,
      why: "A timer cannot be saved.",
    },
    {
      name: "file",
      reason: "open_handle",
      program: emits(file, timer),
      log: [...STARTED],
      quotas: { fuel: 5 },
      states: suspended,
      why: "An open file cannot be saved.",
    },
    {
      name: "handle-and-waiting",
      reason: "open_handle",
      program: emits(timer, waiting),
      log: stopped,
      host_calls: [{}, { waits: true }],
      states: suspended,
      why: "An open handle is told before a guest that waits.",
    },
    {
      name: "waiting",
      reason: "waiting",
      program: emits(waiting),
      log: stopped,
      host_calls: [{ waits: true }],
      states: suspended,
      why: "A program that waits for a reply cannot be saved.",
    },
    {
      name: "waiting-again",
      reason: "waiting",
      program: emits(waiting, waiting),
      log: [...stopped, { do: "resume" }, { do: "suspend" }],
      host_calls: [{ waits: true }],
      states: [...suspended, "Running", "Suspended"],
      why: "A program that went on and still waits cannot be saved.",
    },
  ];
  return cases.flatMap(unavailable);
}
