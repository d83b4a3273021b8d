import { u32 } from "../../building/instruction.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { conversation, type Script, timerFired } from "./script.js";
import { close, openFile, sleep, startOnce, startTimer } from "./words.js";

const suspend = "instructions.suspend";
const bound = "instructions.suspend.bound";
const discarded = "instructions.discarded";
const events = "instructions.events";
const binding = "instructions.events.binding";
const timers = "instructions.time.timers";

/** Most events that are held. @spec instructions.suspend.bound */
const MOST = 1024;

const effects = {
  early: "A program that was stopped goes on behind the back of its host.",
  order: "A program sees what happened in another order, and two runs differ.",
  bound: "A timer of a program that nobody resumes fills the host's memory.",
  lost: "A program waits for a completion that was dropped.",
  foreign: "A program gets events that are not its own, or of what it has closed.",
} as const;

const fire = (script: Script, handle: number, count: number, times?: number): Script =>
  script.turn({ do: "event", handle, count, ...(times !== undefined && { times }) });

/** Suspension, events and programs that are busy. */
export function suspensionStories(): readonly Draft[] {
  return [...held(), ...bounded(), ...subscriptions()];
}

function held(): readonly Draft[] {
  return [
    conversation({
      id: "suspended/in-their-order",
      clauses: [suspend, "lifecycle.suspend.held"],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        sleep(script, 1).open(1, 1);
        sleep(script, 2).open(1, 2);
        script.turn({ do: "suspend" });
        script.turn({ do: "answer", emit: 3 });
        fire(script, 1, 1);
        script.turn({ do: "answer", emit: 2 });
        fire(script, 1, 2);
        script
          .turn({ do: "resume" })
          .completed(3, 2)
          .delivered(timerFired(1, 1))
          .completed(2, 1)
          .delivered(timerFired(1, 2))
          .open(1, 0);
        fire(script, 1, 3).delivered(timerFired(1, 3));
      },
      why: "Completions and events of a suspended instance wait, and come in the order in which they happened.",
      effect: effects.order,
    }),
    conversation({
      id: "suspended/reply",
      clauses: [suspend, "lifecycle.suspend.held"],
      tell: (script) => {
        script.emit("io.stdin_read", [u32(1)], { waits: true }).called();
        script.turn({ do: "suspend" });
        script.turn({ do: "answer", emit: 1, results: "060141" });
        script.turn({ do: "resume" }).replied(fromHex("060141"), 1);
      },
      why: "A reply that the host gives while the instance is suspended waits for it.",
      effect: effects.early,
    }),
    conversation({
      id: "suspended/twice",
      clauses: [suspend],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        script.turn({ do: "suspend" });
        fire(script, 1, 1);
        script.turn({ do: "resume" }).delivered(timerFired(1, 1));
        script.turn({ do: "resume" });
        script.turn({ do: "suspend" });
        script.turn({ do: "suspend" });
        fire(script, 1, 2);
        script.turn({ do: "resume" }).delivered(timerFired(1, 2));
      },
      why: "What was delivered is not delivered again, and suspending twice is suspending once.",
      effect: effects.early,
    }),
    conversation({
      id: "suspended/again-behind-the-first",
      clauses: [suspend],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        sleep(script, 1).open(1, 1);
        script.turn({ do: "suspend" });
        fire(script, 1, 1);
        fire(script, 1, 2);
        script.turn({ do: "answer", emit: 2 });
        script.turn({ do: "resume", afterwards: "suspend" }).delivered(timerFired(1, 1));
        fire(script, 1, 3);
        script
          .turn({ do: "resume" })
          .delivered(timerFired(1, 2))
          .completed(2, 1)
          .delivered(timerFired(1, 3))
          .open(1, 0);
      },
      why: "An instance that is suspended while it gets what was held gets the rest when it goes on again.",
      effect: effects.early,
    }),
    conversation({
      id: "suspended/event-behind-the-first",
      clauses: [suspend, events],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        sleep(script, 1).open(1, 1);
        script.turn({ do: "suspend" });
        fire(script, 1, 1);
        script.turn({ do: "answer", emit: 2 });
        fire(script, 1, 2);
        script
          .turn({ do: "resume", afterwards: "event", handle: 1, count: 3 })
          .delivered(timerFired(1, 1))
          .completed(2, 1)
          .delivered(timerFired(1, 2))
          .delivered(timerFired(1, 3))
          .open(1, 0);
        fire(script, 1, 4).delivered(timerFired(1, 4));
      },
      why: "What happens while the program gets what was held comes behind all of it.",
      effect: effects.order,
    }),
    conversation({
      id: "suspended/goes-on-behind-the-first",
      clauses: [suspend, events],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        script.turn({ do: "suspend" });
        for (const count of [1, 2, 3]) fire(script, 1, count);
        script
          .turn({ do: "resume", afterwards: "resume" })
          .delivered(timerFired(1, 1))
          .delivered(timerFired(1, 2))
          .delivered(timerFired(1, 3));
        fire(script, 1, 4).delivered(timerFired(1, 4));
      },
      why: "An instance that is suspended and goes on while it gets what was held gets each of it once, in order.",
      effect: effects.order,
    }),
    conversation({
      id: "suspended/ended-behind-the-first",
      clauses: ["instructions.close", discarded],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        sleep(script, 1).open(1, 1);
        script.turn({ do: "suspend" });
        fire(script, 1, 1);
        script.turn({ do: "answer", emit: 2 });
        fire(script, 1, 2);
        script
          .turn({ do: "resume", afterwards: "end" })
          .delivered(timerFired(1, 1))
          .dropped("time.sleep", "instance_ended")
          .dropped("time.timer_fired", "instance_ended")
          .released(1)
          .open(0, 0);
      },
      why: "An instance that ends while it gets what was held gets no more of it.",
      effect: "A program that has ended is called.",
    }),
    conversation({
      id: "suspended/ended",
      clauses: ["instructions.close", discarded],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        sleep(script, 1).open(1, 1);
        script.turn({ do: "suspend" });
        fire(script, 1, 1, 3);
        script.turn({ do: "answer", emit: 2 });
        script
          .turn({ do: "end" })
          .dropped("time.timer_fired", "instance_ended", 3)
          .dropped("time.sleep", "instance_ended")
          .released(1)
          .open(0, 0);
        script.turn({ do: "resume" });
      },
      why: "What is held when the instance ends is dropped, and published so, in its order.",
      effect: "A program that has ended is called.",
    }),
  ];
}

