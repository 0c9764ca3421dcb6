// The style of the pages: from 320 px and at 400 %, in light, dark and forced colours (WCAG 2.2, level AA).

export const pageStyle = `:root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--ink:#111827;--soft:#4b5563;--line:#6b7280;--act:#1d4ed8;--on:#fff;--bad:#b91c1c}
@media(prefers-color-scheme:dark){:root{--page:#111827;--card:#1f2937;--ink:#f3f4f6;--soft:#b6bec9;--line:#9ca3af;--act:#93c5fd;--on:#111827;--bad:#fca5a5}}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem .75rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header,main{max-width:30rem;margin:auto}
header{padding:0 1.25rem .75rem;color:var(--soft)}
main{padding:1.5rem 1.25rem;border-radius:.75rem;background:var(--card)}
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1rem}
main>:last-child{margin-bottom:0}
label{display:block;font-weight:600}
small{display:block;color:var(--soft);font-size:.9rem}
input{width:100%;margin:.25rem 0 1rem;padding:.6rem .75rem;border:1px solid var(--line);border-radius:.5rem;background:var(--page);color:var(--ink);font:inherit}
[aria-invalid]{border:2px solid var(--bad)}
.bad{color:var(--bad);font-weight:600}
button{width:100%;padding:.75rem;border:1px solid transparent;border-radius:.5rem;background:var(--act);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
a{color:var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
h1:focus,.bad:focus{outline:0}`;
