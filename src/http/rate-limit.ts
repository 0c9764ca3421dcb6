// Limits at the edge, before anything is hashed or sent; what they count is approximate and free (Workers' own bindings).

import type { MiddlewareHandler } from 'hono';
import type { Dependencies, Limiter, Variables } from '../context.ts';
import { rateLimitSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';

/**
 * A binding has one limit for every key. Where more is to be allowed, a key has several shares, each with that limit, and a
 * request is counted in any one of them: all of it is refused when all of them are full, and nearly none before.
 *
 * A wider network of IPv6 has as many shares more as it may be many customers' (a mobile carrier's /48 holds 65,536 phones), and
 * is one person's where a provider gives whole /48 away: so a guesser with one has 16 times what a household has, and not 65,536.
 */
const sharesOf = { '/64': 1, '/56': 4, '/48': 16 } as const;

/** Counts requests by the network that they come from, and by those that it is part of. */
export function limitedByNetwork(
  limiter: Limiter,
  { shares = 1 }: { readonly shares?: number } = {},
): MiddlewareHandler<{ Variables: Variables }> {
  return async (context, next) => {
    const ip = context.req.header('CF-Connecting-IP');
    // The last of a UUIDv7 is random.
    const chosen = Number.parseInt(context.get('requestId')?.slice(-4) ?? '0', 16);
    // One after the other: what is refused to one household is not counted against its neighbours.
    for (const network of ip === undefined ? [] : networksOf(ip)) {
      const all = shares * network.shares;
      const share = all > 1 ? ` ${chosen % all}` : '';
      await withinLimit(limiter, `network ${network.name}${share}`);
    }
    await next();
  };
}

/**
 * Writes that a network may make, in shares of `WRITE_LIMIT` (120 a minute): 1,920. Ten thousand people behind one carrier's
 * address refresh 670 times a minute, since an access token lives 15 minutes, and whoever is waiting for a limit to pass has
 * lost nothing.
 */
const writeShares = 16;

/** For what changes something, or costs the database as much, and costs neither a hash nor a mail. */
export function limitedWrites({ write }: Pick<Dependencies['limits'], 'write'>) {
  return limitedByNetwork(write, { shares: writeShares });
}

/** @throws Problem `too-many-requests`. */
export function withinWrites(
  { write }: Pick<Dependencies['limits'], 'write'>,
  { sessionId }: { readonly sessionId: string },
): Promise<void> {
  return withinLimit(write, `write ${sessionId}`);
}

/** @throws Problem `too-many-requests` with how long to wait. */
export async function withinLimit(limiter: Limiter, key: string): Promise<void> {
  if (await limiter(key)) return;
  throw tooManyRequests(rateLimitSeconds);
}

export function tooManyRequests(retryAfterSeconds: number): Problem {
  return new Problem('too-many-requests', { headers: { 'Retry-After': String(retryAfterSeconds) } });
}

/** One household or server has a /64 of IPv6 addresses to itself (RFC 6177), so counting single ones counts nothing. */
export function networkOf(ip: string): string {
  return ip.includes(':') ? `${groupsOf(ip).join(':')}::/64` : ip;
}

function networksOf(ip: string): { readonly name: string; readonly shares: number }[] {
  const narrow = { name: networkOf(ip), shares: sharesOf['/64'] };
  if (!ip.includes(':')) return [narrow];
  const [one, two, three, four = '0'] = groupsOf(ip);
  const upper = (Number.parseInt(four, 16) & 0xff00).toString(16);
  return [
    narrow,
    { name: `${one}:${two}:${three}:${upper}::/56`, shares: sharesOf['/56'] },
    { name: `${one}:${two}:${three}::/48`, shares: sharesOf['/48'] },
  ];
}

/** The four groups of the /64, each as short as it can be written. */
function groupsOf(ip: string): string[] {
  const [head = '', tail] = ip.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}
