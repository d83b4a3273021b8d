import { netWebsocketOpenResults, readNetWebsocketOpenOperands } from "../../../../generated/instructions/net.js";
import { websocketRequestOf } from "../../network/websocket-request.js";
import { HostWebsocket } from "../network/host-websocket.js";
import { NetworkAccess } from "../network/network-access.js";
import type { NodeHandler } from "./node-handler.js";

/** Open a WebSocket. */
export const netWebsocketOpen: NodeHandler = {
  instruction: "net.websocket_open",
  translate: (operands, binding, services) => {
    const request = websocketRequestOf(readNetWebsocketOpenOperands(operands), (text) => new URL(text));
    const access = NetworkAccess.of(binding, services);
    access.check(request.target);
    return async (signal) => {
      const socket = await HostWebsocket.open(request, access, services, signal);
      return netWebsocketOpenResults(socket.handleOf(binding), socket.protocol);
    };
  },
};
