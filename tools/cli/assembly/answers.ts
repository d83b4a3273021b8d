import type { Assembled, Authentication, ConfirmationQuestion } from "../../../reference/assembly/index.js";
import { type Invocation, type OptionSpec, UsageError } from "../command.js";
import { printable, type Terminal } from "../output/terminal.js";
import type { Dialogue } from "./dialogue.js";
import { valuesText } from "./values.js";

/** The method that this device proves by itself. */
const DEVICE = "device_fingerprint";

/** Who calls what the Ego model, or whoever drives the actions, has chosen. */
const ENTRY = "assembly/main";

/** Options that answer beforehand. */
export const ANSWER_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  confirm: {
    type: "string",
    value: "all|SKILL",
    multiple: true,
    help: "of an assembled artifact: say yes beforehand to what is to be confirmed, for all or for a skill or permission",
  },
};

/** What a person answers to a running iFay: on the terminal, or beforehand. */
export class Answers {
  readonly #terminal: Terminal;
  readonly #dialogue: Dialogue;
  readonly #beforehand: ReadonlySet<string>;
  readonly #assembled: Assembled;

  /** @throws UsageError where --confirm names what the FayManifest never has confirmed */
  constructor(invocation: Invocation, dialogue: Dialogue, assembled: Assembled) {
    this.#terminal = invocation.terminal;
    this.#dialogue = dialogue;
    this.#assembled = assembled;
    const named = invocation.texts("confirm").flatMap((text) => text.split(","));
    const known = confirmable(assembled);
    const unknown = named.find((name) => name !== "all" && !known.includes(name));
    if (unknown !== undefined)
      throw new UsageError(
        `--confirm: this iFay never asks about \`${unknown}\`; it asks about ${known.join(", ") || "nothing"}`,
      );
    this.#beforehand = new Set(named);
  }

  /** What to add to a refusal for which nobody was asked; `undefined` where somebody was. */
  unasked(reason: string): string | undefined {
    if (this.#dialogue.isPersonal) return undefined;
    if (reason === "not_confirmed") return "there is no terminal to ask on; --confirm says yes beforehand";
    return reason === "not_authenticated" ? "there is no terminal to ask on" : undefined;
  }

  /** Whether an action is confirmed. @spec tools.run.assembly.confirm */
  async confirm({ action, caller, skill, permission, input }: ConfirmationQuestion): Promise<boolean> {
    const about = [skill, permission].filter((name) => name !== undefined);
    if (this.#beforehand.has("all") || (about.length > 0 && about.every((name) => this.#beforehand.has(name))))
      return true;
    const values = input.length === 0 ? "" : ` ${valuesText(input)}`;
    const wanted = caller === ENTRY ? "" : `, which ${printable(caller)} wants`;
    return this.#dialogue.confirm(
      `${this.#terminal.style("yellow", "confirm")} ${printable(action)}${values} (${about.map(printable).join(", ")})${wanted}?`,
    );
  }

  /** How this host has people prove who they are. @spec tools.run.assembly.authentication */
  get authentication(): Authentication {
    const declared = this.#assembled.manifest.permissions?.authMethods ?? [];
    return {
      methods: declared.filter((method) => method === DEVICE || this.#dialogue.isPersonal),
      prove: async (method, permission) => {
        // Whoever runs this on the device of the person, as the person's user, has what the device has.
        if (method === DEVICE) return true;
        return this.#dialogue.confirm(
          `${this.#terminal.style("yellow", "prove")} by ${printable(method)} that you may give ${printable(permission)}; is it proven?`,
        );
      },
    };
  }
}

/** Names that boundaries have confirmed. */
function confirmable({ manifest }: Assembled): string[] {
  const { skillBoundaries, permissionBoundaries } = manifest.ego?.constraints ?? {};
  const sets = [skillBoundaries, permissionBoundaries];
  return [...new Set(sets.flatMap((set) => set?.requiresConfirmation ?? []))];
}
