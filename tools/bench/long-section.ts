/** Name of the one long section in the artifact that is streamed. */
export const LONG_SECTION = "data/000001/body.bin";
