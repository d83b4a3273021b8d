import type { ActionRefusal } from "../../../generated/enums/action-refusal.js";
import type { ControlMode } from "../../../generated/enums/control-mode.js";
import { STAGES } from "../../../generated/enums/stage.js";

/** What a control mode means. */
export const CONTROL_MODE_MEANINGS: Readonly<Record<ControlMode, string>> = {
  command: "nothing is done that nobody commanded",
  ego: "the Ego model decides, within its boundaries",
  autonomous: "it acts of its own accord, and hears of each outcome",
};

/** What the stages mean, the first one first. */
export const STAGE_MEANINGS: readonly string[] = [
  "works as a person works, through screens and input",
  "drives clients and devices directly, without a screen",
  "reaches knowledge and services beyond its own devices",
  "acts of its own accord, from an awareness of itself",
  "records contributions and shares what they are worth",
];

/** What stage N is called: `direct client takeover`. */
export function stageName(stage: number): string {
  return (STAGES[stage - 1] ?? "").replaceAll("_", " ");
}

/** The stages up to one, which takes them all in: `stages 1 and 2`. */
export function stagesTo(stage: number): string {
  return stage === 1 ? "stage 1" : `stages 1 ${stage === 2 ? "and" : "to"} ${stage}`;
}

/** What is refused: the action, with what boundaries and permissions judge of it. */
export interface RefusedAction {
  readonly skill?: string | undefined;
  readonly permission?: string | undefined;
}

/** Why an action was refused, in words. @spec assembly.actions.order */
export function refusalText(reason: string, { skill, permission }: RefusedAction): string {
  const [its, may] = [named("skill", skill), named("permission", permission)];
  const texts: Readonly<Record<ActionRefusal, string>> = {
    unknown_action: "there is no such action",
    skill_restricted: `its ${its} is restricted`,
    skill_not_allowed: `its ${its} is not among what is allowed`,
    permission_restricted: `its ${may} is restricted`,
    permission_not_allowed: `its ${may} is not among what is allowed`,
    not_commanded: "nobody commanded it",
    permission_not_declared: `its ${may} is declared nowhere`,
    not_confirmed: "nobody confirmed it",
    not_authenticated: `nobody proved to be the one who may give its ${may}`,
    call_cycle: "its part waits for this very call",
  };
  return texts[reason as ActionRefusal] ?? reason.replaceAll("_", " ");
}

/** Why an action failed, in words. @spec assembly.calls.cause */
export function failureText(outcome: string, hostError: string, code: string): string {
  const error = hostError.replaceAll("_", " ");
  if (code !== "") return `its part was ended by ${code}`;
  if (outcome === "refused") return `its part refuses it: ${error}`;
  if (hostError === "timed_out") return "its part does not answer";
  return hostError === "unavailable" ? "its part has ended, or never ran" : error;
}

function named(what: string, name: string | undefined): string {
  return name === undefined ? what : `${what} ${name}`;
}
