import { ioStdinReadResults, readIoStdinReadOperands } from "../../../../generated/instructions/io.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import { native, nativeAsync } from "../native-call.js";
import { checkMaximum } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

async function later(data: Promise<Uint8Array>): Promise<readonly Tlv[]> {
  return ioStdinReadResults(await nativeAsync("read", () => data));
}

/** Read standard input. */
export const ioStdinRead: NodeHandler = {
  instruction: "io.stdin_read",
  translate: (operands, { mayWait }, { streams }) => {
    const { maximum } = readIoStdinReadOperands(operands);
    checkMaximum(maximum);
    return (signal) => {
      const data = native("read", () => streams.readInput(maximum, mayWait ? signal : undefined));
      return data instanceof Uint8Array ? ioStdinReadResults(data) : later(data);
    };
  },
};
