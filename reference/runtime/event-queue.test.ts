import fc from "fast-check";
import { expect, it } from "vitest";
import { EventQueue } from "./event-queue.js";

it("gives events back in order and counts those that are no completions", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant("take" as const), fc.boolean()), { maxLength: 300 }), (steps) => {
      const queue = new EventQueue();
      const model: { event: Uint8Array; completion: boolean }[] = [];
      for (const [at, step] of steps.entries()) {
        if (step === "take") expect(queue.shift()).toBe(model.shift()?.event);
        else {
          const event = Uint8Array.of(at);
          queue.push(event, step);
          model.push({ event, completion: step });
        }
        expect(queue.length).toBe(model.length);
        expect(queue.ordinary).toBe(model.filter((item) => !item.completion).length);
      }
      queue.clear();
      expect([queue.length, queue.ordinary, queue.shift()]).toEqual([0, 0, undefined]);
    }),
  );
});
