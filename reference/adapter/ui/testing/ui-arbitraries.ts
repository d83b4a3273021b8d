import fc from "fast-check";
import {
  uiAttributeRemove,
  uiAttributeSet,
  uiFocusSet,
  uiNodeCreate,
  uiNodePlace,
  uiNodeRemove,
  uiTextSet,
} from "../../../../generated/instructions/ui.js";

/** What can be done to a surface, with few numbers so that they meet. */
export type UiStep =
  | { readonly kind: "instruction"; readonly make: (surface: number) => Uint8Array; readonly shown: string }
  | {
      readonly kind: "person";
      readonly node: number;
      readonly act: "press" | "change" | "submit";
      readonly value: string;
    };

const node = fc.integer({ min: 0, max: 12 });
const kind = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 13 }), weight: 9 }, { arbitrary: fc.nat(20), weight: 1 });
const containerKind = fc.constantFrom(1, 2, 10, 11);
const attribute = fc.integer({ min: 0, max: 10 });
/** Texts with everything that a host could take for a command. */
export const hostileText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "\u001b[2J",
    "\u001b]0;title\u0007",
    "\u009b31m",
    "a\r\nb",
    "<b onclick=x>",
    "\u202eabc",
    "\t",
    "👩‍👩‍👧",
    "漢字",
    "e\u0301",
  ),
);
const value = fc.oneof(
  fc.constantFrom("true", "false", "3", "0.5", "", "strong", "good", "7", "-1", "1e3"),
  hostileText,
);

const instruction: fc.Arbitrary<UiStep> = fc.oneof(
  step("node_create", fc.tuple(node, fc.oneof(kind, containerKind)), uiNodeCreate),
  step("node_place", fc.tuple(node, node, fc.oneof(fc.constant(0), node)), uiNodePlace),
  step("node_place", fc.tuple(node, fc.constant(0), fc.constant(0)), uiNodePlace),
  step("node_remove", fc.tuple(node), uiNodeRemove),
  step("text_set", fc.tuple(node, hostileText), uiTextSet),
  step("attribute_set", fc.tuple(node, attribute, value), uiAttributeSet),
  step("attribute_remove", fc.tuple(node, attribute), uiAttributeRemove),
  step("focus_set", fc.tuple(node), uiFocusSet),
);

/** A change of the program, right or wrong, or something a person does. */
export const uiStep: fc.Arbitrary<UiStep> = fc.oneof(
  { arbitrary: instruction, weight: 4 },
  {
    arbitrary: fc.record({
      kind: fc.constant("person" as const),
      node,
      act: fc.constantFrom("press" as const, "change" as const, "submit" as const),
      value,
    }),
    weight: 1,
  },
);

function step<Operands extends readonly unknown[]>(
  name: string,
  operands: fc.Arbitrary<Operands>,
  make: (surface: number, ...operands: Operands) => Uint8Array,
): fc.Arbitrary<UiStep> {
  return operands.map((given) => ({
    kind: "instruction" as const,
    make: (surface: number) => make(surface, ...given),
    shown: `${name} ${JSON.stringify(given)}`,
  }));
}
