import { netTcpOpenResults, readNetTcpOpenOperands } from "../../../../generated/instructions/net.js";
import { socketTargetOf } from "../../network/socket-request.js";
import { NetworkAccess } from "../network/network-access.js";
import { TcpConnection } from "../network/tcp-connection.js";
import type { NodeHandler } from "./node-handler.js";

/** Open a TCP connection. */
export const netTcpOpen: NodeHandler = {
  instruction: "net.tcp_open",
  translate: (operands, binding, services) => {
    const { host, port } = readNetTcpOpenOperands(operands);
    const target = socketTargetOf("tcp", host, port);
    const access = NetworkAccess.of(binding, services);
    access.check(target);
    return async (signal) => {
      const connection = await TcpConnection.open(target, access, signal);
      return netTcpOpenResults(connection.handleOf(binding));
    };
  },
};
