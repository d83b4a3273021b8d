/** A URL without its credentials, and these as a header. */
export interface ParsedHttpUrl {
  /** No user name, password and fragment. */
  readonly plain: URL;
  /** Value of the header `authorization`, where the URL has a user name or a password. */
  readonly authorization: string | undefined;
}

/**
 * Take a URL apart. In a web page it may be relative.
 *
 * @throws TypeError where it is no URL of HTTP; the message does not hold it, since it may hold credentials
 */
export function parseHttpUrl(url: string | URL): ParsedHttpUrl {
  let parsed: URL;
  try {
    parsed = new URL(url, typeof location === "undefined" ? undefined : location.href);
  } catch {
    throw new TypeError("the URL of a source must be absolute");
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    throw new TypeError("the URL of a source must begin with http: or https:");
  }
  const { username, password } = parsed;
  const plain = new URL(parsed);
  plain.username = "";
  plain.password = "";
  plain.hash = "";
  if (username === "" && password === "") return { plain, authorization: undefined };
  return { plain, authorization: `Basic ${base64(`${decoded(username)}:${decoded(password)}`)}` };
}

/** The URL as errors and events may name it. @spec loader.source.description */
export function describeUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function base64(text: string): string {
  let latin = "";
  for (const byte of new TextEncoder().encode(text)) latin += String.fromCharCode(byte);
  return btoa(latin);
}
