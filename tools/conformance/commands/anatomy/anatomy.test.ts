import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VECTOR_OPERATIONS } from "../../../../generated/enums/vector-operation.js";
import { openCorpus } from "../../corpus/open.js";
import type { ByteRow } from "./byte-row.js";
import { partsOf, placeOfFault } from "./byte-rows.js";

const corpus = openCorpus(join(import.meta.dirname, "../../../../conformance-vectors"));
const vectors = corpus.index.families.flatMap(({ name }) => corpus.vectorsOf(name));
const rowsOf = (operation: string, bytes: Uint8Array): ByteRow[] =>
  partsOf(operation, bytes).flatMap(({ rows }) => [...rows]);

describe("bytes of an input", () => {
  test("stand in one row each, whatever they are", () => {
    const some = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 48, maxLength: 160 }));
    fc.assert(
      fc.property(fc.constantFrom(...VECTOR_OPERATIONS), some, (operation, bytes) => {
        let next = 0;
        for (const { offset, length } of rowsOf(operation, bytes)) {
          expect(offset).toBe(next);
          expect(length).toBeGreaterThan(bytes.length === 0 ? -1 : 0);
          next += length;
        }
        const isArtifact = operation === "load" || operation === "repack";
        if (!isArtifact || bytes.length >= 48) expect(next).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  test("can be read to their end in every vector that is accepted", () => {
    const seen = new Set<string>();
    for (const vector of vectors) {
      const bytes = vector.expect.verdict === "accept" ? corpus.inputBytes(vector) : undefined;
      if (bytes === undefined) continue;
      seen.add(vector.operation);
      const unread = rowsOf(vector.operation, bytes).filter(({ text }) =>
        /cannot be read|bytes behind the item|cut off|does not lead to/.test(text),
      );
      expect(unread, vector.id).toEqual([]);
    }
    expect(seen.size).toBeGreaterThan(15);
  });

  test("are those of a program, a message, a text or a memory where the operation takes one, and not of CBOR", () => {
    const titles = new Map(
      vectors.flatMap((vector) => {
        const bytes = corpus.inputBytes(vector);
        return bytes === undefined ? [] : [[vector.operation, partsOf(vector.operation, bytes)[0]?.title] as const];
      }),
    );
    expect(Object.fromEntries(titles)).toMatchObject({
      decode: "CBOR",
      load: "Header",
      decode_instruction: "Instruction",
      decode_reply: "Reply",
      decode_event: "Event",
      validate_code: "Module",
      run: "Module",
      validate_fay: "Text",
      guest_call: "Memory",
      echo: "Bytes",
    });
  });
});

describe("a document inside of a document", () => {
  test("is taken apart, and a fault within is shown where it lies", () => {
    const places = vectors.flatMap((vector) => {
      const { operation, expect: wanted, id } = vector;
      if (operation !== "read_snapshot" && operation !== "read_input_log") return [];
      const bytes = corpus.inputBytes(vector);
      const offset = wanted.locus?.at;
      return bytes === undefined || offset === undefined ? [] : [{ id, operation, bytes, offset }];
    });
    expect(places.length).toBeGreaterThan(50);
    let within = 0;
    for (const { id, operation, bytes, offset } of places) {
      const place = placeOfFault(operation, bytes, offset);
      if (place !== offset) within += 1;
      expect(place === bytes.length || rowsOf(operation, bytes).some((row) => row.offset <= place), id).toBe(true);
    }
    expect(within).toBeGreaterThan(20);
    const missing = vectors.find(({ id }) => id === "snapshots/judged/state/missing-field");
    const bytes = missing && corpus.inputBytes(missing);
    if (missing === undefined || bytes === undefined) throw new Error("the corpus has lost the vector");
    const place = placeOfFault("read_snapshot", bytes, missing.expect.locus?.at ?? 0);
    const rows = rowsOf("read_snapshot", bytes);
    expect(rows.find(({ offset }) => offset === place)?.text).toBe('key "exceeded"');
    expect(rows.some(({ text }) => text.endsWith("a document of its own"))).toBe(true);
  });
});
