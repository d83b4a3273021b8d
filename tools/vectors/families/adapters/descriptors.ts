import type { VectorDescriptor } from "../../../../generated/json/vector.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { SPECIFICATION } from "../../corpus/specification.js";
import { instructionRows } from "../instruction-table.js";

const closes = "adapters.descriptor-closes";
const anchor = "adapters.descriptor";
const builtIn = "adapters.built-in";

interface PlatformRow {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly restricted: readonly string[];
}

const platforms = (SPECIFICATION.tables["platforms"]?.rows ?? []) as unknown as readonly PlatformRow[];

const SMALL: VectorDescriptor = {
  id: "small",
  capabilities: ["fs.read", "io.stdio"],
  restricted: ["io.stdio"],
  instructions: ["io.close", "io.file_open_read", "io.file_read", "io.stdin_read", "io.stdout_write"],
};

function closing(id: string, descriptor: VectorDescriptor, clauses: readonly string[], why: string): Draft {
  return accepted({
    id: `adapters/descriptor/${id}`,
    operation: "check_descriptor",
    clauses: [closes, anchor, ...clauses],
    inputs: { descriptor },
    result: {},
    why,
    effect: "An adapter that is right is not registered.",
  });
}

type Lists = Readonly<Record<"missing_capabilities" | "unused_capabilities" | "unknown_instructions", string[]>>;

/** What an adapter may say of itself. */
export function descriptorDrafts(): readonly Draft[] {
  const parent = closing("small", SMALL, [], "Every capability is needed by an instruction, and every need is listed.");
  const refuse = (id: string, changes: Partial<VectorDescriptor>, found: Partial<Lists>, why: string): Draft =>
    mutated(parent, {
      id: `adapters/descriptor/open/${id}`,
      clauses: [closes, anchor],
      recipe: { mutator: "change-descriptor", arguments: { ...changes }, repair: "raw" },
      inputs: { descriptor: { ...SMALL, ...changes } },
      refusal: {
        code: "ADP_DESCRIPTOR_INCONSISTENT",
        context: {
          platform: "small",
          missing_capabilities: found.missing_capabilities ?? [],
          unused_capabilities: found.unused_capabilities ?? [],
          unknown_instructions: found.unknown_instructions ?? [],
        },
      },
      why,
      effect: "A program is granted what its host cannot do, or refused what it can.",
    });
  return [
    parent,
    closing("nothing", { id: "nothing", capabilities: [], restricted: [], instructions: [] }, [], "Nothing closes."),
    closing(
      "needs-nothing",
      { id: "closer", capabilities: [], restricted: [], instructions: ["io.close", "io.file_size"] },
      [],
      "Instructions that need no capability need none to be listed.",
    ),
    closing(
      "all-restricted",
      { ...SMALL, restricted: ["fs.read", "io.stdio"] },
      [],
      "Every capability may be honoured in a restricted form.",
    ),
    closing(
      "other-order",
      {
        id: "small",
        capabilities: [...SMALL.capabilities].reverse(),
        restricted: [],
        instructions: [...SMALL.instructions].reverse(),
      },
      [],
      "The order of the lists means nothing.",
    ),
    closing(
      "of-the-extension",
      { id: "listener", capabilities: ["net.listen"], restricted: [], instructions: ["net.tcp_listen"] },
      [],
      "A capability above bit 15 is one like any other.",
    ),
    ...platforms.map(({ name, capabilities, restricted }) =>
      closing(
        `built-in/${name.replaceAll("_", "-")}`,
        {
          id: name,
          capabilities,
          restricted,
          instructions: instructionRows
            .filter(({ capability }) => capability === null || capabilities.includes(capability))
            .map((row) => `${row.category}.${row.name}`),
        },
        [builtIn],
        `The capabilities of ${name} with all instructions that need them.`,
      ),
    ),
    refuse(
      "missing",
      { capabilities: ["io.stdio"] },
      { missing_capabilities: ["fs.read"] },
      "Instructions need fs.read, and it is not listed.",
    ),
    refuse(
      "missing-both",
      { capabilities: [], restricted: [] },
      { missing_capabilities: ["fs.read", "io.stdio"] },
      "Each capability that is missing is named once, ascending.",
    ),
    refuse(
      "unused",
      { capabilities: [...SMALL.capabilities, "net.http"] },
      { unused_capabilities: ["net.http"] },
      "No instruction needs net.http.",
    ),
    refuse(
      "no-instructions",
      { restricted: [], instructions: [] },
      { unused_capabilities: ["fs.read", "io.stdio"] },
      "Capabilities without an instruction are none.",
    ),
    refuse(
      "restricted-not-listed",
      { restricted: ["io.stdio", "time.clock"] },
      { missing_capabilities: ["time.clock"] },
      "What is restricted has to be listed as well.",
    ),
    refuse(
      "unknown-instruction",
      { instructions: [...SMALL.instructions, "io.file_teleport"] },
      { unknown_instructions: ["io.file_teleport"] },
      "No row of the table has that name.",
    ),
    refuse(
      "instruction-without-category",
      { instructions: [...SMALL.instructions, "file_write"] },
      { unknown_instructions: ["file_write"] },
      "An instruction is named with its category.",
    ),
    refuse(
      "instruction-of-another-category",
      { instructions: [...SMALL.instructions, "net.file_write", "ui.file_write"] },
      { unknown_instructions: ["net.file_write", "ui.file_write"] },
      "And with its own.",
    ),
    refuse(
      "unknown-capability",
      { capabilities: ["fs.read", "fs.teleport", "io.stdio"] },
      { unused_capabilities: ["fs.teleport"] },
      "No row of the table of capabilities has that name, so no instruction needs it.",
    ),
    refuse(
      "everything-at-once",
      {
        capabilities: ["io.stdio", "proc.env", "x.y"],
        restricted: ["random.get"],
        instructions: [...SMALL.instructions, "io.none"],
      },
      {
        missing_capabilities: ["fs.read", "random.get"],
        unused_capabilities: ["proc.env", "x.y"],
        unknown_instructions: ["io.none"],
      },
      "Everything that does not close is named.",
    ),
  ];
}
