// The public surface of the assembly.
export {};
