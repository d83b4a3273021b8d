import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { FailureInfo, InstanceId, InstanceUsage } from "../contracts/runtime-interface.js";
import type { GuestRun } from "./guest-run.js";
import type { LifecycleSubject } from "./lifecycle/lifecycle-manager.js";
import type { PendingCommand } from "./lifecycle/pending-command.js";

/**
 * What is kept of one instance, whether it runs or not. Small on purpose: everything a running program needs is made
 * by `init` and let go at the end.
 *
 * @spec runtime.isolation, architecture.sharing
 */
export class Instance implements LifecycleSubject {
  readonly id: InstanceId;
  state: LifecycleState = LifecycleState.Loaded;
  pending: PendingCommand | undefined = undefined;
  /** The artifact; `undefined` once the instance has ended. */
  object: BufObject | undefined;
  /** The running program; `undefined` before `init` and once the instance has ended. */
  run: GuestRun | undefined = undefined;
  /** Why it failed; kept until it is destroyed. @spec lifecycle.failure-info */
  failure: FailureInfo | undefined = undefined;
  /** What it had used at its end. */
  lastUsage: InstanceUsage | undefined = undefined;
  /** What the program gave to `exit`. */
  exitCode: number | undefined = undefined;
  /** Who waits for the end. */
  waiting: ((state: LifecycleState) => void)[] | undefined = undefined;

  constructor(id: InstanceId, object: BufObject) {
    this.id = id;
    this.object = object;
  }
}
