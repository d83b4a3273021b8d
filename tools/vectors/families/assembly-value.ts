import { declaring, type Fay } from "../building/fay/examples.js";
import type { Family } from "../corpus/family.js";
import { call, command, scenes, serve } from "./assembly/acts.js";
import { boundedStates } from "./assembly/bounded.js";

const EFFECT = "Value is moved by somebody who must not.";
const draft = scenes("assembly-value", EFFECT);
const RECORD = "gmchain.record";
const TRANSFER = "meri_token.transfer";
const BALANCE = "meri_token.balance";
const valued = (controlMode: string, permissions: Fay, constraints?: Fay): Fay =>
  declaring(["gmchain", "meri_token"], {
    controlMode,
    permissions,
    ...(constraints && { ego: { modelSource: "m", constraints } }),
  });
const everything = { inherent: ["contribution_write", "value_read", "value_transfer"] };
const acts = [RECORD, BALANCE, TRANSFER].map((action) => call(action, { confirmed: true, proves: ["pin"] }));

/** Contributions and value. */
export const assemblyValue: Family = {
  name: "assembly-value",
  drafts: () => [
    ...boundedStates("assembly-value", EFFECT, TRANSFER, "ego", []),
    ...boundedStates("assembly-value", EFFECT, RECORD, "autonomous", []),
    ...["command", "ego", "autonomous"].flatMap((mode) => [
      draft(
        `permitted/${mode}`,
        ["assembly.actions.permission"],
        { fay: valued(mode, everything), acts },
        "Permitted.",
      ),
      draft(
        `not-permitted/${mode}`,
        ["assembly.actions.permission"],
        { fay: valued(mode, { inherent: ["value_read"] }), acts },
        "Who may look may not give.",
      ),
    ]),
    draft(
      "transfer/proved-each",
      ["assembly.actions.persistent", "assembly.actions.confirmation"],
      {
        fay: valued(
          "ego",
          { inherent: ["value_read"], persistent: ["value_transfer", "contribution_write"], authMethods: ["pin"] },
          { skillBoundaries: { requiresConfirmation: ["financial"] } },
        ),
        acts: [...acts, call(TRANSFER), call(TRANSFER, { confirmed: true }), call(RECORD)],
        methods: ["pin"],
      },
      "Given once, and confirmed each time.",
    ),
    draft(
      "transfer/commanded",
      ["assembly.actions.command", "assembly.actions.kept"],
      {
        fay: valued("command", everything),
        acts: [command(TRANSFER), call(BALANCE), call(TRANSFER), call(TRANSFER), command(BALANCE), call(BALANCE)],
      },
      "One command moves value once.",
    ),
    draft(
      "recorded-by-the-token",
      ["assembly.calls.within", "assembly.actions.command"],
      {
        fay: valued("command", everything),
        acts: [command(TRANSFER), call(TRANSFER), serve(1), call(RECORD, { caller: "meri_token" }), call(RECORD)],
      },
      "What is part of a commanded transfer is recorded.",
    ),
  ],
};
