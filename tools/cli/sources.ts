import {
  type BufSource,
  createFileSource,
  createHttpSource,
  createIpfsSource,
  createMemorySource,
  createS3Source,
} from "../../reference/node.js";
import { type Invocation, type OptionSpec, UsageError } from "./command.js";
import { readInput, STREAM_BYTES } from "./files.js";

/** Options of every command that reads an artifact from wherever it lies. */
export const SOURCE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  gateway: {
    type: "string",
    value: "URL",
    multiple: true,
    help: "gateway for ipfs: addresses; else IPFS_GATEWAY, several joined by commas",
  },
};

/** How the help names what these commands take. */
export const ARTIFACT = "FILE|URL|-";

/** What the help of a command says about it. */
export const ARTIFACT_HELP =
  "The artifact is a file, https://…, s3://BUCKET/KEY, ipfs://CID[/PATH], or - for standard input; from afar only what is\nneeded is read.";

type Environment = Readonly<Record<string, string | undefined>>;

/** An artifact as the user named it. */
export interface NamedArtifact {
  readonly source: BufSource;
  /** Whether it is a file of this machine. */
  readonly isFile: boolean;
  /** Whether it comes over a connection that anybody on the way can change. */
  readonly isExposed: boolean;
}

/**
 * Open what the user named. Nothing is read yet, except standard input.
 *
 * @throws UsageError where the name makes no sense, or something is missing in the environment
 * @spec tools.sources
 */
export async function openArtifact(
  name: string,
  invocation: Invocation,
  environment: Environment = process.env,
): Promise<NamedArtifact> {
  if (name === "-") {
    const source = createMemorySource(await standardInput(invocation.signal), "standard input");
    return { source, isFile: false, isExposed: false };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(name)?.[1]?.toLowerCase();
  if (scheme === undefined) return { source: createFileSource(name), isFile: true, isExposed: false };
  const open = REMOTE[scheme];
  if (open === undefined)
    throw new UsageError(`nothing is known of ${scheme}: addresses; there are ${Object.keys(REMOTE).join(", ")}`);
  try {
    const { source, over } = open(name, invocation, environment);
    return { source, isFile: false, isExposed: over.some(isExposed) };
  } catch (error) {
    // What a source says to a program that uses it wrongly is what its user must hear; it names no credentials.
    if (error instanceof TypeError) throw new UsageError(`${scheme}: address: ${error.message}`);
    throw error;
  }
}

interface Remote {
  readonly source: BufSource;
  /** The URLs it is read over. */
  readonly over: readonly string[];
}

type Opener = (name: string, invocation: Invocation, environment: Environment) => Remote;

const REMOTE: Readonly<Record<string, Opener>> = {
  https: (name) => ({ source: createHttpSource(name), over: [name] }),
  http: (name) => ({ source: createHttpSource(name), over: [name] }),
  s3: openS3,
  ipfs: openIpfs,
};

function openS3(name: string, _invocation: Invocation, environment: Environment): Remote {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(name) ?? [];
  if (bucket === "" || key === "") throw new UsageError("expected s3://BUCKET/KEY");
  const text = (variable: string): string | undefined => environment[variable] || undefined;
  const endpoint = text("AWS_ENDPOINT_URL_S3") ?? text("AWS_ENDPOINT_URL");
  // Stores of one's own mostly know a single region, under the name of the oldest of Amazon's.
  const region = text("AWS_REGION") ?? text("AWS_DEFAULT_REGION") ?? (endpoint === undefined ? undefined : "us-east-1");
  if (region === undefined) throw new UsageError("set AWS_REGION to the bucket's region, for instance eu-central-1");
  const accessKeyId = text("AWS_ACCESS_KEY_ID");
  const secretAccessKey = text("AWS_SECRET_ACCESS_KEY");
  const sessionToken = text("AWS_SESSION_TOKEN");
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new UsageError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together; only one of them is set");
  const source = createS3Source({
    region,
    bucket,
    key,
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
  });
  return { source, over: endpoint === undefined ? [] : [endpoint] };
}

function openIpfs(name: string, invocation: Invocation, environment: Environment): Remote {
  const named = invocation.texts("gateway");
  const gateways =
    named.length > 0 ? named : (environment["IPFS_GATEWAY"] ?? "").split(",").filter((url) => url !== "");
  // No gateway of somebody else is asked without the user's word for it: it learns who reads what.
  if (gateways.length === 0)
    throw new UsageError("ipfs: addresses are read through a gateway: give --gateway URL, or set IPFS_GATEWAY");
  return { source: createIpfsSource(name, { gateways }), over: gateways };
}

/**
 * A whole artifact that is a file of this machine, for what needs all of it at once.
 *
 * @throws FaygerError `LDR_SOURCE_UNAVAILABLE` for what no command opens, `HOST_ERROR` for what this one cannot hold
 * @spec tools.exit-codes.unread
 */
export async function readArtifactFile(path: string): Promise<Uint8Array> {
  const source = createFileSource(path);
  try {
    // What is no regular file may have no end, or never begin.
    await source.size();
    return readInput(path);
  } finally {
    await source.close();
  }
}

/** Not encrypted, and to another machine. */
function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

async function standardInput(signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // Not before it is needed: this makes the stream of the process non-blocking, and a program that is run reads from it.
  const { stdin } = process;
  const stop = (): void => void stdin.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const piece of stdin) {
      length += (piece as Uint8Array).length;
      if (length > STREAM_BYTES)
        throw new UsageError(`standard input holds more than ${STREAM_BYTES / 1_048_576} MiB; save it to a file first`);
      pieces.push(piece as Uint8Array);
    }
  } catch (error) {
    // Stopped by the user: the load says so, as it does everywhere else.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return Buffer.concat(pieces);
}
