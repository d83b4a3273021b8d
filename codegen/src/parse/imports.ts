import type { CddlFile } from "./syntax.js";

/** A comment that asks for the rules of another file: `;# import module` or `;# include module`. */
export interface ImportDirective {
  /** The module as written: the name of a file without `.cddl`. */
  readonly module: string;
  readonly start: number;
  readonly end: number;
}

const directive = /^#\s*(?:import|include)\s+(?:[^;]*\sfrom\s+)?([A-Za-z0-9][A-Za-z0-9._/-]*)\s*$/;

/**
 * The import directives of a file in source order. All rules of the module become visible, whether or not the
 * directive lists some before `from`; `as` (a name prefix) is not understood and such a comment stays a comment.
 */
export function importsOf(file: CddlFile): readonly ImportDirective[] {
  return file.comments.flatMap(({ text, start, end }) => {
    const module = directive.exec(text)?.[1];
    return module === undefined ? [] : [{ module, start, end }];
  });
}
