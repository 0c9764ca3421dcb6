// The language of whoever calls: as a body says it, or else as the request does.

import type { Context } from 'hono';
import * as z from 'zod/mini';
import { canonicalLocale, preferredLocale, typedLocaleCharacters } from '../locale.ts';
import { once } from '../once.ts';
import { text } from './fields.ts';

/** In its canonical form. */
export const localeField = once(() =>
  z.pipe(
    z.pipe(
      text({ maximum: typedLocaleCharacters }),
      z.transform((typed: string) => canonicalLocale(typed) ?? ''),
    ),
    z.string().check(
      z.refine((locale) => locale !== '', {
        error: 'must be a language tag (BCP 47), such as "de" or "pt-BR"',
      }),
    ),
  ),
);

/** Null where the request says nothing of it. Nobody else's word: what is kept with an account is that of whoever calls. */
export function localeOf(context: Context, given?: string | null): string | null {
  return given ?? preferredLocale(context.req.header('Accept-Language')) ?? null;
}
