import { COMPONENTS } from "../../../generated/enums/component-id.js";
import { DRONE, declaring, type Fay, fayWith } from "../building/fay/examples.js";
import { claim, objectOf, resolve } from "../building/fay/resolution.js";
import { jsonOf } from "../building/fay/text.js";
import { accepted, type Draft, type Family } from "../corpus/family.js";

const STAGES = [1, 2, 3, 4, 5] as const;
const upTo = (stage: number): string[] =>
  COMPONENTS.filter((row) => row.stage !== null && row.stage <= stage).map(({ id }) => id);

function draft(id: string, fay: Fay, stage: number, why: string): Draft {
  return accepted({
    id: `faymanifest-claims/${id}`,
    operation: "claim_stage",
    clauses: ["faymanifest.stage.claim", "faymanifest.stage.claim.missing"],
    inputs: { fay, stage },
    result: claim(resolve(objectOf(jsonOf(fay))), stage),
    why,
    effect: "An implementation claims what it has not.",
  });
}

/** What a claim of a stage lacks. */
export const faymanifestClaims: Family = {
  name: "faymanifest-claims",
  drafts: () => [
    ...STAGES.flatMap((stage) => [
      draft(`whole/${stage}`, declaring(upTo(stage)), stage, `Everything of the stages 1 to ${stage}.`),
      draft(`nothing/${stage}`, fayWith(), stage, `A claim of stage ${stage} of what declares nothing.`),
      draft(`drone/${stage}`, DRONE, stage, `A claim of stage ${stage} of the published drone.`),
    ]),
    ...STAGES.slice(1).map((stage) =>
      draft(
        `alone/${stage}`,
        declaring(COMPONENTS.filter((row) => row.stage === stage).map(({ id }) => id)),
        stage,
        "A stage is not reached without those before it.",
      ),
    ),
    ...STAGES.slice(1).map((stage) =>
      draft(`below/${stage}`, declaring(upTo(stage)), stage - 1, "Who has more has what is below as well."),
    ),
    ...STAGES.slice(1).map((stage) =>
      draft(`above/${stage}`, declaring(upTo(stage - 1)), stage, "The stage above lacks what it adds."),
    ),
    ...COMPONENTS.filter((row) => !row.always).map(({ id, stage }) =>
      draft(
        `without/${id}`,
        declaring(upTo(stage ?? 1).filter((each) => each !== id)),
        stage ?? 1,
        `Everything but \`${id}\`.`,
      ),
    ),
    ...COMPONENTS.filter((row) => !row.always && (row.stage ?? 0) < 5).map(({ id }) =>
      draft(
        `without-in-5/${id}`,
        declaring(upTo(5).filter((each) => each !== id)),
        5,
        `A claim of the last stage without \`${id}\`.`,
      ),
    ),
    draft(
      "ego-block",
      declaring(
        upTo(1).filter((id) => id !== "ego_model"),
        { ego: { modelSource: "m" } },
      ),
      1,
      "A model that an ego block brings is there.",
    ),
  ],
};
