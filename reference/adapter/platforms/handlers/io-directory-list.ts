import { opendirSync } from "node:fs";
import { ioDirectoryListResults, readIoDirectoryListOperands } from "../../../../generated/instructions/io.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import { HostFailure } from "../../host-failure.js";
import { type HostPath, withFolder, withHostPath } from "../host-path.js";
import { native } from "../native-call.js";
import type { NodeHandler } from "./node-handler.js";

/** Largest sum of the lengths of all names in bytes: 1 MiB, counting one byte more for each. */
const LARGEST_LIST = 1_048_576;

/** List the names in a folder. */
export const ioDirectoryList: NodeHandler = {
  instruction: "io.directory_list",
  translate: (operands, binding) => {
    const { path } = readIoDirectoryListOperands(operands);
    return () =>
      withHostPath(binding.policy, path, { write: false, follow: true }, (host) =>
        ioDirectoryListResults(listOf(host)),
      );
  },
};

/** Through the open folder where the host can: its last name may be a link by now. @spec instructions.io.races */
function listOf(host: HostPath): Tlv[] {
  return host.isPinned ? withFolder(host.path, (pinned) => list(pinned, host)) : list(host.path, host);
}

function list(path: string, host: HostPath): Tlv[] {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const names: Buffer[] = [];
  let total = 0;
  // One byte a character, so that the names keep their bytes and names that are not UTF-8 can be told apart.
  const folder = native("opendir", () => opendirSync(path, { encoding: "latin1" }));
  try {
    host.verify();
    for (;;) {
      const entry = native("readdir", () => folder.readSync());
      if (entry === null) break;
      const name = Buffer.from(entry.name, "latin1");
      total += name.length + 1;
      if (total > LARGEST_LIST) throw new HostFailure("too_large", "readdir");
      names.push(name);
    }
  } finally {
    folder.closeSync();
  }
  const texts: Tlv[] = [];
  for (const name of names.sort(Buffer.compare)) {
    try {
      texts.push({ type: "text", value: decoder.decode(name) });
    } catch {
      // @spec instructions.io.directory-list: a name that is not UTF-8 cannot be a text, and could not be opened.
    }
  }
  return texts;
}
