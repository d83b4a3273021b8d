import type { Assembled, Authentication, ConfirmationQuestion } from "../../../reference/assembly/index.js";
import { type Invocation, type OptionSpec, UsageError } from "../command.js";
import { printable, type Terminal } from "../output/terminal.js";
import type { Dialogue } from "./dialogue.js";
import type { KeptPermissions } from "./kept-permissions.js";
import { askedText } from "./values.js";

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
  readonly #kept: KeptPermissions;

  /** @throws UsageError where --confirm names what the FayManifest never has confirmed */
  constructor(invocation: Invocation, dialogue: Dialogue, assembled: Assembled, kept: KeptPermissions) {
    this.#terminal = invocation.terminal;
    this.#dialogue = dialogue;
    this.#assembled = assembled;
    this.#kept = kept;
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
    const values = input.length === 0 ? "" : ` ${askedText(input)}`;
    return this.#dialogue.confirm(
      `${this.#terminal.style("yellow", "confirm")} ${printable(action)}${values} (${about.map(printable).join(", ")})${wantedBy(caller)}?`,
    );
  }

  /** How this host has people prove who they are. @spec tools.run.assembly.authentication */
  get authentication(): Authentication {
    const declared = this.#assembled.manifest.permissions?.authMethods ?? [];
    return {
      methods: declared.filter((method) => method === DEVICE || this.#dialogue.isPersonal),
      prove: async (method, permission, { action, caller }) => {
        // Whoever runs this on the device of the person, as the person's user, has what the device has.
        if (method === DEVICE) return true;
        const isProven = await this.#dialogue.confirm(
          `${this.#terminal.style("yellow", "prove")} by ${printable(method)} that you may give ${printable(permission)} for ${printable(action)}${wantedBy(caller)}; is it proven?`,
        );
        if (isProven) this.#keep(permission);
        return isProven;
      },
    };
  }

  /** What a person was asked for once is not asked for again. @spec tools.run.assembly.permissions */
  #keep(permission: string): void {
    const tell = (text: string): void => this.#terminal.note(this.#terminal.style("dim", text));
    try {
      this.#kept.keep(permission);
      tell(`${printable(permission)} is kept for later runs; --forget-permissions forgets it`);
    } catch (error) {
      // It is given all the same, for this run.
      tell(`${printable(permission)} is not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Who wants an action, where that is not who drives the actions. */
function wantedBy(caller: string): string {
  return caller === ENTRY ? "" : `, which ${printable(caller)} wants`;
}

/** Names that boundaries have confirmed. */
function confirmable({ manifest }: Assembled): string[] {
  const { skillBoundaries, permissionBoundaries } = manifest.ego?.constraints ?? {};
  const sets = [skillBoundaries, permissionBoundaries];
  return [...new Set(sets.flatMap((set) => set?.requiresConfirmation ?? []))];
}
