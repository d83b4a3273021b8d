import type { VectorInputs } from "../../../../generated/json/vector.js";
import { RUNTIME_INTERFACE_VERSION } from "../../../../generated/versions.js";
import { negotiateVersions } from "../../../../reference/index.js";
import { type Answer, answering } from "../answer.js";
import { given, interfaceVersionIn, schemaVersionIn } from "../inputs.js";

/** Negotiate the versions a manifest states. */
export function negotiateVersion(inputs: VectorInputs): Promise<Answer> {
  const schemaVersion = schemaVersionIn(given(inputs, "schema_version"));
  const needed = interfaceVersionIn(given(inputs, "runtime_interface_min"));
  const offered = inputs.runtime_interface;
  const available = offered === undefined ? RUNTIME_INTERFACE_VERSION : interfaceVersionIn(offered);
  return answering(() => {
    negotiateVersions(schemaVersion, needed, available);
    return {};
  });
}
