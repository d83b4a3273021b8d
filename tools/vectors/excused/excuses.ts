import type { Group } from "./group.js";

/** Requirements that no vector can force. A vector shows what comes out of given bytes, and nothing else. */
export const excuses: readonly Group[] = [
  {
    reason:
      "It speaks of how the parts of a program depend on each other; answers look the same whatever the parts are. The reference's dependency rules and their test show it.",
    clauses: [
      "architecture.composition-root",
      "architecture.layers",
      "architecture.cross-cutting",
      "architecture.dependency-rules",
      "architecture.host-edges",
      "architecture.generated-code",
    ],
  },
  {
    reason: "It speaks of references and memory that a process keeps after an answer, which no answer shows.",
    clauses: ["architecture.hand-over", "loader.limits.growth"],
  },
  {
    reason:
      "It binds versions of this specification to come and not an implementation of this one; the specification's own tools compare each release with the last.",
    clauses: [
      "format.header.fixed",
      "compatibility.numbers",
      "compatibility.error-codes",
      "compatibility.opcodes",
      "compatibility.categories",
      "instructions.all-categories",
    ],
  },
  {
    reason:
      "It binds versions of this specification to come and not an implementation of this one; what changed since a released version, and which version it asks to raise, is told by comparing the two.",
    clauses: [
      "compatibility.additions",
      "compatibility.deprecation",
      "compatibility.documents",
      "compatibility.format",
      "compatibility.runtime-interface",
      "compatibility.schema.major",
      "compatibility.schema.minor",
    ],
    tests: ["tools/spec/breaking/breaking.test.ts"],
  },
  {
    reason:
      "It begins with an object in a program's memory, which a vector has no form for; the other direction, bytes to object to bytes, is forced by the family artifact-repack.",
    clauses: ["format.round-trip.object"],
  },
  {
    reason:
      "No operation judges a policy of a host by its schema: decisions are asked of policies as they are. The generated validator's tests show what is refused.",
    clauses: ["capabilities.host-policy"],
  },
  {
    reason:
      "It speaks of an access in pieces while they arrive. What an operation answers is what is known at its end, and the family access forces the verdict on whole bodies.",
    clauses: ["loader.read-sections.streaming.end", "loader.read-sections.streaming.stop"],
  },
  {
    reason:
      "It speaks of calls to a source in the same program: who owns its bytes, what overlaps and what is stopped. An implementation under test brings its source along, and an answer does not show these calls.",
    clauses: [
      "loader.source.closed",
      "loader.source.ownership",
      "loader.source.concurrent",
      "loader.source.stop",
      "loader.source.memory",
      "loader.source.description",
    ],
  },
  {
    reason: "It asks for a source that only one kind of host can have: one with files, or one that is a browser.",
    clauses: ["loader.source.file", "loader.source.blob"],
  },
  {
    reason:
      "It speaks of requests and answers over HTTP, which need a server and a network; vectors are files. The reference's tests run a server that misbehaves.",
    clauses: [
      "loader.source.http",
      "loader.source.http.identity",
      "loader.source.http.whole",
      "loader.source.http.bounded",
      "loader.source.http.suffix",
      "loader.source.http.compare",
      "loader.source.http.resume",
      "loader.source.http.final",
      "loader.source.redirect",
      "loader.source.redirect.downgrade",
      "loader.source.redirect.hidden",
    ],
  },
  {
    reason: "It speaks of requests to object storage or to gateways of IPFS, which need a network; vectors are files.",
    clauses: [
      "loader.source.object-storage.signature",
      "loader.source.ipfs.cid",
      "loader.source.ipfs.size",
      "loader.source.ipfs.blocks",
      "loader.source.ipfs.bounds",
    ],
  },
  {
    reason:
      "It speaks of what is written, and no operation signs or edits an artifact; what is wrong with such a result is forced from the reader's side.",
    clauses: ["signatures.signing", "loader.repack.unsigned"],
  },
  {
    reason:
      "It speaks of which algorithms a backend offers on its host; an implementation under test either answers verify_signature by the rules, which is forced, or does not offer it.",
    clauses: ["signatures.backends-offer"],
  },
  {
    reason:
      "It needs an update of the trust store while a signature is judged; an operation remembers nothing and does one thing.",
    clauses: ["trust-store.update.consistent"],
  },
  {
    reason:
      "It is a rule for tools that people use: their files, exit codes, passphrases and terminals. Operations ask an implementation and not its tools; the tests of the reference's tool show it.",
    clauses: [
      "trust-store.revocation.final",
      "security.terminal-text",
      "tools.pack-recipe.order",
      "tools.pack-recipe.deterministic",
      "tools.pack",
      "tools.sign",
      "tools.sign.in-place",
      "tools.verify",
      "tools.run",
      "tools.run.quota",
      "tools.run.replay",
      "tools.run.arguments",
      "tools.run.signals",
      "tools.exit-codes",
      "tools.exit-codes.unread",
      "tools.json",
      "tools.assemble",
      "tools.assemble.claim",
      "tools.assemble.findings",
      "tools.assemble.fix",
      "tools.new",
      "tools.run.assembly",
      "tools.run.assembly.authentication",
      "tools.run.assembly.commands",
      "tools.run.assembly.confirm",
      "tools.run.assembly.options",
      "tools.verify.assembly",
      "tools.keygen",
      "tools.keygen.whole",
      "tools.errors",
      "tools.key-files.same",
      "tools.key-files.exact",
      "tools.key-files.passphrase",
      "tools.trust.named",
      "tools.trust.update",
      "tools.trust.concurrent",
      "tools.trust.merge",
    ],
  },
  {
    reason:
      "It speaks of subscribers of a bus of events in one process: who hears what, in which order, and what a slow one does to others. An answer lists the names of events and has no subscribers.",
    clauses: ["events.debug-off", "events.sequence", "events.bus", "events.isolation", "events.unsubscribe"],
  },
  {
    reason:
      "It says what must never be found in texts for people, and those are never compared; no finite list of vectors shows an absence.",
    clauses: ["errors.message", "security.no-secrets"],
  },
  {
    reason:
      "It speaks of the layer, the causes or the use of an error inside a program; an answer has the code and the context of the error that arrives, and nothing behind it. Their form in a document is forced by the family codec-error.",
    clauses: ["errors.source-layer", "errors.host-error", "errors.api-misuse"],
  },
  {
    reason: "It says what passing this corpus means; a vector cannot ask whether vectors are passed.",
    clauses: ["conformance.claim", "conformance.ladder"],
  },
  {
    reason: "It says how a vector that runs a program is to be read; each of them is a case of it.",
    clauses: ["conformance.run.log", "conformance.run.refusal", "conformance.features"],
  },
  {
    reason:
      "It speaks of a host call that still waits in the same program, and of the signal that ends it; the contract check of adapters asks for it.",
    clauses: ["adapters.cancel"],
  },
  {
    reason: "It speaks of a host that runs out of memory, which no vector can bring about.",
    clauses: ["guest-abi.host-memory"],
  },
  {
    reason:
      "Every implementation chooses its own numbers, so no vector knows where they are; the reference's tests show its own.",
    clauses: ["instructions.input-log.whole", "quotas.default"],
  },
  {
    reason:
      "It binds the corpus: the tests of what makes it, and the check that regenerates it byte for byte, show it.",
    clauses: [
      "conformance.vector",
      "conformance.recipe",
      "conformance.repair",
      "conformance.generated",
      "conformance.coverage",
      "conformance.withdrawn",
      "conformance.corpus",
      "conformance.corpus.digest",
      "conformance.corpus.signed",
    ],
  },
  {
    reason:
      "It binds the runner, which grades vectors and is not graded by them; the runner's tests plant faults into implementations, transcripts and its own grading.",
    clauses: [
      "conformance.expansion",
      "conformance.grades",
      "conformance.locus",
      "conformance.opaque",
      "conformance.session.stray",
      "conformance.command.exit",
      "conformance.crash",
      "conformance.no-vacuous-pass",
      "conformance.unsupported",
      "conformance.known-failures",
      "conformance.report",
    ],
  },
  {
    reason:
      "It binds the way answers travel and not what they say; the runner reports a breach of it as one of the protocol.",
    clauses: ["conformance.session.order"],
  },
];
