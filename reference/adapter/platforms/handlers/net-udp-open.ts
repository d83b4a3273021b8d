import { netUdpOpenResults, readNetUdpOpenOperands } from "../../../../generated/instructions/net.js";
import { HostFailure } from "../../host-failure.js";
import { NetworkAccess } from "../network/network-access.js";
import { UdpSocket } from "../network/udp-socket.js";
import type { NodeHandler } from "./node-handler.js";

/** Open a UDP socket on a port that the host chooses. */
export const netUdpOpen: NodeHandler = {
  instruction: "net.udp_open",
  translate: (operands, binding, services) => {
    const { family } = readNetUdpOpenOperands(operands);
    if (family !== 4 && family !== 6) throw new HostFailure("invalid_argument");
    const access = NetworkAccess.of(binding, services);
    return async (signal) => {
      const socket = await UdpSocket.open(family, undefined, access, signal);
      const { port } = socket;
      return netUdpOpenResults(socket.handleOf(binding), port);
    };
  },
};
