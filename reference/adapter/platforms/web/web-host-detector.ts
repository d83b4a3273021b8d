import type { HostEnvironment, HostEnvironmentDetector } from "../../../contracts/platform-adapter.js";

/** What the detector looks at; injected so that every answer can be tested in one browser. */
export interface WebHostFacts {
  /** Whether there is a document to draw in. */
  readonly document: boolean;
  /** As `isSecureContext`. */
  readonly secureContext: boolean;
  /** As `crossOriginIsolated`: threads may share memory. */
  readonly crossOriginIsolated: boolean;
}

/**
 * Detect the browser this page runs in. The processor is not told to pages, and `other`.
 *
 * Features are `cross_origin_isolated`, `display` and `secure_context`.
 *
 * @spec adapters.detection, adapters.host-environment
 */
export function createWebHostDetector(facts: WebHostFacts = factsOfThisPage()): HostEnvironmentDetector {
  return { detect: () => detect(facts) };
}

function detect(facts: WebHostFacts): HostEnvironment {
  const runtimeFeatures: string[] = [];
  if (facts.crossOriginIsolated) runtimeFeatures.push("cross_origin_isolated");
  if (facts.document) runtimeFeatures.push("display");
  if (facts.secureContext) runtimeFeatures.push("secure_context");
  return { platformId: "browser", osKind: "browser", arch: "other", sandboxKind: "browser", runtimeFeatures };
}

function factsOfThisPage(): WebHostFacts {
  const page: Partial<Pick<typeof globalThis, "document" | "isSecureContext" | "crossOriginIsolated">> = globalThis;
  return {
    document: page.document !== undefined,
    secureContext: page.isSecureContext === true,
    crossOriginIsolated: page.crossOriginIsolated === true,
  };
}