function bounded(): readonly Draft[] {
  return [
    conversation({
      id: "bound/one-too-many",
      clauses: [bound, discarded],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        script.turn({ do: "suspend" });
        fire(script, 1, 1, MOST);
        fire(script, 1, 2).dropped("time.timer_fired", "too_many_held");
        fire(script, 1, 3, 2).dropped("time.timer_fired", "too_many_held", 2);
        script.turn({ do: "resume" }).delivered(timerFired(1, 1), MOST);
        fire(script, 1, 4).delivered(timerFired(1, 4));
      },
      why: "1,024 events are held, and every further one is dropped.",
      effect: effects.bound,
    }),
    conversation({
      id: "bound/room-for-completions",
      clauses: [bound, suspend],
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        sleep(script, 2).open(0, 2);
        startTimer(script, 1).open(1, 2);
        script.turn({ do: "suspend" });
        script.turn({ do: "answer", emit: 1 });
        fire(script, 1, 1, MOST + 1).dropped("time.timer_fired", "too_many_held");
        script.turn({ do: "answer", emit: 2 });
        script.turn({ do: "resume" }).completed(1, 1).delivered(timerFired(1, 1), MOST).completed(2, 2).open(1, 0);
      },
      why: "Completions are held whatever the number of events, and take no room from them.",
      effect: effects.lost,
    }),
    conversation({
      id: "bound/room-for-a-reply",
      clauses: [bound, suspend],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        script.emit("io.stdin_read", [u32(1)], { waits: true }).called();
        script.turn({ do: "suspend" });
        fire(script, 1, 1, MOST);
        script.turn({ do: "answer", emit: 2, results: "060141" });
        script.turn({ do: "resume" }).delivered(timerFired(1, 1), MOST).replied(fromHex("060141"), 2);
      },
      why: "A reply is held whatever the number of events.",
      effect: effects.lost,
    }),
    conversation({
      id: "bound/room-that-is-made",
      clauses: [bound, suspend],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        script.turn({ do: "suspend" });
        fire(script, 1, 1, MOST);
        script.turn({ do: "resume", afterwards: "suspend" }).delivered(timerFired(1, 1));
        fire(script, 1, 2, 2).dropped("time.timer_fired", "too_many_held");
        script
          .turn({ do: "resume" })
          .delivered(timerFired(1, 1), MOST - 1)
          .delivered(timerFired(1, 2));
        script.turn({ do: "suspend" });
        fire(script, 1, 3, MOST);
        script.turn({ do: "resume" }).delivered(timerFired(1, 3), MOST);
      },
      why: "Each event that was delivered makes room for another.",
      effect: effects.lost,
    }),
    conversation({
      id: "bound/completions-make-no-room",
      clauses: [bound, suspend],
      tell: (script) => {
        sleep(script, 1).open(0, 1);
        startTimer(script, 1).open(1, 1);
        script.turn({ do: "suspend" });
        script.turn({ do: "answer", emit: 1 });
        fire(script, 1, 1, MOST);
        script.turn({ do: "resume", afterwards: "suspend" }).completed(1, 1).open(1, 0);
        fire(script, 1, 2).dropped("time.timer_fired", "too_many_held");
        script.turn({ do: "resume" }).delivered(timerFired(1, 1), MOST);
      },
      why: "A completion that was delivered leaves as many events held as before.",
      effect: effects.bound,
    }),
  ];
}

