/** What is mutated: every file of a group that vectors can judge. */
export interface TargetGroup {
  readonly name: string;
  /** Folders and files from the root of the repository, with everything in them that is no test. */
  readonly paths: readonly string[];
  /** What of them is left out, with the reason: no operation of a vector reaches it. */
  readonly without: Readonly<Record<string, string>>;
}

/** The groups, in the order in which a campaign goes through them. */
export const targetGroups: readonly TargetGroup[] = [
  {
    name: "codec",
    paths: ["reference/codec", "generated/codecs"],
    without: {
      "reference/codec/json-check.ts": "judges JSON documents of tools; a profile is the only one a vector gives",
      "reference/codec/ascii-window.ts":
        "how bytes become text by what a host has: one host has one way, and ascii-window.test.ts compares all of them",
      "reference/codec/words.ts": "what errors say to people, which no program may look at (`errors.message`)",
      "reference/codec/tlv-values.ts": "what programs take operands with, and adapters results; a vector brings bytes",
    },
  },
  {
    name: "loader",
    paths: ["reference/loader", "reference/versions"],
    without: {
      "reference/loader/sources": "storage of a host: sources have a conformance check of their own",
      "reference/loader/source-conformance.ts": "the conformance check of sources",
      "reference/loader/source-checks.ts": "the conformance check of sources",
      "reference/loader/source-trial.ts": "the conformance check of sources",
      "reference/loader/memory-source.ts": "a vector brings its own source",
      "reference/loader/anatomy.ts": "takes files apart for people",
      "reference/loader/outline.ts": "takes files apart for people",
      "reference/loader/source-anatomy.ts": "takes files apart for people",
      "reference/loader/progress.ts": "what a load tells of its bytes while it runs",
      "reference/loader/cancellation.ts": "stops a load; a vector is never stopped",
      "reference/loader/body-cache.ts": "memory for bodies that are read again",
      "reference/loader/artifact-changes.ts": "changes and signatures of a tool",
      "reference/loader/stored-artifact.ts": "artifacts larger than memory",
      "reference/loader/in-order.ts": "several reads under way at once",
      "reference/loader/shared-reads.ts": "several accesses under way at once",
    },
  },
  {
    name: "trust",
    paths: ["reference/security"],
    without: {
      "reference/security/backends": "the cryptography of a host and files of keys",
      "reference/security/low-s.ts": "what a signer does",
      "reference/security/trust-store-edit.ts": "edits of a tool",
      "reference/security/key-cache.ts": "keys that are kept between loads",
      "reference/security/ed25519-point.ts": "judges keys that a tool is about to put into a store",
    },
  },
  {
    name: "guest-code",
    paths: ["reference/runtime/wasm", "reference/runtime/guest-abi.ts"],
    without: { "reference/runtime/wasm/testing": "what tests stand on" },
  },
  { name: "lifecycle", paths: ["reference/runtime/lifecycle", "generated/lifecycle"], without: {} },
  {
    name: "bus",
    paths: [
      "reference/adapter/instruction-bus.ts",
      "reference/adapter/instruction-channel.ts",
      "reference/adapter/short-way.ts",
      "reference/adapter/direct-rows.ts",
      "reference/adapter/direct-operands.ts",
      "reference/adapter/direct-reply.ts",
      "reference/adapter/ask-policy.ts",
      "reference/adapter/host-call.ts",
      "reference/adapter/host-functions.ts",
      "reference/adapter/instance-binding.ts",
      "reference/adapter/channel-publisher.ts",
      "reference/adapter/delivery-queue.ts",
      "reference/adapter/handle-table.ts",
      "reference/adapter/check-instruction.ts",
      "reference/adapter/capability-negotiator.ts",
      "reference/adapter/instruction-errors.ts",
      "generated/instructions",
      "generated/capabilities.ts",
    ],
    without: {
      "generated/instructions/io.ts":
        "what programs write instructions with, and adapters results; a vector brings bytes",
      "generated/instructions/net.ts": "the same",
      "generated/instructions/ui.ts": "the same",
      "generated/instructions/time.ts": "the same",
      "generated/instructions/random.ts": "the same",
      "generated/instructions/crypto.ts": "the same",
      "generated/instructions/proc.ts": "the same",
      "generated/instructions/host.ts": "the same",
      "generated/instructions/instruction-shapes.ts":
        "rows of the tables for tests; of what runs only the short way asks, which reads just what it is sure of",
    },
  },
  {
    name: "network",
    paths: ["reference/adapter/network"],
    without: {
      "reference/adapter/network/http-request.ts": "requests: an operation decides on a scheme, a host and a port",
      "reference/adapter/network/websocket-request.ts": "the same",
      "reference/adapter/network/web-address.ts": "the same; the parser of addresses is the host's",
      "reference/adapter/network/socket-request.ts": "the same, as errors of instructions",
      "reference/adapter/network/network-use.ts": "counts what is open on a network, of which a vector has none",
      "reference/adapter/network/backlog.ts": "messages that came, of which a vector has none",
      "reference/adapter/network/format-ip-address.ts": "addresses that a host has found, as text",
    },
  },
  {
    name: "ui",
    paths: ["reference/adapter/ui"],
    without: {
      "reference/adapter/ui/cells":
        "how a tree looks in a terminal, which is for its host to choose; and screens of cells",
      "reference/adapter/ui/screen.ts": "screens of cells, which no operation draws on",
      "reference/adapter/ui/screen-handlers.ts": "the same",
      "reference/adapter/ui/screen-view.ts": "the same",
    },
  },
  {
    name: "input-log",
    paths: ["reference/adapter/input-log"],
    without: {
      "reference/adapter/input-log/recorder.ts":
        "makes a log of a program that runs; an operation reads and repeats one",
      "reference/adapter/input-log/write-input-log.ts": "writes what the recorder has seen",
      "reference/adapter/input-log/tapped-bus.ts": "puts recorder and replay before the bus of a runtime",
      "reference/adapter/input-log/describe-entry.ts": "what the error of a replay says to people",
    },
  },
];

/**
 * Kinds of mutants that are not made. A text of this code is a name out of a closed list, which the compiler would
 * refuse to see exchanged for another, or a message, which no program may look at (`errors.message`).
 */
export const excludedMutators: readonly string[] = ["StringLiteral"];
