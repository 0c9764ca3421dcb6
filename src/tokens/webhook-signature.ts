// The signature of a delivery (Standard Webhooks 1.0.0, "Signature scheme"): HMAC-SHA-256 of `id.timestamp.body`.

import { base64 } from '../encoding.ts';

/**
 * The three headers. One signature a secret: a receiver takes the delivery where it knows one of them.
 *
 * @param id without a "." in it, as the event's UUID is.
 */
export async function webhookHeaders(
  secrets: readonly Uint8Array[],
  { id, now, body }: { readonly id: string; readonly now: Date; readonly body: string },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(
    secrets.map(async (secret) => {
      const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
        'sign',
      ]);
      return `v1,${base64(new Uint8Array(await crypto.subtle.sign('HMAC', key, signed)))}`;
    }),
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
