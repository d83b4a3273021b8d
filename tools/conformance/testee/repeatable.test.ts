import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { VectorOperation } from "../../../generated/enums/vector-operation.js";
import { questionOf } from "../corpus/cases.js";
import { openCorpus } from "../corpus/open.js";
import { answer } from "./index.js";

const corpus = openCorpus(fileURLToPath(new URL("../../../conformance-vectors", import.meta.url)));
/** Vectors of each family, taken evenly. */
const TAKEN = 40;

// @spec conformance.injected: clock, randomness and instance ids come from the case, so nothing is left to differ.
it.each(corpus.index.families.map(({ name }) => name))(
  "%s is answered to the letter as before, events and reads included",
  async (name) => {
    const vectors = corpus.vectorsOf(name).filter(({ status }) => status === "active");
    const step = Math.max(1, Math.floor(vectors.length / TAKEN));
    for (const vector of vectors.filter((_, at) => at % step === 0)) {
      const { operation, inputs } = questionOf(corpus, vector);
      const first = await answer(operation as VectorOperation, inputs);
      expect(JSON.stringify(await answer(operation as VectorOperation, inputs)), vector.id).toBe(JSON.stringify(first));
    }
  },
);
