/**
 * Sizes up to which a `wasm-core-2` module is accepted. WebAssembly itself bounds most of these only
 * by 2^32, and each engine picks limits of its own; a module near them would run on one host and be
 * refused by another. The numbers follow the limits published for WebAssembly in web engines, the
 * smallest ones in use, so that whatever passes here also passes there. They are part of the code
 * format, not options, and they are security-relevant: they bound the work a hostile module can cause.
 *
 * @spec guest-abi.code.limits
 */
export const implementationLimits = {
  /** Bytes of a whole module. */
  moduleBytes: 1_073_741_824,
  /** Entries of the type section. */
  types: 1_000_000,
  /** Parameters of one function type. */
  parameters: 1_000,
  /** Results of one function type. */
  results: 1_000,
  /** Functions the module defines. */
  functions: 1_000_000,
  /** Entries of the import section. */
  imports: 100_000,
  /** Entries of the export section. */
  exports: 100_000,
  /** Globals the module defines. */
  globals: 1_000_000,
  /** Tables, imported ones included. */
  tables: 100_000,
  /** Elements of a table when it is created; its declared maximum may be larger. */
  tableInitialElements: 10_000_000,
  /** Element segments. */
  elementSegments: 100_000,
  /** Items of one element segment. */
  elementSegmentItems: 10_000_000,
  /** Data segments. */
  dataSegments: 100_000,
  /** Custom sections. */
  customSections: 100_000,
  /** Bytes of one function body: local declarations and instructions. */
  functionBodyBytes: 7_654_321,
  /** Parameters plus declared locals of one function. */
  locals: 50_000,
  /** Targets of one br_table, the default one not counted. */
  branchTableTargets: 65_520,
  /** Operands on the value stack of one function: what the whole call stack may hold at run time. */
  operandHeight: 65_536,
} as const;
