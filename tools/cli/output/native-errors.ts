const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "is a folder",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "exists already; give another name or --force",
  ENOSPC: "no space left",
  EFBIG: "larger than a file may be here",
  EOVERFLOW: "gives more than can be held in memory",
  EDQUOT: "your share of the disk is used up",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "symbolic links lead in a circle",
  EPIPE: "nobody reads it any more",
  EROFS: "the file system is read-only",
  ENOTTY: "no terminal to draw on: standard input and output must be one, and TERM neither empty nor dumb",
  EMFILE: "too many files are open",
  ENOTFOUND: "there is no host of this name",
  EAI_AGAIN: "the name of the host cannot be looked up now",
  ECONNREFUSED: "nobody answers there",
  ECONNRESET: "the connection was broken off",
  ETIMEDOUT: "nobody answered in time",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no network",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is signed by nobody else",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host",
  UND_ERR_SOCKET: "the connection was broken off",
  UND_ERR_CONNECT_TIMEOUT: "nobody answered in time",
  ERR_FS_FILE_TOO_LARGE: "is larger than 2 GiB, which this command cannot hold in memory",
};

/** What a native error code means, for people; a code that is not listed is its own text. */
export function nativeErrorText(code: string): string {
  return WORDS[code] ?? code;
}
