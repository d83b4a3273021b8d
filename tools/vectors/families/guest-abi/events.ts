import type { VectorAct, VectorInputs, VectorResult } from "../../../../generated/json/vector.js";
import {
  type Code,
  globalGet,
  globalSet,
  i32,
  localGet,
  memoryCopy,
  numeric,
  unreachable,
} from "../../building/wasm/instructions.js";
import { global } from "../../building/wasm/module.js";
import type { Numbers, ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, FAILED, ran, ranInto, SPOKEN_AT, STARTED, say, speech } from "../guests/drafts.js";
import { close, dataOf, emitting, hex, SLEEP, TIMER_START, timerFired } from "./programs.js";

const FEATURES = ["events"];
const ALL = { required: ["io.stdio", "time.timer"], granted: ["io.stdio", "time.timer"] } as const;

const effects = {
  order: "Events reach a program in another order, twice, or while it is in the middle of something.",
  lost: "An event is lost, and a program waits for it for ever.",
  state: "A program is told of something before it runs, or after its end.",
  wild: "An event is written where the program has no memory.",
  end: "A program ends before its work is done, or never.",
} as const;

const timer = { at: 256, bytes: TIMER_START };
const sleep = { at: 288, bytes: SLEEP };
const closing = { at: 320, bytes: close(1) };
const [first, second, third] = [1, 2, 3].map(timerFired) as [Uint8Array, Uint8Array, Uint8Array];
const LENGTH = first.length;
const said = speech(LENGTH);

/** Says the bytes of an event. */
const told = (numbers: Numbers): Code => [i32(SPOKEN_AT), localGet(0), localGet(1), memoryCopy, ...said.code(numbers)];

/** A program that says every event; `main` and what else it does with one are told. */
function listener(main: (numbers: Numbers) => Code, then: (numbers: Numbers) => Code = () => []): ProgramText {
  return {
    imports: ["emit"],
    globals: [global("i32", true, [i32(8192)])],
    functions: {
      main: { code: main },
      // Gives new room each time.
      fayger_alloc: {
        params: ["i32"],
        results: ["i32"],
        code: [globalGet(0), globalGet(0), localGet(0), numeric("i32.add"), globalSet(0)],
      },
      fayger_on_event: { params: ["i32", "i32"], code: (numbers) => [...told(numbers), ...then(numbers)] },
    },
    data: { ...dataOf(timer, sleep, closing), ...said.data },
  };
}

const timed = listener((numbers) => emitting(timer, numbers));
const event = (bytes: Uint8Array, more: Partial<VectorAct> = {}): VectorAct => ({
  do: "event",
  bytes: hex(bytes),
  ...more,
});
const acts = (...more: readonly VectorAct[]): VectorAct[] => [...STARTED, ...more];
const heard = (...events: readonly Uint8Array[]): string[] => events.map((bytes) => say(bytes));
const running = COMPLETED.slice(0, 3);

interface Told {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly program?: ProgramText;
  readonly log: readonly VectorAct[];
  readonly inputs?: Partial<VectorInputs>;
  readonly result: VectorResult;
  readonly why: string;
  readonly effect: string;
  readonly features?: readonly string[];
}

const one = ({ id, log, inputs, program = timed, features = FEATURES, ...rest }: Told): Draft =>
  ran({ ...rest, id: `guest-abi/events/${id}`, program, features, inputs: { ...ALL, ...inputs, log: [...log] } });

