import { netHttpOpenResults, readNetHttpOpenOperands } from "../../../../generated/instructions/net.js";
import { httpRequestOf } from "../../network/http-request.js";
import { HttpExchange } from "../network/http-exchange.js";
import { NetworkAccess } from "../network/network-access.js";
import type { NodeHandler } from "./node-handler.js";

/** Send one HTTP request and give the head of the answer. */
export const netHttpOpen: NodeHandler = {
  instruction: "net.http_open",
  translate: (operands, binding, services) => {
    const request = httpRequestOf(readNetHttpOpenOperands(operands), (text) => new URL(text));
    const access = NetworkAccess.of(binding, services);
    access.check(request.target);
    return async (signal) => {
      const exchange = await HttpExchange.open(request, access, services, signal);
      return netHttpOpenResults(exchange.handleOf(binding), exchange.status, exchange.headers);
    };
  },
};
