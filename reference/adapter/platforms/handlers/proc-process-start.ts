import { procProcessStartResults, readProcProcessStartOperands } from "../../../../generated/instructions/proc.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { ceilingsOf } from "../../ceilings.js";
import { HostFailure, PolicyRefusal } from "../../host-failure.js";
import { withFolder, withHostPath } from "../host-path.js";
import { ChildProgram } from "../processes/child-program.js";
import { type CheckedStart, checkedStart } from "../processes/process-start.js";
import type { NodeHandler } from "./node-handler.js";

/** How many processes each instance has at once. @spec adapters.binding */
const running = new WeakMap<InstanceBinding, { count: number }>();

/** Start a program that the policy names. */
export const procProcessStart: NodeHandler = {
  instruction: "proc.process_start",
  translate: (operands, binding) => {
    const asked = readProcProcessStartOperands(operands);
    const start = checkedStart(asked, binding.policy);
    const use = running.get(binding) ?? { count: 0 };
    running.set(binding, use);
    return async (signal) => {
      // @spec capabilities.policy.ceilings
      if (use.count >= ceilingsOf(binding.policy).processes) {
        throw new PolicyRefusal("quota", "the ceiling processes is reached");
      }
      use.count += 1;
      let program: ChildProgram;
      try {
        program = await begin(start, asked.folder, binding);
      } catch (error) {
        use.count -= 1;
        throw error;
      }
      void program.wait().then(() => {
        use.count -= 1;
      });
      if (signal?.aborted === true) {
        program.end();
        throw new HostFailure("interrupted", "spawn");
      }
      return procProcessStartResults(binding.openHandle("process", program, () => program.end()));
    };
  },
};

/** The folder is used before this returns its promise: `spawn` is synchronous up to there. */
function begin(start: CheckedStart, folder: string | undefined, binding: InstanceBinding): Promise<ChildProgram> {
  if (folder === undefined) return ChildProgram.start({ ...start, folder: undefined });
  return withHostPath(binding.policy, folder, { write: false, follow: true }, (host) => {
    const inFolder = (path: string): Promise<ChildProgram> => {
      host.verify();
      return ChildProgram.start({ ...start, folder: path });
    };
    return host.isPinned ? withFolder(host.path, inFolder) : inFolder(host.path);
  });
}
