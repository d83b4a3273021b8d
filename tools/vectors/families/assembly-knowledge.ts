import { declaring, type Fay } from "../building/fay/examples.js";
import type { Family } from "../corpus/family.js";
import { call, scenes, serve } from "./assembly/acts.js";
import { boundedStates } from "./assembly/bounded.js";

const EFFECT = "Somebody asks the outside who must not.";
const draft = scenes("assembly-knowledge", EFFECT);
const LOOK_UP = "external_knowledge.look_up";
const OPEN = "ssp_protocol.open";
const knowing = (permissions: Fay, constraints?: Fay): Fay =>
  declaring(["external_knowledge", "ssp_protocol"], {
    controlMode: "ego",
    permissions,
    ...(constraints && { ego: { modelSource: "m", constraints } }),
  });
const outward = [call(LOOK_UP), serve(1), call(OPEN, { caller: "external_knowledge" })];

/** Knowledge from outside. */
export const assemblyKnowledge: Family = {
  name: "assembly-knowledge",
  drafts: () => [
    ...boundedStates("assembly-knowledge", EFFECT, LOOK_UP, "ego", []),
    ...boundedStates("assembly-knowledge", EFFECT, OPEN, "autonomous", []),
    draft(
      "looked-up",
      ["assembly.calls.within"],
      { fay: knowing({ inherent: ["knowledge_read"] }), acts: outward },
      "A look-up opens a way to a service.",
    ),
    draft(
      "not-permitted",
      ["assembly.actions.permission"],
      { fay: knowing({}), acts: outward },
      "Nobody looks up without the permission; a way has none of its own.",
    ),
    draft(
      "proved",
      ["assembly.actions.persistent"],
      {
        fay: knowing({ persistent: ["knowledge_read"], authMethods: ["pin"] }),
        acts: [call(LOOK_UP), call(LOOK_UP, { proves: ["pin"] }), call(LOOK_UP)],
        methods: ["pin"],
      },
      "Once it is proved who asks.",
    ),
    draft(
      "no-way",
      ["assembly.actions.boundaries"],
      {
        fay: knowing({ inherent: ["knowledge_read"] }, { skillBoundaries: { restricted: ["knowledge"] } }),
        acts: outward,
      },
      "Without the skill nothing leads outside.",
    ),
    draft(
      "heap",
      ["assembly.actions.permission"],
      {
        fay: declaring(["external_knowledge", "ssp_protocol", "personal_data_heap"], {
          controlMode: "ego",
          permissions: { inherent: ["knowledge_read", "personal_data_write"] },
        }),
        acts: [
          call(LOOK_UP),
          serve(1),
          call("personal_data_heap.put", { caller: "external_knowledge" }),
          call("personal_data_heap.get", { caller: "external_knowledge" }),
        ],
      },
      "What came from outside may be kept, and what is kept not be read.",
    ),
  ],
};
