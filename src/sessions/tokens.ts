// The tokens of a session: what they say, and their signatures.

import type { Dependencies } from '../context.ts';
import type { Config } from '../environment.ts';
import { issueAccessToken, issueRefreshToken } from '../tokens/issue.ts';
import type { Level } from '../tokens/level.ts';
import type { NewestToken, SessionLevel } from './state.ts';

/** Lifetimes in seconds from now. */
export type IssuedAccess = {
  readonly tokenType: 'Bearer' | 'DPoP';
  readonly accessToken: string;
  readonly accessSeconds: number;
};

export type IssuedTokens = IssuedAccess & {
  readonly refreshToken: string;
  readonly refreshSeconds: number;
  /** At a sign-in. */
  readonly knownDevice?: string | undefined;
};

type Parts = Pick<Dependencies, 'accessTokenKeys' | 'refreshTokenKeys' | 'newId'>;

/** A session at one of its generations, asked for at a moment. */
type SessionNow = {
  readonly id: string;
  readonly userId: string;
  readonly newest: NewestToken;
  readonly now: Date;
};

/**
 * What the tokens of a session say, but for the name of the access token. The refresh token's claims are rebuilt from
 * what the database holds, so that every call that gets this generation gets the same bytes.
 */
export function claimsOf(config: Config, { id, userId, newest, now }: SessionNow) {
  const issuedAt = secondsOf(now);
  const statusIndex = newest.status_index === null ? undefined : Number(newest.status_index);
  const common = { issuer: config.issuer, userId, sessionId: id, statusIndex };
  const jkt = newest.dpop_jkt ?? undefined;
  return {
    access: {
      ...common,
      audience: config.audience,
      clientId: config.clientId,
      role: newest.role,
      roleClaim: config.roleClaim,
      claims: newest.claims,
      level: levelIn(newest.level),
      jkt: newest.dpop_mode === 'full' ? jkt : undefined,
      issuedAt,
      expiresAt: Math.min(issuedAt + config.accessTokenSeconds, secondsOf(newest.absolute_expires_at)),
    },
    refresh: {
      ...common,
      generation: newest.generation,
      level: newest.issued_level === null ? undefined : levelIn(newest.issued_level),
      jkt,
      issuedAt: secondsOf(newest.rotated_at),
      expiresAt: secondsOf(newest.expires_at),
    },
  };
}

type Claims = ReturnType<typeof claimsOf>;

/** @param ahead what was signed for claims that were likely: of that nothing is signed again. */
export async function issueTokens(
  parts: Parts,
  { access, refresh }: Claims,
  ahead?: { readonly claims: Claims; readonly tokens: IssuedTokens },
): Promise<IssuedTokens> {
  const isThere = (likely: object | undefined, claims: object) =>
    JSON.stringify(likely) === JSON.stringify(claims);
  const [issued, refreshToken] = await Promise.all([
    ahead && isThere(ahead.claims.access, access) ? ahead.tokens : issueAccess(parts, access),
    ahead && isThere(ahead.claims.refresh, refresh)
      ? ahead.tokens.refreshToken
      : issueRefreshToken(parts.refreshTokenKeys, refresh),
  ]);
  return { ...issued, refreshToken, refreshSeconds: refresh.expiresAt - access.issuedAt };
}

export async function issueAccess(
  { accessTokenKeys, newId }: Pick<Parts, 'accessTokenKeys' | 'newId'>,
  access: Claims['access'],
): Promise<IssuedAccess> {
  return {
    tokenType: access.jkt === undefined ? 'Bearer' : 'DPoP',
    accessToken: await issueAccessToken(accessTokenKeys, { ...access, tokenId: newId() }),
    accessSeconds: access.expiresAt - access.issuedAt,
  };
}

function levelIn({ amr, acr, auth_time, idp, guest }: SessionLevel): Level {
  return {
    authTime: secondsOf(auth_time),
    acr: acr ?? undefined,
    amr,
    ...(typeof idp === 'string' && { idp }),
    ...(guest && { guest: true }),
  };
}

function secondsOf(time: Date | string): number {
  return Math.floor(new Date(time).getTime() / 1000);
}
