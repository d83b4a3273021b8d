import type { Clock } from "../../../contracts/event-bus.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { ceilingsOf } from "../../ceilings.js";
import { NetworkUse } from "../../network/network-use.js";

const uses = new WeakMap<InstanceBinding, NetworkUse>();

/** What the instance behind a binding makes of the network. @spec capabilities.policy.ceilings */
export function networkUseOf(binding: InstanceBinding, clock: Clock): NetworkUse {
  let use = uses.get(binding);
  if (use === undefined) {
    use = new NetworkUse(ceilingsOf(binding.policy), clock);
    uses.set(binding, use);
  }
  return use;
}
