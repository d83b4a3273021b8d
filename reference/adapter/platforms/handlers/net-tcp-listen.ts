import { netTcpListenResults, readNetTcpListenOperands } from "../../../../generated/instructions/net.js";
import { listenAddressOf } from "../../network/socket-request.js";
import { NetworkAccess } from "../network/network-access.js";
import { TcpListener } from "../network/tcp-listener.js";
import type { NodeHandler } from "./node-handler.js";

/** Listen for TCP connections. */
export const netTcpListen: NodeHandler = {
  instruction: "net.tcp_listen",
  translate: (operands, binding, services) => {
    const where = readNetTcpListenOperands(operands);
    const address = listenAddressOf("tcp", where, binding.policy);
    const access = NetworkAccess.of(binding, services);
    return async (signal) => {
      const listener = await TcpListener.open(address, where.port, access, signal);
      return netTcpListenResults(listener.handleOf(binding), listener.port);
    };
  },
};
