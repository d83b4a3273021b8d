import type { VectorAct } from "../../../../generated/json/vector.js";
import { access, type Code, i32 } from "../../building/wasm/instructions.js";
import type { Numbers, ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, ran, ranInto, SPEAKING, SPOKEN_AT, STARTED, say, speech } from "../guests/drafts.js";
import { failureDrafts } from "./failures.js";
import { dataOf, emitting, hex, SLEEP_WAITING, TIMER_START } from "./programs.js";

const effects = {
  command: "A command that makes no sense in the state is carried out, or one that does is refused.",
  stopped: "A program goes on after it was stopped, or cannot be stopped.",
  granted: "A program runs without what it cannot do without.",
  waits: "A program that waits for its host holds up everything else, or misses the answer.",
} as const;

const said = speech(1);
const number = (value: number, numbers: Numbers): Code => [
  i32(SPOKEN_AT),
  i32(value),
  access("i32.store8"),
  ...said.code(numbers),
];

/** Says 1, 2 and 3. */
const three: ProgramText = {
  imports: ["emit"],
  functions: { main: { code: (numbers) => [1, 2, 3].flatMap((value) => number(value, numbers)) } },
  data: said.data,
};

const timer = { at: 256, bytes: TIMER_START };
const waiting = { at: 288, bytes: SLEEP_WAITING };
const TIMER = { required: ["io.stdio", "time.timer"], granted: ["io.stdio", "time.timer"] } as const;

/** Starts a timer, so that it stays when the entry has returned. */
const staying: ProgramText = {
  imports: ["emit"],
  functions: {
    main: { code: (numbers) => emitting(timer, numbers) },
    fayger_alloc: { params: ["i32"], results: ["i32"], code: [i32(4096)] },
    fayger_on_event: { params: ["i32", "i32"], code: [] },
  },
  data: { ...dataOf(timer), ...said.data },
};

/** Waits for the host, then says 7. */
const blocked: ProgramText = {
  imports: ["emit"],
  functions: { main: { code: (numbers) => [...emitting(waiting, numbers), ...number(7, numbers)] } },
  data: { ...dataOf(waiting), ...said.data },
};

const running = COMPLETED.slice(0, 3);
const acts = (...more: readonly VectorAct[]): VectorAct[] => [...STARTED, ...more];
const act = (name: VectorAct["do"], more: Partial<VectorAct> = {}): VectorAct => ({ do: name, ...more });

