import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { HostFailure } from "../../host-failure.js";
import { ChildProgram } from "../processes/child-program.js";

/** The process behind a handle. @throws HostFailure `bad_handle` @spec instructions.handles.closed */
export function childProgramOf(binding: InstanceBinding, handle: number): ChildProgram {
  const program = binding.resource(handle, "process");
  if (program instanceof ChildProgram) return program;
  throw new HostFailure("bad_handle");
}
