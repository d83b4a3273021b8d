import { netHttpReadResults, readNetHttpReadOperands } from "../../../../generated/instructions/net.js";
import { HttpExchange } from "../network/http-exchange.js";
import { checkMaximum } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Read the next bytes of a body. */
export const netHttpRead: NodeHandler = {
  instruction: "net.http_read",
  translate: (operands, binding) => {
    const { response, maximum } = readNetHttpReadOperands(operands);
    const exchange = HttpExchange.behind(binding, response);
    checkMaximum(maximum);
    return async (signal) => netHttpReadResults(await exchange.read(maximum, signal));
  },
};
