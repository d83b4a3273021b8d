import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is refused. */
export interface S3Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Further elements. */
  readonly more?: string;
}

/** Whom the stub knows, and when it believes itself to be. */
export interface S3Gatekeeper {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Tokens of temporary credentials that are good at the moment; empty where none is needed. */
  readonly sessionTokens: ReadonlySet<string>;
  /** Tokens that were good once. */
  readonly expiredTokens: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  now(): number;
}

const LONGEST_SKEW = 15 * 60_000;
const EMPTY_BODY = createHash("sha256").update("").digest("hex");

/**
 * Judge the signature of a request as object storage does. Written from the raw bytes of the request, with nothing
 * from the code it is there to check.
 *
 * @returns why it is refused; `anonymous` where it is not signed at all; `undefined` where all is right
 */
export function checkSignature(request: IncomingMessage, gate: S3Gatekeeper): S3Refusal | "anonymous" | undefined {
  const [path = "", query = ""] = splitOnce(request.url ?? "", "?");
  const parameters = query === "" ? [] : query.split("&").map((pair) => splitOnce(pair, "=").map(decodePlus));
  const inQuery = parameters.some(([name]) => name?.toLowerCase() === "x-amz-signature");
  const header = request.headers.authorization;
  if (header !== undefined && inQuery) return refuse(400, "InvalidArgument", "two signatures in one request");
  if (header !== undefined) return checkHeader(request, gate, path, parameters, header);
  if (inQuery) return checkQuery(request, gate, path, parameters);
  return "anonymous";
}

function checkHeader(
  request: IncomingMessage,
  gate: S3Gatekeeper,
  path: string,
  parameters: readonly string[][],
  header: string,
): S3Refusal | undefined {
  const form = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
  const [, credential, signedHeaders, signature] = form.exec(header) ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined)
    return refuse(400, "AuthorizationHeaderMalformed", "the authorization header is malformed");
  const stamp = one(request.headers["x-amz-date"]);
  const payload = one(request.headers["x-amz-content-sha256"]);
  const time = timeOf(stamp);
  if (stamp === undefined || time === undefined)
    return refuse(403, "AccessDenied", "x-amz-date is missing or unreadable");
  if (payload === undefined) return refuse(400, "InvalidRequest", "x-amz-content-sha256 is missing");
  if (payload !== "UNSIGNED-PAYLOAD" && payload !== EMPTY_BODY)
    return refuse(400, "XAmzContentSHA256Mismatch", "the body has another digest");
  const known = checkCredential(gate, credential, stamp, "AuthorizationHeaderMalformed");
  if (known !== undefined) return known;
  if (Math.abs(gate.now() - time) > LONGEST_SKEW)
    return refuse(403, "RequestTimeTooSkewed", "the request's time is too far from the server's");
  const token = checkToken(gate, one(request.headers["x-amz-security-token"]));
  if (token !== undefined) return token;
  const list = signedHeaders.split(";");
  const unsigned = Object.keys(request.headers).find((name) => name.startsWith("x-amz-") && !list.includes(name));
  if (unsigned !== undefined || !list.includes("host"))
    return refuse(403, "AccessDenied", "there are headers that were not signed");
  return compare(request, gate, { path, parameters, list, stamp, credential, payload, signature });
}

