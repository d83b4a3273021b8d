import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { FAY_FINDING_SEVERITIES } from "../../../generated/enums/fay-finding.js";
import { brokenManifests, fayManifests } from "../testing/fay-manifest-arbitraries.js";
import { applyEdits, type PlacedFinding } from "./finding.js";
import { judgeFayManifest } from "./judge.js";
import { segmentsOf } from "./paths.js";
import { readFayManifest } from "./read.js";

/** JSON as people write it, in lines, and as machines do. */
const layout = fc.constantFrom(undefined, 2, "\t");

/** What a pointer of RFC 6901 leads to; undefined where nothing is. */
function atPointer(value: unknown, pointer: string): unknown {
  const names = pointer.split("/").slice(1);
  return names.reduce<unknown>((owner, name) => {
    const key = name.replaceAll("~1", "/").replaceAll("~0", "~");
    return Object.hasOwn(owner as object, key) ? (owner as Record<string, unknown>)[key] : undefined;
  }, value);
}

/** Line and column, counted by another way than the reader's. */
function countedPosition(text: string, offset: number): [number, number] {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return [lines.length, [...(lines.at(-1) ?? "")].length + 1];
}

function expectPlaced(text: string, value: unknown, finding: PlacedFinding): void {
  const { field, pointer, offset, length, line, column, code } = finding;
  const meant = text.slice(offset, offset + length);
  const last = segmentsOf(field).at(-1);
  expect([line, column]).toEqual(countedPosition(text, offset));
  if (code === "missing_field") {
    expect(meant).toBe("{");
    expect(atPointer(value, pointer)).toBeUndefined();
  } else if (code === "unknown_field") expect(JSON.parse(meant)).toBe(last);
  else expect(JSON.parse(meant)).toEqual(atPointer(value, pointer));
}

