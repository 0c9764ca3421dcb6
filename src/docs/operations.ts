// The list of calls: one that is opened gets its description and its form, and the address that leads to it.

import { element } from '../admin/elements.ts';
import { showCall, showRules } from './swagger.ts';
import { the } from './the.ts';

const operations = [...document.querySelectorAll<HTMLDetailsElement>('details.operation')];

export function listOperations(): void {
  for (const operation of operations) {
    operation.addEventListener('toggle', () => {
      if (operation.open) void fill(operation);
    });
    operation.querySelector('summary')?.addEventListener('click', () => {
      // Not `location.hash`: that would scroll.
      if (!operation.open) history.replaceState(null, '', `#${operation.id}`);
    });
  }
  addEventListener('hashchange', openNamed);
  openNamed();
  the('#filter').addEventListener('input', filter);
}

/** `#register`; and as Swagger UI writes it, `#/Account/register`. */
function openNamed(): void {
  const id = decodeURIComponent(location.hash.slice(1)).split('/').at(-1);
  const operation = operations.find((one) => one.id === id);
  if (!operation) return;
  operation.open = true;
  operation.scrollIntoView();
  operation.querySelector('summary')?.focus({ preventScroll: true });
}

async function fill(operation: HTMLDetailsElement): Promise<void> {
  if (operation.childElementCount > 1) return;
  const place = element('div', { class: 'swagger-ui', 'aria-busy': 'true' }, element('p', {}, 'Loading…'));
  operation.append(place);
  try {
    const { method, path } = operation.dataset;
    const needsSignIn = operation.querySelector('.badge') !== null;
    await (method && path ? showCall(place, { method, path, needsSignIn }) : showRules(place));
    place.removeAttribute('aria-busy');
  } catch {
    place.replaceChildren(
      element('p', { role: 'alert' }, 'This could not be loaded. Close it, and try again.'),
    );
    operation.addEventListener('toggle', () => place.remove(), { once: true });
  }
}

function filter(event: Event): void {
  const words = (event.target as HTMLInputElement).value.toLowerCase().split(/\s+/);
  let found = 0;
  for (const subject of document.querySelectorAll<HTMLElement>('.subject')) {
    const of = subject.querySelectorAll<HTMLElement>('details');
    for (const operation of of) {
      const text = `${operation.textContent} ${operation.id} ${subject.id}`.toLowerCase();
      operation.hidden = !words.every((word) => text.includes(word));
      found += operation.hidden ? 0 : 1;
    }
    subject.hidden = [...of].every(({ hidden }) => hidden);
  }
  const isFiltered = words.some((word) => word !== '');
  the('#start').hidden = isFiltered;
  the('#guide').hidden = isFiltered;
  the('#none').hidden = found > 0;
}
