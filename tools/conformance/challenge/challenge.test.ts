import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { questionOf } from "../corpus/cases.js";
import { openCorpus } from "../corpus/open.js";
import type { Answer } from "../session/entrance.js";
import { type Deviation, inProcess } from "../testing/in-process.js";
import { challenge } from "./run.js";

const corpus = openCorpus(fileURLToPath(new URL("../../../conformance-vectors", import.meta.url)));
const families = corpus.index.families.map(({ name }) => name);
const options = { corpus, families, cases: 15, seed: "test", grade: "phase" } as const;

/** The published answers by their questions: what an implementation that learnt the corpus by heart knows. */
function learntByHeart(): ReadonlyMap<string, Answer> {
  const known = new Map<string, Answer>();
  for (const family of families) {
    for (const vector of corpus.vectorsOf(family)) {
      if (vector.expand !== undefined) continue;
      const { verdict, result, code, reason, phase, locus, context } = vector.expect;
      const answer: Answer = {
        verdict,
        ...(result !== undefined && { result }),
        ...(code !== undefined && { code }),
        context: { ...context, reason, phase, offset: locus?.at, path: locus?.path, part: locus?.part },
      };
      known.set(JSON.stringify(questionOf(corpus, vector)), answer);
    }
  }
  return known;
}

/** A short challenge of an implementation that knows nothing, and what it was asked. */
async function heardOf(seed: string) {
  const questions: string[] = [];
  const listen: Deviation = async (question) => {
    questions.push(JSON.stringify(question));
    return { verdict: "accept" };
  };
  return { scores: await challenge({ ...options, cases: 5, seed, entrance: inProcess(listen) }), questions };
}

describe("a challenge", () => {
  let kept: ReturnType<typeof heardOf> | undefined;
  const first = (): ReturnType<typeof heardOf> => {
    kept ??= heardOf("one");
    return kept;
  };

  it("asks new cases of every family, and the reference answers all of them", async () => {
    const scores = await challenge({ ...options, entrance: inProcess() });
    // Programs that nobody has looked at may never end.
    const asked = families.filter((family) => corpus.vectorsOf(family).some(({ operation }) => operation !== "run"));
    expect(scores.map(({ family }) => family)).toEqual(asked);
    for (const { family, challenge: unseen, published, wrong } of scores) {
      expect([family, wrong]).toEqual([family, []]);
      expect(published.right, family).toBe(published.of);
      expect(unseen.of, family).toBeGreaterThan(0);
    }
  });

  it("tells an implementation that learnt the corpus by heart from one that knows", async () => {
    const known = learntByHeart();
    const recite: Deviation = async (question) => known.get(JSON.stringify(question)) ?? { verdict: "accept" };
    const scores = await challenge({ ...options, entrance: inProcess(recite) });
    const right = (pick: "published" | "challenge") => scores.reduce((sum, score) => sum + score[pick].right, 0);
    const asked = (pick: "published" | "challenge") => scores.reduce((sum, score) => sum + score[pick].of, 0);
    expect(right("published")).toBe(asked("published"));
    expect(right("challenge") / asked("challenge")).toBeLessThan(0.5);
  });

  it("makes the same cases from the same seed, and others from another", async () => {
    const { questions } = await first();
    expect((await heardOf("one")).questions).toEqual(questions);
    expect((await heardOf("two")).questions).not.toEqual(questions);
  });

  it("asks nothing that is published", async () => {
    const published = new Set(learntByHeart().keys());
    const { questions, scores } = await first();
    const known = questions.filter((question) => published.has(question)).length;
    const sum = (pick: "published" | "challenge") => scores.reduce((total, score) => total + score[pick].of, 0);
    expect(known).toBe(sum("published"));
    expect(questions.length - known).toBe(sum("challenge"));
  });
});
