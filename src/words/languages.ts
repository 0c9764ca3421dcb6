// The languages that there are words in, and which of them somebody reads.

import { acceptedLocales } from '../locale.ts';

export const languages = ['en', 'de', 'fr', 'es', 'pt-BR', 'it', 'ja', 'zh-Hans', 'ar'] as const;

export type Language = (typeof languages)[number];

/** The language of a tag (BCP 47), English where there is none. Source: RFC 4647, section 3.4 (lookup). */
export function languageOf(tag: string | null | undefined): Language {
  return (tag && lookup(tag)) || 'en';
}

/** The first language of a header `Accept-Language` that there are words in. */
export function languageAccepted(header: string | undefined): Language {
  for (const tag of acceptedLocales(header)) {
    const language = lookup(tag);
    if (language) return language;
  }
  return 'en';
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/** Written in another script or too differently to be served with what is there: nothing rather than that. */
const others = /^zh-(hant|tw|hk|mo)\b/;
/** What a language without a region, or with another one, is served with. */
const nearest: Readonly<Record<string, Language>> = { pt: 'pt-BR', zh: 'zh-Hans' };

function lookup(tag: string): Language | undefined {
  const lower = tag.replaceAll('_', '-').toLowerCase();
  if (others.test(lower)) return undefined;
  const [primary = ''] = lower.split('-');
  return nearest[primary] ?? languages.find((language) => language === primary);
}