function subscriptions(): readonly Draft[] {
  return [
    conversation({
      id: "events/of-a-timer",
      clauses: [events, timers, binding, "adapters.normalize"],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        startTimer(script, 2).open(2, 0);
        fire(script, 1, 1).delivered(timerFired(1, 1));
        fire(script, 2, 1).delivered(timerFired(2, 1));
        fire(script, 1, 9_007_199_254_740_991).delivered(timerFired(1, 9_007_199_254_740_991));
        close(script, 1).did().released(1).open(1, 0);
        fire(script, 1, 3);
        fire(script, 2, 2, 2).delivered(timerFired(2, 2), 2);
      },
      why: "An event begins with the handle of its timer, and none comes behind its close.",
      effect: effects.foreign,
    }),
    conversation({
      id: "events/of-nothing",
      clauses: [binding, events],
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        startTimer(script, 2).open(2, 0);
        fire(script, 1, 1);
        fire(script, 3, 1);
        fire(script, 0, 1);
        fire(script, 2, 1).delivered(timerFired(2, 1));
      },
      why: "A handle that is no source of events, or nobody's, has none.",
      effect: effects.foreign,
    }),
    conversation({
      id: "events/of-a-timer-that-fires-once",
      clauses: [timers, binding, "instructions.handles"],
      tell: (script) => {
        startOnce(script, 1).open(1, 0);
        startTimer(script, 2).open(2, 0);
        fire(script, 1, 1).delivered(timerFired(1, 1)).spent(1);
        fire(script, 1, 2);
        fire(script, 2, 1).delivered(timerFired(2, 1));
        fire(script, 2, 2).delivered(timerFired(2, 2));
        close(script, 1).did().released(1).open(1, 0);
        startOnce(script, 3).open(2, 0);
        close(script, 2).did().released(2).open(1, 0);
        close(script, 3).did().released(3).open(0, 0);
      },
      why: "A timer without an interval is a source of events until its first, and its handle stays open.",
      effect: "A program that waits for nothing any more is never complete.",
    }),
    conversation({
      id: "events/of-one-that-fires-while-held",
      clauses: [timers, "instructions.handles"],
      tell: (script) => {
        startOnce(script, 1).open(1, 0);
        script.turn({ do: "suspend" });
        fire(script, 1, 1).spent(1);
        script.turn({ do: "resume" }).delivered(timerFired(1, 1));
        openFile(script, 2).open(2, 0);
        script.turn({ do: "end" }).released(1, 2).open(0, 0);
      },
      why: "It is a source no more when it has fired, also where its event is held; and is released at the end.",
      effect: "A program that waits for nothing any more is never complete.",
    }),
    conversation({
      id: "events/closed-while-they-wait",
      clauses: [timers, discarded],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        startTimer(script, 2).open(2, 0);
        script.turn({ do: "busy" });
        fire(script, 1, 1, 2);
        fire(script, 2, 1);
        close(script, 1).did().released(1).open(1, 0);
        script.turn({ do: "idle" }).dropped("time.timer_fired", "handle_closed", 2).delivered(timerFired(2, 1));
      },
      why: "Events that wait when their timer is closed are dropped, and those of another come.",
      effect: effects.foreign,
    }),
    conversation({
      id: "events/closed-while-held",
      clauses: [timers, discarded],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        script.turn({ do: "busy" });
        fire(script, 1, 1);
        script.turn({ do: "suspend" });
        fire(script, 1, 2);
        script.turn({ do: "resume" });
        close(script, 1).did().released(1).open(0, 0);
        script.turn({ do: "idle" }).dropped("time.timer_fired", "handle_closed", 2);
      },
      why: "It makes no difference whether an event was held by the bus before.",
      effect: effects.foreign,
    }),
    conversation({
      id: "events/while-busy",
      clauses: ["instructions.async.completion", events, "adapters.normalize"],
      tell: (script) => {
        startTimer(script, 1).open(1, 0);
        sleep(script, 1).open(1, 1);
        script.turn({ do: "busy" });
        fire(script, 1, 1);
        script.turn({ do: "answer", emit: 2 }).sent(2, 1);
        fire(script, 1, 2);
        script.turn({ do: "idle" }).delivered(timerFired(1, 1)).reached(3, 3, 1).delivered(timerFired(1, 2)).open(1, 0);
      },
      why: "A busy program gets events and completions in one order; the call is open until then.",
      effect: effects.order,
    }),
  ];
}
