// The first line of a worker thread of Node. Plain JavaScript for the reason given in ../engine-instance.js.
import { parentPort } from "node:worker_threads";
import { serve } from "../worker/guest-thread.js";

if (parentPort === null) throw new TypeError("node-thread.js is for a worker thread");
const port = parentPort;
serve({
  post: (message) => port.postMessage(message),
  listen: (listener) => port.on("message", listener),
});
