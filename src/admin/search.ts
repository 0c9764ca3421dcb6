// What the searches of the views share.

import { element } from './elements.ts';

/** A form above a list. */
export function searchForm(list: () => Promise<void>, ...fields: readonly HTMLElement[]): HTMLFormElement {
  return element(
    'form',
    {
      role: 'search',
      class: 'filters',
      submit: (event) => {
        event.preventDefault();
        return list();
      },
      // A choice is one that is made; a text is sent when it is whole.
      change: (event) => (event.target instanceof HTMLSelectElement ? list() : undefined),
    },
    ...fields,
    element('button', { class: 'main' }, 'Search'),
  );
}

/** What was chosen, without what was not. */
export function queryOf(given: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const chosen = Object.entries(given).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return new URLSearchParams(chosen);
}
