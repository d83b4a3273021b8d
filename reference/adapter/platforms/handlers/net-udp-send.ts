import { readNetUdpSendOperands } from "../../../../generated/instructions/net.js";
import { socketTargetOf } from "../../network/socket-request.js";
import { NetworkAccess } from "../network/network-access.js";
import { UdpSocket } from "../network/udp-socket.js";
import type { NodeHandler } from "./node-handler.js";

/** Send one datagram. */
export const netUdpSend: NodeHandler = {
  instruction: "net.udp_send",
  translate: (operands, binding, services) => {
    const { socket: handle, host, port, data } = readNetUdpSendOperands(operands);
    const socket = UdpSocket.behind(binding, handle);
    const target = socketTargetOf("udp", host, port);
    NetworkAccess.of(binding, services).check(target);
    return async (signal) => {
      await socket.send(target, data, signal);
      return [];
    };
  },
};
