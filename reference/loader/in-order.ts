/**
 * Results in the order of the jobs, with at most `width` of them under way at one time. The next job is started when a
 * result is asked for, so whoever asks slowly is never more than `width` ahead of. Leaving early does not stop the jobs
 * under way: give them a signal for that.
 *
 * @param jobs each started once, in order; made when there is room for them
 * @param width at least 1
 */
export async function* inOrder<T>(jobs: Iterable<() => Promise<T>>, width: number): AsyncGenerator<T, undefined> {
  const underWay: Promise<T>[] = [];
  for (const job of jobs) {
    const result = job();
    // Awaited later; until then a rejection must not count as unhandled.
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= width) yield await (underWay.shift() as Promise<T>);
  }
  for (const result of underWay) yield await result;
  return undefined;
}
