import type { ComponentId } from "../../../generated/enums/component-id.js";
import type { ControlMode } from "../../../generated/enums/control-mode.js";
import type { HostError } from "../../../generated/enums/host-error.js";
import type { ErrorCode } from "../../../generated/errors/error-code.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { CancellationSignal } from "../../contracts/cancellation.js";
import type { FaygerError } from "../../errors/fayger-error.js";

/** An action that somebody is asked about. */
export interface ActionQuestion {
  /** The action, `<part>.<action>`. */
  readonly action: string;
  /** The part that calls it, or `assembly/main`. */
  readonly caller: string;
  /** What the action is given. Nothing of it is to be believed. */
  readonly input: readonly Tlv[];
}

/** What a person is asked to confirm. @spec assembly.actions.confirmation */
export interface ConfirmationQuestion extends ActionQuestion {
  /** The skill that wants confirmation, where it is the skill. */
  readonly skill: string | undefined;
  /** The permission that wants confirmation, where it is the permission. */
  readonly permission: string | undefined;
}

/** How people prove who they are, as the host can have it done. @spec assembly.actions.persistent */
export interface Authentication {
  /** Methods that this host has, by the names of `permissions.authMethods`. */
  readonly methods: readonly string[];
  /**
   * Have somebody prove that they may give a permission. A promise that rejects proves nothing.
   *
   * @param method one of {@link Authentication.methods} that the FayManifest declares
   * @param permission what is given by it, once and for good
   * @param question the action that needs it first, and who calls it
   */
  prove(method: string, permission: string, question: ActionQuestion): Promise<boolean>;
}

/** What a host contributes to a running iFay. */
export interface AssemblyOptions {
  /**
   * Asked for each action whose boundaries require confirmation. Without it, and where it rejects, nobody confirms.
   *
   * @spec assembly.actions.confirmation
   */
  readonly confirm?: (question: ConfirmationQuestion) => Promise<boolean>;
  /** How people prove who they are; without it nobody can give a persistent permission. */
  readonly authentication?: Authentication;
  /**
   * Persistent permissions that were given in an earlier session; the event `assembly.permission_granted` tells of new
   * ones.
   *
   * @defaultValue none
   */
  readonly given?: readonly string[];
  /**
   * Milliseconds in which the part of a call may neither answer it nor call an action nor wait for an answer itself; 0
   * for as long as it likes. Whoever called is then told `timed_out`.
   *
   * @defaultValue 60,000
   * @spec assembly.calls.unanswered
   */
  readonly answerMilliseconds?: number;
  /** Undoes an assembly that is under way, and ends one that is done. */
  readonly signal?: CancellationSignal;
}

/** What an assembly came to. */
export interface AssemblyResult {
  /** Always true: an assembly that fails is an `RT_ASSEMBLY_FAILED`. */
  readonly success: true;
  /** What `fay_id.identify` answered; `undefined` where it did not answer with a text. */
  readonly fayId: string | undefined;
  /** Modules and infrastructure, in the order of the table `components`. */
  readonly assembledComponents: readonly ComponentId[];
  /** Protocols, in the order of the table `components`. */
  readonly assembledProtocols: readonly ComponentId[];
  /** Who drives the actions. */
  readonly controlMode: ControlMode;
  /** When the last step was done, in Unix nanoseconds. */
  readonly timestamp: bigint;
  /** Failures that did not keep it from being assembled: of parts that failed once they ran. */
  readonly errors: readonly FaygerError[];
}

/** Why an action failed. @spec assembly.calls.cause */
export type ActionCause = Pick<ActionOutcome, "hostError" | "code">;

/** How an action ended that was commanded or chosen. @spec assembly.control-mode.command */
export interface ActionOutcome {
  /** `done`, `refused` by who judges actions, or `failed`. */
  readonly outcome: "done" | "refused" | "failed";
  /** What it gave, where it is done. */
  readonly output: readonly Tlv[];
  /** Where it failed: what its caller was told. @spec assembly.calls.cause */
  readonly hostError?: HostError;
  /** Where its part failed before it answered: what ended the part. @spec assembly.calls.cause */
  readonly code?: ErrorCode;
}

/** Milliseconds in which a part may do nothing for a call, where a host says nothing else. */
export const DEFAULT_ANSWER_MILLISECONDS = 60_000;
