import type { VectorImplementation, VectorInputs } from "../../../generated/json/vector.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";

const FORMAT = "wasm-core-2";

/** An implementation that can be told otherwise. */
function implementation(id: string, otherwise: Partial<VectorImplementation> = {}): VectorImplementation {
  return {
    id,
    code_formats: [FORMAT],
    runtime_interface: "1.0.0",
    capabilities: ["blocking_emit", "fuel", "memory_limit", "stop_anywhere"],
    ...otherwise,
  };
}

const ONE = implementation("one");
const TWO = implementation("two");
const THREE = implementation("three");

interface Choice {
  readonly id: string;
  readonly implementations?: readonly VectorImplementation[];
  readonly inputs?: Partial<VectorInputs>;
  readonly chosen: string;
  readonly clauses?: readonly string[];
  readonly why: string;
}

const REQUIRED = "runtime.routing.required";
const MATCH = "runtime.routing.match";

function inputsOf(implementations: readonly VectorImplementation[], inputs: Partial<VectorInputs> = {}): VectorInputs {
  return {
    implementations: [...implementations],
    code_format: FORMAT,
    runtime_interface_min: "1.0.0",
    ...inputs,
  };
}

const choices: readonly Choice[] = [
  { id: "order/registration", chosen: "one", why: "Where nobody prefers one, the first that was registered." },
  {
    id: "order/registration-not-by-name",
    implementations: [TWO, THREE, ONE],
    chosen: "two",
    why: "The order is that of the registration, and not that of the names.",
  },
  {
    id: "order/registration-of-those-left",
    implementations: [implementation("zeta", { capabilities: [] }), TWO, ONE],
    inputs: { requires: ["fuel"], preferred: ["zeta"] },
    chosen: "two",
    clauses: [MATCH],
    why: "Among those that are left nobody prefers one, so the order is that of the registration.",
  },
  {
    id: "order/manifest",
    inputs: { preferred: ["three", "two"] },
    chosen: "three",
    why: "The manifest's first preference.",
  },
  {
    id: "order/host",
    inputs: { order: ["two"] },
    chosen: "two",
    why: "The host's preference.",
  },
  {
    id: "order/host-before-manifest",
    inputs: { order: ["two"], preferred: ["three"] },
    chosen: "two",
    why: "The host's preference goes before the manifest's.",
  },
  {
    id: "order/host-before-manifest-in-reverse",
    inputs: { order: ["three", "two"], preferred: ["two", "three"] },
    chosen: "three",
    why: "The host's order goes before the manifest's order of the same implementations.",
  },
  {
    id: "order/unknown-names",
    inputs: { order: ["nobody"], preferred: ["four", "two"] },
    chosen: "two",
    why: "A preference for one that is not registered is passed over.",
  },
  {
    id: "order/host-prefers-unfit",
    implementations: [ONE, TWO, implementation("three", { code_formats: ["other"] })],
    inputs: { order: ["three"], preferred: ["two"] },
    chosen: "two",
    clauses: [MATCH],
    why: "One that is refused is chosen by no preference.",
  },
  {
    id: "match/code-format",
    implementations: [
      implementation("one", { code_formats: [] }),
      implementation("two", { code_formats: ["other", FORMAT] }),
    ],
    chosen: "two",
    clauses: [MATCH],
    why: "The first runs other code.",
  },
  {
    id: "match/code-format-alike",
    implementations: [implementation("one", { code_formats: ["wasm-core-22", "wasm"] }), TWO],
    chosen: "two",
    clauses: [MATCH],
    why: "A code format is matched by its whole name.",
  },
  {
    id: "match/equal-version",
    implementations: [implementation("one", { runtime_interface: "1.2.3" }), TWO],
    inputs: { runtime_interface_min: "1.2.3" },
    chosen: "one",
    clauses: [MATCH],
    why: "The version that is asked for is enough.",
  },
  {
    id: "match/lower-patch",
    implementations: [
      implementation("one", { runtime_interface: "1.2.2" }),
      implementation("two", { runtime_interface: "1.2.3" }),
    ],
    inputs: { runtime_interface_min: "1.2.3" },
    chosen: "two",
    clauses: [MATCH],
    why: "A lower patch version is refused.",
  },
  {
    id: "match/lower-minor",
    implementations: [
      implementation("one", { runtime_interface: "1.1.9" }),
      implementation("two", { runtime_interface: "1.3.0" }),
    ],
    inputs: { runtime_interface_min: "1.2.3" },
    chosen: "two",
    clauses: [MATCH],
    why: "A lower minor version is refused, and a higher one with a lower patch is not.",
  },
  {
    id: "match/numbers",
    implementations: [
      implementation("one", { runtime_interface: "1.9.0" }),
      implementation("two", { runtime_interface: "1.10.0" }),
    ],
    inputs: { runtime_interface_min: "1.10.0" },
    chosen: "two",
    clauses: [MATCH],
    why: "Versions are numbers: 10 is above 9.",
  },
  {
    id: "match/higher-major",
    implementations: [implementation("one", { runtime_interface: "2.0.0" }), TWO],
    chosen: "two",
    clauses: [MATCH],
    why: "Another major version is refused, also a higher one.",
  },
  {
    id: "match/capability",
    implementations: [implementation("one", { capabilities: ["events", "fuel"] }), TWO],
    inputs: { requires: ["blocking_emit"] },
    chosen: "two",
    clauses: [MATCH, REQUIRED],
    why: "The first lacks what the manifest requires.",
  },
  {
    id: "match/one-of-two-capabilities",
    implementations: [implementation("one", { capabilities: ["fuel"] }), TWO],
    inputs: { requires: ["fuel", "stop_anywhere"] },
    chosen: "two",
    clauses: [MATCH, REQUIRED],
    why: "All that is required is needed, and not some of it.",
  },
  {
    id: "match/more-capabilities",
    implementations: [implementation("one", { capabilities: ["events", "fuel", "snapshot"] }), TWO],
    inputs: { requires: ["fuel"] },
    chosen: "one",
    clauses: [MATCH],
    why: "More than is required does no harm.",
  },
  {
    id: "required/quota-of-the-manifest",
    implementations: [implementation("one", { capabilities: [] }), TWO],
    inputs: { quotas: { fuel: 1 } },
    chosen: "two",
    clauses: [REQUIRED, "quotas.implied"],
    why: "A quota of the manifest needs one that can hold it.",
  },
  {
    id: "required/quota-of-the-host",
    implementations: [implementation("one", { capabilities: [] }), TWO],
    inputs: { host_quotas: { memory_bytes: 65_536 } },
    chosen: "two",
    clauses: [REQUIRED, "quotas.implied"],
    why: "A ceiling of the host needs one that can hold it, also where the manifest is silent.",
  },
  {
    id: "required/quota-that-needs-nothing",
    implementations: [implementation("one", { capabilities: [] }), TWO],
    inputs: { quotas: { open_calls: 1 }, host_quotas: { reply_bytes: 10 } },
    chosen: "one",
    clauses: [REQUIRED],
    why: "Some quotas are held by the bus, and need nothing of an implementation.",
  },
  {
    id: "required/named-and-implied",
    implementations: [
      implementation("one", { capabilities: ["fuel"] }),
      implementation("two", { capabilities: ["blocking_emit"] }),
      THREE,
    ],
    inputs: { requires: ["blocking_emit"], quotas: { fuel: 5 } },
    chosen: "three",
    clauses: [REQUIRED],
    why: "What the manifest names and what its quotas imply are needed together.",
  },
];

