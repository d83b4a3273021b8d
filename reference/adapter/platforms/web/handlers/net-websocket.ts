import {
  netWebsocketOpenResults,
  netWebsocketReceiveResults,
  readNetWebsocketCloseOperands,
  readNetWebsocketOpenOperands,
  readNetWebsocketReceiveOperands,
  readNetWebsocketSendBytesOperands,
  readNetWebsocketSendTextOperands,
} from "../../../../../generated/instructions/net.js";
import type { InstanceBinding } from "../../../../contracts/platform-adapter.js";
import { ceilingsOf } from "../../../ceilings.js";
import { HostFailure } from "../../../host-failure.js";
import { checkTarget } from "../../../network/web-address.js";
import { checkWebsocketClose, websocketRequestOf } from "../../../network/websocket-request.js";
import { networkUseOf } from "../network-use-of.js";
import { PageSocket } from "../page-socket.js";
import type { WebHandler } from "./web-handler.js";

const SOCKET = "websocket";

/** Open a WebSocket. */
export const netWebsocketOpen: WebHandler = {
  instruction: "net.websocket_open",
  translate: (operands, binding, { clock }) => {
    const request = websocketRequestOf(readNetWebsocketOpenOperands(operands), (text) => new URL(text));
    // @spec instructions.net.policy
    checkTarget(binding.policy.network, request.target);
    const { message_bytes: message, patience_ms: patience } = ceilingsOf(binding.policy);
    return async (signal) => {
      const use = networkUseOf(binding, clock);
      const giveBack = use.take();
      try {
        use.begin();
      } catch (error) {
        giveBack();
        throw error;
      }
      const { address, protocols } = request;
      const socket = await PageSocket.open(address.href, protocols, { message, patience }, giveBack, signal);
      const handle = binding.openHandle(SOCKET, socket, () => socket.release());
      return netWebsocketOpenResults(handle, socket.protocol);
    };
  },
};

/** Send a text message. */
export const netWebsocketSendText: WebHandler = {
  instruction: "net.websocket_send_text",
  translate: (operands, binding) => {
    const { socket, data } = readNetWebsocketSendTextOperands(operands);
    const target = socketOf(binding, socket);
    return async (signal) => {
      await target.send(data, new TextEncoder().encode(data).length, signal);
      return [];
    };
  },
};

/** Send a binary message. */
export const netWebsocketSendBytes: WebHandler = {
  instruction: "net.websocket_send_bytes",
  translate: (operands, binding) => {
    const { socket, data } = readNetWebsocketSendBytesOperands(operands);
    const target = socketOf(binding, socket);
    return async (signal) => {
      await target.send(data, data.length, signal);
      return [];
    };
  },
};

/** Wait for the next message. */
export const netWebsocketReceive: WebHandler = {
  instruction: "net.websocket_receive",
  translate: (operands, binding) => {
    const target = socketOf(binding, readNetWebsocketReceiveOperands(operands).socket);
    return async (signal) => {
      const { kind, data, code } = await target.receive(signal);
      return netWebsocketReceiveResults(kind, data, code);
    };
  },
};

/** Begin to close a WebSocket. */
export const netWebsocketClose: WebHandler = {
  instruction: "net.websocket_close",
  translate: (operands, binding) => {
    const { socket, code, reason } = readNetWebsocketCloseOperands(operands);
    const target = socketOf(binding, socket);
    checkWebsocketClose(code, new TextEncoder().encode(reason).length);
    return () => {
      target.close(code, reason);
      return [];
    };
  },
};

/** @throws HostFailure `bad_handle` */
function socketOf(binding: InstanceBinding, handle: number): PageSocket {
  const socket = binding.resource(handle, SOCKET);
  if (!(socket instanceof PageSocket)) throw new HostFailure("bad_handle");
  return socket;
}
