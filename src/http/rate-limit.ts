// Limits at the edge, before anything is hashed or sent; what they count is approximate and free (Workers' own bindings).

import type { MiddlewareHandler } from 'hono';
import { rateLimitSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';

/** Whether one more is within the limit for this key. */
export type Limiter = (key: string) => Promise<boolean>;

/** Counts requests by the network that they come from. */
export function limitedByNetwork(limiter: Limiter): MiddlewareHandler {
  return async (context, next) => {
    const ip = context.req.header('CF-Connecting-IP');
    if (ip !== undefined) await withinLimit(limiter, `network ${networkOf(ip)}`);
    await next();
  };
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
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
