// The first line of a worker of a browser. Plain JavaScript for the reason given in ../engine-instance.js.
import { serve } from "../worker/guest-thread.js";

const port = /** @type {Pick<MessagePort, "postMessage" | "onmessage">} */ (/** @type {unknown} */ (globalThis));
serve({
  post: (message) => port.postMessage(message),
  listen: (listener) => {
    port.onmessage = ({ data }) => listener(data);
  },
});
