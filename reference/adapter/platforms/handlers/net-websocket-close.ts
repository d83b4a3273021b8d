import { readNetWebsocketCloseOperands } from "../../../../generated/instructions/net.js";
import { checkWebsocketClose } from "../../network/websocket-request.js";
import { HostWebsocket } from "../network/host-websocket.js";
import type { NodeHandler } from "./node-handler.js";

/** Begin to close a WebSocket. */
export const netWebsocketClose: NodeHandler = {
  instruction: "net.websocket_close",
  translate: (operands, binding) => {
    const { socket: handle, code, reason } = readNetWebsocketCloseOperands(operands);
    const socket = HostWebsocket.behind(binding, handle);
    checkWebsocketClose(code, Buffer.byteLength(reason));
    return () => {
      socket.close(code, reason);
      return [];
    };
  },
};
