import type { InstanceBinding } from "../../contracts/platform-adapter.js";

/** What a person did, as handlers hand it to the bus: an event of the category ui and what follows its handle. */
export type InputEvent =
  | { readonly kind: "ui.pressed"; readonly node: number }
  | { readonly kind: "ui.changed" | "ui.submitted"; readonly node: number; readonly value: string }
  | { readonly kind: "ui.key_pressed"; readonly key: string }
  | { readonly kind: "ui.resized"; readonly columns: number; readonly rows: number }
  | { readonly kind: "ui.closed" };

/** What `input_open` opens inputs on: a surface or a screen. @spec instructions.ui.input */
export class InputSource {
  readonly #binding: InstanceBinding;
  readonly #inputs = new Set<number>();
  #state: "open" | "closed_by_person" | "gone" = "open";

  constructor(binding: InstanceBinding) {
    this.#binding = binding;
  }

  /** Whether neither the person nor the program has closed it. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Open an input; its handle. @throws as `openHandle` */
  openInput(): number {
    let handle = 0;
    const forget = (): void => void this.#inputs.delete(handle);
    handle = this.#binding.openHandle("input", this, forget, true);
    this.#inputs.add(handle);
    // @spec instructions.ui.closed: who asks late learns it all the same.
    if (this.#state === "closed_by_person") this.#tellClosed(handle);
    return handle;
  }

  /** Tell every input, in the order in which they were opened. */
  raise(event: InputEvent): void {
    if (!this.isOpen) return;
    for (const handle of [...this.#inputs]) this.#binding.raise({ kind: event.kind, handle, detail: event });
  }

  /** The person has closed it: inputs learn that, and nothing more. @spec instructions.ui.closed */
  closeByPerson(): void {
    if (!this.isOpen) return;
    this.#state = "closed_by_person";
    for (const handle of [...this.#inputs]) this.#tellClosed(handle);
  }

  /** The program has closed it: no input raises anything any more. */
  closeByProgram(): void {
    this.#state = "gone";
    for (const handle of [...this.#inputs]) this.#binding.endSubscription(handle);
  }

  #tellClosed(handle: number): void {
    this.#binding.raise({ kind: "ui.closed", handle, detail: { kind: "ui.closed" } });
    // Nothing more comes: a program that waits for nothing else is complete.
    this.#binding.endSubscription(handle);
  }
}
