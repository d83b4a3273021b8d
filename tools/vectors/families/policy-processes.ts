import type { VectorInputs, VectorProcess } from "../../../generated/json/vector.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";

const environmentAnchor = "capabilities.policy.environment";
const readAnchor = "instructions.proc.environment";
const programsAnchor = "capabilities.policy.programs";
const startAnchor = "instructions.proc.programs";
const variablesAnchor = "instructions.proc.variables";
const deny = "capabilities.deny-by-default";

const SET = { HOME: "/home/ada", LANG: "nb_NO.UTF-8", PATH: "/usr/bin", TOKEN: "s3cret", EMPTY: "" };
const DENIED = { code: "ADP_POLICY_DENIED", context: { host_error: "access_denied" } };
const NONSENSE = { code: "ADP_HOST_CALL_FAILED", context: { host_error: "invalid_argument" } };

const policyOf = (members: Readonly<Record<string, unknown>>): unknown => ({ capabilities: [], ...members });

function readings(): readonly Draft[] {
  const policy = policyOf({ environment: ["LANG", "EMPTY", "TZ"] });
  const effect = "A program reads secrets that stand in its host's environment.";
  const reads = (name: string, variable: string, why: string, inputs: Partial<VectorInputs> = {}): Draft =>
    accepted({
      id: `policy-processes/variable/${name}`,
      operation: "read_environment",
      clauses: [environmentAnchor, readAnchor],
      inputs: { host_policy: policy, variables: SET, variable, ...inputs },
      result: { variable: SET[variable as keyof typeof SET] },
      why,
      effect: "A program cannot read what it may.",
    });
  const lists = (name: string, names: readonly string[], inputs: Partial<VectorInputs>, why: string): Draft =>
    accepted({
      id: `policy-processes/variables/${name}`,
      operation: "read_environment",
      clauses: [environmentAnchor],
      inputs: { host_policy: policy, variables: SET, ...inputs },
      result: { names },
      why,
      effect,
    });
  const parent = reads("named", "LANG", "A variable that the policy names and that is set.");
  const refuse = (
    name: string,
    inputs: Partial<VectorInputs>,
    refusal: typeof DENIED,
    why: string,
    clauses: readonly string[] = [readAnchor, environmentAnchor],
  ): Draft =>
    mutated(parent, {
      id: `policy-processes/variable/refused/${name}`,
      clauses,
      recipe: { mutator: "change-request", arguments: { ...inputs }, repair: "raw" },
      inputs,
      refusal,
      why,
      effect,
    });
  const notFound = { code: "ADP_HOST_CALL_FAILED", context: { host_error: "not_found" } };
  return [
    parent,
    reads("empty", "EMPTY", "A variable that is set to nothing is set."),
    accepted({
      id: "policy-processes/variable/empty-alone",
      operation: "read_environment",
      clauses: [environmentAnchor, readAnchor],
      inputs: { host_policy: policy, variables: { LANG: "" }, variable: "LANG" },
      result: { variable: "" },
      why: "Also where it is the only one.",
      effect: "A program cannot read what it may.",
    }),
    refuse("secret", { variable: "TOKEN" }, DENIED, "A variable that is set and not named."),
    refuse(
      "unset",
      { variable: "NOTHING" },
      DENIED,
      "One that is neither set nor named: the answer tells nobody which.",
    ),
    refuse("named-and-unset", { variable: "TZ" }, notFound, "One that is named and not set."),
    refuse("case", { variable: "lang" }, DENIED, "Letters of a name have a case."),
    refuse("capital", { variable: "Lang" }, DENIED, "Every letter."),
    refuse("beginning", { variable: "LAN" }, DENIED, "Names are compared whole."),
    refuse("longer", { variable: "LANGUAGE" }, DENIED, "To their end."),
    refuse("empty-name", { variable: "" }, DENIED, "No name is named."),
    refuse("prototype", { variable: "constructor" }, DENIED, "What an object of some language has is no variable."),
    refuse(
      "named-prototype",
      { host_policy: policyOf({ environment: ["constructor"] }), variable: "constructor" },
      notFound,
      "Nor where it is named.",
    ),
    refuse("no-list", { host_policy: policyOf({}) }, DENIED, "Without a list nothing is named.", [deny, readAnchor]),
    refuse("empty-list", { host_policy: policyOf({ environment: [] }) }, DENIED, "Nor by an empty one.", [
      deny,
      environmentAnchor,
    ]),
    refuse("star", { host_policy: policyOf({ environment: ["*"] }) }, DENIED, "A star names no variable.", [
      environmentAnchor,
    ]),
    lists("named-and-set", ["EMPTY", "LANG"], {}, "Those that are named and set, ascending."),
    lists("none", [], { host_policy: policyOf({}) }, "Without a list there are none."),
    lists(
      "by-bytes",
      ["A_B", "AB", "Z", "_", "a"].sort(),
      {
        host_policy: policyOf({ environment: ["a", "_", "Z", "AB", "A_B"] }),
        variables: { a: "1", _: "2", Z: "3", AB: "4", A_B: "5" },
      },
      "By their bytes: capitals, `_`, small letters.",
    ),
    lists("unset", [], { variables: { HOME: "/" } }, "What is not set is in no list."),
  ];
}

