// Entity tags and the lists of them in conditional requests: RFC 9110, sections 8.8.3 and 13.1.

/** A strong tag from a version. Tags are compared for one URL at a time (section 8.8.3), so a version is enough. */
export function entityTag(version: number | string): string {
  return `"${version}"`;
}

/**
 * The opaque tags of `If-Match`, by strong comparison: a weak tag never matches (section 13.1.1). Null where the
 * header is absent or `*`: both only require that the resource exists.
 */
export function strongTags(header: string | undefined): string[] | null {
  if (header === undefined || header.trim() === '*') return null;
  return tagsIn(header)
    .filter(({ weak }) => !weak)
    .map(({ opaque }) => opaque);
}

/** Whether `If-None-Match` names this version, by weak comparison: `W/` makes no difference (section 13.1.2). */
export function isNamed(version: number | string, header: string | undefined): boolean {
  const unwanted = unwantedTags(header);
  return unwanted === '*' || unwanted.includes(String(version));
}

/** The same for a whole tag that another server wrote. */
export function isTagNamed(tag: string, header: string | undefined): boolean {
  return tagsIn(tag).some(({ opaque }) => isNamed(opaque, header));
}

/** The opaque tags of `If-None-Match`, or `*` for any: the call is not done where one of them matches. */
export function unwantedTags(header: string | undefined): '*' | string[] {
  return header?.trim() === '*' ? '*' : tagsIn(header ?? '').map(({ opaque }) => opaque);
}

/** Malformed tags are ignored. */
function tagsIn(header: string): { weak: boolean; opaque: string }[] {
  return [...header.matchAll(/(?<![^\s,])(W\/)?"([^"]*)"/g)].map(([, weak, opaque = '']) => ({
    weak: weak !== undefined,
    opaque,
  }));
}
