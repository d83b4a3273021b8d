import { spawn } from "node:child_process";
import {
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as io from "../../../generated/instructions/io.js";
import { decodeReply } from "../../../generated/instructions/message.js";
import type { FileRoot } from "../../../generated/json/host-policy.js";
import { PolicyRefusal } from "../host-failure.js";
import { withHostPath } from "./host-path.js";
import { type FileMode, OpenFile } from "./open-file.js";
import { StorageUse } from "./storage-use.js";
import { openTestProgram, type TestProgram } from "./testing/program.js";

const storage = new StorageUse({ storage_bytes: 1_000, storage_entries: 10 });
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

let base = "";
let root = "";
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "fayger-races-")));
  root = join(base, "root");
  for (const folder of [root, join(base, "outside")]) mkdirSync(folder);
  writeFileSync(join(base, "outside", "secret.txt"), "secret");
});

const programs: TestProgram[] = [];
afterEach(() => {
  for (const guest of programs.splice(0)) guest.channel.close();
  rmSync(base, { recursive: true, force: true });
});

function program(): TestProgram {
  const guest = openTestProgram({ fileRoots: [{ guest_path: "/data", host_path: root, writable: true }] });
  programs.push(guest);
  return guest;
}

// @spec instructions.io.races
describe.skipIf(process.platform === "win32")("races on a host on which folders cannot be held open", () => {
  const policy = (): { capabilities: string[]; file_roots: FileRoot[] } => ({
    capabilities: [],
    file_roots: [{ guest_path: "/data", host_path: root, writable: true }],
  });
  const exchange = (): void => {
    renameSync(join(root, "folder"), join(root, "kept"));
    symlinkSync(join(base, "outside"), join(root, "folder"));
  };
  const back = (): void => {
    rmSync(join(root, "folder"));
    renameSync(join(root, "kept"), join(root, "folder"));
  };

  beforeEach(() => {
    mkdirSync(join(root, "folder"));
    writeFileSync(join(root, "folder", "secret.txt"), "harmless");
  });

  const access = { write: true, follow: true };
  const modes: readonly FileMode[] = [
    { flags: constants.O_RDONLY, write: false },
    { flags: constants.O_WRONLY, write: true, empty: true },
  ];

  it.each(modes)("are found before a byte is read, written or cut off (%j)", (mode) => {
    const open = (): OpenFile =>
      withHostPath(
        policy(),
        "/data/folder/secret.txt",
        access,
        (host) => {
          exchange();
          return OpenFile.open(host, mode, storage);
        },
        false,
      );
    expect(open).toThrow(PolicyRefusal);
    expect(readFileSync(join(base, "outside", "secret.txt"), "utf8")).toBe("secret");
  });

  it("are found where the folder is back in its place when it is looked at again", () => {
    const open = (): OpenFile =>
      withHostPath(
        policy(),
        "/data/folder/secret.txt",
        access,
        (host) => {
          exchange();
          const verify = (descriptor?: number): void => {
            back();
            host.verify(descriptor);
          };
          return OpenFile.open({ ...host, verify }, modes[0]!, storage);
        },
        false,
      );
    expect(open).toThrow(PolicyRefusal);
  });

  it("do not keep a program from what lies in its root", () => {
    const file = withHostPath(
      policy(),
      "/data/folder/secret.txt",
      access,
      (host) => OpenFile.open(host, modes[0]!, storage),
      false,
    );
    expect(file.read(10)).toEqual(text("harmless"));
    file.close();
  });
});

/**
 * Let another process exchange two names all the time, from the moment this begins until `during` returns. On a busy
 * machine it may be held up while both names lead to the wrong place: whoever needs a success tries until there is one.
 */
