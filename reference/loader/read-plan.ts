/** A body that is to be read. */
export interface PlannedBody {
  /** First byte, absolute in the artifact. */
  readonly at: number;
  /** Length in bytes; above zero. */
  readonly length: number;
}

/** Neighbouring bodies that one read fetches; or one body longer than a piece, which is read piece by piece. */
export interface ReadRun<B extends PlannedBody> {
  /** First byte, absolute in the artifact. */
  readonly at: number;
  /** Length in bytes. */
  readonly length: number;
  /** The bodies, in the order of their bytes, without a gap. */
  readonly bodies: readonly B[];
}

/**
 * Join neighbouring bodies into reads of at most `pieceBytes`. Bodies with a gap between them are never joined: bytes of
 * an unselected body must not be fetched.
 *
 * @param bodies in the order of their bytes
 * @spec loader.read-sections.coalesced
 */
export function planReads<B extends PlannedBody>(bodies: readonly B[], pieceBytes: number): ReadRun<B>[] {
  const runs: ReadRun<B>[] = [];
  let open: B[] = [];
  let at = 0;
  let length = 0;
  const closeRun = (): void => {
    if (open.length > 0) runs.push({ at, length, bodies: open });
    open = [];
  };
  for (const body of bodies) {
    if (open.length > 0 && (body.at !== at + length || length + body.length > pieceBytes)) closeRun();
    if (open.length === 0) {
      at = body.at;
      length = 0;
    }
    open.push(body);
    length += body.length;
  }
  closeRun();
  return runs;
}
