import { encodeStrictly } from "./sigv4.js";

/** Where an object lies. */
export interface S3Address {
  /**
   * The store, `http:` or `https:`, without a query.
   *
   * @defaultValue the one of Amazon for the region
   */
  readonly endpoint?: string | URL;
  /** Region that requests are signed for, for instance `eu-central-1`; stores that know none often take `us-east-1`. */
  readonly region: string;
  readonly bucket: string;
  /** Key of the object, as it is: not encoded. */
  readonly key: string;
  /**
   * Whether the bucket stands in the path and not in the host name.
   *
   * @defaultValue true with an endpoint, or where the bucket's name is no part of a host name; else false
   */
  readonly pathStyle?: boolean;
  /**
   * One version of the object.
   *
   * @defaultValue the newest
   */
  readonly versionId?: string;
}

/** A bucket name that may stand in front of a host name and still match its certificate. */
const HOST_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The URL of an object.
 *
 * @throws TypeError where the address makes no sense: a fault of the calling program
 * @spec errors.api-misuse
 */
export function s3Url(address: S3Address): URL {
  const { region, bucket, key, versionId } = address;
  if (!/^[A-Za-z0-9-]+$/.test(region)) throw new TypeError("region must be letters, digits and hyphens");
  if (bucket === "" || bucket === "." || bucket === ".." || bucket.includes("/"))
    throw new TypeError("bucket must be the name of a bucket");
  const url = endpointUrl(address.endpoint ?? `https://s3.${region}.amazonaws.com`);
  const isHostLabel = HOST_LABEL.test(bucket);
  const pathStyle = address.pathStyle ?? (address.endpoint !== undefined || !isHostLabel);
  if (!pathStyle) {
    const hostname = `${bucket}.${url.hostname}`;
    url.hostname = hostname;
    // In front of an address of numbers there is no name, and the platform then leaves the host as it was.
    if (!isHostLabel || url.hostname !== hostname)
      throw new TypeError(`bucket ${bucket} cannot be part of this host name; set pathStyle`);
  }
  const segments = [...(pathStyle ? [bucket] : []), ...keySegments(key)];
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${segments.map(encodeSegment).join("/")}`;
  if (versionId !== undefined) url.search = `versionId=${encodeStrictly(versionId)}`;
  return url;
}

/** How errors name an object; holds no credentials. @spec loader.source.description */
export function s3Description(address: S3Address): string {
  const version = address.versionId === undefined ? "" : ` version ${address.versionId}`;
  const at = address.endpoint === undefined ? "" : ` at ${new URL(address.endpoint).host}`;
  return `s3://${address.bucket}/${address.key}${version}${at}`;
}

function endpointUrl(endpoint: string | URL): URL {
  const url = URL.canParse(String(endpoint)) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TypeError("endpoint must be an http or https URL");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new TypeError("endpoint must have no user name, password, query or fragment");
  return url;
}

function keySegments(key: string): string[] {
  const segments = key.split("/");
  if (key === "") throw new TypeError("key must not be empty");
  // The web platform takes such segments out of every URL, encoded or not: another object would be read.
  if (segments.some((segment) => segment === "." || segment === ".."))
    throw new TypeError("a key with a segment . or .. cannot be written as a URL");
  return segments;
}

function encodeSegment(segment: string): string {
  try {
    return encodeStrictly(segment);
  } catch (error) {
    throw new TypeError("bucket and key must be Unicode text without lone surrogates", { cause: error });
  }
}
