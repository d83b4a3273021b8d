/**
 * Called with work that may hold the host's thread for long, which it does and whose result it returns: a step into a
 * guest in thread, an instruction of any guest. A host does here what must hold meanwhile.
 */
export type AroundGuest = <T>(work: () => T) => T;
