import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { netHttpRequestResults, readNetHttpRequestOperands } from "../../../../generated/instructions/net.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { HostFailure } from "../../host-failure.js";
import { type HttpRequest, httpRequestOf } from "../http-request.js";
import { native } from "../native-call.js";
import type { NodeHandler } from "./node-handler.js";

/** Largest body of an answer in bytes. @spec instructions.net.http-bounds */
const LARGEST_BODY = 1_048_576;
/** Milliseconds without a byte after which an answer is given up. */
const PATIENCE = 30_000;

/** Send one HTTP request. */
export const netHttpRequest: NodeHandler = {
  instruction: "net.http_request",
  translate: (operands, binding) => {
    const request = httpRequestOf(readNetHttpRequestOperands(operands), binding.policy);
    return (signal) => send(request, signal);
  },
};

/**
 * One request on a connection of its own. Node's `fetch` would follow redirects, undo encodings and keep connections.
 *
 * @spec instructions.net.http-redirects, instructions.net.http-body
 */
function send(
  { method, url, headers, body }: HttpRequest,
  signal: CancellationSignal | undefined,
): Promise<readonly Tlv[]> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      try {
        native("http request", () => {
          throw error;
        });
      } catch (failure) {
        reject(failure);
      }
    };
    const open = url.protocol === "https:" ? secureRequest : plainRequest;
    const options = { method, headers, agent: false as const, timeout: PATIENCE };
    const outgoing = open(url, options, (answer) => {
      const parts: Buffer[] = [];
      let length = 0;
      answer.on("data", (part: Buffer) => {
        length += part.length;
        if (length > LARGEST_BODY) outgoing.destroy(new HostFailure("too_large", "http request"));
        else parts.push(part);
      });
      answer.on("error", fail);
      answer.on("end", () => {
        const texts = answer.rawHeaders.map((value): Tlv => ({ type: "text", value }));
        resolve(netHttpRequestResults(answer.statusCode ?? 0, texts, new Uint8Array(Buffer.concat(parts))));
      });
    });
    signal?.addEventListener("abort", () => outgoing.destroy(new HostFailure("interrupted", "http request")));
    outgoing.on("timeout", () => outgoing.destroy(new HostFailure("timed_out", "http request")));
    outgoing.on("error", fail);
    outgoing.end(body);
  });
}
