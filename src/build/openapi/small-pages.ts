// The small static pages, one for each problem, since its `type` is the first thing that a developer clicks. They are the service's
// own: in English, and under no operator's brand.

import { defaultColor, palettes } from '../../brand.ts';
import { base64, sha256 } from '../../encoding.ts';
import { pageStyle } from '../../http/page-style.ts';
import { type ProblemName, problems } from '../../problems.ts';
import { en } from '../../words/en.ts';

/** By path below the assets. */
export function smallPages(): Record<string, string> {
  const names = Object.keys(problems) as ProblemName[];
  return Object.fromEntries([
    ['problems.html', smallPage('Problems', listOf(names))],
    ...names.map((name) => [`problems/${name}.html`, smallPage(name, meaningOf(name))]),
  ]);
}

const style = pageStyle(palettes(defaultColor));

/** Rules of `_headers` (Workers static assets): the style by its hash, and nothing else. */
export async function smallPageHeaders(): Promise<string> {
  const hash = base64(await sha256(style));
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return ['/problems', '/problems/*']
    .map((path) => `${path}\n  Content-Security-Policy: ${policy}\n  Cache-Control: public, max-age=300\n`)
    .join('\n');
}

function listOf(names: readonly ProblemName[]): string {
  const items = names.map((name) => `<li><a href="/problems/${name}">${name}</a></li>`).join('');
  return `
      <p>Every error of this service is a problem document (RFC 9457), whose type is one of these.</p>
      <ul>${items}</ul>`;
}

function meaningOf(name: ProblemName): string {
  const problem = problems[name];
  const retry =
    'retryable' in problem
      ? 'The same request may succeed later: wait as long as Retry-After says, or a little.'
      : 'The same request will have the same answer.';
  const tokens =
    'discardCredentials' in problem
      ? 'The tokens will never work again: forget them, and show the sign-in.'
      : 'It is no reason to forget tokens.';
  return `
      <p>${en.problems[name]}</p>
      <p>HTTP status ${problem.status}. ${retry} ${tokens} One answer can say otherwise, in its own
        <code>retryable</code> and <code>discard_credentials</code>.</p>
      <p><a href="/problems">All problems</a> · <a href="/docs">The API</a></p>`;
}

function smallPage(heading: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${heading} – Latchkey</title>
    <link rel="icon" href="/favicon.svg" />
    <style>${style}</style>
  </head>
  <body>
    <header>Latchkey</header>
    <main>
      <h1>${heading}</h1>${content}
    </main>
  </body>
</html>
`;
}
