// Tables, and lists that come in pages. On a narrow screen a row is a card: CSS shows each cell's heading beside it, and the roles
// say that it is still a table.

import type { Page } from './answers.ts';
import { button, type Child, element, shown } from './elements.ts';

export type Column<Row> = { readonly name: string; readonly cell: (row: Row) => Child | readonly Child[] };

export function table<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): HTMLTableElement {
  return element(
    'table',
    { role: 'table' },
    element('caption', { class: 'unseen' }, caption),
    element(
      'thead',
      { role: 'rowgroup' },
      element(
        'tr',
        { role: 'row' },
        ...columns.map(({ name }) => element('th', { scope: 'col', role: 'columnheader' }, name)),
      ),
    ),
    element('tbody', { role: 'rowgroup' }, ...rows.map((row) => rowOf(columns, row))),
  );
}

function rowOf<Row>(columns: readonly Column<Row>[], row: Row): HTMLTableRowElement {
  return element(
    'tr',
    { role: 'row' },
    ...columns.map(({ name, cell }) => {
      const content = cell(row);
      const children: readonly Child[] = Array.isArray(content) ? content : [content as Child];
      return element('td', { role: 'cell', 'data-name': name }, element('div', {}, ...shown(children)));
    }),
  );
}

/** A place's newest list: an older one that comes late is not shown. */
const newest = new WeakMap<HTMLElement, symbol>();

/**
 * A list whose next page is put below the rows that are there.
 *
 * @returns how many rows there are; undefined where another list of the place was asked for meanwhile.
 */
export async function pages<Row>(
  place: HTMLElement,
  {
    caption,
    columns,
    read,
    none,
  }: {
    readonly caption: string;
    readonly columns: readonly Column<Row>[];
    readonly read: (cursor: string | undefined) => Promise<Page<Row>>;
    /** What is said where there is nothing. */
    readonly none: string;
  },
): Promise<number | undefined> {
  const mine = Symbol();
  newest.set(place, mine);
  const first = await read(undefined);
  if (newest.get(place) !== mine) return undefined;
  // What had the focus goes with the old list.
  if (place.contains(document.activeElement)) document.querySelector('h1')?.focus();
  if (first.data.length === 0) {
    place.replaceChildren(element('p', { class: 'empty' }, none));
    return 0;
  }
  const list = table(caption, columns, first.data);
  const body = list.querySelector('tbody');
  let next = first.next_cursor;
  const more = button('Show more', {
    class: 'more',
    click: async () => {
      if (next === null || more.getAttribute('aria-disabled') === 'true') return;
      more.setAttribute('aria-disabled', 'true');
      try {
        const page = await read(next);
        const rows = page.data.map((row) => rowOf(columns, row));
        body?.append(...rows);
        next = page.next_cursor;
        const focusable = rows[0]?.querySelector<HTMLElement>('a, button, input') ?? rows[0];
        focusable?.setAttribute('tabindex', focusable.tabIndex < 0 ? '-1' : '0');
        focusable?.focus();
        if (next === null) more.remove();
      } finally {
        more.removeAttribute('aria-disabled');
      }
    },
  });
  place.replaceChildren(list, ...(next === null ? [] : [more]));
  return first.data.length;
}