function delivery(): readonly Draft[] {
  const start = hex(TIMER_START);
  return [
    one({
      id: "in-order",
      clauses: [
        "guest-abi.events",
        "lifecycle.on-event-states",
        "lifecycle.completion",
        "runtime.implementations-agree",
        "instructions.equal-sequences",
      ],
      log: acts(event(first), event(second), event(third)),
      result: {
        states: [...running],
        answers: Array(5).fill("done"),
        instructions: [start, ...heard(first, second, third)],
      },
      why: "Each event is copied to the room that `fayger_alloc` gives and handed to `fayger_on_event`, in order.",
      effect: effects.order,
    }),
    one({
      id: "held-while-active",
      clauses: ["guest-abi.events.no-reentry", "guest-abi.events"],
      program: listener((numbers) => [...emitting(timer, numbers), ...emitting(timer, numbers)]),
      log: acts(event(first, { during: 1 }), event(second, { during: 2 })),
      result: { states: [...running], instructions: [start, start, ...heard(first, second)] },
      why: "Events that come while the entry is active wait, in order, until it has returned.",
      effect: effects.order,
    }),
    one({
      id: "held-while-handling",
      clauses: ["guest-abi.events.no-reentry"],
      log: acts(event(first), event(second, { during: 2 })),
      result: { states: [...running], instructions: [start, ...heard(first, second)] },
      why: "An event that comes while another one is handled waits for its end.",
      effect: effects.order,
    }),
    one({
      id: "delivered-before-completion",
      clauses: ["lifecycle.completion", "guest-abi.events.no-reentry"],
      program: listener(said.code),
      log: acts(event(first, { during: 1 })),
      result: { states: [...COMPLETED], instructions: [say(new Uint8Array(LENGTH)), ...heard(first)] },
      why: "A program is not complete while an event waits for it.",
      effect: effects.lost,
    }),
    one({
      id: "complete-when-closed",
      clauses: ["lifecycle.completion"],
      program: listener(
        (numbers) => emitting(timer, numbers),
        (numbers) => emitting(closing, numbers),
      ),
      log: acts(event(first)),
      result: {
        states: [...COMPLETED],
        answers: ["done", "done", "done"],
        instructions: [start, ...heard(first), hex(closing.bytes)],
      },
      why: "A program is complete when its last subscription is closed and nothing is active.",
      effect: effects.end,
    }),
    one({
      id: "complete-without-anything-open",
      clauses: ["lifecycle.completion"],
      program: listener(() => []),
      log: acts(),
      result: { states: [...COMPLETED], instructions: [] },
      why: "A program that can take events and waits for none is complete when its entry returns.",
      effect: effects.end,
    }),
    one({
      id: "complete-without-a-handler",
      clauses: ["lifecycle.completion"],
      program: {
        imports: ["emit"],
        functions: { main: { code: (numbers) => emitting(timer, numbers) } },
        data: dataOf(timer),
      },
      log: acts(),
      result: { states: [...COMPLETED], instructions: [start] },
      why: "A program without a handler is complete when its entry returns, whatever is open.",
      effect: effects.end,
      features: [],
    }),
    one({
      id: "queued-while-suspended",
      clauses: ["lifecycle.on-event-states", "guest-abi.events"],
      log: acts({ do: "suspend" }, event(first), event(second), { do: "resume" }),
      result: {
        states: [...running, "Suspended", "Running"],
        answers: Array(6).fill("done"),
        instructions: [start, ...heard(first, second)],
      },
      why: "Events for a Suspended instance wait, and are delivered when it goes on.",
      effect: effects.lost,
    }),
    one({
      id: "nothing-while-suspended",
      clauses: ["lifecycle.on-event-states", "lifecycle.suspend.stopped"],
      log: acts({ do: "suspend" }, event(first)),
      result: { states: [...running, "Suspended"], instructions: [start] },
      why: "Nothing of a Suspended instance runs.",
      effect: effects.state,
    }),
    one({
      id: "dropped-at-the-end",
      clauses: ["lifecycle.end-releases"],
      log: acts({ do: "suspend" }, event(first), { do: "terminate" }),
      result: { states: [...running, "Suspended", "Terminated"], instructions: [start] },
      why: "An event that waits when the instance ends reaches nobody.",
      effect: effects.state,
    }),
  ];
}

const completion = (id: number, status: number): Uint8Array =>
  Uint8Array.from([0x43, 0, 3, 1, 4, 0, 0, 0, id, 1, 4, 0, 0, status >> 8, status & 0xff]);

