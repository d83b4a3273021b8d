import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { rootCertificates } from "node:tls";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { HostFailure } from "../../host-failure.js";
import type { HttpRequest } from "../../network/http-request.js";
import type { NodeServices } from "../node-services.js";
import { attempt, type Waiting } from "./attempt.js";
import { hostTextOf, lookupOf, type NetworkAccess } from "./network-access.js";
import { PulledBytes } from "./pulled-bytes.js";

/** Kind of the handles of answers. */
const HTTP_RESPONSE = "http_response";

/** Methods whose requests say the length of their body even where it is 0. */
const METHODS_WITH_BODY: ReadonlySet<string> = new Set(["PATCH", "POST", "PUT"]);

/** Bytes asked for at once where a whole body is read. */
const PART = 65_536;

/** One request on a connection of its own, and its answer. Node's `fetch` would follow, undo and keep. */
export class HttpExchange {
  /** Status of the answer. */
  readonly status: number;
  /** Texts, name and value in turn, as they came. */
  readonly headers: readonly Tlv[];
  readonly #bytes: PulledBytes;
  readonly #outgoing: ClientRequest;
  readonly #giveBack: () => void;
  readonly #patient: (signal: CancellationSignal | undefined) => Waiting;

  private constructor(
    outgoing: ClientRequest,
    answer: IncomingMessage,
    giveBack: () => void,
    patient: (signal: CancellationSignal | undefined) => Waiting,
  ) {
    this.status = answer.statusCode ?? 0;
    this.headers = answer.rawHeaders.map((value) => ({ type: "text", value }));
    this.#bytes = new PulledBytes(answer);
    this.#outgoing = outgoing;
    this.#giveBack = giveBack;
    this.#patient = patient;
  }

  /**
   * Send a request and wait for the head of its answer.
   *
   * @throws PolicyRefusal, HostFailure
   * @spec instructions.net.http-redirects, instructions.net.http-body, capabilities.policy.rebinding
   */
  static async open(
    request: HttpRequest<URL>,
    access: NetworkAccess,
    { network }: NodeServices,
    signal: CancellationSignal | undefined,
  ): Promise<HttpExchange> {
    const { addresses, giveBack } = await access.begin(request.target, signal);
    const patient = (caller: CancellationSignal | undefined): Waiting => access.patient("http request", caller);
    return attempt<HttpExchange>(patient(signal), (resolve, reject) => {
      const outgoing = (request.target.scheme === "https" ? secureRequest : plainRequest)({
        ...tlsOptionsOf(request.target.host.name, network.authorities),
        host: hostTextOf(request.target),
        port: request.target.port,
        lookup: lookupOf(addresses),
        method: request.method,
        path: request.address.pathname + request.address.search,
        headers: headersOf(request),
        agent: false,
      });
      // Node would leave the thousandth out without a word; the size of the whole head is bounded in any case.
      outgoing.maxHeadersCount = 0;
      outgoing.on("error", reject);
      // Where the answer is a change of protocols, this is all that Node says.
      outgoing.on("close", () => {
        giveBack();
        reject(new HostFailure("unavailable", "http request"));
      });
      outgoing.on("response", (answer) => resolve(new HttpExchange(outgoing, answer, giveBack, patient)));
      outgoing.end(request.body);
      return () => {
        giveBack();
        outgoing.destroy();
      };
    }).catch((error: unknown) => {
      giveBack();
      throw error;
    });
  }

  /** Give it a handle. */
  handleOf(binding: InstanceBinding): number {
    return binding.openHandle(HTTP_RESPONSE, this, () => this.close());
  }

  /** The answer behind a handle. @throws HostFailure `bad_handle` */
  static behind(binding: InstanceBinding, handle: number): HttpExchange {
    const exchange = binding.resource(handle, HTTP_RESPONSE);
    if (!(exchange instanceof HttpExchange)) throw new HostFailure("bad_handle");
    return exchange;
  }

  /** The next bytes of the body, at least one and up to `maximum`; none at its end. */
  read(maximum: number, signal: CancellationSignal | undefined): Promise<Uint8Array> {
    return this.#bytes.read(maximum, this.#patient(signal));
  }

  /**
   * The whole body.
   *
   * @param most bytes it may have
   * @throws HostFailure `too_large` as soon as more have come
   * @spec instructions.net.http-bounds
   */
  async readAll(most: number, signal: CancellationSignal | undefined): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const part = await this.read(PART, signal);
      if (part.length === 0) return new Uint8Array(Buffer.concat(parts));
      length += part.length;
      if (length > most) throw new HostFailure("too_large", "http request");
      parts.push(part);
    }
  }

  /** Let the connection go, whatever is under way. */
  close(): void {
    this.#giveBack();
    this.#bytes.release();
    this.#outgoing.destroy();
  }
}

/** What Node adds by itself is not there where headers are given in a list. */
function headersOf({ address, method, headers, body }: HttpRequest<URL>): string[] {
  const length = body.length === 0 && !METHODS_WITH_BODY.has(method) ? [] : ["Content-Length", String(body.length)];
  return ["Host", address.host, ...length, ...headers];
}

/**
 * Options of every TLS connection. A variable of the environment cannot turn the check of certificates off.
 *
 * @param name whom the certificate must name; nothing for an address
 */
export function tlsOptionsOf(
  name: string | undefined,
  authorities: readonly string[] | undefined,
): { readonly servername: string; readonly rejectUnauthorized: true; readonly ca?: string[] } {
  const trusted = authorities === undefined ? {} : { ca: [...rootCertificates, ...authorities] };
  return { servername: name ?? "", rejectUnauthorized: true, ...trusted };
}
