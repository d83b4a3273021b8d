/** What signs requests to object storage. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

/** A request to be signed, by AWS Signature Version 4. */
export interface SigningRequest {
  readonly method: string;
  /** Where it goes. Its query is signed as it stands. */
  readonly url: URL;
  /** Headers to be signed along, besides `host` and those that signing adds. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials: S3Credentials;
  readonly region: string;
  /** When it is signed, in milliseconds since 1970. */
  readonly time: number;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
/** The body of a GET or HEAD is empty; its digest need not be computed to say so. */
const NO_BODY = "UNSIGNED-PAYLOAD";
/** The longest a URL signed in advance may live: seven days. */
const LONGEST_LIFE_SECONDS = 604_800;

const encoder = new TextEncoder();

/**
 * Sign a request in its headers.
 *
 * @returns every header that was signed, but `host`, and `authorization`; names in lower case
 * @throws TypeError where the platform has no `crypto.subtle`, as on pages that do not come over HTTPS
 * @spec loader.source.object-storage.signature
 */
export async function signHeaders(request: SigningRequest): Promise<Record<string, string>> {
  const { credentials, url } = request;
  const stamp = timeStamp(request.time);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  headers["x-amz-content-sha256"] ??= NO_BODY;
  headers["x-amz-date"] = stamp;
  if (credentials.sessionToken !== undefined) headers["x-amz-security-token"] = credentials.sessionToken;
  const signed = { ...headers, host: url.host };
  const payload = headers["x-amz-content-sha256"];
  const signature = await sign(request, stamp, signed, canonicalQuery(url.searchParams), payload);
  const credential = `${credentials.accessKeyId}/${scope(stamp, request.region)}`;
  const authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${names(signed)}, Signature=${signature}`;
  return { ...headers, authorization };
}

/**
 * Sign a request in its query: whoever has the URL may make the request until it expires.
 *
 * @param expiresSeconds life of the URL, 1 to 604800 seconds
 * @throws RangeError for another life
 * @spec loader.source.object-storage.signature
 */
export async function signQuery(request: SigningRequest, expiresSeconds: number): Promise<URL> {
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > LONGEST_LIFE_SECONDS) {
    throw new RangeError(`a signed URL lives 1 to ${LONGEST_LIFE_SECONDS} seconds`);
  }
  const { credentials } = request;
  const stamp = timeStamp(request.time);
  const headers: Record<string, string> = { host: request.url.host };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  const query = new URLSearchParams(request.url.searchParams);
  query.set("X-Amz-Algorithm", ALGORITHM);
  query.set("X-Amz-Credential", `${credentials.accessKeyId}/${scope(stamp, request.region)}`);
  query.set("X-Amz-Date", stamp);
  query.set("X-Amz-Expires", String(expiresSeconds));
  query.set("X-Amz-SignedHeaders", names(headers));
  if (credentials.sessionToken !== undefined) query.set("X-Amz-Security-Token", credentials.sessionToken);
  const canonical = canonicalQuery(query);
  const signature = await sign(request, stamp, headers, canonical, NO_BODY);
  const url = new URL(request.url);
  url.search = `${canonical}&X-Amz-Signature=${signature}`;
  return url;
}

/** Percent-encode everything but the unreserved characters of RFC 3986, as the signature counts it. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function sign(
  { method, url, credentials, region }: SigningRequest,
  stamp: string,
  headers: Readonly<Record<string, string>>,
  query: string,
  payload: string,
): Promise<string> {
  const lines = sortedNames(headers).map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}\n`);
  const canonical = [method, canonicalPath(url.pathname), query, lines.join(""), names(headers), payload].join("\n");
  const digest = await subtle().digest("SHA-256", encoder.encode(canonical));
  const text = [ALGORITHM, stamp, scope(stamp, region), hexadecimal(digest)].join("\n");
  let key: BufferSource = encoder.encode(`AWS4${credentials.secretAccessKey}`);
  for (const step of [stamp.slice(0, 8), region, "s3", "aws4_request"]) key = await authenticate(key, step);
  return hexadecimal(await authenticate(key, text));
}

/** Object storage decodes and encodes a path once, and does not take dots and empty segments out of it. */
function canonicalPath(path: string): string {
  return path
    .split("/")
    .map((segment) => encodeStrictly(decodeURIComponent(segment)))
    .join("/");
}

function canonicalQuery(query: URLSearchParams): string {
  // Sorted after encoding, so all is ASCII and the order of UTF-16 units is that of bytes.
  const pairs = [...query].map(([name, value]) => [encodeStrictly(name), encodeStrictly(value)] as const);
  pairs.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortedNames(headers: Readonly<Record<string, string>>): string[] {
  return Object.keys(headers).sort();
}

function names(headers: Readonly<Record<string, string>>): string {
  return sortedNames(headers).join(";");
}

function scope(stamp: string, region: string): string {
  return `${stamp.slice(0, 8)}/${region}/s3/aws4_request`;
}

/** `20260102T030405Z` */
function timeStamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

async function authenticate(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const imported = await subtle().importKey("raw", key, hmac, false, ["sign"]);
  return subtle().sign("HMAC", imported, encoder.encode(text));
}

function subtle(): SubtleCrypto {
  const found: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (found === undefined) throw new TypeError("signing needs crypto.subtle, which pages get over HTTPS only");
  return found;
}

function hexadecimal(bytes: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += byte.toString(16).padStart(2, "0");
  return text;
}
