// Language tags (BCP 47), as apps, browsers and platforms write them. Pure.

/** RFC 5646, section 4.4.1: as many as any tag needs. */
export const localeCharacters = 35;

/** What platforms hang on an identifier is longer than the tag. */
export const typedLocaleCharacters = 100;

/**
 * The canonical form; undefined for what is no tag. iOS and Android write `de_DE`, with `@calendar=…` or, for a script,
 * `zh_TW_#Hant`; POSIX has `de_DE.UTF-8` and `en_US_POSIX`. What is too long goes without its extensions.
 */
export function canonicalLocale(text: string): string | undefined {
  if (text.length > typedLocaleCharacters) return undefined;
  const tag = text
    .replace(/^([a-z]+)_(\w*?)_?#([a-z]{4})(?![a-z]).*/i, '$1_$3_$2')
    .replace(/([@.#]|_POSIX$).*/, '')
    .replaceAll('_', '-')
    .replace(/-+$/, '');
  // A language is two or three letters: longer ones are well-formed ("German"), and none is registered.
  if (!/^[a-z]{2,3}(-|$)/i.test(tag)) return undefined;
  try {
    const locale = new Intl.Locale(tag);
    return [locale.toString(), locale.baseName].find((form) => form.length <= localeCharacters);
  } catch {
    return undefined;
  }
}

const headerCharacters = 200;

/** The tag that an `Accept-Language` prefers (RFC 9110, section 12.5.4): the highest weight, and the first of equals. */
export function preferredLocale(acceptLanguage: string | undefined): string | undefined {
  return acceptedLocales(acceptLanguage)[0];
}

/** All of its tags in this order. Denial of service: of a long header, what is whole in its beginning. */
export function acceptedLocales(acceptLanguage = ''): string[] {
  const isLong = acceptLanguage.length > headerCharacters;
  const read = isLong ? acceptLanguage.slice(0, headerCharacters).replace(/,[^,]*$/, '') : acceptLanguage;
  return read
    .split(',')
    .map((range) => {
      const [tag = '', weight] = range.split(';').map((part) => part.trim());
      return { tag, weight: weight === undefined ? 1 : Number(/^q=([01](\.\d*)?)$/i.exec(weight)?.[1] ?? 0) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .flatMap(({ tag }) => canonicalLocale(tag) ?? []);
}
