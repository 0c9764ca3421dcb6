// Rate limits by the network that a request comes from, before anything is hashed or sent.

import type { MiddlewareHandler } from 'hono';
import { withinLimit, withinWrites } from '../authentication/limits.ts';
import type { Dependencies, Limiter, Variables } from '../context.ts';
import { networksOf } from '../sessions/network.ts';

/**
 * Sharding: a binding has one limit for every key. For a higher limit a key has several shares with that limit each,
 * and a request is counted in a random one. All requests are refused when all shares are full, and nearly none
 * before.
 *
 * A wider IPv6 network may be many customers (a mobile carrier's /48 holds 65,536 phones), or one, where a provider
 * gives whole /48 away. So a guesser who has a /48 gets 16 times the limit of a household, and not 65,536 times.
 */
const sharesOf = { '/64': 1, '/56': 4, '/48': 16 } as const;

/** Counts requests by their network, and by the wider ones that it is part of. */
export function limitedByNetwork(
  limiter: Limiter,
  { shares = 1 }: { readonly shares?: number } = {},
): MiddlewareHandler<{ Variables: Variables }> {
  return async (context, next) => {
    const ip = context.req.header('CF-Connecting-IP');
    // The last digits of a UUIDv7 are random (RFC 9562, section 5.7).
    const random = Number.parseInt(context.get('requestId')?.slice(-4) ?? '0', 16);
    // Narrow before wide: what is refused to one household is not counted against its neighbours.
    for (const { name, prefix } of ip === undefined ? [] : networksOf(ip)) {
      const all = shares * sharesOf[prefix];
      const share = all > 1 ? ` ${random % all}` : '';
      await withinLimit(limiter, `network ${name}${share}`);
    }
    await next();
  };
}

/**
 * Writes of a network: 16 shares of `WRITE_LIMIT` (120 a minute) are 1,920 a minute. Ten thousand people behind one
 * carrier's address refresh 670 times a minute, since an access token lives 15 minutes. A client that has to wait for
 * the limit loses nothing.
 */
const writeShares = 16;

/** For what writes, or costs the database as much, and costs neither a password hash nor a mail. */
export function limitedWrites({ write }: Pick<Dependencies['limits'], 'write'>) {
  return limitedByNetwork(write, { shares: writeShares });
}

/** Behind `authenticated`: the same by session. */
export function limitedBySession(
  limits: Pick<Dependencies['limits'], 'write'>,
): MiddlewareHandler<{ Variables: Variables }> {
  return async (context, next) => {
    await withinWrites(limits, context.get('access'));
    await next();
  };
}
