import type { VectorInputs } from "../../../../generated/json/vector.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";

/** What a program wants to reach, and by which rules. */
export interface Asked {
  readonly rules: readonly string[];
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly addresses?: readonly string[] | undefined;
}

/** What comes out: allowed, refused by the policy, or no host at all. */
export type Outcome = "allowed" | "denied" | "no-host";

/** A case beside the first of its group: what differs, what comes out, and why. */
export type Row = readonly [id: string, changes: Partial<Asked>, outcome: Outcome, why: string];

/** Cases around one that is allowed. */
export interface Group {
  readonly id: string;
  readonly clauses: readonly string[];
  /** Whether the program wants to listen. */
  readonly listens?: boolean;
  readonly allowed: Asked;
  readonly why: string;
  readonly rows: readonly Row[];
}

const EFFECTS: Readonly<Record<Outcome, string>> = {
  allowed: "A program cannot reach what its host has allowed it to.",
  denied: "A program reaches what its host has not allowed it to.",
  "no-host": "A host is read in two ways, and the one that is judged is not the one that is reached.",
};

/** The drafts of a group, the allowed one first. */
export function draftsOf(group: Group): readonly Draft[] {
  const operation = group.listens === true ? "decide_listener" : "decide_connection";
  const base = { operation, clauses: group.clauses } as const;
  const allowed = (id: string, asked: Asked, why: string): Draft =>
    accepted({ ...base, id, inputs: inputsOf(group, asked), result: {}, why, effect: EFFECTS.allowed });
  const parent = allowed(`policy-network/${group.id}/allowed`, group.allowed, group.why);
  return [
    parent,
    ...group.rows.map(([name, changes, outcome, why]): Draft => {
      const id = `policy-network/${group.id}/${name}`;
      const asked = { ...group.allowed, ...changes };
      if (outcome === "allowed") return allowed(id, asked, why);
      const { addresses: _, ...withoutAddresses } = parent.inputs;
      return {
        ...mutated(
          { ...parent, inputs: withoutAddresses },
          {
            id,
            clauses: group.clauses,
            recipe: { mutator: "change-request", arguments: { ...changes }, repair: "raw" },
            inputs: inputsOf(group, asked),
            refusal:
              outcome === "denied"
                ? { code: "ADP_POLICY_DENIED", context: { host_error: "access_denied" } }
                : { code: "ADP_HOST_CALL_FAILED", context: { host_error: "invalid_argument" } },
            why,
            effect: EFFECTS[outcome],
          },
        ),
      };
    }),
  ];
}

function inputsOf(group: Group, { rules, scheme, host, port, addresses }: Asked): VectorInputs {
  const policy = group.listens === true ? { capabilities: [], listen: rules } : { capabilities: [], network: rules };
  return { host_policy: policy, scheme, host, port, ...(addresses !== undefined && { addresses: [...addresses] }) };
}
