// What a token says of how its user signed in: in an access token `auth_time`, `acr` and `amr` (RFC 9068, section 2.2.1), `idp`
// and `guest`.

import type { JWTPayload } from 'jose';

export type Level = {
  /** Seconds since 1970. */
  readonly authTime: number;
  /** How sure it makes us; undefined where it says nothing of that. */
  readonly acr: string | undefined;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** The identity provider that vouched, by its name in IDENTITY_PROVIDERS. */
  readonly idp?: string | undefined;
  /** Nobody signed in: the account has no way in yet. */
  readonly guest?: true | undefined;
};

/** The claims. A way of signing in without a registered name has no `amr`, and one that proves too little no `acr`. */
export function levelClaims(level: Level | undefined): JWTPayload {
  if (level === undefined) return {};
  const { authTime, acr, amr, idp, guest } = level;
  return {
    auth_time: authTime,
    ...(acr !== undefined && { acr }),
    ...(amr.length > 0 && { amr }),
    ...(idp !== undefined && { idp }),
    ...(guest && { guest }),
  };
}

/** Undefined in tokens of versions that did not say it. */
export function levelOf({ auth_time: authTime, acr, amr, idp, guest }: JWTPayload): Level | undefined {
  if (typeof authTime !== 'number') return undefined;
  return {
    authTime,
    acr: typeof acr === 'string' ? acr : undefined,
    amr: Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : [],
    ...(typeof idp === 'string' && { idp }),
    ...(guest === true && { guest }),
  };
}

/**
 * The same in a refresh token, which nobody else reads: in one short text, since some secure stores take 2,048 bytes for
 * both tokens. No registered method has a `=` in it.
 */
export function compactLevel({ authTime, acr = '', amr, idp, guest }: Level): string {
  const more = [...(idp === undefined ? [] : [idpWord + idp]), ...(guest ? [guestWord] : [])];
  return [authTime.toString(36), acr, ...amr, ...more].join(' ');
}

const idpWord = 'idp=';
const guestWord = 'guest=';

export function levelIn(compact: unknown): Level | undefined {
  if (typeof compact !== 'string') return undefined;
  const [time = '', acr, ...words] = compact.split(' ');
  const idp = words.find((word) => word.startsWith(idpWord))?.slice(idpWord.length);
  return {
    authTime: Number.parseInt(time, 36),
    acr: acr || undefined,
    amr: words.filter((word) => !word.includes('=')),
    ...(idp !== undefined && { idp }),
    ...(words.includes(guestWord) && { guest: true }),
  };
}
