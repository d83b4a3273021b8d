import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freezeCurrent } from "../../../codegen/src/commands/compile.js";
import { createSourceFile, lineAt, type SourceFile } from "../../../codegen/src/diagnostics/source.js";
import { compareStates, raisedBy } from "./judge.js";
import { changeKinds } from "./kinds.js";
import { folderState, releasedState } from "./state.js";
import {
  anyEdit,
  type Edit,
  edits,
  known,
  maps,
  root,
  rulePath,
  sourceOf,
  sources,
  states,
  versionsPath,
  whole,
} from "./testing/edits.js";
import { expand, formOf, relate, simplified } from "./types.js";

// @spec compatibility.runtime-interface, compatibility.schema.major, compatibility.schema.minor, compatibility.format
// @spec compatibility.deprecation, compatibility.additions, compatibility.documents, compatibility.schema.frozen
describe("a single change of the real specification", () => {
  it.each(Object.entries(edits))("%s is told with its kind and place, and nothing else with it", (_what, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (edit) => {
        fc.pre(edit !== undefined);
        const [old, now] = states(edit);
        const { changes, holds } = compareStates(old, now);
        // A frozen member that goes or changes breaks two promises.
        const others = changes.filter(({ kind }) => kind !== "frozen-changed");
        expect(others.map(({ kind, subject }) => [kind, subject])).toEqual([[edit.kind, edit.subject]]);
        const [change] = others;
        expect(change?.at.file).toBe(edit.path);
        const changed = now.sources.find(({ path }) => path === edit.path);
        if (edit.shown !== undefined && changed !== undefined)
          expect(change?.at.line).toBe(lineAt(changed, edit.shown));
        expect(holds).toBe(changeKinds[edit.kind].level === "patch");
      }),
      { numRuns: 10 },
    );
  });

  it("holds with the version raised as it asks, and with no less", () => {
    fc.assert(
      fc.property(anyEdit, (edit) => {
        const [change] = compareStates(...states(edit)).changes;
        if (change === undefined) throw new Error("no change");
        const { level } = changeKinds[change.kind];
        const before = whole.versions.get(change.version) ?? "";
        const [major = 0, minor = 0] = before.split(".").map(Number);
        const rest = before.split(".").length === 3 ? ".0" : "";
        const with_ = (version: string) => compareStates(...states(edit, { [change.version]: version })).holds;
        expect(with_(`${major}.${minor + 1}${rest}`)).toBe(level === "minor");
        // A frozen member asks the same of the format.
        const alone = change.kind !== "frozen-changed" && compareStates(...states(edit)).changes.length === 1;
        if (alone) expect(with_(`${major + 1}.0${rest}`)).toBe(level !== "never");
        expect(with_(`${major - 1}.9${rest}`)).toBe(false);
      }),
      { numRuns: 8 },
    );
  });

  it("may add a member to a growing map with the minor that brings it, and with no other", () => {
    const growing = maps.filter(({ grows }) => grows);
    expect(growing.length).toBeGreaterThan(2);
    for (const rule of growing.slice(0, 3)) {
      const open = sourceOf(rulePath(rule)).text.indexOf("{", rule.at.start) + 1;
      const edit = (since: string): Edit => ({
        path: rulePath(rule),
        start: open,
        end: open,
        text: `\n  ; New.\n  ; @since ${since}\n  ? quite_new: bool`,
        kind: "member-added",
        subject: "",
        shown: undefined,
      });
      const told = (since: string, schema: string) => {
        const { changes, holds } = compareStates(...states(edit(since), { schema }));
        return [changes.map(({ kind }) => kind).join(), holds];
      };
      expect(told("1.1", "1.1")).toEqual(["member-added", true]);
      expect(told("1.1", "1.0")).toEqual(["member-added-undated", false]);
      expect(told("1.2", "1.1")).toEqual(["member-added-undated", false]);
      expect(told("1.0", "1.1")).toEqual(["member-added-undated", false]);
    }
  });

  it("tells a new table and a new column once, and not at every row", () => {
    const path = "spec/tables/quotas.yaml";
    const versions = sourceOf(versionsPath);
    const bare = createSourceFile(path, sourceOf(path).text.replaceAll(/unit: [^,]+, /g, ""));
    expect(bare.text).not.toBe(sourceOf(path).text);
    const now = known(folderState("now", [versions, sourceOf(path)]));
    const told = (old: readonly SourceFile[]) =>
      compareStates(known(folderState("old", [versions, ...old])), now).changes.map(({ kind, subject }) => [
        kind,
        subject,
      ]);
    expect(told([bare])).toEqual([["row-added", "quotas"]]);
    expect(told([])).toEqual([["row-added", "quotas"]]);
  });

  it("may take away what was marked and stayed for a major version", () => {
    const marked = (text: string) => text.replace("{ name: sleep,", '{ deprecated: "1.3", name: sleep,');
    const path = "spec/tables/traps.yaml";
    const line =
      sourceOf(path)
        .text.split("\n")
        .find((candidate) => candidate.includes("- { name:")) ?? "";
    const old = sourceOf(path).text.replace(line, line.replace("{ name:", '{ deprecated: "1.3", name:'));
    expect(marked(old)).toBe(old);
    const gone = old.replace(`${line.replace("{ name:", '{ deprecated: "1.3", name:')}\n`, "");
    const state = (text: string, schema: string) => {
      const listed = sourceOf(versionsPath).text.replace(/(name: schema, version: )"[^"]*"/, `$1"${schema}"`);
      return known(folderState(schema, [createSourceFile(versionsPath, listed), createSourceFile(path, text)]));
    };
    const told = (before: string, after: string) => {
      const { changes, holds } = compareStates(state(old, before), state(gone, after));
      return [changes.map(({ kind }) => kind).join(), holds];
    };
    expect(told("1.3", "2.0")).toEqual(["removed-unmarked", false]);
    expect(told("2.0", "2.1")).toEqual(["removed-unmarked", false]);
    expect(told("2.4", "3.0")).toEqual(["removed", true]);
    expect(told("3.0", "3.1")).toEqual(["removed", false]);
  });
});

