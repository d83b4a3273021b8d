import { cryptoHandlers } from "../../../crypto/index.js";
import type { EventNormalizer } from "../../../handler-adapter.js";
import { portableHandlers, portableNormalizers } from "../../../handlers/index.js";
import { inputNormalizers, inputOpenHandler, surfaceHandlers } from "../../../ui/index.js";
import { netHttpOpen, netHttpRead, netHttpRequest } from "./net-http.js";
import {
  netWebsocketClose,
  netWebsocketOpen,
  netWebsocketReceive,
  netWebsocketSendBytes,
  netWebsocketSendText,
} from "./net-websocket.js";
import type { WebHandler } from "./web-handler.js";

/** Every instruction that a browser can do. A new one is a file and a line here. */
export const webHandlers: readonly WebHandler[] = [
  ...portableHandlers,
  ...cryptoHandlers,
  netHttpRequest,
  netHttpOpen,
  netHttpRead,
  netWebsocketOpen,
  netWebsocketSendText,
  netWebsocketSendBytes,
  netWebsocketReceive,
  netWebsocketClose,
  ...surfaceHandlers,
  inputOpenHandler,
];

/** Every kind of event that a browser can raise. */
export const webNormalizers: readonly EventNormalizer[] = [...portableNormalizers, ...inputNormalizers];