/** Like {@link listener}, for completions, which are longer by nothing or by their results. */
function completions(): readonly Draft[] {
  const start = hex(SLEEP);
  const words = speech(15);
  const program = (calls: number): ProgramText => ({
    ...listener(() => []),
    functions: {
      ...listener(() => []).functions,
      main: { code: (numbers) => Array.from({ length: calls }, () => emitting(sleep, numbers)).flat() },
      fayger_on_event: {
        params: ["i32", "i32"],
        code: (numbers) => [i32(SPOKEN_AT), localGet(0), localGet(1), memoryCopy, ...words.code(numbers)],
      },
    },
    data: { ...dataOf(sleep), ...words.data },
  });
  const answer = (number: number): VectorAct => ({ do: "answer", call: number });
  const waits = { waits: true };
  return [
    one({
      id: "completion",
      clauses: ["lifecycle.completion", "instructions.async.completion"],
      program: program(1),
      inputs: { host_calls: [waits] },
      log: acts(answer(1)),
      result: {
        states: [...COMPLETED],
        answers: ["done", "done", "done"],
        instructions: [start, say(completion(1, 0))],
      },
      why: "An open call keeps the program, its completion reaches it, and then it is complete.",
      effect: effects.end,
    }),
    one({
      id: "completions-in-their-order",
      clauses: ["guest-abi.events", "instructions.async.completion"],
      program: program(3),
      inputs: { host_calls: [waits, waits, waits] },
      log: acts(answer(2), answer(3), answer(1)),
      result: {
        states: [...COMPLETED],
        instructions: [start, start, start, ...[2, 3, 1].map((id) => say(completion(id, 0)))],
      },
      why: "Completions come in the order in which the host gives results.",
      effect: effects.order,
    }),
    one({
      id: "completion-held-while-suspended",
      clauses: ["lifecycle.suspend.held", "instructions.suspend", "instructions.equal-sequences"],
      program: program(1),
      inputs: { host_calls: [waits] },
      log: acts({ do: "suspend" }, answer(1), { do: "resume" }),
      result: {
        states: [...running, "Suspended", "Running", "Terminated"],
        instructions: [start, say(completion(1, 0))],
      },
      why: "A call goes on while its instance is Suspended, and its result waits until that goes on.",
      effect: effects.lost,
    }),
    one({
      id: "completion-not-while-suspended",
      clauses: ["lifecycle.suspend.held", "instructions.suspend"],
      program: program(1),
      inputs: { host_calls: [waits] },
      log: acts({ do: "suspend" }, answer(1)),
      result: { states: [...running, "Suspended"], instructions: [start] },
      why: "A result that comes while the instance is Suspended does not reach it.",
      effect: effects.state,
    }),
    one({
      id: "completion-too-late",
      clauses: ["lifecycle.end-releases"],
      program: program(1),
      inputs: { host_calls: [waits] },
      log: acts({ do: "terminate" }, answer(1)),
      result: { states: [...running, "Terminated"], answers: Array(4).fill("done"), instructions: [start] },
      why: "A result that comes after the end of the instance is dropped.",
      effect: effects.state,
    }),
  ];
}

