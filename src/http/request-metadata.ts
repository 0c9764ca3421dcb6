// Request metadata: address, network and user agent, as far as they are kept with a session and its events; and the language.

import type { Context } from 'hono';
import type { Dependencies } from '../context.ts';
import type { EventContext, RequestMetadata } from '../database/security-events.ts';
import { preferredLocale } from '../locale.ts';
import { networkOf } from '../sessions/network.ts';

/** Nobody recognises their device by the rest of a longer one. */
const userAgentCharacters = 512;

/**
 * The address is the one that Cloudflare saw: a client can write any other header itself. What is no address is left
 * out, since the address's network is logged.
 */
export function requestMetadata(context: Context): RequestMetadata {
  return {
    userAgent: context.req.header('User-Agent')?.slice(0, userAgentCharacters).toWellFormed() ?? null,
    ip: /^[\da-f.:]{2,45}$/i.exec(context.req.header('CF-Connecting-IP') ?? '')?.[0] ?? null,
    requestId: context.get('requestId') ?? null,
  };
}

/** As rate limits count it: two addresses of one network are the same place. */
export function requestNetwork(context: Context): string | null {
  const { ip } = requestMetadata(context);
  return ip === null ? null : networkOf(ip);
}

/** The language of whoever calls: as the body says it, or else the browser or the app. Null where neither does. */
export function localeOf(context: Context, given?: string | null): string | null {
  return given ?? preferredLocale(context.req.header('Accept-Language')) ?? null;
}

/** What a security event of this request is recorded with. */
export function eventContextOf(
  context: Context,
  { newId, now }: Pick<Dependencies, 'newId' | 'now'>,
): EventContext {
  return { eventId: newId(), origin: requestMetadata(context), now: now() };
}
