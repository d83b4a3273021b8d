import { readNetTcpEndOperands } from "../../../../generated/instructions/net.js";
import { TcpConnection } from "../network/tcp-connection.js";
import type { NodeHandler } from "./node-handler.js";

/** End the direction of a connection in which the program writes. */
export const netTcpEnd: NodeHandler = {
  instruction: "net.tcp_end",
  translate: (operands, binding) => {
    const { socket } = readNetTcpEndOperands(operands);
    const connection = TcpConnection.behind(binding, socket);
    return () => {
      connection.end();
      return [];
    };
  },
};
