const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "is a folder",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "exists already; give another name or --force",
  ENOSPC: "no space left",
  EROFS: "the file system is read-only",
  EMFILE: "too many files are open",
  ERR_FS_FILE_TOO_LARGE: "is larger than 2 GiB, which this command cannot hold in memory",
};

/** What a native error code means, for people; a code that is not listed is its own text. */
export function nativeErrorText(code: string): string {
  return WORDS[code] ?? code;
}
