import type { Change } from "./change.js";
import { type ChangeLevel, changeKinds } from "./kinds.js";
import { compareSchemas } from "./schemas.js";
import type { SpecState } from "./state.js";
import { compareTables } from "./tables.js";

/** How a version differs from the one before. */
export type Raised = ChangeLevel | "none" | "lowered" | "gone";

/** Whether one version says what the changes ask of it. */
export interface VersionVerdict {
  /** Row of `spec/tables/versions.yaml`. */
  readonly name: string;
  readonly before: string;
  readonly now: string;
  /** The strongest that a change asks for; `patch` never asks for more digits than the version has. */
  readonly required: ChangeLevel | "none";
  readonly raised: Raised;
  readonly holds: boolean;
}

/** What comparing two states gives. */
export interface Comparison {
  readonly old: SpecState;
  readonly now: SpecState;
  /** Strongest first; of one strength in the order of tables and schemas. */
  readonly changes: readonly Change[];
  readonly versions: readonly VersionVerdict[];
  /** Nothing that no version may bring, and every version raised as its changes ask; always true of a draft. */
  readonly holds: boolean;
}

const strength = { patch: 0, minor: 1, major: 2, never: 3 } as const;

/**
 * Compares two states of the specification and judges the versions of the later one.
 *
 * @spec compatibility.runtime-interface, compatibility.schema.major, compatibility.format
 * @spec compatibility.deprecation, compatibility.additions, compatibility.documents
 */
export function compareStates(old: SpecState, now: SpecState): Comparison {
  const changes = [...compareTables(old, now), ...compareSchemas(old, now)].sort(
    (a, b) => strengthOf(b) - strengthOf(a),
  );
  const versions = [...old.versions].map(([name, before]) => judge(name, before, now.versions.get(name), changes));
  const forbidden = changes.some(({ kind }) => changeKinds[kind].level === "never");
  return { old, now, changes, versions, holds: old.draft || (!forbidden && versions.every(({ holds }) => holds)) };
}

function strengthOf({ kind }: Change): number {
  return strength[changeKinds[kind].level];
}

function judge(name: string, before: string, now: string | undefined, changes: readonly Change[]): VersionVerdict {
  const levels = changes.filter(({ version }) => version === name).map(({ kind }) => changeKinds[kind].level);
  const required = (["major", "minor", "patch"] as const).find((level) => levels.includes(level)) ?? "none";
  const raised = now === undefined ? "gone" : raisedBy(before, now);
  return { name, before, now: now ?? "", required, raised, holds: isEnough(raised, required) };
}

/** What two versions of one to three numbers differ in. */
export function raisedBy(before: string, now: string): Raised {
  const [a, b] = [before.split(".").map(Number), now.split(".").map(Number)];
  for (const [index, level] of (["major", "minor", "patch"] as const).entries()) {
    const difference = (b[index] ?? 0) - (a[index] ?? 0);
    if (difference !== 0) return difference > 0 ? level : "lowered";
  }
  return "none";
}

function isEnough(raised: Raised, required: ChangeLevel | "none"): boolean {
  if (raised === "lowered" || raised === "gone") return false;
  // Words may change without a number.
  if (required === "none" || required === "patch") return true;
  return raised !== "none" && strength[raised] >= strength[required];
}
