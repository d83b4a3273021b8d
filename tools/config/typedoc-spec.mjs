// A plugin of TypeDoc: each `@spec` of a docstring leads to the sentence that it names, and anchors in chapters count.

import { Converter, ReflectionKind, Renderer } from "typedoc";

const ANCHOR = /<a id="([^"]+)">/g;

/** The anchors of a document. */
function anchorsOf(document) {
  const text = document.content.map((part) => part.text).join("");
  return Array.from(text.matchAll(ANCHOR), ([, id]) => id);
}

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const places = new Map();
    for (const document of project.getReflectionsByKind(ReflectionKind.Document)) {
      const path = project.files.getReflectionPath(document);
      for (const anchor of anchorsOf(document)) places.set(anchor, path);
    }
    const linked = (anchor) => {
      const path = places.get(anchor);
      if (path === undefined) return [{ kind: "text", text: anchor }];
      const { target } = project.files.registerAbsolute(path);
      return [
        { kind: "text", text: `[${anchor}](` },
        { kind: "relative-link", text: `${path}#${anchor}`, target, targetAnchor: anchor },
        { kind: "text", text: ")" },
      ];
    };
    for (const reflection of Object.values(project.reflections)) {
      for (const tag of reflection.comment?.getTags("@spec") ?? []) {
        const anchors = tag.content.map(({ text }) => text).join("").split(/[\s,]+/).filter(Boolean);
        tag.content = anchors.flatMap((anchor, index) => [
          ...(index === 0 ? [] : [{ kind: "text", text: ", " }]),
          ...linked(anchor),
        ]);
      }
    }
  });

  // TypeDoc knows the anchors of headings alone, and would complain of links to any other.
  app.renderer.on(
    Renderer.EVENT_END,
    ({ project }) => {
      for (const document of project.getReflectionsByKind(ReflectionKind.Document)) {
        const anchors = new Set(anchorsOf(document));
        const slugger = app.renderer.router.getSlugger(document);
        const hasAnchor = slugger.hasAnchor.bind(slugger);
        slugger.hasAnchor = (anchor) => anchors.has(anchor) || hasAnchor(anchor);
      }
    },
    1,
  );
}
