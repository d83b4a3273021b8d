import { netUdpReceiveResults, readNetUdpReceiveOperands } from "../../../../generated/instructions/net.js";
import { UdpSocket } from "../network/udp-socket.js";
import type { NodeHandler } from "./node-handler.js";

/** Wait for the next datagram. */
export const netUdpReceive: NodeHandler = {
  instruction: "net.udp_receive",
  translate: (operands, binding) => {
    const { socket: handle } = readNetUdpReceiveOperands(operands);
    const socket = UdpSocket.behind(binding, handle);
    return async (signal) => {
      const { address, port, data } = await socket.receive(signal);
      return netUdpReceiveResults(address, port, data);
    };
  },
};
