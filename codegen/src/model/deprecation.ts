/** Whether what was marked as deprecated in one version of the specification may be gone in a later major. */
export function mayBeRemoved(deprecated: string | undefined, major: number): boolean {
  const marked = Number(/^([0-9]+)[.][0-9]+$/.exec(deprecated ?? "")?.[1] ?? Number.NaN);
  // Marked in 1.x, it stays through all of 2.x and goes with 3.0. @spec compatibility.deprecation
  return major >= marked + 2;
}
