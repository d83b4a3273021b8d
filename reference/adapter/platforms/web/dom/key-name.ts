/** What of a key's press tells its name; a KeyboardEvent is one. */
export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
  getModifierState(name: string): boolean;
}

const NAMED =
  /^(Enter|Tab|Escape|Backspace|Delete|Insert|Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown|F([1-9]|1[0-2]))$/;

/**
 * The name by which a program learns of a key: the character it makes, or one of the chapter's names, with what is held
 * besides.
 *
 * @returns nothing for a key that has none, such as Shift alone, and for what is meant for the system
 * @spec instructions.ui.input
 */
export function keyNameOf(pressed: PressedKey): string | undefined {
  const { key, metaKey, isComposing } = pressed;
  const isNamed = NAMED.test(key);
  const isCharacter = [...key].length === 1;
  if (isComposing || metaKey || !(isNamed || isCharacter)) return undefined;
  // What AltGr makes is a character like any other.
  const isPlain = isCharacter && pressed.getModifierState("AltGraph");
  const held = [
    pressed.ctrlKey && !isPlain ? "Ctrl+" : "",
    pressed.altKey && !isPlain ? "Alt+" : "",
    pressed.shiftKey && isNamed ? "Shift+" : "",
  ];
  return held.join("") + key;
}

/** What an input of text does with a key itself: it writes, edits, or moves within its line. */
const EDITING = /^(Shift[+])?(Backspace|Delete|Insert|ArrowLeft|ArrowRight|Home|End)$/;
/** What presses a button. */
const PRESSING = /^(Enter| )$/;
/** What moves the focus. */
const MOVING = /^(Shift[+])?Tab$/;

/** Whether a node on which the focus is takes a key, so that the program does not hear of it. */
export function takesKey(input: "press" | "toggle" | "write" | undefined, name: string): boolean {
  if (MOVING.test(name)) return true;
  if (input === "write") return [...name].length === 1 || name === "Enter" || EDITING.test(name);
  if (input === "toggle") return name === " ";
  return input === "press" && PRESSING.test(name);
}
