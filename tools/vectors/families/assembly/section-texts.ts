import {
  all,
  artifact,
  change,
  type Mutant,
  manifest,
  of,
  plus,
  resolution,
  resolved,
  without,
} from "./section-changes.js";

const SECTION = "assembly.section";
const AGAIN = "assembly.checks.again";

/** Changes of the document, of its texts and of the names. */
export function mutantsOfTexts(): readonly Mutant[] {
  return [
    ...of("not_decodable", [
      [
        "implementations-out-of-order",
        (made) => ({ ...made, implementations: [...made.implementations].reverse() }),
        "Implementations ascend by their parts.",
        undefined,
        [SECTION],
      ],
      ["implementation-twice", plus("fay_id"), "A part has one implementation.", undefined, [SECTION]],
      [
        "actions-out-of-order",
        change("registered_skill", { actions: [{ name: "wave" }, { name: "count" }] }),
        "So do actions.",
        undefined,
        [SECTION],
      ],
      [
        "part-with-dash",
        plus("third-arm", { source: "package-of-d" }),
        "The name of a part is words joined by `_`.",
        undefined,
        [SECTION],
      ],
      ["no-version", change("fay_id", { version: "1" }), "A version that is none.", undefined, [SECTION]],
      ["resolution-empty", resolution(() => ""), "A resolution that is no JSON."],
      ["resolution-cut", resolution((text) => text.slice(0, -1)), "Nor is one that is cut."],
      ["resolution-comment", resolution((text) => `${text}// so it is`), "Nor is one with a comment."],
      ["resolution-byte-order-mark", resolution((text) => `\ufeff${text}`), "Nor is one behind a byte order mark."],
      [
        "resolution-nan",
        resolution((text) => text.replace(/"resolvedStage":\d/, '"resolvedStage":NaN')),
        "Nor one with what is no number.",
      ],
    ]),
    ...of("manifest_invalid", [
      ["no-json", manifest(() => "fay"), "A FayManifest that is no JSON has an error."],
      ["comment", manifest((text) => `/* mine */${text}`), "So has one with a comment: this is no file of an author."],
      ["empty", manifest(() => "{}"), "One that lacks everything."],
      ["unknown-member", manifest((text) => text.replace("{", '{"extra":1,')), "One with a member too many."],
      [
        "unknown-component",
        manifest((text) => text.replace('"gmchain"', '"nobody"').replace('"registered_skill"', '"nobody"')),
        "One with a component that nobody knows.",
      ],
      [
        "declared-twice",
        manifest((text) => text.replace('"registered_skill"', '"device_driver_hub"')),
        "One that declares a component twice.",
      ],
      [
        "before-the-name",
        all(
          manifest(() => "{}"),
          artifact({ name: "other" }),
        ),
        "It comes before the name.",
      ],
      [
        "text-first",
        all(
          manifest(() => "{}"),
          resolution(() => "{}"),
        ),
        "And before the resolution.",
      ],
    ]),
    ...of("name_mismatch", [
      ["name", artifact({ name: "other" }), "The artifact has another name."],
      ["version", artifact({ version: "1.0.1" }), "Or another version."],
      ["build", artifact({ version: "1.0.0+b" }), "Versions are compared as texts: they are the same or not."],
      ["other-build", artifact({ version: "1.0.0+1" }), "However alike they are."],
      ["manifest", manifest((text) => text.replace('"small"', '"smaller"')), "The FayManifest has another one."],
      [
        "before-the-resolution",
        all(
          artifact({ name: "other" }),
          resolution(() => "null"),
        ),
        "It comes before the resolution.",
      ],
    ]),
    ...of("resolution_mismatch", [
      ["null", resolution(() => "null"), "A resolution that is none.", undefined, [AGAIN]],
      ["empty", resolution(() => "{}"), "One without members.", undefined, [AGAIN]],
      ["stage", resolved({ resolvedStage: 1 }), "Another stage.", undefined, [AGAIN, "faymanifest.stage"]],
      ["mode", resolved({ controlMode: "command" }), "Another control mode.", undefined, [AGAIN]],
      ["more", resolved({ tests: [] }), "A member more.", undefined, [AGAIN]],
      ["less", resolved({ autoResolved: [] }), "Nothing added.", undefined, [AGAIN]],
      [
        "order",
        resolution((text) => {
          const { autoResolved, ...others } = JSON.parse(text) as { autoResolved: string[] };
          return JSON.stringify({ ...others, autoResolved: [...autoResolved].reverse() });
        }),
        "The order of a list counts.",
        undefined,
        [AGAIN, "faymanifest.resolution.order"],
      ],
      [
        "component",
        resolution((text) =>
          text.replace('{"id":"multi_terminal_sync","origin":"always"}', '{"id":"gmchain","origin":"declared"}'),
        ),
        "Another component.",
        undefined,
        [AGAIN, "faymanifest.resolution.always"],
      ],
      [
        "origin",
        resolution((text) => text.replace('"origin":"ego"', '"origin":"always"')),
        "Another origin.",
        undefined,
        [AGAIN, "faymanifest.resolution.origin"],
      ],
      [
        "constraint",
        resolution((text) => text.replace('"version":"^1.0.0"', '"version":"^1.0.1"')),
        "Another constraint.",
        undefined,
        [AGAIN, "faymanifest.resolution.origin"],
      ],
      [
        "no-provider",
        resolution((text) => text.replace(',"provider":"somebody"', "")),
        "A provider less.",
        undefined,
        [AGAIN, "faymanifest.resolution.origin"],
      ],
      [
        "order-of-components",
        resolution((text) => {
          const { allProtocols, allComponents, ...others } = JSON.parse(text) as Record<string, unknown[]>;
          return JSON.stringify({ ...others, allProtocols, allComponents: [...(allComponents ?? [])].reverse() });
        }),
        "That of the components, too.",
        undefined,
        [AGAIN, "faymanifest.resolution.order"],
      ],
      [
        "more-of-a-component",
        resolution((text) => text.replace('"origin":"ego"', '"origin":"ego","config":{}')),
        "A member more of a component.",
        undefined,
        [AGAIN],
      ],
      ["text-for-number", resolved({ resolvedStage: "2" }), "A text is no number.", undefined, [AGAIN]],
      [
        "last-member-counts",
        resolution((text) => text.replace(/}$/, ',"resolvedStage":5}')),
        "Of two members the last counts.",
        undefined,
        [AGAIN],
      ],
      [
        "manifest",
        manifest((text) => text.replace('{"id":"registered_skill"', '{"id":"invoke_skill"')),
        "The FayManifest declares another component.",
        undefined,
        [AGAIN],
      ],
      [
        "before-implementations",
        all(resolved({ resolvedStage: 1 }), without("fay_id")),
        "It comes before the implementations.",
        undefined,
        [AGAIN],
      ],
    ]),
  ];
}