function checkQuery(
  request: IncomingMessage,
  gate: S3Gatekeeper,
  path: string,
  parameters: readonly string[][],
): S3Refusal | undefined {
  const parameter = (name: string): string => parameters.find(([found]) => found === name)?.[1] ?? "";
  const stamp = parameter("X-Amz-Date");
  const credential = parameter("X-Amz-Credential");
  const time = timeOf(stamp);
  const life = Number(parameter("X-Amz-Expires"));
  if (parameter("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256" || time === undefined)
    return refuse(400, "AuthorizationQueryParametersError", "algorithm or date is wrong");
  if (!Number.isInteger(life) || life < 1 || life > 604_800)
    return refuse(400, "AuthorizationQueryParametersError", "X-Amz-Expires is out of range");
  const known = checkCredential(gate, credential, stamp, "AuthorizationQueryParametersError");
  if (known !== undefined) return known;
  if (gate.now() > time + life * 1000) return refuse(403, "AccessDenied", "Request has expired");
  if (time > gate.now() + LONGEST_SKEW) return refuse(403, "AccessDenied", "Request is not yet valid");
  const token = checkToken(gate, parameter("X-Amz-Security-Token") || undefined);
  if (token !== undefined) return token;
  const list = parameter("X-Amz-SignedHeaders").split(";");
  if (!list.includes("host")) return refuse(403, "AccessDenied", "host was not signed");
  const rest = parameters.filter(([name]) => name !== "X-Amz-Signature");
  const signature = parameter("X-Amz-Signature");
  return compare(request, gate, {
    path,
    parameters: rest,
    list,
    stamp,
    credential,
    payload: "UNSIGNED-PAYLOAD",
    signature,
  });
}

function checkCredential(
  gate: S3Gatekeeper,
  credential: string,
  stamp: string,
  malformed: string,
): S3Refusal | undefined {
  const [id, day, region, service, end, ...more] = credential.split("/");
  if (more.length > 0 || service !== "s3" || end !== "aws4_request" || day !== stamp.slice(0, 8))
    return refuse(400, malformed, "the credential is malformed");
  if (region !== gate.region)
    return refuse(400, malformed, `the region '${region}' is wrong; expecting '${gate.region}'`);
  if (id !== gate.accessKeyId) return refuse(403, "InvalidAccessKeyId", "nobody has this key");
  return undefined;
}

function checkToken(gate: S3Gatekeeper, token: string | undefined): S3Refusal | undefined {
  if (token !== undefined && gate.expiredTokens.has(token)) return refuse(400, "ExpiredToken", "the token has expired");
  const isGood = token === undefined ? gate.sessionTokens.size === 0 : gate.sessionTokens.has(token);
  return isGood ? undefined : refuse(403, "InvalidToken", "the token is not one of this key");
}

interface Claim {
  readonly path: string;
  readonly parameters: readonly string[][];
  readonly list: readonly string[];
  readonly stamp: string;
  readonly credential: string;
  readonly payload: string;
  readonly signature: string;
}

function compare(request: IncomingMessage, gate: S3Gatekeeper, claim: Claim): S3Refusal | undefined {
  const { path, parameters, list, stamp, payload } = claim;
  const scope = claim.credential.slice(claim.credential.indexOf("/") + 1);
  const query = parameters.map(([name = "", value = ""]) => `${encodeBytes(name)}=${encodeBytes(value)}`).sort();
  let canonical = `${request.method}\n${encodeBytes(decode(path)).replaceAll("%2F", "/")}\n${query.join("&")}\n`;
  for (const name of list) canonical += `${name}:${(one(request.headers[name]) ?? "").trim().replace(/ +/g, " ")}\n`;
  canonical += `\n${list.join(";")}\n${payload}`;
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
  const key = scope
    .split("/")
    .reduce<Buffer>((before, part) => hmac(before, part), Buffer.from(`AWS4${gate.secretAccessKey}`));
  const expected = hmac(key, toSign);
  const found = Buffer.from(claim.signature, "hex");
  if (found.length === expected.length && timingSafeEqual(found, expected)) return undefined;
  return refuse(403, "SignatureDoesNotMatch", "the signature is not the one computed from the request");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function refuse(status: number, code: string, message: string): S3Refusal {
  return { status, code, message };
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function timeOf(stamp: string | undefined): number | undefined {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp ?? "") ?? [];
  return y === undefined ? undefined : Date.UTC(+y, Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}

/** Percent escapes to bytes, once, and nothing else. */
export function decode(text: string): Buffer {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const escaped = /^%([0-9A-Fa-f]{2})/.exec(text.slice(at, at + 3));
    if (escaped === null) bytes.push(...Buffer.from(text.charAt(at)));
    else {
      bytes.push(Number.parseInt(escaped[1] ?? "", 16));
      at += 2;
    }
  }
  return Buffer.from(bytes);
}

function decodePlus(text: string): string {
  return decode(text.replaceAll("+", " ")).toString("utf8");
}

function encodeBytes(value: Buffer | string): string {
  let text = "";
  for (const byte of Buffer.from(value as string)) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}
