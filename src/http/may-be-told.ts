// Which answers other systems are told of right after: those of requests that may have changed something.

import type { Context } from 'hono';
import type { Variables } from '../context.ts';

/**
 * Whether something may have changed that other systems are told of. Of a refresh they are told nothing; an ending that one brings about
 * is a mail as well.
 */
export function mayBeTold({ get, req, res }: Context<{ Variables: Variables }>): boolean {
  if (get('mailIsDue')) return true;
  const isRefresh = req.path === '/api/auth/refresh' || req.path === '/oauth/token';
  return res.ok && !isRefresh && req.method !== 'GET' && req.method !== 'HEAD' && req.method !== 'OPTIONS';
}
