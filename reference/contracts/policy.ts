import type { UniversalInstruction } from "./universal-instruction.js";

/** Outcome of a negotiation. Every list ascending. @spec capabilities.negotiation */
export interface NegotiationResult {
  /** requested ∩ available ∩ policy. */
  readonly granted: readonly string[];
  /** requested \ granted. */
  readonly denied: readonly string[];
  /** Granted in a restricted form. */
  readonly warnings: readonly string[];
}

/** A policy's answer to one instruction. */
export type PolicyDecision =
  | { readonly allow: true }
  | {
      readonly allow: false;
      /** Why, for people and tools; never reaches the guest. */
      readonly reason: string;
    };

/** Asked for each instruction that is well-formed, granted and supported. @spec instructions.policy */
export interface InstructionPolicy {
  /** Allow or deny. Must not call the host. */
  decide(instance: string, instruction: UniversalInstruction, name: string): PolicyDecision;
}