function refusals(): readonly Draft[] {
  const start = hex(TIMER_START);
  const good = one({
    id: "taken",
    clauses: ["lifecycle.on-event-states"],
    log: acts(event(first)),
    result: { states: [...running], instructions: [start, ...heard(first)] },
    why: "An event for a program that runs.",
    effect: effects.lost,
  });
  const bad = (
    id: string,
    clauses: readonly string[],
    why: string,
    log: readonly VectorAct[],
    refusal: Parameters<typeof ranInto>[1]["refusal"],
    more: { readonly program?: ProgramText; readonly effect?: string } = {},
  ): Draft =>
    ranInto(good, {
      id: `guest-abi/events/${id}`,
      clauses,
      inputs: { log: [...log] },
      mutator: more.program === undefined ? "replace-log" : "replace-instructions",
      refusal,
      why,
      effect: effects.state,
      ...more,
    });
  const illegal = (id: string, state: string, log: readonly VectorAct[], states: readonly string[]): Draft =>
    bad(id, ["lifecycle.on-event-states"], `An event in ${state} is refused.`, log, {
      code: "RT_ILLEGAL_TRANSITION",
      context: { current_state: state, trigger: "on_event" },
      result: { states: [...states] },
    });
  const rejected = (id: string, reason: string, why: string, bytes: string, program?: ProgramText): Draft =>
    bad(
      id,
      ["lifecycle.on-event.rejected"],
      why,
      acts(program === undefined ? { do: "event", bytes } : { do: "event", bytes, during: 1 }),
      {
        code: "RT_EVENT_REJECTED",
        reason,
        result: { states: program === undefined ? [...running] : [...COMPLETED], instructions: [start] },
      },
      program === undefined ? {} : { program },
    );
  const deaf: ProgramText = {
    imports: ["emit"],
    functions: { main: { code: (numbers) => emitting(timer, numbers) } },
    data: dataOf(timer),
  };
  const wild = (name: string, why: string, alloc: Code): Draft =>
    bad(
      `room-${name}`,
      ["guest-abi.ranges", "guest-abi.violation", "guest-abi.events"],
      why,
      acts(event(first)),
      {
        code: "RT_ABI_VIOLATION",
        reason: "event_out_of_memory",
        context: { function: "fayger_alloc" },
        result: { states: [...FAILED], instructions: [start] },
      },
      {
        program: {
          ...timed,
          functions: { ...timed.functions, fayger_alloc: { params: ["i32"], results: ["i32"], code: alloc } },
        },
        effect: effects.wild,
      },
    );
  const trapping = (name: "fayger_alloc" | "fayger_on_event"): Draft =>
    bad(
      `trap-in-${name.replaceAll("_", "-")}`,
      ["guest-abi.traps", "guest-abi.events"],
      `A trap in \`${name}\` fails the instance like any other.`,
      acts(event(first), event(second)),
      {
        code: "RT_TRAP",
        context: { trap: "unreachable" },
        result: {
          states: [...FAILED],
          answers: ["done", "done", "done", "RT_ILLEGAL_TRANSITION"],
          instructions: [start],
          trap: "unreachable",
        },
      },
      {
        program: {
          ...timed,
          functions: {
            ...timed.functions,
            [name]: {
              params: name === "fayger_alloc" ? ["i32"] : ["i32", "i32"],
              results: name === "fayger_alloc" ? ["i32"] : [],
              code: [unreachable],
            },
          },
        },
      },
    );
  return [
    good,
    illegal("before-init", "Loaded", [event(first)], ["Loaded"]),
    illegal("before-start", "Initialized", [{ do: "init" }, event(first)], ["Loaded", "Initialized"]),
    illegal("after-the-end", "Terminated", acts({ do: "terminate" }, event(first)), [...running, "Terminated"]),
    rejected("no-handler", "no_event_handler", "A program without a handler takes no events.", hex(first), deaf),
    rejected("cut", "malformed", "An event is cut in its payload.", hex(first.subarray(0, 9))),
    rejected("empty", "malformed", "Nothing is no event.", ""),
    wild("one-behind", "The room that the program gives ends one byte behind its memory.", [i32(65_537 - LENGTH)]),
    wild("highest", "The room that the program gives begins at 2^32−1.", [i32(-1)]),
    trapping("fayger_alloc"),
    trapping("fayger_on_event"),
    one({
      id: "room-at-the-end",
      clauses: ["guest-abi.ranges", "guest-abi.events"],
      program: {
        ...timed,
        functions: {
          ...timed.functions,
          fayger_alloc: { params: ["i32"], results: ["i32"], code: [i32(65_536), localGet(0), numeric("i32.sub")] },
        },
      },
      log: acts(event(first)),
      result: { states: [...running], instructions: [start, ...heard(first)] },
      why: "The room may end with the memory.",
      effect: effects.lost,
    }),
  ];
}

/** Events into the program, and when it is complete. */
export function eventDrafts(): readonly Draft[] {
  return [...delivery(), ...completions(), ...refusals()];
}
