import { netHttpRequestResults, readNetHttpRequestOperands } from "../../../../generated/instructions/net.js";
import { httpRequestOf } from "../../network/http-request.js";
import { HttpExchange } from "../network/http-exchange.js";
import { NetworkAccess } from "../network/network-access.js";
import type { NodeHandler } from "./node-handler.js";

/** Send one HTTP request and give the whole answer. */
export const netHttpRequest: NodeHandler = {
  instruction: "net.http_request",
  translate: (operands, binding, services) => {
    const request = httpRequestOf(readNetHttpRequestOperands(operands), (text) => new URL(text));
    const access = NetworkAccess.of(binding, services);
    access.check(request.target);
    return async (signal) => {
      const exchange = await HttpExchange.open(request, access, services, signal);
      try {
        const body = await exchange.readAll(access.ceilings.message_bytes, signal);
        return netHttpRequestResults(exchange.status, exchange.headers, body);
      } finally {
        exchange.close();
      }
    };
  },
};