describe("the file of an author", () => {
  // @spec faymanifest.shape, faymanifest.validation
  it.each(["fay", "second"])("is without an error where it is published: %s.json", (name) => {
    const file = readFileSync(new URL(`../../examples/drone/${name}.json`, import.meta.url));
    const { manifest, errors, warnings } = readFayManifest(file);
    expect(errors).toEqual([]);
    expect(manifest).toEqual(JSON.parse(file.toString("utf8")));
    // The second example declares no permissions at all: what it declares is permitted nothing.
    expect(warnings.map(({ code, field }) => `${code} ${field}`)).toEqual(
      name === "fay"
        ? []
        : ["permission_missing $.modules[0]", "permission_missing $.modules[1]", "permission_missing $.protocols[0]"],
    );
  });

  // @spec faymanifest.validation, faymanifest.validation.place
  test.prop([fc.oneof(fayManifests(), brokenManifests()), layout])(
    "is judged as its value is, each finding with its place",
    (value, indentation) => {
      const text = JSON.stringify(value, undefined, indentation);
      const { manifest, errors, warnings } = readFayManifest(text);
      const parsed = JSON.parse(text);
      const judged = judgeFayManifest(parsed);
      expect([errors, warnings]).toMatchObject([judged.errors, judged.warnings]);
      expect(manifest).toEqual(errors.length === 0 ? parsed : undefined);
      for (const finding of [...errors, ...warnings]) expectPlaced(text, parsed, finding);
    },
  );

  // @spec faymanifest.validation
  test.prop([fc.oneof(fayManifests(), brokenManifests(), fc.jsonValue())])(
    "has errors that are errors, and warnings that say what to do",
    (value) => {
      const { errors, warnings } = judgeFayManifest(value);
      expect(errors.filter(({ code }) => FAY_FINDING_SEVERITIES[code] !== "error")).toEqual([]);
      for (const { code, suggestion } of warnings) {
        expect(FAY_FINDING_SEVERITIES[code]).toBe("warning");
        expect(suggestion).toMatch(/^[A-Z].*[.?]$/);
      }
    },
  );

  // @spec faymanifest.validation.place
  test.prop([brokenManifests()])(
    "is mended by each fix, which takes its error away and brings none, and by all together",
    (value) => {
      const text = JSON.stringify(value);
      const before = readFayManifest(text).errors;
      const fixed = before.filter((error) => error.fix !== undefined);
      const kinds = before.map(kindOf);
      for (const { fix, ...error } of fixed) {
        const after = readFayManifest(applyEdits(text, fix === undefined ? [] : [fix])).errors.map(kindOf);
        expect(kinds).toEqual(expect.arrayContaining(after));
        expect(after.length).toBeLessThan(before.length);
        expect(after.filter((kind) => kind === kindOf(error)).length).toBeLessThan(
          kinds.filter((kind) => kind === kindOf(error)).length,
        );
      }
      const after = readFayManifest(
        applyEdits(
          text,
          fixed.flatMap(({ fix }) => fix ?? []),
        ),
      ).errors.map(kindOf);
      expect(kinds).toEqual(expect.arrayContaining(after));
      expect(after.length).toBeLessThanOrEqual(before.length - fixed.length);
    },
  );

  /** An error without what it says of its neighbours: that can be another after a fix. */
  function kindOf({ code, field }: Pick<PlacedFinding, "code" | "field">): string {
    return `${code} ${field}`;
  }

  // @spec faymanifest.validation.text
  test.prop([fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: "binary" }), fc.json())])(
    "can hold anything",
    (file) => {
      const { manifest, errors, warnings, text } = readFayManifest(file, { comments: true });
      expect(errors.length > 0).toBe(manifest === undefined);
      for (const { offset, length } of [...errors, ...warnings]) {
        expect(offset >= 0 && length >= 0 && offset + length <= text.length + 1).toBe(true);
      }
    },
  );

  // @spec faymanifest.validation.warnings, encoding.json.duplicates
  it("is warned of members that come again, with errors and without", () => {
    const text = '{"name":"a","name":"b","version":"1.0.0","description":"","vendor":"","modules":[],"protocols":[],';
    const whole = readFayManifest(`${text}"controlMode":"ego","controlMode":"ego"}`);
    expect(whole.manifest?.name).toBe("b");
    expect(whole.warnings.map(({ code, field, offset, column }) => [code, field, offset, column])).toEqual([
      ["duplicate_member", "$.name", 1, 2],
      ["duplicate_member", "$.controlMode", 98, 99],
      ["ego_missing", "$.controlMode", 132, 133],
    ]);
    const broken = readFayManifest(`${text}"controlMode":"self"}`);
    expect(broken.errors.map(({ code }) => code)).toEqual(["value_out_of_range"]);
    expect(broken.warnings.map(({ code }) => code)).toEqual(["duplicate_member"]);
  });

  // @spec faymanifest.validation.text
  it("is refused where it is nested too deep, at that place", () => {
    const text = `{"ego":${"[".repeat(64)}${"]".repeat(64)}}`;
    expect(readFayManifest(text).errors).toEqual([
      {
        field: "$",
        code: "too_deep",
        message: "objects and arrays are nested more than 64 deep",
        suggestion: "Settings that are nested so deep belong into a file of their own.",
        pointer: "",
        offset: 70,
        length: 1,
        line: 1,
        column: 71,
      },
    ]);
    expect(judgeFayManifest(JSON.parse(text)).errors.map(({ code }) => code)).toEqual(["too_deep"]);
  });

  // @spec faymanifest.validation.bound
  it("is told a thousand findings of, errors before warnings, and how many there are beyond", () => {
    const text = (modules: string, members: string) =>
      `{"name":"a","version":"1.0.0","description":"","modules":[${modules}],"protocols":[],"controlMode":"command"${members}}`;
    const again = ',"vendor":""'.repeat(1502);
    const broken = readFayManifest(text("1,".repeat(699) + "1", again));
    expect([broken.errors.length, broken.warnings.length, broken.untold]).toEqual([700, 300, 1201]);
    const doubtful = readFayManifest(text('{"id":"sensor"}', again));
    expect([doubtful.errors.length, doubtful.warnings.length]).toEqual([0, 1000]);
    // Those passed over, and what `sensor` depends on and needs a permission for.
    const alone = readFayManifest(text('{"id":"sensor"}', ',"vendor":""'));
    expect(doubtful.untold).toBe(501 + alone.warnings.length);
    expect(alone.untold).toBe(0);
  });

  // @spec faymanifest.validation.bound
  it("is told of members that come again at paths as long as the file, until their paths are", () => {
    const name = "n".repeat(400_000);
    const { warnings, untold } = readFayManifest(
      `{"name":"a","version":"1.0.0","description":"","vendor":"","protocols":[],"controlMode":"command",` +
        `"modules":[{"id":"fay_id","config":{"${name}":{${'"a":1,'.repeat(99)}"a":1}}}]}`,
    );
    const again = warnings.filter(({ code }) => code === "duplicate_member");
    expect(again.length + untold).toBe(99);
    expect(again[0]?.field).toBe(`$.modules[0].config.${name}.a`);
    expect(again.length).toBeLessThan(10);
  });

  // @spec faymanifest.validation.place
  it("has a member whose name is nothing but quotes, however many", () => {
    const name = "'".repeat(1_000_000);
    const { errors } = readFayManifest(`{"${name}":1}`);
    expect(errors.at(-1)).toMatchObject({ code: "unknown_field", pointer: `/${name}`, offset: 1 });
  });

  // @spec faymanifest.validation.size
  it("is refused unread where it is too long", () => {
    const text = '{"name":"a"}';
    const tooLong = readFayManifest(text, { longest: 11 });
    expect(tooLong).toMatchObject({ manifest: undefined, warnings: [], untold: 0, text: "" });
    expect(tooLong.errors.map(({ field, code, message }) => [field, code, message])).toEqual([
      ["$", "length_out_of_range", "expected a file of at most 11 bytes, found 12"],
    ]);
    expect(readFayManifest(text, { longest: 12 }).errors.map(({ code }) => code)).not.toContain("length_out_of_range");
    const most = new Uint8Array(4_194_305).fill(0x20);
    expect(readFayManifest(most).errors.map(({ code }) => code)).toEqual(["length_out_of_range"]);
    expect(readFayManifest(most.subarray(1)).errors.map(({ code }) => code)).toEqual(["json_syntax"]);
  });
});
