import type { ErrorCode } from "../../../../generated/errors/error-code.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { assemblySteps } from "../../../../reference/assembly/index.js";
import { takeSteps } from "../../../../reference/assembly/session/take-steps.js";
import { FaygerError } from "../../../../reference/index.js";
import { type Answer, answering } from "../answer.js";
import { clockAt } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";
import { assembledIn } from "./assembled.js";

const EVENTS = ["step_started", "step_completed", "step_failed", "step_undone"].map((name) => `assembly.${name}`);

/** Take the steps of an assembly, or undo what was done. @spec assembly.steps, assembly.steps.failed */
export function assemble(inputs: VectorInputs): Promise<Answer> {
  const steps = assemblySteps(assembledIn(inputs));
  const { failing } = inputs;
  const { events, published, told } = surroundingsAt(clockAt());
  return answering(
    async () => {
      await takeSteps(steps, {
        events,
        start: async ({ name }) => {
          if (failing?.part !== name) return;
          throw new FaygerError(failing.code as ErrorCode, "the case says so", {} as never);
        },
        stop: async () => {},
        finish: async () => {},
        isAborted: () => false,
      });
      return { steps: steps.map(({ step, parts }) => ({ step, parts: parts.map(({ name }) => name) })) };
    },
    () => ({ events: published().filter((name) => EVENTS.includes(name)), told: told(EVENTS) }),
  );
}
