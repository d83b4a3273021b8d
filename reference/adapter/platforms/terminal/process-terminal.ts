import { isatty } from "node:tty";
import { descriptorStreams, type StandardStreams } from "../standard-streams.js";
import { holdingStreams } from "./held-streams.js";
import { colourDepth } from "./screen-writer.js";
import { Terminal } from "./terminal.js";
import { createTerminalDevice } from "./terminal-device.js";

/** Windows names no terminal in its environment, and all that it has can do everything. */
const environment =
  process.platform === "win32" ? { TERM: "windows", COLORTERM: "truecolor", ...process.env } : process.env;

const device = createTerminalDevice({
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  environment,
  writeNow: (text) => descriptorStreams.writeOutput(Buffer.from(text)),
});

/** The terminal on which this process was started; there is one, for all programs together. */
export const processTerminal = new Terminal(device, colourDepth(environment));

/** The standard streams of this process, which leave a drawing on its terminal alone. */
export const processStreams: StandardStreams = holdingStreams(descriptorStreams, processTerminal, isatty);