describe("a released state", () => {
  const frozen = (freezeCurrent(sources) ?? []).map(({ path, text }) => createSourceFile(path, text));
  const [file, ...schemas] = frozen;
  if (file === undefined) throw new Error("nothing was frozen");

  it("holds all there is to compare: it differs from the specification it was made of in nothing", () => {
    const state = known(releasedState(file, schemas));
    expect(state.draft).toBe(true);
    expect(compareStates(state, whole).changes).toEqual([]);
    expect(compareStates(whole, state).changes).toEqual([]);
  });

  it("tells of a break only when it is released", () => {
    const broken = sources.map((source) =>
      source.path.endsWith("/traps.yaml")
        ? createSourceFile(source.path, source.text.replace("number: 10", "number: 99"))
        : source,
    );
    const now = known(folderState("now", broken));
    const released = createSourceFile(file.path, file.text.replace("status: draft", "status: released"));
    expect(compareStates(known(releasedState(file, schemas)), now)).toMatchObject({
      holds: true,
      changes: [{ kind: "number-changed" }],
    });
    expect(compareStates(known(releasedState(released, schemas)), now).holds).toBe(false);
  });

  it("without schemas is compared by its tables", () => {
    expect(known(releasedState(file, [])).rules).toBeUndefined();
    expect(compareStates(known(releasedState(file, [])), whole).changes).toEqual([]);
  });

  it.each(["", "version: 1", "a: &b c", "version: '1.0'\nstatus: late\ntables: {}"])(
    "that is none is refused: %j",
    (text) => {
      expect(releasedState(createSourceFile("spec/released/1.0.yaml", text), [])).toHaveProperty("problem");
    },
  );
});

describe("versions and types", () => {
  it.each([
    ["1.0", "1.0", "none"],
    ["1.0", "1.1", "minor"],
    ["1.9.3", "2.0.0", "major"],
    ["1.0.0", "1.0.1", "patch"],
    ["2.0", "1.9", "lowered"],
    ["1", "2", "major"],
    ["1.1.0", "1.0.9", "lowered"],
  ])("%s to %s is %s", (before, now, raised) => {
    expect(raisedBy(before, now)).toBe(raised);
  });

  it.each([
    ["0 .. 5", "0 .. 5", "same", "range"],
    ["0 .. 5", "uint", "wider", "range"],
    ["0 .. 5", "1 .. 9", "different", "range"],
    ["tstr .size (1 .. 4)", "tstr .size (1 .. 9)", "wider", "range"],
    ["tstr .size (1 .. 4)", "tstr", "wider", "range"],
    ['(tstr .size (1 .. 4)) .regexp "a"', '(tstr .size (1 .. 4)) .regexp "b"', "different", "type"],
    ['"a" / "b"', '"b" / "c" / "a"', "wider", "enumeration"],
    ['"a / b"', '"a" / "b"', "different", "enumeration"],
    ["[ + 0 .. 5 ]", "[ * 0 .. 9 ]", "wider", "type"],
    ["[ * uint ]", "[ + uint ]", "different", "type"],
    ["bool", "any", "wider", "type"],
    ["any", "bool", "different", "type"],
  ])("%s to %s is %s", (before, now, relation, form) => {
    expect(relate(before, now)).toBe(relation);
    expect(formOf(before, now)).toBe(form);
  });

  it("write out names that stand for a type, and leave texts and keys alone", () => {
    const aliases = new Map([
      ["name", "tstr .size (1 .. 4)"],
      ["size", "uint"],
      ["loop", "loop"],
    ]);
    expect(simplified(expand("name", aliases))).toBe("tstr .size (1 .. 4)");
    expect(expand('"name" / name-of / [ name: size ]', aliases)).toBe('"name" / name-of / [ name: (uint) ]');
    expect(simplified(expand("loop", aliases))).toBe("loop");
  });
});

describe("the chapter on compatibility", () => {
  it("lists every kind of change with what it asks for", () => {
    const chapter = readFileSync(join(root, "spec/chapters/compatibility.md"), "utf8");
    const listed = chapter.split("\n").filter((line) => /^\| `[a-z-]+` \| (patch|minor|major|never) /.test(line));
    expect(listed).toEqual(
      Object.entries(changeKinds).map(
        ([name, { level, requirement, meaning }]) => `| \`${name}\` | ${level} | \`${requirement}\` | ${meaning} |`,
      ),
    );
  });
});
