// device_driver_hub: drivers tell it when they are there, and one that has not come to that yet is asked; whoever wants a
// device to do something asks the hub, and the hub has cap_protocol do it.

import { call, HostError, Part, serve, Tlv } from "./library/part";
import { textAt, texts } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class DeviceDriverHub extends Part {
  private readonly drivers: Array<string> = [];

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    if (action == "list") return texts(this.drivers);
    const target = textAt(input, 0);
    if (target == "") return this.refuse(HostError.InvalidArgument);
    if (action == "register" || (!this.drivers.includes(target) && call(target + ".describe").ok)) this.know(target);
    if (action == "register") return [];
    if (!this.drivers.includes(target)) return this.refuse(HostError.NotFound);
    const outcome = call("cap_protocol.control", input);
    return outcome.ok ? outcome.output : this.pass(outcome);
  }

  private know(target: string): void {
    if (!this.drivers.includes(target)) this.drivers.push(target);
  }
}

export function run(): void {
  serve(new DeviceDriverHub("device_driver_hub"));
}
