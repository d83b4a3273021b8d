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
    }
  | {
      /** Somebody has to agree first; {@link InstructionPolicy.confirm} asks. */
      readonly allow: "confirm";
      /** What is asked, for people. */
      readonly question: string;
    };

/** Asked for each instruction that is well-formed, granted and supported. @spec instructions.policy */
export interface InstructionPolicy {
  /**
   * Allow, deny, or have somebody asked. Must not call the host. A policy that throws denies.
   *
   * @param name the instruction as `category.name`
   */
  decide(instance: string, instruction: UniversalInstruction, name: string): PolicyDecision;
  /**
   * Ask whoever decides; resolves to whether they agree. A policy without this method, and a promise that rejects,
   * deny. The instruction waits, as for an asynchronous host.
   */
  confirm?(instance: string, instruction: UniversalInstruction, name: string, question: string): Promise<boolean>;
}
