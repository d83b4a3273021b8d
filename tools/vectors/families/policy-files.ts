import type { VectorInputs } from "../../../generated/json/vector.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";

const roots = "instructions.io.file-roots";
const paths = "instructions.io.paths";
const readOnly = "instructions.io.read-only";
const deny = "capabilities.deny-by-default";

interface Root {
  readonly guest_path: string;
  readonly writable: boolean;
}

/** Folders of a usual policy: one inside the other, and one beside them. */
const ROOTS: readonly Root[] = [
  { guest_path: "/data", writable: true },
  { guest_path: "/data/shared", writable: false },
  { guest_path: "/data/shared/inbox", writable: true },
  { guest_path: "/etc", writable: false },
];

function inputsOf(path: string, changes: boolean, found: readonly Root[] | undefined): VectorInputs {
  const fileRoots = found?.map((root, at) => ({ ...root, host_path: `/srv/root-${at}` }));
  return {
    host_policy: { capabilities: [], ...(fileRoots !== undefined && { file_roots: fileRoots }) },
    path,
    changes,
  };
}

interface Placed {
  readonly id: string;
  readonly path: string;
  readonly changes?: boolean;
  readonly among?: readonly Root[];
  readonly root: string;
  readonly below: readonly string[];
  readonly clauses?: readonly string[];
  readonly why: string;
}

function placed({ id, path, changes = false, among = ROOTS, root, below, clauses = [], why }: Placed): Draft {
  return accepted({
    id: `policy-files/${id}`,
    operation: "decide_path",
    clauses: [roots, ...clauses],
    inputs: inputsOf(path, changes, among),
    result: { file_root: root, below: [...below] },
    why,
    effect: "A program finds another file than the one it named, or none.",
  });
}

function allowed(): readonly Draft[] {
  const files: readonly (readonly [id: string, path: string, root: string, below: readonly string[], why: string])[] = [
    ["deep", "/data/a/b/c.txt", "/data", ["a", "b", "c.txt"], "Names below a root, at every depth."],
    ["root-itself", "/data", "/data", [], "A root is a path of its own."],
    ["longest", "/data/shared/a", "/data/shared", ["a"], "Of two roots that hold the path the longer one counts."],
    ["longest-of-three", "/data/shared/inbox/a", "/data/shared/inbox", ["a"], "Of three the longest."],
    ["longest-itself", "/data/shared", "/data/shared", [], "A root inside another is not a folder of the other."],
    ["same-beginning", "/data/sharedness", "/data", ["sharedness"], "Names are compared whole."],
    ["longer-name", "/data/shared2/inbox", "/data", ["shared2", "inbox"], "A longer name is another name."],
    ["case", "/data/Shared/a", "/data", ["Shared", "a"], "Letters of a path have a case."],
    ["dots-in-a-name", "/data/..a/b..c/...", "/data", ["..a", "b..c", "..."], "Only `.` and `..` whole are refused."],
    ["space", "/data/ a ", "/data", [" a "], "A name may hold spaces, at its ends too."],
    ["umlaut", "/data/Tür", "/data", ["Tür"], "A name may hold any letter."],
    ["percent", "/data/%2e%2e", "/data", ["%2e%2e"], "Nothing is unescaped."],
    ["tilde", "/data/~root/$HOME", "/data", ["~root", "$HOME"], "Nothing is expanded."],
  ];
  return [
    ...files.map(([id, path, root, below, why]) =>
      placed({ id: `placed/${id}`, path, root, below, clauses: [paths], why }),
    ),
    placed({
      id: "placed/slash",
      path: "/",
      among: [{ guest_path: "/", writable: false }],
      root: "/",
      below: [],
      why: "`/` is the root where a policy names it so.",
    }),
    placed({
      id: "placed/below-slash",
      path: "/a/b",
      among: [{ guest_path: "/", writable: false }, ...ROOTS],
      root: "/",
      below: ["a", "b"],
      why: "A root `/` holds what no other holds.",
    }),
    placed({
      id: "placed/longer-than-slash",
      path: "/data/a",
      among: [{ guest_path: "/", writable: false }, ...ROOTS],
      root: "/data",
      below: ["a"],
      why: "Any other root is longer than `/`.",
    }),
    placed({
      id: "placed/any-order",
      path: "/data/shared/a",
      among: [...ROOTS].reverse(),
      root: "/data/shared",
      below: ["a"],
      why: "The order of the roots in a policy means nothing.",
    }),
    placed({
      id: "changed/writable",
      path: "/data/a",
      changes: true,
      root: "/data",
      below: ["a"],
      clauses: [readOnly],
      why: "A root that is writable may be changed.",
    }),
    placed({
      id: "changed/writable-within-read-only",
      path: "/data/shared/inbox/a",
      changes: true,
      root: "/data/shared/inbox",
      below: ["a"],
      clauses: [readOnly],
      why: "A writable root may lie inside one that is not.",
    }),
    placed({
      id: "changed/read",
      path: "/etc/hosts",
      root: "/etc",
      below: ["hosts"],
      clauses: [readOnly],
      why: "What is not writable may be read.",
    }),
  ];
}

