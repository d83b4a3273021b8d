import type { VectorAct, VectorInputs } from "../../../../generated/json/vector.js";
import { item, jsonOf } from "../../building/cbor.js";
import { toHex } from "../../building/octets.js";
import { MANIFEST_DIGEST, snapshotOf } from "../../building/snapshot.js";
import { accepted, type Draft } from "../../corpus/family.js";
import { COMPLETED, ran } from "../guests/drafts.js";
import { STANDING, type Standing, snapshotHex, wholeState } from "./programs.js";

export const effects = {
  lost: "A program goes on otherwise than it would have, on the host to which it was moved.",
  other: "What one implementation has saved cannot go on under another one.",
  spoiled: "A program whose snapshot was taken goes on otherwise than one that was let alone.",
  taken: "A program is called or charged twice for what it had begun when it was saved.",
  unsafe: "A state that nobody saved goes on, and does what the program never could.",
  partial: "A program goes on without what belongs to it outside: a timer, a file, an answer.",
} as const;

const SUSPENDED = [...COMPLETED.slice(0, 3), "Suspended"];

/** How often a program was suspended before it stands where its snapshot is taken. */
const statesOf = ({ log }: Standing): string[] => [
  ...SUSPENDED,
  ...log.flatMap(({ do: act }) => (act === "resume" ? ["Running", "Suspended"] : [])),
];

export const SNAPSHOT: VectorAct = { do: "snapshot" };

/** What a case needs that begins from the snapshot of a program. */
export function resumed(standing: Standing, log: readonly VectorAct[]): Partial<VectorInputs> {
  return { ...standing.grants, snapshot: snapshotHex(standing), quotas: standing.enough, log: [...log] };
}

function taken(standing: Standing): Draft {
  const { name, what, features, module, grants, quotas, log, said, state, clauses } = standing;
  return ran({
    id: `snapshots/taken/${name}`,
    clauses: [...clauses, "snapshots.shape", "snapshots.deterministic", "snapshots.keeps", "lifecycle.snapshot.when"],
    program: module,
    features,
    inputs: { ...grants, quotas, log: [...log, SNAPSHOT, SNAPSHOT] },
    result: {
      states: statesOf(standing),
      answers: Array(log.length + 2).fill("done"),
      instructions: [...said],
      fuel: Number(state["fuel"] ?? 0),
      snapshots: [snapshotHex(standing), snapshotHex(standing)],
    },
    why: `The snapshot of a program that stands ${what}.`,
    effect: effects.other,
  });
}

export function goesOn(standing: Standing): Draft {
  const { name, what, features, module, says, fuel, clauses } = standing;
  return ran({
    id: `snapshots/goes-on/${name}`,
    clauses: [...clauses, "lifecycle.snapshot.continues", "snapshots.quotas", "snapshots.init"],
    program: module,
    features,
    inputs: resumed(standing, [{ do: "resume" }]),
    result: {
      states: ["Suspended", "Running", "Terminated"],
      answers: ["done"],
      instructions: [...says],
      fuel,
      quotas_reached: [],
    },
    why: `A program that was saved ${what} goes on there, and what it used is counted.`,
    effect: effects.lost,
  });
}

function again(standing: Standing): Draft {
  const { name, what, features, module, says, fuel, enough, state } = standing;
  const bytes = snapshotHex(standing);
  const { exceeded, ...paid } = state;
  const granted: VectorAct = { do: "grant", quota: "fuel", value: enough["fuel"] ?? 0 };
  return ran({
    id: `snapshots/again/${name}`,
    clauses: ["snapshots.state", "snapshots.deterministic", "snapshots.keeps", "snapshots.quotas"],
    program: module,
    features,
    inputs: {
      ...resumed(standing, [SNAPSHOT, SNAPSHOT, granted, SNAPSHOT, { do: "resume" }]),
      quotas: { fuel: (exceeded as { readonly limit: number }).limit },
    },
    result: {
      states: ["Suspended", "Running", "Terminated"],
      answers: Array(5).fill("done"),
      instructions: [...says],
      fuel,
      snapshots: [bytes, bytes, snapshotHex({ state: paid })],
    },
    why: `What was restored ${what} is saved as the same bytes, and with more fuel as those without the quota.`,
    effect: effects.spoiled,
  });
}

export function read(standing: Standing): Draft {
  const state = wholeState(standing);
  return accepted({
    id: `snapshots/read/${standing.name}`,
    operation: "read_snapshot",
    clauses: ["snapshots.shape"],
    inputs: { bytes: snapshotOf(state).hex, manifest_digest: toHex(MANIFEST_DIGEST) },
    result: { value: jsonOf(item(state)) },
    why: `A snapshot of a program that stands ${standing.what}.`,
    effect: effects.other,
  });
}

/** Each program: read, taken, going on, taken again. */
export function goingOnDrafts(): readonly Draft[] {
  return Object.values<Standing>(STANDING).flatMap((standing) => [
    read(standing),
    taken(standing),
    goesOn(standing),
    again(standing),
  ]);
}
