/** What every seed of the corpus begins with; what follows names what it is the seed of. @spec conformance.generated */
export const SEED_PREFIX = "fayger-vectors/v1/";
