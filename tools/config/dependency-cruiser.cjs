// What TypeScript project references cannot say. Each comment names the requirement the rule holds.
const edges = "^reference/(adapter/platforms|loader/sources|runtime/host-engine|security/backends)/";
const notTests = ["[.]test[.]ts$", "^codegen/test/", "/testing[.]ts$", "^reference/.*/testing/"];
const forbid = (name, comment, from, to) => ({
  name,
  severity: "error",
  comment,
  from: typeof from === "string" ? { path: from, pathNot: notTests } : { ...from, pathNot: [...notTests, ...[from.pathNot ?? []].flat()] },
  to: typeof to === "string" ? { path: to } : to,
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  // @spec architecture.dependency-check
  forbidden: [
    { name: "no-cycles", severity: "error", comment: "A cycle has no direction.", from: {}, to: { circular: true } },
    forbid("codec-is-a-leaf", "@spec architecture.dependency-rules: the kernel imports nothing.", "^reference/codec/", { pathNot: "^reference/codec/" }),
    forbid("generated-imports-codec-v1-only", "@spec architecture.generated-code: generated code has one entry into the kernel.", { path: "^generated/", pathNot: "^generated/testing/" }, { pathNot: ["^generated/", "^reference/codec/codegen-v1[.]ts$"] }),
    forbid("contracts-import-types-only", "@spec architecture.dependency-rules: contracts are types.", "^reference/contracts/", { pathNot: "^(reference/contracts|reference/errors|generated)/" }),
    forbid("loader-never-reaches-runtime-or-adapter", "@spec architecture.dependency-rules: Loader to Runtime goes through the contract.", "^reference/loader/", "^reference/(runtime|adapter|observability|security|assembly)/"),
    forbid("versions-are-a-leaf", "@spec architecture.dependency-rules: comparing versions needs nothing.", "^reference/versions/", { pathNot: "^reference/versions/" }),
    forbid("assembly-reaches-layers-through-contracts", "@spec architecture.cross-cutting: the composition root hands the assembly service what it needs of the layers.", "^reference/assembly/", "^reference/(loader|runtime|adapter|observability|security)/"),
    forbid("layers-know-no-assembly", "@spec architecture.dependency-rules: an iFay is made of instances, and no layer knows.", "^reference/(loader|runtime|adapter|observability|security|codec|errors|contracts|versions)/", "^reference/assembly/"),
    forbid("runtime-never-reaches-loader", "@spec architecture.dependency-rules: Runtime to Loader is forbidden.", "^reference/runtime/", "^reference/loader/"),
    forbid("runtime-never-reaches-adapter", "@spec architecture.dependency-rules: the runtime imports no Platform_Adapter.", "^reference/runtime/", "^reference/adapter/"),
    forbid("adapter-never-reaches-loader-or-runtime", "@spec architecture.dependency-rules: the adapter layer sees instructions and events only.", "^reference/adapter/", "^reference/(loader|runtime)/"),
    forbid("layers-do-not-see-cross-cutting-code", "@spec architecture.cross-cutting: layers publish and query through contracts.", "^reference/(loader|runtime|adapter)/", "^reference/(observability|security)/"),
    forbid("only-edges-touch-the-host", "@spec architecture.dependency-rules, architecture.host-edges: Adapter to Host, and only at the edges.", { path: "^(reference|generated)/", pathNot: [edges, "^reference/(node|web)[.]ts$", "^reference/examples/"] }, { dependencyTypes: ["core"] }),
    forbid("layers-do-not-import-edges", "@spec architecture.dependency-rules: edges are injected by the composition root.", { path: "^reference/", pathNot: [edges, "^reference/(node|web)[.]ts$"] }, edges),
    forbid("ts-morph-only-in-emit", "The generator's model and checks do not depend on the printer.", { pathNot: "^codegen/src/emit/" }, "node_modules/(ts-morph|@ts-morph)"),
    forbid("xstate-only-in-lifecycle-model", "XState is the model and a peer in the bench, never the runtime core.", { path: "^(reference|generated|codegen|tools)/", pathNot: ["^generated/testing/", "^tools/bench/"] }, "node_modules/xstate"),
    forbid("fast-check-only-in-testing", "Arbitraries are for tests.", { path: "^(reference|codegen|tools|generated)/", pathNot: ["^generated/testing/", "^tools/(conformance|fuzz|spec/breaking/testing)/"] }, "node_modules/fast-check"),
    forbid("nothing-imports-tools", "Tools stand at the end of every dependency.", { pathNot: "^tools/" }, "^tools/"),
    forbid("shipped-code-has-no-runtime-dependency", "The core ships without dependencies; WebSockets on Node have their own rule.", { path: "^(reference|generated)/", pathNot: ["^generated/testing/", "^reference/security/backends/noble/", "^reference/adapter/platforms/network/host-websocket[.]ts$", "^reference/examples/in-app/"] }, { dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer"] }),
    forbid("websockets-need-ws-alone", "Node before 22 has no WebSocket, and the one it has since takes no resolver: the one dependency that is shipped, in one file.", "^reference/adapter/platforms/network/host-websocket[.]ts$", { dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer"], pathNot: "(^|/)node_modules/(@types/)?ws/" }),
    forbid("web-edges-know-no-node", "What runs in a browser touches nothing but the web platform.", "^reference/(adapter/platforms/web|loader/sources/web|runtime/host-engine/web|security/backends/(web|noble))/|^reference/web[.]ts$", { dependencyTypes: ["core"] }),
    forbid("runner-shares-nothing-with-what-it-judges", "A conformance runner that shared code with the reference would agree with it where both are wrong. Schemas and tables come from generated/; only those parts that are an implementation, are made from one, or make and sign a release know one.", "^tools/conformance/(corpus|session|run|reports|ifacts|commands|property|starters|zoo)/", "^(reference/|tools/cli/(files|keys|replace-file|recipe|setup|sources)[.]ts$)"),
    forbid("vectors-know-no-reference", "What the reference gets wrong must not become an expectation.", { path: "^tools/vectors/", pathNot: "[.]test[.]ts$" }, "^reference/"),
    forbid("testing-code-stays-in-tests", "Arbitraries and the XState model are not shipped.", "^(reference|codegen|tools/cli)/", "^generated/testing/"),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^dist/", "^generated/guest/", "^tools/config/", "guests/"] },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"], exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
