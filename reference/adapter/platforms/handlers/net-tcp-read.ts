import { netTcpReadResults, readNetTcpReadOperands } from "../../../../generated/instructions/net.js";
import { TcpConnection } from "../network/tcp-connection.js";
import { checkMaximum } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Read the next bytes of a connection. */
export const netTcpRead: NodeHandler = {
  instruction: "net.tcp_read",
  translate: (operands, binding) => {
    const { socket, maximum } = readNetTcpReadOperands(operands);
    const connection = TcpConnection.behind(binding, socket);
    checkMaximum(maximum);
    return async (signal) => netTcpReadResults(await connection.read(maximum, signal));
  },
};
