import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { pascalCase } from "./names.js";
import { arrayLiteral, constant, functionOf, objectLiteral, quote, typeAlias } from "./structures.js";

/** `capabilities.ts`: the names, their bits, and sets of them as bit masks. */
export function emitCapabilities(tables: SpecTables): TypeScriptModule {
  const table = tables.capabilities;
  const byBit = [...table.rows].sort((a, b) => a.bit - b.bit);
  const byName = [...table.rows].sort((a, b) => (a.name < b.name ? -1 : 1));
  const operation = (name: string, text: string, body: string) =>
    functionOf({
      name,
      docs: { text },
      parameters: ["a: CapabilitySet", "b: CapabilitySet"],
      returns: "CapabilitySet",
      body: [body],
    });
  return {
    path: "capabilities.ts",
    origin: table.path,
    edit: "the table",
    emitter: "capabilities.ts",
    imports: [],
    statements: [
      constant({
        name: "Capability",
        docs: { text: table.comment, spec: table.spec },
        value: objectLiteral(
          table.rows.map((row) => ({ key: pascalCase(row.name), value: quote(row.name), docs: { text: row.meaning } })),
          " as const",
        ),
      }),
      typeAlias(
        "CapabilityName",
        { text: "One of the names in {@link Capability}." },
        "(typeof Capability)[keyof typeof Capability]",
      ),
      constant({
        name: "CAPABILITY_BITS",
        docs: { text: "The bit of each capability, 0 to 30." },
        type: "Readonly<Record<CapabilityName, number>>",
        value: objectLiteral(byBit.map((row) => ({ key: row.name, value: String(row.bit) }))),
      }),
      constant({
        name: "CAPABILITY_NAMES",
        docs: { text: "Every capability, by its bit." },
        type: "readonly CapabilityName[]",
        value: arrayLiteral(byBit.map((row) => quote(row.name))),
      }),
      constant({
        name: "ASCENDING_NAMES",
        docs: { text: "Every capability, ascending by the UTF-8 bytes of its name." },
        type: "readonly CapabilityName[]",
        value: arrayLiteral(byName.map((row) => quote(row.name))),
        exported: false,
      }),
      typeAlias(
        "CapabilitySet",
        {
          text:
            "A set of capabilities: bit i of a 32-bit integer stands for the capability with that bit.\n" +
            "Bit 31 is no capability: it stands for every bit of an encoded instruction above 30, so that a set with it is never contained in a granted one.",
        },
        "number",
      ),
      constant({ name: "EMPTY_CAPABILITIES", docs: { text: "The set of none." }, type: "CapabilitySet", value: "0" }),
      functionOf({
        name: "isCapabilityName",
        docs: { text: "Whether a text is one of the names in {@link Capability}." },
        parameters: ["text: string"],
        returns: "text is CapabilityName",
        body: ["return Object.hasOwn(CAPABILITY_BITS, text);"],
      }),
      functionOf({
        name: "capabilitySet",
        docs: { text: "The set of some names. Unknown names are left out." },
        parameters: ["names: Iterable<string>"],
        returns: "CapabilitySet",
        body: [
          "let set = EMPTY_CAPABILITIES;",
          "for (const name of names) {",
          "  if (isCapabilityName(name)) set |= 1 << CAPABILITY_BITS[name];",
          "}",
          "return set;",
        ],
      }),
      functionOf({
        name: "capabilityNames",
        docs: { text: "The names of a set, ascending by their UTF-8 bytes. Bits without a name are left out." },
        parameters: ["set: CapabilitySet"],
        returns: "CapabilityName[]",
        body: ["return ASCENDING_NAMES.filter((name) => (set & (1 << CAPABILITY_BITS[name])) !== 0);"],
      }),
      functionOf({
        name: "hasAll",
        docs: { text: "Whether every required capability is in the set." },
        parameters: ["set: CapabilitySet", "required: CapabilitySet"],
        returns: "boolean",
        body: ["return (required & ~set) === 0;"],
      }),
      operation("difference", "What is in a and not in b.", "return a & ~b;"),
      operation("intersection", "What is in both a and b.", "return a & b;"),
    ],
  };
}
