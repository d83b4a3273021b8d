import type { HostPolicy } from "../../../../generated/json/host-policy.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { HostFailure, PolicyRefusal } from "../../../../reference/adapter/index.js";
import { parseIpAddress } from "../../../../reference/adapter/network/ip-address.js";
import { networkHostOf } from "../../../../reference/adapter/network/network-host.js";
import { listenAllows, networkAllows } from "../../../../reference/adapter/network/network-policy.js";
import { isNetworkScheme } from "../../../../reference/adapter/network/network-rule.js";
import type { Answer } from "../answer.js";
import { InputError } from "../input-error.js";
import { given } from "../inputs.js";
import { decided } from "./decided.js";

/** Say whether a policy lets a program reach an address. @spec capabilities.policy.network */
export function decideConnection(inputs: VectorInputs): Answer {
  const { network = [] } = given(inputs, "host_policy") as HostPolicy;
  const scheme = given(inputs, "scheme");
  if (scheme !== "lookup" && !isNetworkScheme(scheme)) throw new InputError(`${scheme} is no scheme`);
  const host = given(inputs, "host");
  const port = given(inputs, "port");
  return decided(() => {
    if (networkHostOf(host) === undefined) throw new HostFailure("invalid_argument");
    if (!networkAllows(network, scheme, host, port, inputs.addresses)) refuse();
    return {};
  });
}

/** Say whether a policy lets a program listen at an address. @spec capabilities.policy.listen */
export function decideListener(inputs: VectorInputs): Answer {
  const { listen = [] } = given(inputs, "host_policy") as HostPolicy;
  const scheme = given(inputs, "scheme");
  if (scheme !== "tcp" && scheme !== "udp") throw new InputError(`nobody listens with ${scheme}`);
  const address = parseIpAddress(given(inputs, "host"));
  const port = given(inputs, "port");
  return decided(() => {
    if (address === undefined) throw new HostFailure("invalid_argument");
    if (!listenAllows(listen, scheme, address, port)) refuse();
    return {};
  });
}

function refuse(): never {
  throw new PolicyRefusal("access_denied", "no rule allows it");
}
