import { netNameLookupResults, readNetNameLookupOperands } from "../../../../generated/instructions/net.js";
import { formatIpAddress } from "../../network/format-ip-address.js";
import { lookupTargetOf } from "../../network/socket-request.js";
import { NetworkAccess } from "../network/network-access.js";
import { WHEN_LOOKING_UP } from "../network/network-failure.js";
import type { NodeHandler } from "./node-handler.js";

/** Give the addresses of a name. */
export const netNameLookup: NodeHandler = {
  instruction: "net.name_lookup",
  translate: (operands, binding, services) => {
    const { host } = readNetNameLookupOperands(operands);
    const target = lookupTargetOf(host);
    const access = NetworkAccess.of(binding, services);
    access.check(target);
    return async (signal) => {
      access.use.begin();
      const waiting = { ...access.patient("getaddrinfo", signal), names: WHEN_LOOKING_UP };
      const addresses = await access.resolve(target, waiting);
      return netNameLookupResults(addresses.map((address) => ({ type: "text", value: formatIpAddress(address) })));
    };
  },
};