const RULE = { name: "sort", path: "/", environment: ["LC_ALL", "TMPDIR"] };
const TOOL = { name: "tools/archive", path: "/", arguments: ["--create", "-"], further_arguments: false };
const PROGRAMS = policyOf({ programs: [RULE, TOOL] });
const START: VectorProcess = { program: "sort", argv: ["-r"], environment: ["LC_ALL", "C"] };

function starts(): readonly Draft[] {
  const started = (
    name: string,
    process: VectorProcess,
    argv: readonly string[],
    environment: Readonly<Record<string, string>>,
    why: string,
    policy: unknown = PROGRAMS,
  ): Draft =>
    accepted({
      id: `policy-processes/start/${name}`,
      operation: "decide_process",
      clauses: [programsAnchor, startAnchor, variablesAnchor],
      inputs: { host_policy: policy, process },
      result: { argv, environment },
      why,
      effect: "A program is started with other arguments, or not at all.",
    });
  const parent = started("named", START, ["-r"], { LC_ALL: "C" }, "A program, its argument and its variable.");
  const refuse = (
    name: string,
    changes: Partial<VectorProcess>,
    refusal: typeof DENIED,
    why: string,
    clauses: readonly string[] = [programsAnchor, startAnchor],
    policy: unknown = PROGRAMS,
  ): Draft =>
    mutated(parent, {
      id: `policy-processes/start/refused/${name}`,
      clauses,
      recipe: { mutator: "change-request", arguments: { ...changes }, repair: "raw" },
      inputs: { host_policy: policy, process: { ...START, ...changes } },
      refusal,
      why,
      effect: "A program starts what its host never named, or makes what it named do something else.",
    });
  return [
    parent,
    started("bare", { program: "sort", argv: [], environment: [] }, [], {}, "Nothing is given that nobody named."),
    started(
      "own-arguments",
      { program: "tools/archive", argv: [], environment: [] },
      ["--create", "-"],
      {},
      "The arguments of the rule always stand there.",
    ),
    started(
      "arguments-behind",
      { program: "grep", argv: ["--", "a b", ""], environment: [] },
      ["-n", "--", "a b", ""],
      {},
      "Those of the program stand behind them, as they are: no shell reads them.",
      policyOf({ programs: [{ name: "grep", path: "/", arguments: ["-n"], further_arguments: true }] }),
    ),
    started(
      "one-argument-behind",
      { program: "grep", argv: ["b"], environment: [] },
      ["-n", "b"],
      {},
      "One is no other thing.",
      policyOf({ programs: [{ name: "grep", path: "/", arguments: ["-n"] }] }),
    ),
    started(
      "shell-signs",
      { program: "sort", argv: ["; rm -r /", "$(id)", "*"], environment: ["TMPDIR", "$HOME", "LC_ALL", ""] },
      ["; rm -r /", "$(id)", "*"],
      { TMPDIR: "$HOME", LC_ALL: "" },
      "Signs that a shell would read are letters like others.",
    ),
    started(
      "prototype",
      { program: "sort", argv: [], environment: ["constructor", "x"] },
      [],
      { constructor: "x" },
      "A variable may have any name that the rule has.",
      policyOf({ programs: [{ ...RULE, environment: ["constructor"] }] }),
    ),
    refuse("unnamed", { program: "sh" }, DENIED, "A program that the policy does not name."),
    refuse("unnamed-bare", { program: "sh", argv: [], environment: [] }, DENIED, "Also where nothing else is asked."),
    refuse("path-bare", { program: "/", argv: [], environment: [] }, DENIED, "The path of a rule is not its name."),
    refuse("path", { program: "/usr/bin/sort" }, DENIED, "A path is no name."),
    refuse("case", { program: "Sort" }, DENIED, "Letters of a name have a case."),
    refuse("longer", { program: "sort " }, DENIED, "Names are compared whole."),
    refuse("part", { program: "archive" }, DENIED, "A part of a name is another name."),
    refuse("no-list", {}, DENIED, "Without a list nothing is named.", [deny, programsAnchor], policyOf({})),
    refuse("empty-list", {}, DENIED, "Nor by an empty one.", [deny, programsAnchor], policyOf({ programs: [] })),
    refuse(
      "further",
      { program: "tools/archive", argv: ["--to-command=sh"], environment: [] },
      DENIED,
      "A rule may allow no arguments but its own.",
    ),
    refuse(
      "further-empty",
      { program: "tools/archive", argv: [""], environment: [] },
      DENIED,
      "An empty argument is one as well.",
    ),
    refuse(
      "third-variable",
      { environment: ["LC_ALL", "C", "TMPDIR", "/", "LD_PRELOAD", "/tmp/a.so"] },
      DENIED,
      "The last one too.",
      [variablesAnchor],
    ),
    refuse(
      "variable",
      { environment: ["LD_PRELOAD", "/tmp/a.so"] },
      DENIED,
      "A variable that the rule does not name.",
      [variablesAnchor],
    ),
    refuse("second-variable", { environment: ["LC_ALL", "C", "PATH", "/tmp"] }, DENIED, "One is enough.", [
      variablesAnchor,
    ]),
    refuse(
      "variable-of-the-program",
      { environment: ["LANG", "C"] },
      DENIED,
      "What the program itself may read is not what it may hand on.",
      [variablesAnchor],
      policyOf({ programs: [RULE], environment: ["LANG"] }),
    ),
    refuse(
      "variable-of-another-rule",
      { program: "tools/archive", argv: [], environment: ["LC_ALL", "C"] },
      DENIED,
      "Nor is what another rule names.",
      [variablesAnchor],
    ),
    refuse("nul-in-argument", { argv: ["a\0b"] }, NONSENSE, "An argument has no NUL: hosts would cut it there.", [
      startAnchor,
    ]),
    refuse("nul-in-value", { environment: ["LC_ALL", "C\0"] }, NONSENSE, "Nor has a value.", [startAnchor]),
    refuse("no-value", { environment: ["LC_ALL"] }, NONSENSE, "A name without a value.", [startAnchor]),
    refuse("equals", { environment: ["LC_ALL=C", ""] }, NONSENSE, "A name has no `=`.", [startAnchor]),
    refuse("no-name", { environment: ["", "C"] }, NONSENSE, "A name is not empty.", [startAnchor]),
    refuse("twice", { environment: ["LC_ALL", "C", "LC_ALL", "D"] }, NONSENSE, "A name stands there once.", [
      startAnchor,
    ]),
    refuse("no-value-first", { program: "sh", environment: ["LC_ALL"] }, NONSENSE, "So is a name without a value.", [
      startAnchor,
    ]),
    refuse(
      "nonsense-first",
      { program: "sh", argv: ["\0"] },
      NONSENSE,
      "What makes no sense is found before the policy is asked.",
      [startAnchor],
    ),
  ];
}

/** Which variables a program may read, and which processes it may start. */
export const policyProcesses: Family = { name: "policy-processes", drafts: () => [...readings(), ...starts()] };
