import type { AssemblyReason } from "../../../../generated/enums/assembly-reason.js";
import type { Fay } from "../../building/fay/examples.js";
import type { AssembledPlan, Implementation } from "./section.js";

/** One change of a section or of what its artifact says. */
export type Change = (made: AssembledPlan) => AssembledPlan;

/** A change, and what it is refused with. */
export interface Mutant {
  readonly id: string;
  readonly reason: AssemblyReason;
  readonly part?: string;
  readonly change: Change;
  readonly clauses?: readonly string[];
  readonly why: string;
}

/** Another implementation of a part. */
export function withImplementation(made: AssembledPlan, part: string, change: Partial<Implementation>): AssembledPlan {
  const implementations = made.implementations.map((each) => (each.part === part ? { ...each, ...change } : each));
  return { ...made, implementations };
}

/** Another text of the FayManifest. */
export const manifest = (change: (text: string) => string) => (made: AssembledPlan) => ({
  ...made,
  manifest: change(made.manifest),
});
/** Another text of the resolution. */
export const resolution = (change: (text: string) => string) => (made: AssembledPlan) => ({
  ...made,
  resolution: change(made.resolution),
});
/** Without the implementation of a part. */
export const without = (part: string) => (made: AssembledPlan) => ({
  ...made,
  implementations: made.implementations.filter((each) => each.part !== part),
});
/** With a further implementation. */
export const plus =
  (part: string, members: Partial<Implementation> = {}) =>
  (made: AssembledPlan) => ({
    ...made,
    implementations: [
      ...made.implementations,
      { part, version: "1.0.0", provider: "somebody", actions: [], ...members },
    ].sort((a, b) => (a.part < b.part ? -1 : 1)),
  });
/** With an implementation changed. */
export const change = (part: string, members: Partial<Implementation>) => (made: AssembledPlan) =>
  withImplementation(made, part, members);
/** With an implementation that names no source. */
export const unsourced = (part: string) => (made: AssembledPlan) => ({
  ...made,
  implementations: made.implementations.map(({ source, ...each }) =>
    each.part === part || source === undefined ? each : { ...each, source },
  ),
});
/** With an artifact that says something else. */
export const artifact = (members: Partial<AssembledPlan["assembled"]>) => (made: AssembledPlan) => ({
  ...made,
  assembled: { ...made.assembled, ...members },
});
/** With a section changed, or left out. */
export const section =
  (id: string, members: { kind?: string; selected?: boolean } | undefined) => (made: AssembledPlan) =>
    artifact({
      sections: made.assembled.sections.flatMap((each) =>
        each.section !== id ? [each] : members === undefined ? [] : [{ ...each, ...members }],
      ),
    })(made);
/** With a host function left out. */
export const unnamed = (name: string) => (made: AssembledPlan) =>
  artifact({ host_functions: made.assembled.host_functions.filter((each) => each !== name) })(made);
/** Several changes. */
export const all =
  (...changes: readonly ((made: AssembledPlan) => AssembledPlan)[]) =>
  (made: AssembledPlan) =>
    changes.reduce((before, each) => each(before), made);
/** With members of the resolution changed. */
export const resolved = (members: Fay) =>
  resolution((text) => JSON.stringify({ ...(JSON.parse(text) as Fay), ...members }));

/** Mutants of one reason. */
export const of = (
  reason: AssemblyReason,
  rows: readonly (readonly [
    id: string,
    change: Mutant["change"],
    why: string,
    part?: string | undefined,
    clauses?: readonly string[],
  ])[],
): Mutant[] =>
  rows.map(([id, made, why, part, clauses = []]) => ({
    id,
    reason,
    change: made,
    why,
    ...(part !== undefined && { part }),
    clauses,
  }));