async function exchanging(one: string, other: string, during: () => void): Promise<void> {
  // Both lie on one file system, so that they change places by renames alone.
  const swapper = spawn(
    process.execPath,
    [
      "-e",
      `const { renameSync } = require("node:fs");
       const [, one, other] = process.argv;
       process.stdout.write("ready");
       for (;;) {
         renameSync(one, "kept"); renameSync(other, one);
         renameSync(one, other); renameSync("kept", one);
       }`,
      one,
      other,
    ],
    { cwd: base, stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    await new Promise((resolve) => swapper.stdout.once("data", resolve));
    during();
  } finally {
    const ended = new Promise((resolve) => swapper.once("exit", resolve));
    swapper.kill("SIGKILL");
    await ended;
  }
}

// @spec instructions.io.races
describe.skipIf(process.platform !== "linux")("a second process that exchanges all the time", () => {
  beforeEach(() => {
    const outside = join(base, "outside");
    mkdirSync(join(root, "folder", "inner"), { recursive: true });
    writeFileSync(join(root, "folder", "inner", "secret.txt"), "harmless");
    mkdirSync(join(outside, "inner"));
    writeFileSync(join(outside, "inner", "secret.txt"), "a much longer secret");
    writeFileSync(join(outside, "inner", "outer.txt"), "outer");
    symlinkSync(outside, join(base, "link"));
    symlinkSync(join(outside, "inner"), join(base, "inner-link"));
    symlinkSync(join(outside, "secret.txt"), join(base, "file-link"));
  });

  /** Whether an instruction succeeded; its results. */
  const attempt = (guest: TestProgram, instruction: Uint8Array): ReturnType<typeof decodeReply> | undefined => {
    const reply = decodeReply(guest.channel.emit(instruction) as Uint8Array);
    return reply.status === 0 ? reply : undefined;
  };

  /** What a file holds where it can be opened. */
  const contentOf = (guest: TestProgram, path: string): string | undefined => {
    const opened = attempt(guest, io.ioFileOpenRead(path));
    if (opened === undefined) return undefined;
    const { file } = io.readIoFileOpenReadResults(opened.results);
    const { data } = io.readIoFileReadResults(guest.done(io.ioFileRead(file, 100)));
    guest.done(io.ioClose(file));
    return Buffer.from(data).toString();
  };

  const untouched = (): void => {
    const outside = join(base, "outside");
    expect(readdirSync(outside).sort()).toEqual(["inner", "secret.txt"]);
    expect(readdirSync(join(outside, "inner")).sort()).toEqual(["outer.txt", "secret.txt"]);
    expect(readFileSync(join(outside, "inner", "secret.txt"), "utf8")).toBe("a much longer secret");
    expect(readFileSync(join(outside, "secret.txt"), "utf8")).toBe("secret");
  };

  it("a folder above and a link never lets a program read what lies outside", async () => {
    const outcomes = new Set<string | undefined>();
    await exchanging("root/folder", "link", () => {
      const guest = program();
      for (let at = 0; at < 2_000; at += 1) outcomes.add(contentOf(guest, "/data/folder/inner/secret.txt"));
    });
    expect([...outcomes].filter((outcome) => outcome !== undefined && outcome !== "harmless")).toEqual([]);
  });

  it("the file itself and a link never lets a program read or write what lies outside", async () => {
    const outcomes = new Set<string | undefined>();
    await exchanging("root/folder/inner/secret.txt", "file-link", () => {
      const guest = program();
      for (let at = 0; at < 1_000; at += 1) {
        outcomes.add(contentOf(guest, "/data/folder/inner/secret.txt"));
        const opened = attempt(guest, io.ioFileOpenWrite("/data/folder/inner/secret.txt", 2));
        if (opened === undefined) continue;
        const { file } = io.readIoFileOpenWriteResults(opened.results);
        guest.done(io.ioFileWrite(file, text("mine")));
        guest.done(io.ioClose(file));
      }
    });
    const allowed = [undefined, "harmless", "mine", ""];
    expect([...outcomes].filter((outcome) => !allowed.includes(outcome))).toEqual([]);
    untouched();
  });

  it("the folder itself and a link never lets a program list what lies outside", async () => {
    const seen = new Set<string>();
    await exchanging("root/folder/inner", "inner-link", () => {
      const guest = program();
      for (let at = 0; at < 2_000 || seen.size === 0; at += 1) {
        const listed = attempt(guest, io.ioDirectoryList("/data/folder/inner"));
        if (listed === undefined) continue;
        for (const item of io.readIoDirectoryListResults(listed.results).names) {
          if (item.type === "text") seen.add(item.value);
        }
      }
    });
    expect([...seen]).toEqual(["secret.txt"]);
  });

  it("a folder above and a link never lets a program measure, make, write, rename or remove what lies outside", async () => {
    const sizes = new Set<bigint>();
    await exchanging("root/folder", "link", () => {
      const guest = program();
      for (let at = 0; at < 400 || sizes.size === 0; at += 1) {
        const status = attempt(guest, io.ioPathStat("/data/folder/inner/secret.txt"));
        if (status !== undefined) sizes.add(io.readIoPathStatResults(status.results).size);
        attempt(guest, io.ioDirectoryCreate("/data/folder/inner/made"));
        attempt(guest, io.ioDirectoryRemove("/data/folder/inner/made"));
        const opened = attempt(guest, io.ioFileOpenWrite("/data/folder/inner/written.txt", 2));
        if (opened !== undefined) {
          const { file } = io.readIoFileOpenWriteResults(opened.results);
          guest.done(io.ioFileWrite(file, text("mine")));
          guest.done(io.ioClose(file));
        }
        attempt(guest, io.ioPathRename("/data/folder/inner/written.txt", "/data/folder/inner/moved.txt"));
        attempt(guest, io.ioFileRemove("/data/folder/inner/moved.txt"));
        attempt(guest, io.ioFileRemove("/data/folder/inner/outer.txt"));
      }
    });
    expect([...sizes]).toEqual([8n]);
    untouched();
  });
});
