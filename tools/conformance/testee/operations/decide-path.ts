import type { HostPolicy } from "../../../../generated/json/host-policy.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { placeGuestPath } from "../../../../reference/adapter/platforms/guest-path.js";
import type { Answer } from "../answer.js";
import { given } from "../inputs.js";
import { decided } from "./decided.js";

/** Say in which file root a path lies, and whether the program may use it. @spec instructions.io.file-roots */
export function decidePath(inputs: VectorInputs): Answer {
  const policy = given(inputs, "host_policy") as HostPolicy;
  return decided(() => {
    const { root, segments } = placeGuestPath(policy, given(inputs, "path"), given(inputs, "changes"));
    return { file_root: root.guest_path, below: segments };
  });
}
