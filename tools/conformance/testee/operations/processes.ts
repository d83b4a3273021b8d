import type { Tlv } from "../../../../generated/instructions/tlv.js";
import type { HostPolicy } from "../../../../generated/json/host-policy.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { procEnvironmentGet } from "../../../../reference/adapter/platforms/handlers/proc-environment-get.js";
import { procEnvironmentList } from "../../../../reference/adapter/platforms/handlers/proc-environment-list.js";
import { checkedStart } from "../../../../reference/adapter/platforms/processes/process-start.js";
import type { InstanceBinding } from "../../../../reference/index.js";
import type { Answer } from "../answer.js";
import { given } from "../inputs.js";
import { decided } from "./decided.js";

type Services = Parameters<typeof procEnvironmentGet.translate>[2];

/** Read a variable of the environment, or list the names of all that may be read. @spec capabilities.policy.environment */
export function readEnvironment(inputs: VectorInputs): Answer {
  // Of an instance and a host these instructions look at the policy and at the environment alone.
  const binding = { policy: given(inputs, "host_policy") as HostPolicy } as InstanceBinding;
  const services = { environment: given(inputs, "variables") } as unknown as Services;
  const { variable } = inputs;
  return decided(() => {
    if (variable === undefined) {
      return { names: textsOf(procEnvironmentList.translate([], binding, services)()) };
    }
    const operands = [{ type: "text", value: variable }] as const;
    const [value = ""] = textsOf(procEnvironmentGet.translate(operands, binding, services)());
    return { variable: value };
  });
}

/** The texts of a result, inside lists too; these instructions never wait. */
function textsOf(results: readonly Tlv[] | Promise<readonly Tlv[]>): readonly string[] {
  if (results instanceof Promise) throw new TypeError("an instruction that is synchronous has waited");
  return results.flatMap((each) => {
    if (each.type === "list") return textsOf(each.value);
    return each.type === "text" ? [each.value] : [];
  });
}

/** Say whether a policy lets a program start a process, and with what. @spec capabilities.policy.programs */
export function decideProcess(inputs: VectorInputs): Answer {
  const { program, argv, environment } = given(inputs, "process");
  const texts = (values: readonly string[]) => values.map((value) => ({ type: "text", value }) as const);
  return decided(() => {
    const start = checkedStart(
      { program, argv: texts(argv), environment: texts(environment), folder: undefined },
      given(inputs, "host_policy") as HostPolicy,
    );
    return { argv: start.argv, environment: { ...start.environment } };
  });
}
