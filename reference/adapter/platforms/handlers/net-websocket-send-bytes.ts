import { readNetWebsocketSendBytesOperands } from "../../../../generated/instructions/net.js";
import { HostWebsocket } from "../network/host-websocket.js";
import type { NodeHandler } from "./node-handler.js";

/** Send a binary message. */
export const netWebsocketSendBytes: NodeHandler = {
  instruction: "net.websocket_send_bytes",
  translate: (operands, binding) => {
    const { socket: handle, data } = readNetWebsocketSendBytesOperands(operands);
    const socket = HostWebsocket.behind(binding, handle);
    return async (signal) => {
      await socket.send(data, signal);
      return [];
    };
  },
};
