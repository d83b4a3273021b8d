import type { VectorCommand, VectorOutcome, VectorTransition } from "../../../generated/json/vector.js";
import type { LifecycleState, LifecycleTrigger } from "../../../generated/lifecycle/transition-table.js";
import { accepted, type Draft, type Family } from "../corpus/family.js";
import { allowedTriggers, nextState } from "./lifecycle-table.js";

const oneCommand = "lifecycle.one-command";
const terminateWins = "lifecycle.terminate-wins";
const overtakes = "lifecycle.failure-overtakes";
const illegal = "lifecycle.illegal-transition";
const events = "lifecycle.events";

const effects = {
  two: "Two commands change one instance at the same time, and who gave them believes both.",
  end: "A program that hangs in a command cannot be ended.",
  silent: "Who gave a command is told that it was done, or waits for ever.",
} as const;

/** Triggers that make an instance or end it: they are never pending. */
type Waiting = "init" | "start" | "suspend" | "resume";

/** Steps as an author tells them, with what comes of each. */
class Course {
  readonly commands: VectorCommand[] = [];
  readonly outcomes: VectorOutcome[] = [];
  readonly states: string[] = [];
  readonly transitions: VectorTransition[] = [];
  readonly #given: number[] = [];
  #state: LifecycleState | null = null;

  /** A command that is done at once. */
  done(trigger: "load" | "restore" | "terminate"): this {
    this.#given.push(this.commands.length);
    return this.#move(trigger).#step({ do: "give", trigger }, { is: "done" });
  }

  /** A command that is pending from now on. */
  pending(trigger: Waiting): this {
    this.#given.push(this.commands.length);
    return this.#step({ do: "give", trigger }, { is: "pending" });
  }

  /** A command that is refused. */
  refused(trigger: LifecycleTrigger, pending?: LifecycleTrigger): this {
    this.#given.push(this.commands.length);
    return this.#step({ do: "give", trigger }, this.#illegal(trigger, pending));
  }

  /** A command while there is no instance. */
  unknown(trigger: LifecycleTrigger): this {
    this.#given.push(this.commands.length);
    return this.#step({ do: "give", trigger }, { is: "refused", code: "RT_INSTANCE_NOT_FOUND" });
  }

  /** The work of a command ends well. */
  finish(command: number, trigger: Waiting): this {
    this.#move(trigger).#answer(command, { is: "done" });
    return this.#step({ do: "finish", command }, { is: "done" });
  }

  /** A guard of a command does not hold. */
  guarded(command: number, guard: "required_granted" | "no_quota_exceeded"): this {
    const code = guard === "required_granted" ? "RT_CAPABILITY_INSUFFICIENT" : "RT_QUOTA_EXCEEDED";
    this.#answer(command, { is: "refused", code });
    return this.#step({ do: "refuse", command, guard }, { is: "done" });
  }

  /** The work of a command ends that was answered before. */
  late(command: number, as: "finish" | "refuse" = "finish"): this {
    const guard = as === "refuse" ? { guard: "no_quota_exceeded" } : {};
    return this.#step({ do: as, command, ...guard }, { is: "nothing" });
  }

  /** The command itself fails. */
  failsItself(command: number): this {
    this.#move("fail").#answer(command, { is: "refused", code: "RT_TRAP" });
    return this.#step({ do: "fail", command }, { is: "done" });
  }

  /** Something else fails, with or without a command that is pending; `by` is a command answered before. */
  fails(overtaken?: number, by?: number): this {
    this.#move("fail");
    if (overtaken !== undefined)
      this.#answer(overtaken, { is: "refused", code: "RT_INSTANCE_FAILED", causes: ["RT_TRAP"] });
    return this.#step({ do: "fail", ...(by !== undefined && { command: by }) }, { is: "done" });
  }

  /** The instance fails where it cannot. */
  failsIllegally(): this {
    return this.#step({ do: "fail" }, this.#illegal("fail"));
  }

  /** The runtime moves the instance, and answers the command it overtakes. */
  fires(trigger: "complete" | "quota", overtaken?: { readonly command: number; readonly trigger: Waiting }): this {
    this.#move(trigger);
    if (overtaken !== undefined) this.#answer(overtaken.command, this.#illegal(overtaken.trigger));
    return this.#step({ do: "fire", trigger }, { is: "done" });
  }

  /** The runtime cannot move the instance. */
  firesIllegally(trigger: "complete" | "quota"): this {
    return this.#step({ do: "fire", trigger }, this.#illegal(trigger));
  }

  /** `terminate` overtakes a command. */
  terminates(command: number, trigger: Waiting): this {
    this.done("terminate");
    return this.#answer(command, this.#illegal(trigger, "terminate"));
  }

