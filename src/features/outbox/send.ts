// One delivery of an event, after Standard Webhooks 1.0.0. A 2xx alone is success; redirects are not followed, and no body is read.

import { eventDeadlineMilliseconds, eventRetryAfterSeconds } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { webhookHeaders } from '../../tokens/webhook-signature.ts';
import type { Webhook } from '../../webhook-bindings.ts';
import type { Event } from './event.ts';

/** Why an event was not taken: nothing of the address, which may hold a secret, nor of what was answered. */
export type Refusal = {
  readonly error: string;
  /** A 4xx: the endpoint is there, and does not want this event. */
  readonly isOfEvent?: boolean;
  /** `Retry-After` of a 429 or 503. */
  readonly retryAfterSeconds?: number;
};

/** @returns undefined where it was taken. */
export async function send(
  event: Event,
  { url, secrets }: Webhook,
  { fetch, now, version }: Pick<Dependencies, 'fetch' | 'now' | 'version'>,
): Promise<Refusal | undefined> {
  const body = JSON.stringify(event);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': `Latchkey/${version}`,
        ...(await webhookHeaders(secrets, { id: event.id, now: now(), body })),
      },
      body,
      // Another host must not get it.
      redirect: 'manual',
      signal: AbortSignal.timeout(eventDeadlineMilliseconds),
    });
    // Not waited for: it may never end.
    void response.body?.cancel().catch(() => {});
    return response.ok ? undefined : refusal(response, now());
  } catch (error) {
    const isLate = error instanceof Error && /^(Timeout|Abort)Error$/.test(error.name);
    return {
      error: isLate ? `no answer within ${eventDeadlineMilliseconds / 1000} s` : 'could not be reached',
    };
  }
}

function refusal({ status, headers }: Response, now: Date): Refusal {
  const error = `answered ${status}`;
  const isOfEvent = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const given = headers.get('retry-after');
  if (given === null || (status !== 429 && status !== 503)) return { error, isOfEvent };
  // Seconds or a date (RFC 9110, section 10.2.3).
  const seconds = /^\d+$/.test(given) ? Number(given) : (Date.parse(given) - now.getTime()) / 1000;
  if (!(seconds > 0)) return { error };
  return { error, retryAfterSeconds: Math.min(seconds, eventRetryAfterSeconds) };
}
