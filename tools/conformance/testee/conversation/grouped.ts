/** What follows each other and is equal, once, with the number in `times`. */
export function grouped<T extends object>(items: readonly T[]): (T & { readonly times?: number })[] {
  const groups: { item: T; text: string; times: number }[] = [];
  for (const item of items) {
    const text = JSON.stringify(item);
    const last = groups.at(-1);
    if (last?.text === text) last.times += 1;
    else groups.push({ item, text, times: 1 });
  }
  return groups.map(({ item, times }) => (times === 1 ? item : { ...item, times }));
}
