import { netUdpListenResults, readNetUdpListenOperands } from "../../../../generated/instructions/net.js";
import { listenAddressOf } from "../../network/socket-request.js";
import { NetworkAccess } from "../network/network-access.js";
import { UdpSocket } from "../network/udp-socket.js";
import type { NodeHandler } from "./node-handler.js";

/** Open a UDP socket at an address and port of the host. */
export const netUdpListen: NodeHandler = {
  instruction: "net.udp_listen",
  translate: (operands, binding, services) => {
    const where = readNetUdpListenOperands(operands);
    const address = listenAddressOf("udp", where, binding.policy);
    const access = NetworkAccess.of(binding, services);
    return async (signal) => {
      const socket = await UdpSocket.open(address.family, { address, port: where.port }, access, signal);
      const { port } = socket;
      return netUdpListenResults(socket.handleOf(binding), port);
    };
  },
};