function chosenDrafts(): readonly Draft[] {
  return choices.map(({ id, implementations = [ONE, TWO, THREE], inputs, chosen, clauses = [], why }) =>
    accepted({
      id: `routing/${id}`,
      operation: "route",
      clauses: ["runtime.routing", ...clauses],
      inputs: inputsOf(implementations, inputs),
      result: { chosen },
      why,
      effect: "A program runs where nobody can hold it to its bounds, or on one host here and on another there.",
    }),
  );
}

interface Refused {
  readonly id: string;
  readonly implementations: readonly VectorImplementation[];
  readonly inputs?: Partial<VectorInputs>;
  readonly code: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly clauses: readonly string[];
  readonly why: string;
}

function nobody(
  id: string,
  implementations: readonly VectorImplementation[],
  inputs: Partial<VectorInputs>,
  required: readonly string[],
  why: string,
): Refused {
  return {
    id: `none/${id}`,
    implementations,
    inputs,
    code: "RT_NO_MATCHING_IMPLEMENTATION",
    context: { code_format: inputs.code_format ?? FORMAT, required },
    clauses: ["runtime.routing.none", MATCH],
    why,
  };
}

function incomplete(id: string, lacks: readonly string[], missing: readonly string[], why: string): Refused {
  return {
    id: `registration/${id}`,
    implementations: [ONE, implementation("two", { lacks: [...lacks] })],
    code: "RT_IMPLEMENTATION_INCOMPLETE",
    context: { implementation: "two", missing_methods: missing },
    clauses: ["runtime.registration"],
    why,
  };
}