function stopping(): readonly Draft[] {
  return [
    ran({
      id: "guest-abi/commands/suspend-and-resume",
      clauses: ["lifecycle.suspend.stopped", "lifecycle.transitions"],
      program: staying,
      features: ["events"],
      inputs: { ...TIMER, log: acts(act("suspend"), act("suspend"), act("resume"), act("resume"), act("terminate")) },
      result: {
        states: [...running, "Suspended", "Running", "Terminated"],
        answers: ["done", "done", "done", "RT_ILLEGAL_TRANSITION", "done", "RT_ILLEGAL_TRANSITION", "done"],
      },
      why: "A program that waits is suspended and goes on; each command is legal once.",
      effect: effects.command,
    }),
    ran({
      id: "guest-abi/commands/suspend-inside-a-call",
      clauses: ["lifecycle.suspend.stopped", "lifecycle.suspend.in-call"],
      program: three,
      features: ["stop_anywhere"],
      inputs: { ...SPEAKING, log: acts(act("suspend", { during: 2 })) },
      result: {
        states: [...running, "Suspended"],
        instructions: [say([1]), say([2])],
        answers: ["done", "done", "done"],
      },
      why: "A program that is suspended inside a host call stops, though its code would go on.",
      effect: effects.stopped,
    }),
    ran({
      id: "guest-abi/commands/resume-behind-a-call",
      clauses: ["lifecycle.suspend.stopped", "runtime.implementations-agree"],
      program: three,
      features: ["stop_anywhere"],
      inputs: { ...SPEAKING, log: acts(act("suspend", { during: 2 }), act("resume")) },
      result: {
        states: [...running, "Suspended", "Running", "Terminated"],
        instructions: [say([1]), say([2]), say([3])],
      },
      why: "It goes on where it stopped, and nothing is done twice.",
      effect: effects.stopped,
    }),
    ran({
      id: "guest-abi/commands/terminate-inside-a-call",
      clauses: ["lifecycle.transitions", "lifecycle.end-releases"],
      program: three,
      inputs: { ...SPEAKING, log: acts(act("terminate", { during: 2 })) },
      result: {
        states: [...running, "Terminated"],
        answers: ["done", "done", "done"],
        instructions: [say([1]), say([2])],
      },
      why: "A program that is ended inside a host call emits nothing more.",
      effect: effects.stopped,
    }),
    ran({
      id: "guest-abi/commands/terminate-while-waiting",
      clauses: ["lifecycle.end-releases", "guest-abi.emit.blocks"],
      program: blocked,
      features: ["blocking_emit"],
      inputs: { ...TIMER, host_calls: [{ waits: true }], log: acts(act("terminate"), act("answer", { call: 1 })) },
      result: {
        states: [...running, "Terminated"],
        answers: ["done", "done", "done", "done"],
        instructions: [hex(SLEEP_WAITING)],
      },
      why: "A program that waits for its host is ended, and the answer reaches nobody.",
      effect: effects.waits,
    }),
    ran({
      id: "guest-abi/commands/waits",
      clauses: ["guest-abi.emit.blocks", "lifecycle.start.returns"],
      program: blocked,
      features: ["blocking_emit"],
      inputs: { ...TIMER, host_calls: [{ waits: true }], log: acts(act("answer", { call: 1 })) },
      result: {
        states: [...COMPLETED],
        answers: ["done", "done", "done"],
        instructions: [hex(SLEEP_WAITING), say([7])],
      },
      why: "`start` is over while the program waits for its host, and it goes on with the answer.",
      effect: effects.waits,
    }),
    ran({
      id: "guest-abi/commands/still-waiting",
      clauses: ["guest-abi.emit.blocks", "lifecycle.start.returns"],
      program: blocked,
      features: ["blocking_emit"],
      inputs: { ...TIMER, host_calls: [{ waits: true }], log: acts() },
      result: { states: [...running], answers: ["done", "done"], instructions: [hex(SLEEP_WAITING)] },
      why: "A program that waits for its host is Running.",
      effect: effects.waits,
    }),
    ran({
      id: "guest-abi/commands/suspended-while-waiting",
      clauses: ["lifecycle.suspend.held", "instructions.suspend", "guest-abi.emit.blocks"],
      program: blocked,
      features: ["blocking_emit", "stop_anywhere"],
      inputs: {
        ...TIMER,
        host_calls: [{ waits: true }],
        log: acts(act("suspend"), act("answer", { call: 1 }), act("resume")),
      },
      result: {
        states: [...running, "Suspended", "Running", "Terminated"],
        answers: Array(5).fill("done"),
        instructions: [hex(SLEEP_WAITING), say([7])],
      },
      why: "A reply that comes while the instance is Suspended reaches the program when it goes on.",
      effect: effects.waits,
    }),
    ran({
      id: "guest-abi/commands/held-while-suspended",
      clauses: ["lifecycle.suspend.held", "lifecycle.suspend.stopped"],
      program: blocked,
      features: ["blocking_emit", "stop_anywhere"],
      inputs: { ...TIMER, host_calls: [{ waits: true }], log: acts(act("suspend"), act("answer", { call: 1 })) },
      result: {
        states: [...running, "Suspended"],
        answers: Array(4).fill("done"),
        instructions: [hex(SLEEP_WAITING)],
      },
      why: "A program that is Suspended does not go on because its host has answered.",
      effect: effects.stopped,
    }),
  ];
}

function emits(): readonly Draft[] {
  const bytes = say([9]);
  const parent = ran({
    id: "guest-abi/commands/emit",
    clauses: ["lifecycle.emit-states"],
    program: staying,
    features: ["events"],
    inputs: { ...TIMER, log: acts(act("emit", { bytes })) },
    result: { states: [...running], answers: ["done", "done", "done"], instructions: [hex(TIMER_START), bytes] },
    why: "A host emits on behalf of a program that runs.",
    effect: effects.command,
  });
  const illegal = (id: string, state: string, log: readonly VectorAct[], states: readonly string[]): Draft =>
    ranInto(parent, {
      id: `guest-abi/commands/emit-${id}`,
      clauses: ["lifecycle.emit-states"],
      inputs: { log: [...log] },
      mutator: "replace-log",
      refusal: {
        code: "RT_ILLEGAL_TRANSITION",
        context: { current_state: state, trigger: "emit" },
        result: { states: [...states] },
      },
      why: `Nothing is emitted in ${state}.`,
      effect: effects.granted,
    });
  return [
    parent,
    illegal("before-init", "Loaded", [act("emit", { bytes })], ["Loaded"]),
    illegal("before-start", "Initialized", [act("init"), act("emit", { bytes })], ["Loaded", "Initialized"]),
    illegal("while-suspended", "Suspended", acts(act("suspend"), act("emit", { bytes })), [...running, "Suspended"]),
    illegal("after-the-end", "Terminated", acts(act("terminate"), act("emit", { bytes })), [...running, "Terminated"]),
  ];
}

