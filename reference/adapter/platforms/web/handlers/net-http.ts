import {
  netHttpOpenResults,
  netHttpReadResults,
  netHttpRequestResults,
  readNetHttpOpenOperands,
  readNetHttpReadOperands,
  readNetHttpRequestOperands,
} from "../../../../../generated/instructions/net.js";
import type { Tlv } from "../../../../../generated/instructions/tlv.js";
import type { InstanceBinding } from "../../../../contracts/platform-adapter.js";
import { ceilingsOf } from "../../../ceilings.js";
import { HostFailure } from "../../../host-failure.js";
import { type HttpRequest, type HttpRequestOperands, httpRequestOf } from "../../../network/http-request.js";
import { checkTarget } from "../../../network/web-address.js";
import { HttpExchange } from "../http-exchange.js";
import { networkUseOf } from "../network-use-of.js";
import type { WebHandler } from "./web-handler.js";

/** Most bytes of one read. @spec instructions.net.read-maximum */
const MOST_BYTES = 1_048_576;
const RESPONSE = "http_response";

/** Send one HTTP request and give the whole answer. */
export const netHttpRequest: WebHandler = {
  instruction: "net.http_request",
  translate: (operands, binding, { clock }) => {
    const request = allowedRequest(readNetHttpRequestOperands(operands), binding);
    const { message_bytes: most, patience_ms: patience } = ceilingsOf(binding.policy);
    return async (signal) => {
      const use = networkUseOf(binding, clock);
      const giveBack = use.take();
      try {
        use.begin();
        const exchange = await HttpExchange.open(request, patience, signal);
        const body = await exchange.readAll(most, signal);
        return netHttpRequestResults(exchange.status, texts(exchange.headers), body);
      } finally {
        giveBack();
      }
    };
  },
};

/** Send one HTTP request and give the head of the answer. */
export const netHttpOpen: WebHandler = {
  instruction: "net.http_open",
  translate: (operands, binding, { clock }) => {
    const request = allowedRequest(readNetHttpOpenOperands(operands), binding);
    const { patience_ms: patience } = ceilingsOf(binding.policy);
    return async (signal) => {
      const use = networkUseOf(binding, clock);
      const giveBack = use.take();
      let exchange: HttpExchange;
      try {
        use.begin();
        exchange = await HttpExchange.open(request, patience, signal);
      } catch (error) {
        giveBack();
        throw error;
      }
      const handle = binding.openHandle(RESPONSE, exchange, () => {
        exchange.close();
        giveBack();
      });
      return netHttpOpenResults(handle, exchange.status, texts(exchange.headers));
    };
  },
};

/** Read the next bytes of a body. @spec instructions.net.http-streams */
export const netHttpRead: WebHandler = {
  instruction: "net.http_read",
  translate: (operands, binding) => {
    const { response, maximum } = readNetHttpReadOperands(operands);
    const exchange = binding.resource(response, RESPONSE);
    if (!(exchange instanceof HttpExchange)) throw new HostFailure("bad_handle");
    if (maximum > MOST_BYTES) throw new HostFailure("too_large");
    return async (signal) => netHttpReadResults(await exchange.read(maximum, signal));
  },
};

/** @throws HostFailure `invalid_argument`; PolicyRefusal `access_denied` */
function allowedRequest(operands: HttpRequestOperands, binding: InstanceBinding): HttpRequest<URL> {
  const request = httpRequestOf(operands, (text) => new URL(text));
  // @spec instructions.net.policy
  checkTarget(binding.policy.network, request.target);
  return request;
}

function texts(values: readonly string[]): Tlv[] {
  return values.map((value) => ({ type: "text", value }));
}
