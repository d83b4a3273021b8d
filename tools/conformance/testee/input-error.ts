/**
 * What was asked is no case of the operation: an input is absent, of another type, or names something nobody knows. It
 * is no refusal: whoever asked made a mistake, and gets no answer.
 */
export class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InputError";
  }
}
