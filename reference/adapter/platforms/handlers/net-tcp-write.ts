import { readNetTcpWriteOperands } from "../../../../generated/instructions/net.js";
import { TcpConnection } from "../network/tcp-connection.js";
import type { NodeHandler } from "./node-handler.js";

/** Write all bytes to a connection. */
export const netTcpWrite: NodeHandler = {
  instruction: "net.tcp_write",
  translate: (operands, binding) => {
    const { socket, data } = readNetTcpWriteOperands(operands);
    const connection = TcpConnection.behind(binding, socket);
    return async (signal) => {
      await connection.write(data, signal);
      return [];
    };
  },
};
