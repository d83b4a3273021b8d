export { type ActionDecision, ActionJudge, type ActionJudgeOptions, ENTRY_CALLER } from "./action-judge.js";
export { hostErrorOf } from "./action-policy.js";
export {
  type ActionOutcome,
  type ActionQuestion,
  type AssemblyOptions,
  type AssemblyResult,
  type Authentication,
  type ConfirmationQuestion,
  DEFAULT_ANSWER_MILLISECONDS,
} from "./assembly-options.js";
export { AssemblySession, type SessionHost, type SessionServices } from "./assembly-session.js";
export { type AssemblyStepParts, assemblySteps } from "./assembly-steps.js";
export type { CallAnswer, SessionFunction } from "./call-answer.js";
