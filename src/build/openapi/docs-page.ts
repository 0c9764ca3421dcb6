// The page at /docs, with a line for each call: to be read at once, and without a script.

import { html, raw } from 'hono/html';
import type { OpenApiDocument } from './document.ts';
import { tags } from './tags.ts';

type Call = {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly needsSignIn: boolean;
};

/** @param template with `<!-- subjects -->` and `<!-- operations -->`. */
export function docsPage(template: string, document: OpenApiDocument): string {
  const subjects = Object.values(tags).map(({ name, description }) => ({
    name,
    id: name.toLowerCase().replaceAll(' ', '-'),
    // What follows is in the document's own text, which the page has too.
    lead: description.split('\n')[0] ?? '',
    calls: callsOf(name, document),
  }));
  return template
    .replace('<!-- subjects -->', () =>
      subjects.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`).join(''),
    )
    .replace('<!-- operations -->', () => subjects.map(section).join(''));
}

function callsOf(tag: string, { paths }: OpenApiDocument): Call[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, Operation>)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, { operationId, summary, security }]) => ({
        method,
        path,
        id: operationId,
        summary,
        needsSignIn: security.length > 0 && security.every((way) => Object.keys(way).length > 0),
      })),
  );
}

type Operation = {
  readonly tags: readonly string[];
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
};

const section = ({ name, id, lead, calls }: Section) => html`
        <section class="subject" id="${id}" aria-labelledby="${id}-title">
          <h2 id="${id}-title">${name}</h2>
          <p class="soft">${withCode(lead)}</p>
          ${calls.map(line)}
        </section>`;

type Section = {
  readonly name: string;
  readonly id: string;
  readonly lead: string;
  readonly calls: readonly Call[];
};

const line = ({ method, path, id, summary, needsSignIn }: Call) => html`
          <details class="operation" id="${id}" data-method="${method}" data-path="${path}">
            <summary><h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${raw(breakable(path))}</code>
              <span class="what">${summary}</span></h3>${needsSignIn ? raw('<span class="badge">needs a sign-in</span>') : ''}</summary>
          </details>`;

/** A path may go on in the next line after each of its parts. */
const breakable = (path: string) => path.replace(/(?<=.)\//g, '<wbr>/');

/** Of Markdown these lines have code alone. */
const withCode = (text: string) =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
