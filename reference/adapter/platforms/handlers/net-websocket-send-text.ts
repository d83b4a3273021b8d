import { readNetWebsocketSendTextOperands } from "../../../../generated/instructions/net.js";
import { HostWebsocket } from "../network/host-websocket.js";
import type { NodeHandler } from "./node-handler.js";

/** Send a text message. */
export const netWebsocketSendText: NodeHandler = {
  instruction: "net.websocket_send_text",
  translate: (operands, binding) => {
    const { socket: handle, data } = readNetWebsocketSendTextOperands(operands);
    const socket = HostWebsocket.behind(binding, handle);
    return async (signal) => {
      await socket.send(data, signal);
      return [];
    };
  },
};