  #illegal(trigger: LifecycleTrigger, pending?: LifecycleTrigger): VectorOutcome {
    return {
      is: "refused",
      code: "RT_ILLEGAL_TRANSITION",
      current_state: this.#state ?? "",
      trigger,
      allowed: [...allowedTriggers(this.#state)],
      ...(pending !== undefined && { pending }),
    };
  }

  #answer(command: number, outcome: VectorOutcome): this {
    this.outcomes[this.#given[command - 1] ?? -1] = outcome;
    return this;
  }

  #move(trigger: LifecycleTrigger): this {
    const to = nextState(this.#state, trigger);
    if (to === undefined) throw new RangeError(`${trigger} is illegal in ${this.#state}`);
    this.transitions.push({ ...(this.#state !== null && { from: this.#state }), trigger, to });
    this.#state = to;
    return this;
  }

  #step(command: VectorCommand, outcome: VectorOutcome): this {
    this.commands.push(command);
    this.outcomes.push(outcome);
    this.states.push(this.#state ?? "");
    return this;
  }
}

function told(
  id: string,
  clauses: readonly string[],
  tell: (course: Course) => unknown,
  why: string,
  effect: string,
): Draft {
  const course = new Course();
  tell(course);
  const { commands, outcomes, states, transitions } = course;
  return accepted({
    id: `lifecycle-commands/${id}`,
    operation: "command",
    clauses,
    inputs: { commands },
    result: { outcomes, states },
    effects: { transitions },
    why,
    effect,
  });
}

/** Where each command that can be pending is pending, and its number. */
const situations: readonly {
  readonly trigger: Waiting;
  readonly number: number;
  readonly reach: (course: Course) => Course;
}[] = [
  { trigger: "init", number: 2, reach: (course) => course.done("load").pending("init") },
  {
    trigger: "start",
    number: 3,
    reach: (course) => course.done("load").pending("init").finish(2, "init").pending("start"),
  },
  {
    trigger: "suspend",
    number: 4,
    reach: (course) => running(course).pending("suspend"),
  },
  {
    trigger: "resume",
    number: 2,
    reach: (course) => course.done("restore").pending("resume"),
  },
];

function running(course: Course): Course {
  return course.done("load").pending("init").finish(2, "init").pending("start").finish(3, "start");
}

function eachCommand(): readonly Draft[] {
  return situations.flatMap(({ trigger, number, reach }) => [
    told(
      `${trigger}/pending`,
      [oneCommand, "lifecycle.transitions"],
      (course) => reach(course),
      `\`${trigger}\` that was accepted and not answered changes no state.`,
      effects.silent,
    ),
    told(
      `${trigger}/done`,
      [events, "lifecycle.transitions", oneCommand],
      (course) => reach(course).finish(number, trigger).late(number).late(number, "refuse"),
      `\`${trigger}\` is done when its work is, and once.`,
      effects.silent,
    ),
    told(
      `${trigger}/others-wait`,
      [oneCommand, illegal],
      (course) => {
        reach(course);
        for (const other of ["load", "init", "start", "suspend", "resume", "restore"] as const)
          course.refused(other, trigger);
        course.finish(number, trigger);
      },
      `While \`${trigger}\` is pending, every other command names it and is refused, legal or not.`,
      effects.two,
    ),
    told(
      `${trigger}/terminated`,
      [terminateWins, events],
      (course) => reach(course).terminates(number, trigger).late(number).refused("terminate"),
      `\`terminate\` overtakes \`${trigger}\`, whose work then ends without effect.`,
      effects.end,
    ),
    told(
      `${trigger}/terminated-then-refused`,
      [terminateWins, "lifecycle.terminated-answerable"],
      (course) => reach(course).terminates(number, trigger).late(number, "refuse").refused(trigger),
      `A guard that is found not to hold behind \`terminate\` changes no answer.`,
      effects.end,
    ),
    told(
      `${trigger}/fails`,
      [overtakes, events],
      (course) => reach(course).failsItself(number).late(number).done("terminate"),
      `\`${trigger}\` that fails is answered with its failure.`,
      effects.silent,
    ),
    told(
      `${trigger}/overtaken-by-a-failure`,
      [overtakes, events],
      (course) => reach(course).fails(number).late(number).refused(trigger).done("terminate"),
      `\`${trigger}\` that a failure overtakes is answered with the failed instance, caused by it.`,
      effects.silent,
    ),
    told(
      `${trigger}/overtaken-by-the-failure-of-another`,
      [overtakes],
      (course) => {
        reach(course).refused("init", trigger);
        // The failure is that of the command that was refused.
        course.fails(number, number + 1);
      },
      `A failure of a command that was answered long ago is not that of \`${trigger}\`.`,
      effects.silent,
    ),
    told(
      `${trigger}/guard`,
      [oneCommand, "lifecycle.transitions"],
      (course) =>
        reach(course)
          .guarded(number, trigger === "resume" ? "no_quota_exceeded" : "required_granted")
          .late(number)
          .pending(trigger)
          .finish(number + 1, trigger),
      `\`${trigger}\` that was refused leaves the state, and can be given again.`,
      effects.two,
    ),
    ...(trigger === "suspend"
      ? []
      : [
          told(
            `${trigger}/illegal-end`,
            [illegal, oneCommand],
            (course) => reach(course).firesIllegally("complete").firesIllegally("quota").finish(number, trigger),
            `What the runtime may not do while \`${trigger}\` is pending leaves the command as it was.`,
            effects.silent,
          ),
        ]),
  ]);
}

function runtimeOvertakes(): readonly Draft[] {
  return [
    told(
      "suspend/overtaken-by-the-end",
      [illegal, events],
      (course) => running(course).pending("suspend").fires("complete", { command: 4, trigger: "suspend" }).late(4),
      "`suspend` that the end of the program overtakes is answered with the new state.",
      effects.silent,
    ),
    told(
      "suspend/overtaken-by-a-quota",
      [illegal, events],
      (course) =>
        running(course)
          .pending("suspend")
          .fires("quota", { command: 4, trigger: "suspend" })
          .late(4)
          .pending("resume")
          .finish(5, "resume")
          .fires("complete"),
      "`suspend` that a quota overtakes is answered with the new state, and the next command is taken.",
      effects.silent,
    ),
    told(
      "suspend/overtaken-by-a-quota-then-terminated",
      [illegal, terminateWins],
      (course) =>
        running(course)
          .pending("suspend")
          .fires("quota", { command: 4, trigger: "suspend" })
          .late(4, "refuse")
          .done("terminate"),
      "A command that was overtaken is overtaken once.",
      effects.silent,
    ),
    ...(["finish", "refuse"] as const).map((as) =>
      told(
        `suspend/late-${as}-while-another-is-pending`,
        [oneCommand, illegal],
        (course) =>
          running(course)
            .pending("suspend")
            .fires("quota", { command: 4, trigger: "suspend" })
            .pending("resume")
            .late(4, as)
            .refused("suspend", "resume")
            .finish(5, "resume"),
        "The end of a command that was overtaken does not touch the one that is pending now.",
        effects.two,
      ),
    ),
    told(
      "none/fires",
      [events, "lifecycle.transitions"],
      (course) => running(course).fires("quota").firesIllegally("quota").firesIllegally("complete").fails(),
      "Without a command the runtime moves the instance where the table has a row.",
      effects.silent,
    ),
    told(
      "none/fires-after-the-end",
      [illegal, "lifecycle.terminated-answerable"],
      (course) => running(course).fires("complete").firesIllegally("complete").firesIllegally("quota").failsIllegally(),
      "An ended instance does not end again, and does not fail.",
      effects.silent,
    ),
    told(
      "none/failed",
      [illegal, overtakes],
      (course) => running(course).fails().failsIllegally().refused("resume").done("terminate").failsIllegally(),
      "A failed instance fails once, and is destroyed by `terminate`.",
      effects.silent,
    ),
    told(
      "none/failure-of-a-finished-command",
      [overtakes],
      (course) => running(course).fails(undefined, 3).late(3),
      "A failure behind the answer of a command changes no answer.",
      effects.silent,
    ),
  ];
}

function noInstance(): readonly Draft[] {
  return [
    told(
      "instance/none",
      ["runtime.instance-not-found", illegal],
      (course) => course.unknown("init").unknown("terminate").done("load").refused("load").refused("restore"),
      "Before there is an instance no command finds one, and it is made once.",
      effects.two,
    ),
    told(
      "instance/restored",
      ["runtime.instance-not-found", events],
      (course) => course.unknown("resume").done("restore").refused("restore").pending("resume").finish(4, "resume"),
      "A restored instance is there from `restore` on.",
      effects.two,
    ),
    told(
      "instance/terminated",
      ["lifecycle.terminated-answerable", illegal],
      (course) => course.done("load").done("terminate").refused("load").refused("init").refused("terminate"),
      "A terminated instance answers every command with its state, and is not made anew.",
      effects.two,
    ),
  ];
}

/** Commands that are pending, and what overtakes them. */
export const lifecycleCommands: Family = {
  name: "lifecycle-commands",
  drafts: () => [...eachCommand(), ...runtimeOvertakes(), ...noInstance()],
};
