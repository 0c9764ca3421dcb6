// The style of the pages, in the operator's colours: from 320 px and at 400 %, in light, dark and forced colours, and in either
// direction (WCAG 2.2, level AA). Sizes are in `rem`, sides are logical.

import type { Brand, Palette } from '../brand.ts';

export function pageStyle({ light, dark }: Pick<Brand, 'light' | 'dark'>): string {
  return `:root{color-scheme:light dark;--page:#f7f7f8;--card:#fff;--ink:#16181d;--soft:#5b6170;--line:#e3e5ea;--edge:#868d9b;--bad:#b42318;--bad-back:#fdeceb;--good:#146c43;--good-back:#e3f5eb;--shade:0 1px 3px rgb(16 24 40/7%);${colours(light)}}
@media(prefers-color-scheme:dark){:root{--page:#0f1115;--card:#171a20;--ink:#e8eaef;--soft:#a3aab8;--line:#2a2f39;--edge:#6f7887;--bad:#ff9d94;--bad-back:#3b1715;--good:#7bd8a6;--good-back:#12301f;--shade:none;${colours(dark)}}}
${rules}`;
}

/** A button under the pointer moves away from the colour of its letters, so that they lose no contrast. */
const colours = ({ act, edge, onAct, link }: Palette) =>
  `--act:${act};--act-edge:${edge};--on-act:${onAct};--over:${onAct === '#ffffff' ? '#000' : '#fff'};--link:${link}`;

// In the middle, a little above it; at the top where the window is low, as it is with a keyboard on the screen.
const rules = `*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{display:grid;grid-template:minmax(1.5rem,2fr) auto auto auto minmax(1.5rem,3fr)/minmax(0,27rem);justify-content:center;min-height:100vh;min-height:100svh;margin:0;padding-inline:1rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere;text-wrap:pretty}
@media(max-height:32rem){body{grid-template-rows:1.25rem auto auto auto 1.5rem;align-content:start}}
header{grid-row:2;padding-bottom:1.25rem;font-size:1.0625rem;font-weight:600;text-align:center}
header img{display:block;max-width:100%;height:2.5rem;margin:auto;object-fit:contain}
main{grid-row:3;padding:2rem;border:1px solid var(--line);border-radius:.75rem;background:var(--card);box-shadow:var(--shade)}
footer{grid-row:4;padding-top:1.25rem;color:var(--soft);font-size:.875rem;text-align:center;text-wrap:balance}
@media(max-width:30rem){main{padding:1.5rem 1.25rem}}
h1{margin:0 0 .5rem;font-size:1.5rem;font-weight:650;line-height:1.3;text-wrap:balance}
:lang(ja){line-break:strict}
h1:lang(ja){word-break:auto-phrase}
p,ul{margin:0 0 .75rem;color:var(--soft)}
main>:last-child,form>:last-child{margin-bottom:0}
form,.act{margin-top:1.5rem}
.act+.act,form+.act{margin-top:.75rem}
a{color:var(--link);text-underline-offset:.15em}
code{font-size:.9375em}
label{display:block;font-weight:600}
small{display:block;color:var(--soft);font-size:.875rem}
.field{margin-bottom:1.25rem}
.box{position:relative;margin-top:.375rem}
input{width:100%;height:2.875rem;padding:0 .75rem;border:1px solid var(--edge);border-radius:.5rem;background:var(--card);color:var(--ink);font:inherit;unicode-bidi:plaintext}
.box:has(.eye) input{padding-inline-end:3rem}
[aria-invalid=true]{border-color:var(--bad);box-shadow:0 0 0 1px var(--bad)}
.eye{position:absolute;inset-block:0;inset-inline-end:0;width:2.875rem;padding:0;border:0;border-radius:.5rem;background:none;color:var(--soft);cursor:pointer}
.eye:hover{color:var(--ink)}
.box:has(.eye:not([hidden])) ::-ms-reveal{display:none}
svg{display:block;width:1.25rem;height:1.25rem;margin:auto;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.eye:not([data-shown]) .lid{display:none}
.mark{width:2.75rem;height:2.75rem;margin:0 0 1rem;padding:.625rem;border-radius:50%;background:var(--good-back);color:var(--good);stroke-width:2.25}
.note:not(:empty){margin-top:.375rem}
.bad{color:var(--bad)}
p.bad{margin-bottom:1.25rem;padding:.75rem 1rem;border:1px solid;border-radius:.5rem;background:var(--bad-back)}
.act{display:block;width:100%;padding:.6875rem 1rem;border:1px solid var(--act-edge);border-radius:.5rem;background:var(--act);color:var(--on-act);font:inherit;font-weight:600;text-align:center;text-decoration:none;text-wrap:balance;cursor:pointer}
.act:hover{background:color-mix(in srgb,var(--act) 88%,var(--over))}
.quiet{border-color:var(--edge);background:none;color:var(--ink)}
.quiet:hover{border-color:var(--ink);background:none}
[aria-disabled]{opacity:.8;cursor:progress}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
input:focus-visible{border-color:transparent;outline-offset:-1px}
[aria-invalid=true]:focus-visible{outline-color:var(--bad);box-shadow:0 0 0 4px var(--bad-back)}
h1:focus,p:focus{outline:0}
[hidden]{display:none}
.unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(prefers-reduced-motion:no-preference){[aria-disabled]::before{content:"";display:inline-block;width:1em;height:1em;margin-inline-end:.5em;border:2px solid;border-inline-end-color:transparent;border-radius:50%;vertical-align:-.125em;animation:turn .8s linear infinite}@keyframes turn{to{rotate:1turn}}}`;
