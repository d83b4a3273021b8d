/**
 * How surfaces look where the page does not say otherwise. Light or dark is what the page's `color-scheme` says; colours
 * and measures are custom properties that a page can set on any element above.
 */
export const SURFACE_STYLE = `
@layer fayger {
  :where(.fayger-surface, .fayger-surface *) { all: revert; box-sizing: border-box; }
  .fayger-surface {
    --ink: var(--fayger-ink, light-dark(#1c2024, #e8eaed));
    --soft: var(--fayger-soft, light-dark(#5a636d, #a3acb6));
    --paper: var(--fayger-paper, light-dark(#ffffff, #1e2125));
    --sunk: var(--fayger-sunk, light-dark(#f3f5f7, #17191c));
    --line: var(--fayger-line, light-dark(#d5dae0, #3a4047));
    --edge: var(--fayger-edge, light-dark(#8a939d, #79828c));
    --accent: var(--fayger-accent, light-dark(#1558b0, #8ab8f5));
    --good: var(--fayger-good, light-dark(#136c3a, #7fd6a0));
    --bad: var(--fayger-bad, light-dark(#a81f1f, #ff9d96));
    --warning: var(--fayger-warning, light-dark(#7d5300, #f0c36d));
    --gap: var(--fayger-gap, 0.75rem);
    --round: var(--fayger-round, 0.5rem);
    display: block;
    overflow: clip;
    border: 1px solid var(--line);
    border-radius: calc(var(--round) * 1.5);
    background: var(--paper);
    color: var(--ink);
    font: 1rem/1.5 system-ui, sans-serif;
    text-align: start;
    overflow-wrap: anywhere;
    outline-offset: 2px;
  }
  .fayger-surface [hidden] { display: none; }
  .fayger-surface :focus-visible, .fayger-surface:focus-visible { outline: 2px solid var(--accent); }
  .fayger-bar {
    display: flex;
    align-items: center;
    gap: var(--gap);
    padding: 0.35rem 0.4rem 0.35rem 1rem;
    border-bottom: 1px solid var(--line);
    background: var(--sunk);
    color: var(--soft);
    font-size: 0.9rem;
  }
  .fayger-title { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .fayger-close {
    inline-size: 2rem;
    block-size: 2rem;
    padding: 0;
    border: 0;
    border-radius: var(--round);
    background: none;
    color: inherit;
    font: 1.25rem/1 system-ui, sans-serif;
    cursor: pointer;
  }
  .fayger-close:hover { background: color-mix(in srgb, currentcolor 14%, transparent); color: var(--ink); }
  .fayger-root { padding: 1.25rem; }
  .fayger-column { display: flex; flex-direction: column; gap: var(--gap); min-width: 0; }
  .fayger-row { display: flex; flex-wrap: wrap; align-items: center; gap: calc(var(--gap) * 0.67) var(--gap); min-width: 0; }
  .fayger-row > .fayger-field { flex: 1 1 12rem; }
  .fayger-row > .fayger-column, .fayger-row > .fayger-list { flex: 1 1 14rem; }
  .fayger-row:has(> .fayger-field > .fayger-label:not([hidden])) { align-items: end; }
  .fayger-heading, .fayger-text, .fayger-preformatted, .fayger-list { margin: 0; }
  .fayger-heading { font-weight: 650; line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; }
  .fayger-heading:not(:first-child) { margin-block-start: 0.5rem; }
  h1.fayger-heading { font-size: 1.6rem; }
  h2.fayger-heading { font-size: 1.3rem; }
  h3.fayger-heading { font-size: 1.1rem; }
  h4.fayger-heading, h5.fayger-heading, h6.fayger-heading { font-size: 1rem; }
  .fayger-text:empty { display: none; }
  .fayger-preformatted {
    overflow-x: auto;
    padding: 0.6rem 0.8rem;
    border-radius: var(--round);
    background: var(--sunk);
    font: 0.92rem/1.45 ui-monospace, "Cascadia Mono", Menlo, monospace;
    tab-size: 8;
    white-space: pre;
    overflow-wrap: normal;
  }
  .fayger-button, .fayger-input {
    min-block-size: 2.5rem;
    padding: 0.4rem 0.9rem;
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: var(--paper);
    color: inherit;
    font: inherit;
  }
  .fayger-button { align-self: start; cursor: pointer; }
  .fayger-row > .fayger-button { align-self: auto; }
  .fayger-button:hover:enabled { border-color: var(--accent); background: color-mix(in srgb, var(--accent) 9%, var(--paper)); }
  .fayger-button:active:enabled { background: color-mix(in srgb, var(--accent) 20%, var(--paper)); }
  .fayger-button[data-tone="strong"] { border-color: var(--accent); background: var(--accent); color: var(--paper); }
  .fayger-button[data-tone="strong"]:hover:enabled { background: color-mix(in srgb, var(--accent) 86%, var(--ink)); }
  .fayger-button:disabled, .fayger-input:disabled { border-color: var(--line); color: var(--soft); cursor: default; opacity: 0.7; }
  .fayger-field { display: flex; flex-direction: column; gap: 0.25rem; min-width: 0; }
  .fayger-label { color: var(--soft); font-size: 0.9rem; }
  .fayger-input { inline-size: 100%; min-inline-size: 0; padding-inline: 0.7rem; }
  .fayger-input::placeholder { color: var(--soft); opacity: 1; }
  .fayger-choice { display: flex; align-items: center; gap: 0.6rem; min-block-size: 2rem; cursor: pointer; }
  .fayger-choice[data-disabled] { color: var(--soft); cursor: default; }
  .fayger-check { inline-size: 1.15rem; block-size: 1.15rem; margin: 0; flex: none; accent-color: var(--accent); }
  .fayger-list { display: flex; flex-direction: column; padding: 0; list-style: none; }
  .fayger-item { border-block-start: 1px solid var(--line); padding-block: 0.5rem; }
  .fayger-item:first-child { border-block-start: 0; }
  .fayger-item > .fayger-column { gap: calc(var(--gap) / 2); }
  .fayger-item > .fayger-column:empty { display: none; }
  .fayger-press {
    display: block;
    inline-size: 100%;
    padding: 0.3rem 0.5rem;
    border: 0;
    border-radius: var(--round);
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .fayger-press[hidden] { display: none; }
  .fayger-press:hover:enabled { background: color-mix(in srgb, var(--accent) 9%, transparent); }
  .fayger-press:disabled { color: var(--soft); cursor: default; }
  .fayger-progress { inline-size: 100%; block-size: 0.6rem; accent-color: var(--accent); }
  .fayger-rule { inline-size: 100%; margin: 0.25rem 0; border: 0; border-block-start: 1px solid var(--line); }
  .fayger-row > .fayger-rule { inline-size: 0; align-self: stretch; border: 0; border-inline-start: 1px solid var(--line); }
  .fayger-surface [data-tone="strong"]:not(.fayger-button) { font-weight: 650; }
  .fayger-surface [data-tone="quiet"] { color: var(--soft); }
  .fayger-surface [data-tone="good"] { color: var(--good); }
  .fayger-surface [data-tone="bad"] { color: var(--bad); }
  .fayger-surface [data-tone="warning"] { color: var(--warning); }
  .fayger-button[data-tone="bad"] { border-color: var(--bad); }
  @media (max-width: 30rem) { .fayger-root { padding: 1rem; } }
}
`;
