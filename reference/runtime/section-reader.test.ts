import { describe, expect, it } from "vitest";
import { Cancellation } from "./cancellation.js";
import { SectionReader } from "./section-reader.js";
import { bufObject } from "./testing/test-host.js";

/** A reader over sections that are read anew each time, as bodies above a loader's budget are. */
function forgetful(mayWait: boolean): { reader: SectionReader; reads: string[] } {
  const reads: string[] = [];
  const object = bufObject({
    code: Uint8Array.of(0),
    sections: { a: Uint8Array.of(1), b: Uint8Array.of(2) },
    access: (bodies) => ({
      isSelected: (id) => bodies.has(id),
      readsWithoutWaiting: () => !mayWait,
      read: async (id) => {
        reads.push(id);
        return bodies.get(id) as Uint8Array;
      },
      readSync: (id) => {
        if (mayWait) return undefined;
        reads.push(id);
        return bodies.get(id);
      },
    }),
  });
  return { reader: new SectionReader(object, mayWait, new Cancellation()), reads };
}

describe("a section that is read piece by piece", () => {
  for (const mayWait of [false, true]) {
    it(`is verified once and not for each piece, ${mayWait ? "waiting" : "without waiting"}`, async () => {
      const { reader, reads } = forgetful(mayWait);
      for (const id of ["a", "a", "a", "b", "b", "a"]) {
        expect(await reader.read(id)).toEqual(Uint8Array.of(id === "a" ? 1 : 2));
      }
      expect(reads).toEqual(["a", "b", "a"]);
      expect(reader.read("c")).toBeUndefined();
      reader.clear();
      await reader.read("a");
      await reader.read("a");
      expect(reads).toEqual(["a", "b", "a", "a", "a"]);
    });
  }
});
