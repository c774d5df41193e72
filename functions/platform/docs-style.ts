/** How the page of the API looks: system fonts, both colour schemes, one column on a phone. */
export const docsStyle = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #4d5a6b; --line: #d5dbe3; --back: #fff; --panel: #f4f6f9; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #aeb9c7; --line: #38424f; --back: #12171e; --panel: #1b222c; --link: #8ac2ff; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); }
a { color: var(--link); }
header, main, nav { max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav ul { columns: 16rem; list-style: none; padding: 0; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2rem 0 0.25rem; font-size: 1.05rem; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
.note { color: var(--soft); margin: 0.25rem 0; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; min-height: 1.75rem; }
dl { margin: 0.25rem 0 0.25rem 0.5rem; padding-left: 0.75rem; border-left: 2px solid var(--line); }
dt { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
dd { margin: 0 0 0.4rem 1rem; }
`;
