// The claims of an ID token whose signature was right. Pure: no I/O, and the time is a parameter.
// Source: OpenID Connect Core 1.0, section 3.1.3.7.

import type { IdentityProvider } from '../identity-providers.ts';
import { clockToleranceSeconds, idTokenSeconds } from '../lifetimes.ts';

export type IdToken = {
  readonly subject: string;
  /** Whom it was issued to. */
  readonly clientId: string;
  readonly nonce: string | undefined;
  /** As the provider writes it; undefined where it has not verified one. */
  readonly email: string | undefined;
  /** Of Apple's relay. */
  readonly isPrivateEmail: boolean;
  /** Google: the domain of the organisation whose account it is. */
  readonly hostedDomain: string | undefined;
  readonly name: string | undefined;
  /** As the provider writes it. */
  readonly locale: string | undefined;
  readonly amr: readonly string[];
  /** Seconds since 1970, as all times here. */
  readonly issuedAt: number;
  /** Until when it signs somebody in. */
  readonly goodUntil: number;
};

/** The reason is for the developer of the app. It never quotes the token. */
export type CheckedIdToken =
  | { readonly outcome: 'valid'; readonly idToken: IdToken }
  | { readonly outcome: 'refused'; readonly reason: string };

type Claims = Readonly<Record<string, unknown>>;

/** @param oldest at what time it has to have been good, at the latest: earlier than `now` for what may be a repeat. */
export function checkIdToken(
  claims: Claims,
  provider: Pick<IdentityProvider, 'name' | 'issuers' | 'audiences'>,
  { now, oldest }: { readonly now: number; readonly oldest: number },
): CheckedIdToken {
  const { iss, sub, iat, exp, nbf, nonce } = claims;
  const refused = (reason: string) => ({ outcome: 'refused', reason }) as const;
  const latest = now + clockToleranceSeconds;
  if (!isOneOf(provider.issuers, iss)) return refused('another issuer made it (iss)');
  const clientId = clientIdOf(claims, provider);
  if (clientId === undefined) return refused('it was issued to another app (aud, azp)');
  if (!isSubject(sub)) return refused('it has no subject, or one that is too long (sub)');
  if (!isTime(iat) || !isTime(exp)) return refused('it does not say its times (iat, exp)');
  if (iat > latest) return refused('it is from the future (iat)');
  if (nbf !== undefined && !(isTime(nbf) && nbf <= latest)) return refused('it is not valid yet (nbf)');
  if (exp + clockToleranceSeconds <= oldest) return refused('it has expired (exp)');
  if (iat + idTokenSeconds <= oldest) return refused('it is more than an hour old (iat)');
  // A logout token or a notification of the same issuer, which says so by its events (OpenID Connect Back-Channel Logout 1.0,
  // section 2.4; RFC 8417).
  if (claims['events'] !== undefined) return refused('it is no ID token (events)');
  if (nonce !== undefined && typeof nonce !== 'string') return refused('its nonce is not text (nonce)');
  return {
    outcome: 'valid',
    idToken: {
      subject: sub,
      clientId,
      nonce,
      email: isTrue(claims['email_verified']) ? textIn(claims['email']) : undefined,
      isPrivateEmail: isTrue(claims['is_private_email']),
      hostedDomain: textIn(claims['hd']),
      name: textIn(claims['name']),
      locale: textIn(claims['locale']),
      amr: registeredNames(claims['amr']),
      issuedAt: iat,
      goodUntil: Math.min(exp + clockToleranceSeconds, iat + idTokenSeconds),
    },
  };
}

/**
 * One of the audiences is ours. Of several, `azp` says whom it was issued to, and that has to be us: the others hold it as well.
 * Where there is an `azp` it is ours.
 *
 * Google's differs where an Android app asks for a token for its server: then `aud` is the server's client id, which is ours, and
 * `azp` the app's, which nobody has to list: Google gives out such tokens within one project alone, whose number begins the ids
 * of all of its clients.
 */
function clientIdOf(
  { aud, azp }: Claims,
  { name, audiences }: Pick<IdentityProvider, 'name' | 'audiences'>,
): string | undefined {
  const named = Array.isArray(aud) ? aud : [aud];
  const ours = named.find((audience) => isOneOf(audiences, audience));
  if (ours === undefined) return undefined;
  if (azp === undefined) return named.length === 1 ? ours : undefined;
  if (isOneOf(audiences, azp)) return azp;
  const isOfProject =
    name === 'google' && named.length === 1 && typeof azp === 'string' && projectOf(azp) === projectOf(ours);
  return isOfProject ? azp : undefined;
}

/** Such as 1234567890-abc.apps.googleusercontent.com. An id of another form has itself for a project. */
function projectOf(clientId: string): string {
  return /^(\d+)[-.][\w.-]*apps\.googleusercontent\.com$/.exec(clientId)?.[1] ?? clientId;
}

function isOneOf(list: readonly string[], value: unknown): value is string {
  return typeof value === 'string' && list.includes(value);
}

/** OpenID Connect Core, section 2: at most 255 ASCII characters. Postgres text takes neither NUL nor lone surrogates. */
function isSubject(sub: unknown): sub is string {
  return (
    typeof sub === 'string' &&
    sub.length >= 1 &&
    sub.length <= 255 &&
    !sub.includes('\0') &&
    sub.isWellFormed()
  );
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Apple writes some booleans as strings. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** RFC 8176, section 2. */
const registered = new Set(
  'face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia'.split(' '),
);

function registeredNames(amr: unknown): readonly string[] {
  const names = Array.isArray(amr) ? amr : [];
  return [...new Set(names)].filter((name) => registered.has(name));
}
