import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { isVectorOperation } from "../../../generated/enums/vector-operation.js";
import { type Case, casesOf } from "../corpus/cases.js";
import { choose } from "../corpus/choose.js";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { openCorpus } from "../corpus/open.js";
import { gradeAnswer } from "../run/grade.js";
import { answer } from "./index.js";
import { chooseEngine, ENGINE_IDS, featuresUnderTest } from "./programs/engines.js";

const corpus = openCorpus(ownCorpusFolder());
/** Features that an engine may leave vectors out for. */
const LACKS: Readonly<Record<string, readonly string[]>> = {
  "fayger/interpreter": [],
  "fayger/host-engine-worker": ["snapshot"],
  "fayger/host-engine": ["blocking_emit", "fuel", "snapshot", "stop_anywhere", "throttle"],
};
/** Disagreements of one family that are shown. */
const SHOWN = 20;

async function disagreement({ vector, number, expect: expected, question }: Case): Promise<string | undefined> {
  const { operation, inputs } = question();
  if (!isVectorOperation(operation)) return `${vector.id}: no operation ${operation}`;
  const found = await answer(operation, inputs);
  // Judged as it goes over a line: members that are absent are absent.
  const { missed } = gradeAnswer(expected, JSON.parse(JSON.stringify(found)));
  if (missed === undefined) return undefined;
  const { grade, expected: wanted, found: given } = missed;
  const id = number === undefined ? vector.id : `${vector.id}#${number}`;
  return `${id}: ${grade}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(given)}`;
}

// What the interpreter answers is asked, with everything else of the corpus, in run/whole-corpus.test.ts.
// @spec guest-abi.execution, guest-abi.fuel, guest-abi.fuel.blocks, guest-abi.stack, guest-abi.nan, guest-abi.traps
// @spec runtime.implementations-agree, runtime.host-engine.rewrite
describe.each(ENGINE_IDS.slice(1))("%s runs the programs of the corpus as the interpreter does", (engine) => {
  beforeAll(() => chooseEngine(engine));
  afterAll(() => chooseEngine(ENGINE_IDS[0] ?? ""));

  const families = corpus.index.families.filter(({ name }) =>
    corpus.vectorsOf(name).some(({ operation }) => operation === "run"),
  );
  it.each(families)("$name", { timeout: 300_000 }, async ({ name }) => {
    const features = featuresUnderTest();
    const disagreements: string[] = [];
    const lacking = new Set<string>();
    let [asked, left] = [0, 0];
    for (const each of casesOf(corpus, choose(corpus, { families: [name] }))) {
      const missing = each.vector.features.filter((feature) => !features.includes(feature));
      if (missing.length > 0) {
        left += 1;
        for (const feature of missing) lacking.add(feature);
        continue;
      }
      asked += 1;
      const found = await disagreement(each);
      if (found !== undefined) disagreements.push(found);
    }
    expect(disagreements.slice(0, SHOWN)).toEqual([]);
    expect(asked + left).toBeGreaterThan(0);
    expect([...lacking].filter((feature) => !LACKS[engine]?.includes(feature))).toEqual([]);
  });
});
