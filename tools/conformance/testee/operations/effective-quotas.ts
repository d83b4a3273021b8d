import { RUNTIME_CAPABILITIES } from "../../../../generated/enums/runtime-capability.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { effectiveQuotas, type HostQuotas, requiredRuntimeCapabilities } from "../../../../reference/runtime/index.js";
import { type Answer, accepted } from "../answer.js";
import { InputError } from "../input-error.js";
import { given } from "../inputs.js";
import { manifestOf, manifestQuotas } from "../programs/program.js";

/** Work out which quotas hold for an instance. @spec quotas.effective, quotas.implied */
export function effectiveQuotasOf(inputs: VectorInputs): Answer {
  const set = given(inputs, "quotas");
  const host = given(inputs, "host_quotas") as HostQuotas;
  const quotas = manifestQuotas(set);
  const all = effectiveQuotas(quotas, host, new Set(RUNTIME_CAPABILITIES));
  const effective = Object.fromEntries(Object.keys(set).map((name) => [name, all[name as keyof typeof all]]));
  for (const { quota, value } of inputs.log ?? []) {
    if (quota === undefined || value === undefined) throw new InputError("a grant without quota or value");
    effective[quota] = value;
  }
  const implied = requiredRuntimeCapabilities({ ...manifestOf("main"), quotas }, host);
  return accepted({ effective: effective as Record<string, number>, implied });
}
