import { type Cid, parseCid } from "./ipfs-cid.js";
import { encodeStrictly } from "./sigv4.js";

/** What a source over IPFS reads. */
export interface IpfsAddress {
  readonly cid: Cid;
  /** Names below it, decoded; empty where the identifier itself is the file. */
  readonly path: readonly string[];
}

/**
 * Read `CID`, `CID/path` or `ipfs://CID/path`. Names of a path are percent-encoded in all three.
 *
 * @throws TypeError saying what is wrong
 */
export function parseIpfsAddress(text: string): IpfsAddress {
  const [first = "", ...names] = text.replace(/^ipfs:\/\//i, "").split("/");
  if (/[?#]/.test(text))
    throw new TypeError("an address in IPFS has no query and no fragment; write ? and # as %3F and %23");
  const path = names.map(decodeName);
  // The web platform would take these out of the URL, and another file would be read.
  if (path.some((name) => name === "" || name === "." || name === ".."))
    throw new TypeError("a path in IPFS is names joined by single slashes, none of them . or ..");
  return { cid: parseCid(first), path };
}

/** `ipfs://CID/path` */
export function ipfsDescription({ cid, path }: IpfsAddress): string {
  return ["ipfs:/", cid.text, ...path].join("/");
}

/** The URL of a file at a gateway. */
export function gatewayUrl(gateway: URL, { cid, path }: IpfsAddress): URL {
  const url = new URL(gateway);
  url.pathname = [url.pathname.replace(/\/$/, ""), "ipfs", cid.text, ...path.map(encodeStrictly)].join("/");
  return url;
}

/**
 * Check the gateways a caller names.
 *
 * @throws TypeError where there is none, or one is no place for a path
 */
export function gatewayUrls(gateways: readonly (string | URL)[]): URL[] {
  if (gateways.length === 0) throw new TypeError("gateways must name at least one");
  return gateways.map((gateway) => {
    const url = URL.canParse(String(gateway)) ? new URL(gateway) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol))
      throw new TypeError("a gateway must be an http or https URL");
    if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
      throw new TypeError("a gateway must have no user name, password, query or fragment");
    return url;
  });
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    throw new TypeError("a path in IPFS must be percent-encoded UTF-8", { cause: error });
  }
}
