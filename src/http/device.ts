// Where a request comes from, as far as it is kept with a session.

import type { Context } from 'hono';
import type { Dependencies } from '../context.ts';
import type { EventContext, RequestMetadata } from '../database/security-events.ts';
import { networkOf } from './rate-limit.ts';

/** Longer ones carry nothing that a person would recognise their device by. */
const userAgentCharacters = 512;

/** The address is Cloudflare's word for it: any other header could be anybody's. It is logged, so that nothing but an address is one. */
export function requestOrigin(context: Context): RequestMetadata {
  return {
    userAgent: context.req.header('User-Agent')?.slice(0, userAgentCharacters).toWellFormed() ?? null,
    ip: /^[\da-f.:]{2,45}$/i.exec(context.req.header('CF-Connecting-IP') ?? '')?.[0] ?? null,
    requestId: context.get('requestId') ?? null,
  };
}

/** As strangers are counted by: what moves between two of its addresses is in one place. */
export function requestNetwork(context: Context): string | null {
  const { ip } = requestOrigin(context);
  return ip === null ? null : networkOf(ip);
}

/** What an event of this request is written down with. */
export function occasionOf(
  context: Context,
  { newId, now }: Pick<Dependencies, 'newId' | 'now'>,
): EventContext {
  return { eventId: newId(), origin: requestOrigin(context), now: now() };
}
