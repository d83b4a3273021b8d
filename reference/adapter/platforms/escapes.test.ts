import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as io from "../../../generated/instructions/io.js";
import { decodeReply } from "../../../generated/instructions/message.js";
import type { FileRoot } from "../../../generated/json/host-policy.js";
import { layersOf } from "../../errors/cause-chain.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { PolicyRefusal } from "../host-failure.js";
import { withHostPath } from "./host-path.js";
import { DENIED, failed, openRead, openTestProgram, openWrite, type TestProgram } from "./testing/program.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

let base = "";
let root = "";
let readOnly = "";

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "fayger-adapter-")));
  root = join(base, "root");
  readOnly = join(base, "read-only");
  for (const folder of [root, readOnly, join(base, "outside")]) mkdirSync(folder);
  writeFileSync(join(readOnly, "given.txt"), "given");
  writeFileSync(join(base, "outside", "secret.txt"), "secret");
});

const programs: TestProgram[] = [];
afterEach(() => {
  for (const guest of programs.splice(0)) guest.channel.close();
  rmSync(base, { recursive: true, force: true });
});

function program(roots?: readonly FileRoot[]): TestProgram {
  const guest = openTestProgram({
    fileRoots: roots ?? [
      { guest_path: "/data", host_path: root, writable: true },
      { guest_path: "/data/given", host_path: readOnly, writable: false },
    ],
  });
  programs.push(guest);
  return guest;
}

/** Every instruction that takes a path, with the path at each of its operands. */
function withPath(path: string): Readonly<Record<string, Uint8Array>> {
  return {
    "io.file_open_read": io.ioFileOpenRead(path),
    "io.file_open_write 0": io.ioFileOpenWrite(path, 0),
    "io.file_open_write 1": io.ioFileOpenWrite(path, 1),
    "io.file_open_write 2": io.ioFileOpenWrite(path, 2),
    "io.file_open_write 3": io.ioFileOpenWrite(path, 3),
    "io.path_stat": io.ioPathStat(path),
    "io.directory_list": io.ioDirectoryList(path),
    "io.directory_create": io.ioDirectoryCreate(path),
    "io.file_remove": io.ioFileRemove(path),
    "io.directory_remove": io.ioDirectoryRemove(path),
    "io.path_rename from": io.ioPathRename(path, "/data/renamed"),
    "io.path_rename to": io.ioPathRename("/data/inside.txt", path),
  };
}

