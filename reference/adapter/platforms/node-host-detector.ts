import { existsSync } from "node:fs";
import type { HostEnvironment, HostEnvironmentDetector } from "../../contracts/platform-adapter.js";

/** What the detector looks at; injected so that every answer can be tested on one host. */
export interface NodeHostFacts {
  /** As `process.platform`. */
  readonly platform: string;
  /** As `process.arch`. */
  readonly arch: string;
  /** As `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal. */
  readonly terminal: boolean;
  /** Whether a file exists. */
  readonly exists: (path: string) => boolean;
}

const OS_KINDS: Readonly<Record<string, string>> = { linux: "linux", darwin: "macos", win32: "windows" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x64", arm64: "arm64" };
/** Files that container engines put into what they run. */
const CONTAINER_MARKS = ["/.dockerenv", "/run/.containerenv"];

/** Detect the host this process runs on. @spec adapters.detection */
export function createNodeHostDetector(facts: NodeHostFacts = factsOfThisProcess()): HostEnvironmentDetector {
  return { detect: () => detect(facts) };
}

function detect(facts: NodeHostFacts): HostEnvironment {
  const osKind = OS_KINDS[facts.platform] ?? "other";
  const features: string[] = [];
  if (hasDisplay(osKind, facts.environment)) features.push("display");
  if (facts.terminal) features.push("tty");
  return {
    platformId: "node",
    osKind,
    arch: ARCHITECTURES[facts.arch] ?? "other",
    sandboxKind: CONTAINER_MARKS.some((path) => facts.exists(path)) ? "container" : "none",
    runtimeFeatures: features.sort(),
  };
}

/** X11 and Wayland say so in the environment; macOS and Windows have a desktop unless reached through ssh. */
function hasDisplay(osKind: string, environment: NodeHostFacts["environment"]): boolean {
  const isSet = (name: string): boolean => (environment[name] ?? "") !== "";
  if (osKind === "macos" || osKind === "windows") return !isSet("SSH_CONNECTION");
  return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY");
}

function factsOfThisProcess(): NodeHostFacts {
  return {
    platform: process.platform,
    arch: process.arch,
    environment: process.env,
    terminal: process.stdout.isTTY === true,
    exists: existsSync,
  };
}
