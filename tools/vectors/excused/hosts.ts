import type { Group } from "./group.js";

const PLATFORMS = "reference/adapter/platforms";
const NETWORK = `${PLATFORMS}/network`;
const PROCESSES = `${PLATFORMS}/processes`;
const BROWSER = "tools/browser";

/** Requirements that only a host can show: no vector has one. The named tests run them on real hosts. */
export const hostExcuses: readonly Group[] = [
  {
    reason: "It speaks of files, links and folders of a host, of which a vector has none.",
    clauses: [
      "instructions.io.no-escape",
      "instructions.io.hard-links",
      "instructions.io.races",
      "instructions.io.files",
      "instructions.io.file-bytes",
      "instructions.io.storage-bytes",
      "instructions.io.storage-entries",
      "instructions.io.read-maximum",
      "instructions.io.directory-list",
      "instructions.io.rename",
    ],
    tests: [
      `${PLATFORMS}/escapes.test.ts`,
      `${PLATFORMS}/races.test.ts`,
      `${PLATFORMS}/files.test.ts`,
      `${PLATFORMS}/file-positions.test.ts`,
      `${PLATFORMS}/storage-use.test.ts`,
    ],
  },
  {
    reason: "It speaks of the standard streams, the clocks and the random bytes of a host, which differ in every run.",
    clauses: ["instructions.io.stdio", "instructions.time.clocks", "instructions.random.bytes"],
    tests: [`${PLATFORMS}/streams-and-random.test.ts`, `${PLATFORMS}/time.test.ts`],
  },
  {
    reason:
      "It speaks of requests, answers and messages on a network, of which a vector has none; what the policy decides of them is forced by the family policy-network.",
    clauses: [
      "instructions.net.policy",
      "instructions.net.http-redirects",
      "instructions.net.http-request",
      "instructions.net.http-bounds",
      "instructions.net.http-body",
      "instructions.net.http-streams",
      "instructions.net.websocket-address",
      "instructions.net.websocket-messages",
      "instructions.net.websocket-backlog",
      "instructions.net.websocket-close",
      "instructions.net.websocket-close-code",
      "instructions.net.sockets",
      "instructions.net.read-maximum",
      "instructions.net.one-read",
      "instructions.net.held-writes",
      "instructions.net.udp-backlog",
      "instructions.net.udp-peers",
      "instructions.net.listener-backlog",
      "capabilities.policy.patience",
    ],
    tests: [
      `${NETWORK}/http-request.test.ts`,
      `${NETWORK}/http-streams.test.ts`,
      `${NETWORK}/tcp.test.ts`,
      `${NETWORK}/udp.test.ts`,
      `${NETWORK}/websocket.test.ts`,
    ],
  },
  {
    reason: "It speaks of what a browser does with requests and sockets of its own.",
    clauses: ["instructions.net.http-kept-headers", "instructions.net.websocket-own-codes"],
    tests: [`${BROWSER}/network.test.ts`],
  },
  {
    reason:
      "It speaks of the screen or the terminal of a host: its cells, its streams, what else is there, and what it was before.",
    clauses: [
      "instructions.ui.cells",
      "instructions.ui.focus-kept",
      "instructions.ui.stdio",
      "instructions.ui.surface-end",
    ],
    tests: [
      "reference/adapter/ui/cells/cells.test.ts",
      "reference/adapter/ui/surface-tree.test.ts",
      `${PLATFORMS}/terminal/terminal.test.ts`,
      `${BROWSER}/surface.test.ts`,
    ],
  },
  {
    reason:
      "It speaks of the cryptography of a platform, which an implementation takes from its host; the algorithms that every loader has are forced by the families of signatures.",
    clauses: [
      "instructions.crypto.algorithms",
      "instructions.crypto.platform",
      "instructions.crypto.keys",
      "instructions.crypto.unseal",
      "instructions.crypto.bounds",
    ],
    tests: [`${PLATFORMS}/crypto.test.ts`],
  },
  {
    reason: "It speaks of processes, signals, arguments and variables of a host, of which a vector has none.",
    clauses: [
      "instructions.proc.arguments",
      "instructions.proc.signals",
      "instructions.proc.clean",
      "instructions.proc.end",
      "instructions.proc.streams",
    ],
    tests: [
      `${PROCESSES}/environment.test.ts`,
      `${PROCESSES}/process-escapes.test.ts`,
      `${PROCESSES}/processes.test.ts`,
    ],
  },
  {
    reason: "It speaks of functions and topics that an application lends, which is no part of a vector.",
    clauses: [
      "instructions.host.call",
      "instructions.host.values",
      "instructions.host.topics",
      "adapters.built-in.in-app",
    ],
    tests: ["reference/adapter/in-app-adapter.test.ts"],
  },
  {
    reason:
      "It speaks of what an adapter is inside a program: its methods, what it holds, and what it is asked. Answers look the same whatever an adapter is made of.",
    clauses: [
      "adapters.interface",
      "adapters.handlers",
      "adapters.translate",
      "adapters.binding",
      "instructions.caps.experimental",
    ],
    tests: [
      `${PLATFORMS}/conformance.test.ts`,
      `${PLATFORMS}/node-host-detector.test.ts`,
      `${PLATFORMS}/no-host-call.test.ts`,
      "reference/adapter/instruction-channel.test.ts",
      "reference/adapter/experimental.test.ts",
    ],
  },
  {
    reason: "It speaks of an adapter of one kind of host, which an implementation need not offer.",
    clauses: ["adapters.native-desktop", "adapters.built-in.browser", "adapters.selection.named"],
    tests: [
      `${PLATFORMS}/node-host-detector.test.ts`,
      `${BROWSER}/adapter.test.ts`,
      "reference/adapter/adapter-registry.test.ts",
    ],
  },
  {
    reason: "It speaks of a policy beside a log, and of the host on which a replay runs.",
    clauses: ["instructions.replay.bounds"],
    tests: ["reference/input-logs.test.ts"],
  },
];
