import type { AssemblyStep } from "../../../generated/enums/assembly-step.js";
import type { EventPublisher } from "../../contracts/event-bus.js";
import { describeChain } from "../../errors/cause-chain.js";
import { FaygerError, isFaygerError } from "../../errors/fayger-error.js";
import { hostError } from "../../errors/host-error.js";
import type { AssembledPart } from "../artifact/assembled.js";
import type { AssemblyStepParts } from "./assembly-steps.js";

/** What taking steps needs done. */
export interface StepWork {
  readonly events: EventPublisher;
  /** Take a part to Running. Rejects with what keeps it from there, and then nothing is left of it. */
  start(part: AssembledPart): Promise<void>;
  /** Terminate a part. Never rejects. */
  stop(part: AssembledPart): Promise<void>;
  /** What is left to do once every part runs. */
  finish(): Promise<void>;
  /** Whether nobody wants the result any more. */
  isAborted(): boolean;
}

/**
 * Take the steps of an assembly in their order, or undo in the reverse order what was done.
 *
 * @throws FaygerError `RT_ASSEMBLY_FAILED`
 * @spec assembly.steps, assembly.steps.events, assembly.steps.failed
 */
export async function takeSteps(steps: readonly AssemblyStepParts[], work: StepWork): Promise<void> {
  const { events } = work;
  const begun: { readonly step: AssemblyStep; readonly started: AssembledPart[] }[] = [];
  let current: AssembledPart | undefined;
  try {
    for (const { step, parts } of steps) {
      const started: AssembledPart[] = [];
      begun.push({ step, started });
      publish(events, "assembly.step_started", { step, parts: parts.map(({ name }) => name) });
      for (const part of parts) {
        current = part;
        mustGoOn(work);
        await work.start(part);
        started.push(part);
      }
      current = undefined;
      mustGoOn(work);
      if (begun.length === steps.length) {
        await work.finish();
        mustGoOn(work);
      }
      publish(events, "assembly.step_completed", { step });
    }
  } catch (error) {
    const known = isFaygerError(error) ? error : hostError(error, "assemble");
    // An assembly that was stopped has no part to blame, whatever its end did to the part that was being started.
    const [cause, part] = work.isAborted() ? [stopped(), undefined] : [known, current?.name];
    const [failed, ...done] = begun.reverse();
    const { step } = failed as (typeof begun)[number];
    publish(events, "assembly.step_failed", { step, ...(part !== undefined && { part }), code: cause.code });
    await stopAll(failed?.started ?? [], work);
    for (const undone of done) {
      await stopAll(undone.started, work);
      publish(events, "assembly.step_undone", { step: undone.step });
    }
    const what = part === undefined ? step : `${step}, part ${part}`;
    const context = { step, ...(part !== undefined && { part }) };
    const thrown = new FaygerError("RT_ASSEMBLY_FAILED", `the iFay could not be assembled: ${what}`, context, {
      cause,
    });
    // @spec events.raised
    if (events.enabled("error")) {
      const { code, sourceLayer: layer, message } = thrown;
      events.publish("error.raised", { code, layer, message, chain: describeChain(thrown) });
    }
    throw thrown;
  }
}

async function stopAll(parts: readonly AssembledPart[], work: StepWork): Promise<void> {
  for (const part of [...parts].reverse()) await work.stop(part);
}

function mustGoOn(work: StepWork): void {
  if (work.isAborted()) throw stopped();
}

function stopped(): FaygerError {
  return new FaygerError("HOST_ERROR", "the assembly was stopped", { name: "aborted" });
}

function publish<
  N extends "assembly.step_started" | "assembly.step_completed" | "assembly.step_failed" | "assembly.step_undone",
>(events: EventPublisher, ...[name, fields]: Parameters<typeof events.publish<N>>): void {
  if (events.enabled("assembly")) events.publish(name, fields);
}
