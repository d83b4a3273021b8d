/** An implementation that cannot be started, or does not say what it is: nothing was asked of it. */
export class NoIntroduction extends Error {
  override readonly name = "NoIntroduction";
}
