import type { SourceLayer } from "../../generated/enums/source-layer.js";
import type { FaygerError } from "./fayger-error.js";

/** The error and its causes, outermost first; at least one element. @spec errors.cause-chain */
export function causeChain(error: FaygerError): FaygerError[] {
  const chain: FaygerError[] = [];
  for (let link: FaygerError | undefined = error; link !== undefined; link = link.cause) chain.push(link);
  return chain;
}

/** The source layers along the cause chain, outermost first. @spec errors.cause-chain */
export function layersOf(error: FaygerError): SourceLayer[] {
  return causeChain(error).map((link) => link.sourceLayer);
}

/** The innermost error: where it began. */
export function rootCause(error: FaygerError): FaygerError {
  let link = error;
  while (link.cause !== undefined) link = link.cause;
  return link;
}

/** One line a link, `CODE: message`, outermost first: for logs and for the event `error.raised`. */
export function describeChain(error: FaygerError): string[] {
  return causeChain(error).map((link) => `${link.code}: ${link.message}`);
}