function starts(): readonly Draft[] {
  const granted = ran({
    id: "guest-abi/commands/start-granted",
    clauses: ["lifecycle.start.returns", "lifecycle.start.empty-request"],
    program: three,
    inputs: { required: ["fs.read", "io.stdio"], granted: ["fs.read", "io.stdio", "net.http"], log: acts() },
    result: { states: [...COMPLETED], instructions: [say([1]), say([2]), say([3])] },
    why: "A program starts when all it requires is granted.",
    effect: effects.granted,
  });
  return [
    granted,
    ranInto(granted, {
      id: "guest-abi/commands/start-not-granted",
      clauses: ["lifecycle.start.missing"],
      inputs: { granted: ["net.http"] },
      mutator: "take-capabilities",
      refusal: {
        code: "RT_CAPABILITY_INSUFFICIENT",
        context: { missing: ["fs.read", "io.stdio"] },
        result: {
          states: ["Loaded", "Initialized"],
          answers: ["done", "RT_CAPABILITY_INSUFFICIENT"],
          instructions: [],
        },
      },
      why: "`start` names what is missing, ascending, and the instance stays Initialized.",
      effect: effects.granted,
    }),
    ranInto(granted, {
      id: "guest-abi/commands/start-twice-not-granted",
      clauses: ["lifecycle.start.missing"],
      inputs: { granted: ["fs.read"], log: acts(act("start")) },
      mutator: "take-capabilities",
      refusal: {
        code: "RT_CAPABILITY_INSUFFICIENT",
        context: { missing: ["io.stdio"] },
        result: {
          states: ["Loaded", "Initialized"],
          answers: ["done", "RT_CAPABILITY_INSUFFICIENT", "RT_CAPABILITY_INSUFFICIENT"],
        },
      },
      why: "An instance that could not start can be asked to start again.",
      effect: effects.granted,
    }),
    ran({
      id: "guest-abi/commands/start-without-requests",
      clauses: ["lifecycle.start.empty-request"],
      program: { functions: { main: { code: [] } } },
      inputs: { log: acts() },
      result: { states: [...COMPLETED], answers: ["done", "done"] },
      why: "A program that asks for nothing starts.",
      effect: effects.command,
    }),
    ran({
      id: "guest-abi/commands/optional-not-granted",
      clauses: ["lifecycle.start.missing", "instructions.reply.no-failure"],
      program: three,
      inputs: { optional: ["io.stdio"], log: acts() },
      result: { states: [...COMPLETED], instructions: [say([1]), say([2]), say([3])] },
      why: "What is optional may be missing; the program is told by its replies.",
      effect: effects.command,
    }),
    ran({
      id: "guest-abi/commands/out-of-order",
      clauses: ["lifecycle.init", "lifecycle.transitions"],
      program: { functions: { main: { code: [] } } },
      inputs: { log: [act("start"), act("resume"), act("init"), act("init"), act("suspend"), act("start")] },
      result: {
        states: [...COMPLETED],
        answers: [
          "RT_ILLEGAL_TRANSITION",
          "RT_ILLEGAL_TRANSITION",
          "done",
          "RT_ILLEGAL_TRANSITION",
          "RT_ILLEGAL_TRANSITION",
          "done",
        ],
      },
      why: "A command that is illegal changes nothing, and the next one finds the state as it was.",
      effect: effects.command,
    }),
  ];
}

/** Commands at every point of a program's life. */
export function commandDrafts(): readonly Draft[] {
  return [...stopping(), ...emits(), ...starts(), ...failureDrafts()];
}
