// ssp_protocol: opens a way to a service outside and gives its number, the same for the same service. Where `services` are
// set, it reaches no other.

import { HostError, Part, serve, Tlv } from "./library/part";
import { settingTexts, textAt } from "./library/values";

export { fayger_alloc, fayger_on_event } from "./library/part";

class SspProtocol extends Part {
  private readonly ways: Array<string> = [];

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const service = textAt(input, 0);
    if (service == "") return this.refuse(HostError.InvalidArgument);
    const services = settingTexts("/services");
    if (services.length > 0 && !services.includes(service)) return this.refuse(HostError.NotFound);
    if (!this.ways.includes(service)) this.ways.push(service);
    return [Tlv.u64(this.ways.indexOf(service) + 1)];
  }
}

export function run(): void {
  serve(new SspProtocol("ssp_protocol"));
}
