import { netTcpAcceptResults, readNetTcpAcceptOperands } from "../../../../generated/instructions/net.js";
import { TcpListener } from "../network/tcp-listener.js";
import type { NodeHandler } from "./node-handler.js";

/** Wait for the next connection. */
export const netTcpAccept: NodeHandler = {
  instruction: "net.tcp_accept",
  translate: (operands, binding) => {
    const { listener: handle } = readNetTcpAcceptOperands(operands);
    const listener = TcpListener.behind(binding, handle);
    return async (signal) => {
      const { connection, address, port } = await listener.accept(signal);
      return netTcpAcceptResults(connection.handleOf(binding), address, port);
    };
  },
};
