/** The same type with members that can be assigned: for values that are still being read. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Gives an object a member of its own whatever the name; assigning to `__proto__` would not. */
export function setOwn<T>(object: Record<string, T>, name: string, value: T): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else object[name] = value;
}