function duplicate(id: string, implementations: readonly VectorImplementation[], twice: string, why: string): Refused {
  return {
    id: `registration/${id}`,
    implementations,
    code: "RT_IMPLEMENTATION_DUPLICATE",
    context: { implementation: twice },
    clauses: ["runtime.registration.duplicate"],
    why,
  };
}

const refusals: readonly Refused[] = [
  nobody("registered", [], {}, [], "Nothing is registered."),
  nobody("for-the-format", [ONE, TWO], { code_format: "other" }, [], "None runs code of this format."),
  nobody("for-the-version", [ONE, TWO], { runtime_interface_min: "1.0.1" }, [], "All offer a version that is too low."),
  nobody("for-the-major", [ONE], { runtime_interface_min: "0.9.0" }, [], "All offer another major version."),
  nobody(
    "for-the-capabilities",
    [ONE, TWO],
    { requires: ["snapshot", "events", "fuel"] },
    ["events", "fuel", "snapshot"],
    "What is required is told in ascending order, what they have included.",
  ),
  nobody(
    "for-the-quotas",
    [implementation("one", { capabilities: ["fuel"] })],
    { requires: ["fuel"], quotas: { fuel: 1, table_elements: 5 }, host_quotas: { memory_bytes: 1 } },
    ["fuel", "memory_limit", "table_limit"],
    "What quotas imply is required beside what is named, each once.",
  ),
  nobody(
    "preferred",
    [implementation("one", { capabilities: [] })],
    { order: ["one"], preferred: ["one"], requires: ["fuel"] },
    ["fuel"],
    "No preference makes one fit.",
  ),
  incomplete("lacks-one", ["on_event"], ["on_event"], "One method is missing."),
  incomplete("lacks-the-first", ["rt_version"], ["rt_version"], "A method that routing would ask for is missing."),
  incomplete(
    "lacks-several",
    ["suspend", "failure_info", "capabilities"],
    ["capabilities", "suspend", "failure_info"],
    "The missing methods are told in the order of the interface.",
  ),
  duplicate("twice", [ONE, ONE], "one", "The same implementation is registered twice."),
  duplicate(
    "twice-otherwise",
    [ONE, TWO, implementation("one", { code_formats: ["other"] })],
    "one",
    "Another implementation has an id that is taken.",
  ),
];

/** Which of several implementations executes an artifact. */
export const routing: Family = {
  name: "routing",
  drafts: () => {
    const drafts = chosenDrafts();
    const [parent] = drafts as readonly [Draft, ...Draft[]];
    const refused = refusals.map(({ id, implementations, inputs, code, context, clauses, why }) =>
      mutated(parent, {
        id: `routing/${id}`,
        clauses,
        recipe: {
          mutator: "set-input",
          arguments: { implementations: implementations.map((each) => each.id), ...inputs },
          repair: "raw",
        },
        inputs: { implementations: [...implementations], ...inputs },
        refusal: { code, context },
        why,
        effect: "A host learns of what it lacks only when an instance has come to it, or never why.",
      }),
    );
    return [...drafts, ...refused];
  },
};