type Refused = readonly [id: string, path: string, clauses: readonly string[], why: string];

const WRONG: readonly Refused[] = [
  ["empty", "", [paths], "No text is no path."],
  ["relative", "data/a.txt", [paths], "A path is absolute."],
  ["relative-root", "data", [paths], "The name of a root alone is not absolute either."],
  ["dot-in-front", "./data/a.txt", [paths], "Nothing stands before the first slash."],
  ["dot-dot", "/data/../etc/hosts", [paths], "`..` is refused, wherever it would lead."],
  ["dot-dot-inside", "/data/a/../b", [paths], "Also where it would stay inside."],
  ["dot-dot-at-the-end", "/data/..", [paths], "Also at the end."],
  ["dot-dot-first", "/../data/a.txt", [paths], "Also at the beginning."],
  ["dot", "/data/./a.txt", [paths], "`.` is refused, though it leads nowhere else."],
  ["dot-at-the-end", "/data/.", [paths], "Also at the end."],
  ["two-slashes", "/data//a.txt", [paths], "A name is not empty."],
  ["two-slashes-first", "//data/a.txt", [paths], "Nor is the first one: some hosts take it for another machine."],
  ["slash-at-the-end", "/data/a/", [paths], "Nor is the last."],
  ["nul", "/data/a.txt\0.png", [paths], "NUL ends a path on some hosts."],
  ["backslash", "/data/..\\..\\etc", [paths], "A backslash parts names on some hosts."],
  ["colon", "/data/a.txt:stream", [paths], "A colon names a stream or a drive on some hosts."],
  ["drive", "/c:/windows", [paths], "So with a drive."],
  ["no-root", "/home/a.txt", [roots], "The path lies in no root."],
  ["above", "/", [roots], "What is above all roots lies in none."],
  ["same-beginning", "/database", [roots], "A name that begins like a root is another name."],
  ["case", "/DATA/a.txt", [roots], "Letters of a root have a case."],
];

function refused(): readonly Draft[] {
  const parent = placed({
    id: "refused/parent",
    path: "/data/a.txt",
    root: "/data",
    below: ["a.txt"],
    clauses: [paths],
    why: "A file of a root.",
  });
  const writing = placed({
    id: "refused/writing-parent",
    path: "/data/b.txt",
    changes: true,
    root: "/data",
    below: ["b.txt"],
    clauses: [readOnly],
    why: "A file that may be changed.",
  });
  const refusal = { code: "ADP_POLICY_DENIED", context: { host_error: "access_denied" } };
  const effect = "A program reads or changes a file that its host did not show it.";
  const mutation = (of: Draft, id: string, clauses: readonly string[], changes: Partial<VectorInputs>, why: string) =>
    mutated(of, {
      id: `policy-files/refused/${id}`,
      clauses,
      recipe: { mutator: "change-request", arguments: { ...changes }, repair: "raw" },
      inputs: changes,
      refusal,
      why,
      effect,
    });
  const bare = inputsOf("/data/a.txt", false, undefined);
  return [
    parent,
    writing,
    ...WRONG.map(([id, path, clauses, why]) => mutation(parent, id, [...clauses, deny], { path }, why)),
    ...["/etc/hosts", "/etc", "/data/shared/a", "/data/shared"].map((path) =>
      mutation(
        writing,
        `read-only/${path.slice(1).replaceAll("/", "-")}`,
        [readOnly, roots],
        { path },
        `${path} lies in a root that is not writable, whatever root is around it.`,
      ),
    ),
    mutation(parent, "no-roots", [roots, deny], bare, "A policy without file roots shows no file."),
    mutation(
      parent,
      "empty-roots",
      [roots, deny],
      inputsOf("/data/a.txt", false, []),
      "Nor does one with none of them.",
    ),
  ];
}

/** In which file root a path lies, and what may be done there. */
export const policyFiles: Family = { name: "policy-files", drafts: () => [...allowed(), ...refused()] };
