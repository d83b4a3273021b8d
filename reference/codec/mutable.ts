/** The same type with members that can be assigned: for values that are still being read. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
