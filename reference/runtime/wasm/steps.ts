// Work that takes long, in pieces between which somebody else can have a turn.

/** Work that can be left at each `yield` and gone on with later. What it gives is there at its end. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** About how many bytes of code are read in one step. */
export const STEP_BYTES = 65_536;
const STEP_ITEMS = 4096;

/** Do all of it now. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Do all of it with pauses, the first after the first step.
 *
 * @param pause resolves when it goes on; there are no pauses where it is absent
 * @returns a promise only where there was a pause
 * @spec runtime.turns.pieces
 */
export function finishInPauses<T>(steps: Steps<T>, pause: (() => Promise<void>) | undefined): T | Promise<T> {
  if (pause === undefined) return finish(steps);
  const { done, value } = steps.next();
  return done === true ? value : theRest(steps, pause);
}

async function theRest<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    await pause();
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Do something for each number below a count. */
export function* repeat(count: number, work: (position: number) => void): Steps<void> {
  for (let position = 0; position < count; position += 1) {
    work(position);
    if (position % STEP_ITEMS === STEP_ITEMS - 1) yield;
  }
}
