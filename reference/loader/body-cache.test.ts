import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyCache } from "./body-cache.js";

describe("BodyCache", () => {
  test("never holds more than its budget, and keeps what was used last", () => {
    const action = fc.record({ id: fc.constantFrom("a", "b", "c", "d"), length: fc.nat(8), isPut: fc.boolean() });
    fc.assert(
      fc.property(fc.nat(16), fc.array(action, { maxLength: 40 }), (budget, actions) => {
        const cache = new BodyCache(budget);
        // The plain model: a list, the most recently used last.
        let model: { id: string; body: Uint8Array }[] = [];
        for (const { id, length, isPut } of actions) {
          const known = model.find((entry) => entry.id === id);
          if (isPut) {
            const body = new Uint8Array(length);
            cache.put(id, body);
            model = model.filter((entry) => entry.id !== id);
            if (length <= budget) model.push({ id, body });
            while (model.reduce((sum, entry) => sum + entry.body.length, 0) > budget) model.shift();
          } else {
            expect(cache.get(id)).toBe(known?.body);
            if (known !== undefined) model = [...model.filter((entry) => entry !== known), known];
          }
          expect(cache.bytes).toBe(model.reduce((sum, entry) => sum + entry.body.length, 0));
        }
        cache.clear();
        expect(cache.bytes).toBe(0);
        expect(cache.get("a")).toBeUndefined();
      }),
    );
  });
});
