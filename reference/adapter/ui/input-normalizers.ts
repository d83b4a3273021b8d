import type { Tlv } from "../../../generated/instructions/tlv.js";
import { instructionEventNamed } from "../event-named.js";
import type { EventNormalizer } from "../handler-adapter.js";
import type { InputEvent } from "./input-source.js";

/** What follows the handle. */
function payloadOf(event: InputEvent): readonly Tlv[] {
  switch (event.kind) {
    case "ui.pressed":
      return [{ type: "u32", value: event.node }];
    case "ui.changed":
    case "ui.submitted":
      return [
        { type: "u32", value: event.node },
        { type: "text", value: event.value },
      ];
    case "ui.key_pressed":
      return [{ type: "text", value: event.key }];
    case "ui.resized":
      return [
        { type: "u32", value: event.columns },
        { type: "u32", value: event.rows },
      ];
    case "ui.closed":
      return [];
  }
}

const KINDS: readonly InputEvent["kind"][] = [
  "ui.pressed",
  "ui.changed",
  "ui.submitted",
  "ui.key_pressed",
  "ui.resized",
  "ui.closed",
];

/** The events of the category ui, for every host. */
export const inputNormalizers: readonly EventNormalizer[] = KINDS.map((kind) => {
  const { category, opcode } = instructionEventNamed(kind);
  return {
    kind,
    normalize: ({ handle, detail }) => ({
      category,
      opcode,
      completion: false,
      payload: [{ type: "handle", value: handle }, ...payloadOf(detail as InputEvent)],
    }),
  };
});
