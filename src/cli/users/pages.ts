// Options that the lists share: how much, and where the last page has ended.

import { isUuid } from '../../encoding.ts';
import { beyondTheNewest } from '../../http/pagination.ts';
import { type Call, type Option, textOf } from './command.ts';
import { exitCodes, usageError } from './ending.ts';
import { asJson } from './printed.ts';

export const pageOptions = {
  limit: { type: 'string' },
  cursor: { type: 'string' },
} as const satisfies Readonly<Record<string, Option>>;

export const takesPages = '[--limit <1–100>] [--cursor <id>]';

type Page = { readonly limit: number; readonly before: string };

export function pageIn(values: Call['values']): Page {
  const limit = Number(textOf(values, 'limit') ?? 25);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw usageError('--limit is between 1 and 100.');
  const before = textOf(values, 'cursor') ?? beyondTheNewest;
  if (!isUuid(before)) throw usageError('--cursor is what the page before has said.');
  return { limit, before };
}

/**
 * @param read asked for one row more than the page has: whether there is another page.
 * @param shown the page as a person reads it.
 */
export async function showPage<Row extends { readonly id: string }>(
  { values, wantsJson, out }: Call,
  read: (page: Page) => Promise<readonly Row[] | undefined>,
  shown: (rows: readonly Row[]) => string,
): Promise<number> {
  const { limit, before } = pageIn(values);
  const rows = (await read({ limit: limit + 1, before })) ?? [];
  const data = rows.slice(0, limit);
  const next = rows.length > limit ? data.at(-1)?.id : undefined;
  if (wantsJson) out(asJson({ data, next_cursor: next ?? null }));
  else if (data.length === 0) out('There are none.');
  else out(`${shown(data)}${next ? `\n\nMore: --cursor ${next}` : ''}`);
  return exitCodes.done;
}

export function oneOf<Word extends string>(
  values: Call['values'],
  option: string,
  words: readonly Word[],
): Word | undefined {
  const given = textOf(values, option);
  const word = words.find((known) => known === given);
  if (given !== undefined && !word) throw usageError(`--${option} is one of ${words.join(', ')}.`);
  return word;
}
