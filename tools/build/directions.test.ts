import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// Plants one forbidden import for each direction into a skeleton of the tree and demands that the tools find every one.
// @spec architecture.dependency-rules @spec architecture.cross-cutting @spec architecture.generated-code

const root = fileURLToPath(new URL("../..", import.meta.url));
let copy: string;

/** A forbidden import: where it is planted, the dependency-cruiser rule that names it, and whether `tsc -b` finds it too. */
interface Planted {
  readonly file: string;
  readonly source: string;
  readonly rule: string;
  readonly compiler: boolean;
}

const imports = (specifier: string): string =>
  `import * as planted from "${specifier}";\nexport const used = planted;\n`;

const PLANTED: readonly Planted[] = [
  {
    file: "reference/codec/planted.ts",
    source: imports("../errors/index.js"),
    rule: "codec-is-a-leaf",
    compiler: true,
  },
  {
    file: "generated/planted.ts",
    source: imports("../reference/errors/index.js"),
    rule: "generated-imports-codec-v1-only",
    compiler: true,
  },
  {
    file: "reference/contracts/planted.ts",
    source: imports("../loader/index.js"),
    rule: "contracts-import-types-only",
    compiler: true,
  },
  {
    file: "reference/loader/planted-runtime.ts",
    source: imports("../runtime/index.js"),
    rule: "loader-never-reaches-runtime-or-adapter",
    compiler: true,
  },
  {
    file: "reference/loader/planted-adapter.ts",
    source: imports("../adapter/index.js"),
    rule: "loader-never-reaches-runtime-or-adapter",
    compiler: true,
  },
  {
    file: "reference/loader/planted-security.ts",
    source: imports("../security/index.js"),
    rule: "layers-do-not-see-cross-cutting-code",
    compiler: true,
  },
  {
    file: "reference/runtime/planted-loader.ts",
    source: imports("../loader/index.js"),
    rule: "runtime-never-reaches-loader",
    compiler: true,
  },
  {
    file: "reference/runtime/planted-adapter.ts",
    source: imports("../adapter/index.js"),
    rule: "runtime-never-reaches-adapter",
    compiler: true,
  },
  {
    file: "reference/runtime/planted-bus.ts",
    source: imports("../observability/index.js"),
    rule: "layers-do-not-see-cross-cutting-code",
    compiler: true,
  },
  {
    file: "reference/adapter/planted-runtime.ts",
    source: imports("../runtime/index.js"),
    rule: "adapter-never-reaches-loader-or-runtime",
    compiler: true,
  },
  {
    file: "reference/adapter/planted-loader.ts",
    source: imports("../loader/index.js"),
    rule: "adapter-never-reaches-loader-or-runtime",
    compiler: true,
  },
  {
    file: "reference/loader/planted-host.ts",
    source: imports("node:fs"),
    rule: "only-edges-touch-the-host",
    compiler: true,
  },
  {
    file: "reference/runtime/planted-host.ts",
    source: imports("node:fs"),
    rule: "only-edges-touch-the-host",
    compiler: true,
  },
  {
    file: "reference/adapter/planted-host.ts",
    source: imports("node:fs"),
    rule: "only-edges-touch-the-host",
    compiler: true,
  },
  {
    file: "reference/security/planted-host.ts",
    source: imports("node:crypto"),
    rule: "only-edges-touch-the-host",
    compiler: true,
  },
  {
    file: "reference/planted-edge.ts",
    source: imports("./security/backends/node.js"),
    rule: "layers-do-not-import-edges",
    compiler: true,
  },
  {
    file: "reference/runtime/planted-xstate.ts",
    source: imports("xstate"),
    rule: "xstate-only-in-lifecycle-model",
    compiler: false,
  },
  {
    file: "reference/loader/planted-package.ts",
    source: imports("cborg"),
    rule: "shipped-code-has-no-runtime-dependency",
    compiler: false,
  },
  {
    file: "reference/errors/planted-fast-check.ts",
    source: imports("fast-check"),
    rule: "fast-check-only-in-testing",
    compiler: false,
  },
  { file: "codegen/src/model/planted.ts", source: imports("ts-morph"), rule: "ts-morph-only-in-emit", compiler: false },
  {
    file: "codegen/src/check/planted.ts",
    source: imports("../../../tools/cli/program.js"),
    rule: "nothing-imports-tools",
    compiler: true,
  },
  {
    file: "tools/conformance/run/planted-reference.ts",
    source: imports("../../../reference/errors/index.js"),
    rule: "runner-shares-nothing-with-what-it-judges",
    compiler: false,
  },
  {
    file: "tools/vectors/families/planted-reference.ts",
    source: imports("../../../reference/errors/index.js"),
    rule: "vectors-know-no-reference",
    compiler: false,
  },
  {
    file: "reference/observability/planted-a.ts",
    source: imports("./planted-b.js"),
    rule: "no-cycles",
    compiler: false,
  },
];

/** Folders whose imports are looked at. */
const FOLDERS = ["reference", "generated", "codegen", "tools"];

/** Modules below a folder. Whether an import is allowed hangs on where they lie, and on nothing that they say. */
function modulesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
}

function isNoTypeScript(path: string): boolean {
  return !path.endsWith(".ts");
}

interface CruiseReport {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

function cruise(folder: string): CruiseReport["summary"]["violations"] {
  const cruised = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
      "--config",
      "tools/config/dependency-cruiser.cjs",
      "--output-type",
      "json",
      ...FOLDERS,
    ],
    { cwd: folder, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
  );
  return (JSON.parse(cruised.stdout) as CruiseReport).summary.violations;
}

// @spec architecture.dependency-rules, architecture.host-edges, architecture.cross-cutting
// @spec architecture.generated-code, architecture.layers
// @spec architecture.dependency-check, architecture.composition-root, architecture.hand-over
describe("a forbidden import", () => {
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "fayger-directions-"));
    for (const folder of FOLDERS) {
      cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: isNoTypeScript });
      for (const file of modulesOf(folder)) writeFileSync(join(copy, folder, file), "export {};\n");
    }
    for (const file of ["tsconfig.json", "package.json"]) cpSync(join(root, file), join(copy, file));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (const planted of PLANTED) writeFileSync(join(copy, planted.file), planted.source);
    writeFileSync(join(copy, "reference/observability/planted-b.ts"), imports("./planted-a.js"));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  // That the tree itself has none is what `npm run lint` looks at.
  test("is found by the named dependency rule, in each direction", { timeout: 120_000 }, () => {
    const found = new Set(cruise(copy).map((violation) => `${violation.from}: ${violation.rule.name}`));
    const missed = PLANTED.map((planted) => `${planted.file}: ${planted.rule}`).filter(
      (expected) => !found.has(expected),
    );
    expect(missed).toEqual([]);
  });

  test("does not compile where a project reference forbids it", { timeout: 300_000 }, () => {
    const built = spawnSync(
      process.execPath,
      [join(root, "node_modules/typescript/bin/tsc"), "-b", "reference", "codegen", "--pretty", "false"],
      {
        cwd: copy,
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    expect(built.status).not.toBe(0);
    const missed = PLANTED.filter((planted) => planted.compiler && !built.stdout.includes(`${planted.file}(1,`)).map(
      (planted) => planted.file,
    );
    expect(missed).toEqual([]);
  });
});