describe("escapes", () => {
  beforeEach(() => writeFileSync(join(root, "inside.txt"), "inside"));

  /** What lies outside is as it was. */
  const untouched = (): void => {
    expect(readFileSync(join(base, "outside", "secret.txt"), "utf8")).toBe("secret");
    expect(readFileSync(join(root, "inside.txt"), "utf8")).toBe("inside");
    const outside = program([{ guest_path: "/", host_path: join(base, "outside"), writable: false }]);
    const { names } = io.readIoDirectoryListResults(outside.done(io.ioDirectoryList("/")));
    expect(names).toEqual([{ type: "text", value: "secret.txt" }]);
  };

  const TEXTUAL = [
    "",
    ".",
    "data/inside.txt",
    "/",
    "/other",
    "/data2/x",
    "/data/../outside/secret.txt",
    "/data/..",
    "/data/./inside.txt",
    "/data//inside.txt",
    "/data/inside.txt/",
    "/data/given/../../outside/secret.txt",
    "/data/a\0b",
    "/data/..\\outside",
    "/data/c:",
    "//data/inside.txt",
  ];

  // @spec instructions.io.paths
  it.each(TEXTUAL)("by the text %j are refused by every instruction that takes a path", (path) => {
    const { refused } = program();
    for (const [name, instruction] of Object.entries(withPath(path)))
      expect([name, refused(instruction)]).toEqual([name, DENIED]);
    untouched();
  });

  test.prop(
    [
      fc.array(fc.constantFrom("..", ".", "", "data", "given", "outside", "secret.txt", "inside.txt", "link"), {
        maxLength: 6,
      }),
    ],
    { numRuns: 60 },
  )("by any sequence of names never read what lies outside", (names) => {
    if (!existsSync(join(root, "link"))) symlinkSync(join(base, "outside"), join(root, "link"));
    const guest = program();
    const path = `/${names.join("/")}`;
    const reply = guest.channel.emit(io.ioFileOpenRead(path)) as Uint8Array;
    const { status, results } = decodeReply(reply);
    if (status !== 0) return;
    const { file } = io.readIoFileOpenReadResults(results);
    expect(io.readIoFileReadResults(guest.done(io.ioFileRead(file, 100))).data).not.toEqual(text("secret"));
  });

  // @spec instructions.io.no-escape, instructions.io.races
  const step = fc.record({
    names: fc.array(
      fc.constantFrom("folder", "empty", "file", "to-file", "to-folder", "inwards", "out", "circle", "new"),
      { minLength: 1, maxLength: 4 },
    ),
    instruction: fc.nat(20),
  });
  describe.skipIf(process.platform === "win32")("paths", () => {
    test.prop([fc.array(step, { maxLength: 12 })], { numRuns: 80 })(
      "get the same answers whether a link leads to their root or none does",
      (steps) => {
        const roots = ["one", "other"].map((name) => {
          const folder = join(base, name);
          rmSync(folder, { recursive: true, force: true });
          for (const each of ["folder", "folder/folder", "empty"]) mkdirSync(join(folder, each), { recursive: true });
          for (const each of ["file", "folder/file"]) writeFileSync(join(folder, each), each);
          symlinkSync("file", join(folder, "to-file"));
          symlinkSync("folder", join(folder, "to-folder"));
          symlinkSync(join(folder, "folder"), join(folder, "folder", "inwards"));
          symlinkSync(join(base, "outside"), join(folder, "out"));
          symlinkSync("circle", join(folder, "folder", "circle"));
          return folder;
        });
        const [straight = "", behind = ""] = roots;
        rmSync(join(base, "way"), { force: true });
        symlinkSync(behind, join(base, "way"));
        const guests = [straight, join(base, "way")].map((host_path) =>
          program([{ guest_path: "/data", host_path, writable: true }]),
        );
        for (const { names, instruction } of steps) {
          const all = Object.values(withPath(`/data/${names.join("/")}`));
          const bytes = all[instruction % all.length] as Uint8Array;
          const [one, other] = guests.map((guest) => decodeReply(guest.channel.emit(bytes) as Uint8Array));
          // When something changed differs between two roots.
          const told = ({ status, results }: ReturnType<typeof decodeReply>): unknown => [status, results.slice(0, 2)];
          expect(told(other as ReturnType<typeof decodeReply>)).toEqual(told(one as ReturnType<typeof decodeReply>));
        }
        expect(readFileSync(join(base, "outside", "secret.txt"), "utf8")).toBe("secret");
      },
    );
  });

  // @spec instructions.io.no-escape
  it("through links to a file, to a folder, up, and in a circle are refused", () => {
    symlinkSync(join(base, "outside", "secret.txt"), join(root, "to-file"));
    symlinkSync(join(base, "outside"), join(root, "to-folder"));
    symlinkSync("..", join(root, "up"));
    symlinkSync("circle", join(root, "circle"));
    symlinkSync(join(base, "outside", "not-there"), join(root, "dangling"));
    const guest = program();
    for (const path of [
      "/data/to-folder/secret.txt",
      "/data/to-folder/not-there",
      "/data/up/outside/secret.txt",
      "/data/up/root/x",
    ]) {
      for (const [name, instruction] of Object.entries(withPath(path))) {
        expect([path, name, guest.refused(instruction)]).toEqual([path, name, DENIED]);
      }
    }
    for (const path of ["/data/to-file", "/data/to-folder", "/data/up"]) {
      const { "io.file_open_read": read, "io.file_open_write 2": write, "io.path_stat": stat } = withPath(path);
      for (const instruction of [read, write, stat, io.ioDirectoryList(path)])
        expect(guest.refused(instruction as Uint8Array)).toBe(DENIED);
    }
    expect(guest.refused(io.ioFileOpenRead("/data/circle"))).toBe(failed("access_denied"));
    expect(guest.refused(io.ioFileOpenWrite("/data/circle", 2))).toBe(failed("access_denied"));
    untouched();
  });

  // @spec instructions.io.no-escape
  it("through links tell nothing of what lies outside, not even whether it is there", () => {
    const outside = join(base, "outside");
    const links = {
      file: join(outside, "secret.txt"),
      folder: outside,
      dangling: join(outside, "not-there"),
      deep: join(outside, "not", "there"),
      "through-file": join(outside, "secret.txt", "x"),
      relative: join("..", "outside", "not-there"),
      "by-way-of": "dangling",
      up: join("..", "..", "..", "..", "..", "..", "..", "..", "..", "not-there"),
      processes: "/proc/self/root/not-there",
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
    const guest = program();
    for (const name of Object.keys(links)) {
      const path = `/data/${name}`;
      for (const instruction of [
        io.ioFileOpenRead(path),
        ...[0, 1, 2, 3].map((mode) => io.ioFileOpenWrite(path, mode)),
        io.ioPathStat(path),
        io.ioDirectoryList(path),
      ]) {
        expect([name, guest.refused(instruction)]).toEqual([name, DENIED]);
      }
      for (const [what, instruction] of Object.entries(withPath(`${path}/x`))) {
        expect([name, what, guest.refused(instruction)]).toEqual([name, what, DENIED]);
      }
    }
    untouched();
  });

  it("through links that lead nowhere inside the root fail as they do without a link", () => {
    symlinkSync("none", join(root, "dangling"));
    symlinkSync(join("inside.txt", "x"), join(root, "through-file"));
    symlinkSync(join(root, "none", "none"), join(root, "deep"));
    const guest = program();
    for (const [path, error] of [
      ["/data/dangling/x", "not_found"],
      ["/data/deep/x", "not_found"],
      ["/data/through-file", "not_directory"],
      ["/data/through-file/x", "not_directory"],
    ] as const) {
      expect([path, guest.refused(io.ioFileOpenRead(path))]).toEqual([path, failed(error)]);
    }
  });

  it.each(process.platform === "linux" ? [true, false] : [false])(
    "through links are found before the host is called (with descriptors: %s)",
    (pin) => {
      symlinkSync(join(base, "outside"), join(root, "to-folder"));
      symlinkSync(join(base, "outside", "secret.txt"), join(root, "to-file"));
      const policy = { capabilities: [], file_roots: [{ guest_path: "/data", host_path: root, writable: true }] };
      const reach = (path: string, follow: boolean): string =>
        withHostPath(policy, path, { write: true, follow }, (host) => readFileSync(host.path, "utf8"), pin);
      expect(reach("/data/inside.txt", true)).toBe("inside");
      for (const path of ["/data/to-folder/secret.txt", "/data/to-folder/none", "/data/to-folder/none/none"]) {
        for (const follow of [true, false]) expect(() => reach(path, follow)).toThrow(PolicyRefusal);
      }
      expect(() => reach("/data/to-file", true)).toThrow(PolicyRefusal);
      // The folder beside the root whose name begins with the root's is another folder.
      mkdirSync(`${root}-beside`);
      writeFileSync(join(`${root}-beside`, "x"), "beside");
      symlinkSync(`${root}-beside`, join(root, "beside"));
      expect(() => reach("/data/beside/x", true)).toThrow(PolicyRefusal);
    },
  );

  it("do not happen when a link itself is removed or renamed: the link is meant, not what it names", () => {
    symlinkSync(join(base, "outside", "secret.txt"), join(root, "to-file"));
    symlinkSync(join(base, "outside"), join(root, "to-folder"));
    const guest = program();
    guest.done(io.ioPathRename("/data/to-file", "/data/renamed"));
    guest.done(io.ioFileRemove("/data/renamed"));
    expect(guest.refused(io.ioDirectoryRemove("/data/to-folder"))).toBe(failed("not_directory"));
    guest.done(io.ioFileRemove("/data/to-folder"));
    untouched();
  });

  it("are no reason to refuse links that stay inside", () => {
    mkdirSync(join(root, "folder"));
    symlinkSync("folder", join(root, "near"));
    symlinkSync(join(root, "inside.txt"), join(root, "folder", "far"));
    symlinkSync(".", join(root, "self"));
    const guest = program();
    for (const path of ["/data/near/far", "/data/self/inside.txt", "/data/self/self/near/far"]) {
      const reader = openRead(guest, path);
      expect(io.readIoFileReadResults(guest.done(io.ioFileRead(reader, 10))).data).toEqual(text("inside"));
    }
    expect(io.readIoPathStatResults(guest.done(io.ioPathStat("/data/self"))).kind).toBe(2);
  });

  // @spec instructions.io.read-only
  it("out of a read-only root by writing are refused", () => {
    const guest = program();
    for (const [name, instruction] of Object.entries(withPath("/data/given/given.txt"))) {
      if (name === "io.file_open_read" || name === "io.path_stat" || name === "io.directory_list") continue;
      expect([name, guest.refused(instruction)]).toEqual([name, DENIED]);
    }
    expect(readFileSync(join(readOnly, "given.txt"), "utf8")).toBe("given");
  });

  it("through a link to a read-only root that the guest sees elsewhere are refused too", () => {
    symlinkSync(readOnly, join(root, "sideways"));
    const guest = program();
    expect(guest.refused(io.ioFileOpenWrite("/data/sideways/given.txt", 2))).toBe(DENIED);
  });

  it.skipIf(process.platform === "win32")("through pipes and devices are refused, and nothing waits", () => {
    execFileSync("mkfifo", [join(root, "pipe")]);
    const guest = program();
    expect(guest.refused(io.ioFileOpenRead("/data/pipe"))).toBe(failed("access_denied"));
    expect(guest.refused(io.ioFileOpenWrite("/data/pipe", 0))).toBe(failed("access_denied"));
    expect(io.readIoPathStatResults(guest.done(io.ioPathStat("/data/pipe"))).kind).toBe(3);
    const devices = program([{ guest_path: "/dev", host_path: "/dev", writable: true }]);
    expect(devices.refused(io.ioFileOpenRead("/dev/zero"))).toBe(failed("access_denied"));
    expect(devices.refused(io.ioFileOpenWrite("/dev/null", 0))).toBe(failed("access_denied"));
  });

  // @spec instructions.io.file-roots
  it("without any file root: no path can be used", () => {
    const guest = program([]);
    for (const path of ["/", "/data", "/etc/passwd"]) {
      for (const instruction of Object.values(withPath(path))) expect(guest.refused(instruction)).toBe(DENIED);
    }
  });

  // @spec security.no-secrets, errors.host-error
  it("leave no host path in the error that people see", () => {
    const guest = program();
    guest.refused(io.ioFileOpenRead("/data/none.txt"));
    const error = guest.channel.lastError as FaygerError;
    expect(layersOf(error)).toEqual(["adapter", "host"]);
    expect(error.cause?.context).toMatchObject({ native_code: "ENOENT" });
    expect(JSON.stringify(error)).not.toContain(base);
  });

  it("by swapping a folder for a link while a program writes are refused", () => {
    // Swapped at the worst moments a single thread can make: between any two of the program's instructions.
    const guest = program();
    mkdirSync(join(root, "folder"));
    const swap = (): void => {
      renameSync(join(root, "folder"), join(root, "kept"));
      symlinkSync(join(base, "outside"), join(root, "folder"));
    };
    const file = openWrite(guest, "/data/folder/a.txt", 1);
    swap();
    guest.done(io.ioFileWrite(file, text("mine")));
    expect(readFileSync(join(root, "kept", "a.txt"), "utf8")).toBe("mine");
    expect(guest.refused(io.ioFileOpenWrite("/data/folder/a.txt", 2))).toBe(DENIED);
    untouched();
  });

  it.skipIf(process.platform !== "linux")(
    "by swapping a folder for a link between the check and the call find the old folder",
    () => {
      mkdirSync(join(root, "folder"));
      writeFileSync(join(root, "folder", "secret.txt"), "harmless");
      const policy = { capabilities: [], file_roots: [{ guest_path: "/data", host_path: root, writable: true }] };
      const read = withHostPath(policy, "/data/folder/secret.txt", { write: false, follow: true }, (host) => {
        renameSync(join(root, "folder"), join(root, "kept"));
        symlinkSync(join(base, "outside"), join(root, "folder"));
        return readFileSync(host.path, "utf8");
      });
      expect(read).toBe("harmless");
    },
  );

  // @spec instructions.io.hard-links
  it("by a hard link: a file with another name is not written, while reading shares what the host has linked", () => {
    const secret = join(base, "outside", "secret.txt");
    linkSync(secret, join(root, "hard"));
    const guest = program();
    const reader = openRead(guest, "/data/hard");
    expect(io.readIoFileReadResults(guest.done(io.ioFileRead(reader, 10))).data).toEqual(text("secret"));
    for (const mode of [0, 2, 3]) expect(guest.refused(io.ioFileOpenWrite("/data/hard", mode))).toBe(DENIED);
    expect(guest.refused(io.ioFileOpenWrite("/data/hard", 1))).toBe(failed("already_exists"));
    guest.done(io.ioPathRename("/data/hard", "/data/renamed"));
    expect(guest.refused(io.ioFileOpenWrite("/data/renamed", 2))).toBe(DENIED);
    guest.done(io.ioFileRemove("/data/renamed"));
    untouched();
  });
});
