import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allowedTriggers,
  LIFECYCLE_TRIGGERS,
  LifecycleState,
  type LifecycleTrigger,
  nextState,
} from "../../../generated/lifecycle/transition-table.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { EventLog } from "../testing/test-host.js";
import { LifecycleManager, type LifecycleSubject } from "./lifecycle-manager.js";

const failure = new FaygerError("RT_TRAP", "the program trapped", { instance: "instance#1", trap: "unreachable" });

function subjectIn(state: LifecycleState): LifecycleSubject {
  return { id: "instance#1", state, pending: undefined };
}

/** Give a trigger to a subject by the way it comes in; the result is the error it was refused with. */
async function give(manager: LifecycleManager, subject: LifecycleSubject, trigger: LifecycleTrigger): Promise<unknown> {
  try {
    if (trigger === "terminate") manager.terminate(subject);
    else if (trigger === "fail") manager.fail(subject, failure);
    else if (trigger === "complete" || trigger === "quota") manager.fire(subject, trigger);
    else {
      const command = manager.begin(subject, trigger);
      manager.complete(subject, command);
      await command.answered;
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

// @spec lifecycle.transitions, lifecycle.illegal-transition, lifecycle.events
// @covers spec/tables/lifecycle.yaml
describe("every state and every trigger", () => {
  for (const state of Object.values(LifecycleState)) {
    for (const trigger of LIFECYCLE_TRIGGERS) {
      const to = nextState(state, trigger);
      it(`${trigger} in ${state} ${to === undefined ? "changes nothing" : `leads to ${to}`}`, async () => {
        const events = new EventLog();
        const manager = new LifecycleManager(events);
        const subject = subjectIn(state);
        const error = await give(manager, subject, trigger);
        expect(subject.pending).toBeUndefined();
        if (to === undefined) {
          expect(subject.state).toBe(state);
          expect(events.events).toEqual([]);
          expect(error).toMatchObject({
            code: "RT_ILLEGAL_TRANSITION",
            context: { instance: "instance#1", current_state: state, trigger, allowed: allowedTriggers(state) },
          });
          expect((error as FaygerError<"RT_ILLEGAL_TRANSITION">).context).not.toHaveProperty("pending");
        } else {
          expect(error).toBeUndefined();
          expect(subject.state).toBe(to);
          expect(events.events).toEqual([
            { name: "lifecycle.transition", fields: { from: state, trigger, to }, instance: "instance#1" },
          ]);
        }
      });
    }
  }

  it("an instance begins in Loaded, a restored one in Suspended", () => {
    const events = new EventLog();
    const manager = new LifecycleManager(events);
    const loaded = subjectIn("Failed");
    manager.enter(loaded, "load");
    const restored = subjectIn("Failed");
    manager.enter(restored, "restore");
    expect([loaded.state, restored.state]).toEqual(["Loaded", "Suspended"]);
    expect(events.of("lifecycle.transition")).toEqual([
      { trigger: "load", to: "Loaded" },
      { trigger: "restore", to: "Suspended" },
    ]);
  });

  it("any sequence of triggers goes the way of the table", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...LIFECYCLE_TRIGGERS), { maxLength: 40 }), async (triggers) => {
        const events = new EventLog();
        const manager = new LifecycleManager(events);
        const subject = subjectIn("Loaded");
        let expected: LifecycleState = "Loaded";
        let transitions = 0;
        for (const trigger of triggers) {
          const to = nextState(expected, trigger);
          const error = await give(manager, subject, trigger);
          expect(error === undefined).toBe(to !== undefined);
          if (to !== undefined) transitions += 1;
          expected = to ?? expected;
          expect(subject.state).toBe(expected);
        }
        expect(events.events.length).toBe(transitions);
      }),
    );
  });
});

describe("a command that is pending", () => {
  // @spec lifecycle.one-command
  it("keeps out every other command but terminate", async () => {
    const manager = new LifecycleManager(new EventLog());
    const subject = subjectIn("Running");
    const command = manager.begin(subject, "suspend");
    for (const trigger of LIFECYCLE_TRIGGERS) {
      if (["terminate", "fail", "complete", "quota"].includes(trigger)) continue;
      expect(await give(manager, subject, trigger)).toMatchObject({
        code: "RT_ILLEGAL_TRANSITION",
        context: { current_state: "Running", trigger, pending: "suspend" },
      });
      expect(subject.pending).toBe(command);
      expect(subject.state).toBe("Running");
    }
    manager.complete(subject, command);
    await command.answered;
    expect(subject.state).toBe("Suspended");
  });

  // @spec lifecycle.terminate-wins
  it("that terminate overtakes answers with terminate as what is pending, and later changes nothing", async () => {
    const manager = new LifecycleManager(new EventLog());
    const subject = subjectIn("Loaded");
    const command = manager.begin(subject, "init");
    manager.terminate(subject);
    await expect(command.answered).rejects.toMatchObject({
      code: "RT_ILLEGAL_TRANSITION",
      context: { current_state: "Terminated", trigger: "init", allowed: [], pending: "terminate" },
    });
    manager.complete(subject, command);
    manager.refuse(subject, command, failure);
    expect(subject.state).toBe("Terminated");
  });

  // @spec lifecycle.failure-overtakes
  it("that a failure overtakes answers RT_INSTANCE_FAILED with the failure as cause", async () => {
    const manager = new LifecycleManager(new EventLog());
    const subject = subjectIn("Running");
    const command = manager.begin(subject, "suspend");
    manager.fail(subject, failure);
    await expect(command.answered).rejects.toMatchObject({
      code: "RT_INSTANCE_FAILED",
      context: { current_state: "Running" },
      cause: failure,
    });
  });

  it("that fails by itself answers with that very error", async () => {
    const manager = new LifecycleManager(new EventLog());
    const subject = subjectIn("Loaded");
    const command = manager.begin(subject, "init");
    manager.fail(subject, failure, command);
    await expect(command.answered).rejects.toBe(failure);
  });

  it("that the end of the program overtakes answers with the state it ended in", async () => {
    for (const [trigger, state] of [
      ["complete", "Terminated"],
      ["quota", "Suspended"],
    ] as const) {
      const manager = new LifecycleManager(new EventLog());
      const subject = subjectIn("Running");
      const command = manager.begin(subject, "suspend");
      manager.fire(subject, trigger);
      await expect(command.answered).rejects.toMatchObject({
        code: "RT_ILLEGAL_TRANSITION",
        context: { current_state: state, trigger: "suspend" },
      });
    }
  });

  it("that is refused leaves the state and lets the next command in", async () => {
    const manager = new LifecycleManager(new EventLog());
    const subject = subjectIn("Initialized");
    const command = manager.begin(subject, "start");
    manager.refuse(subject, command, failure);
    await expect(command.answered).rejects.toBe(failure);
    expect(subject.state).toBe("Initialized");
    expect(await give(manager, subject, "start")).toBeUndefined();
  });
});

describe("an answer", () => {
  // @spec lifecycle.one-command
  it("reaches whoever waits for it, however often it is asked for", async () => {
    const manager = new LifecycleManager(new EventLog());
    const subject = subjectIn("Loaded");
    const command = manager.begin(subject, "init");
    const both = Promise.all([command.answered, command.answered]);
    manager.complete(subject, command);
    await expect(both).resolves.toEqual([undefined, undefined]);
    await expect(command.answered).resolves.toBeUndefined();
  });
});
