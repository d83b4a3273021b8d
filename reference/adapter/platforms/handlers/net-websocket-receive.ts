import { netWebsocketReceiveResults, readNetWebsocketReceiveOperands } from "../../../../generated/instructions/net.js";
import { HostWebsocket } from "../network/host-websocket.js";
import type { NodeHandler } from "./node-handler.js";

/** Wait for the next message. */
export const netWebsocketReceive: NodeHandler = {
  instruction: "net.websocket_receive",
  translate: (operands, binding) => {
    const { socket: handle } = readNetWebsocketReceiveOperands(operands);
    const socket = HostWebsocket.behind(binding, handle);
    return async (signal) => {
      const { kind, data, code } = await socket.receive(signal);
      return netWebsocketReceiveResults(kind, data, code);
    };
  },
};
