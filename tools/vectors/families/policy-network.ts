import { type Draft, type Family, mutated } from "../corpus/family.js";
import { addressGroups, deniedEverything, formGroup, listenGroup } from "./policy-network/addresses.js";
import { draftsOf } from "./policy-network/drafts.js";
import { ruleGroups } from "./policy-network/rules.js";

/** What `network` allows opens no listener. @spec capabilities.policy.listen */
function connectingIsNotListening(parent: Draft | undefined): readonly Draft[] {
  if (parent === undefined) throw new TypeError("the group has no draft");
  return [["tcp://127.0.0.1:8080"], ["tcp://localhost", "tcp://127.0.0.0/8:*"]].map((network, at) =>
    mutated(parent, {
      id: `policy-network/listen/only-to-connect-${at + 1}`,
      clauses: ["capabilities.policy.listen"],
      recipe: { mutator: "change-policy", arguments: { network }, repair: "raw" },
      inputs: { host_policy: { capabilities: [], network } },
      refusal: { code: "ADP_POLICY_DENIED", context: { host_error: "access_denied" } },
      why: "Where a program may connect to it may not listen for that.",
      effect: "A program that may connect to its own machine takes connections there.",
    }),
  );
}

/** Which addresses a policy lets a program reach, and where it may listen. */
export const policyNetwork: Family = {
  name: "policy-network",
  drafts: () => [
    ...[...ruleGroups, ...addressGroups, formGroup, listenGroup, deniedEverything].flatMap(draftsOf),
    ...connectingIsNotListening(draftsOf(listenGroup)[0]),
  ],
};
