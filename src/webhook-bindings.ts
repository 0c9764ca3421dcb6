// Validates WEBHOOK_URL and WEBHOOK_SECRET: where events go, and the secrets that they are signed with.

import * as z from 'zod/mini';
import { text, validatedBy } from './binding-fields.ts';
import { assertSecureUrl, isLoopback } from './origins.ts';

export type Webhook = {
  readonly url: string;
  /** The keys of the signatures. Two while the receiver changes from one to the other. */
  readonly secrets: readonly Uint8Array[];
};

/** Base64 with padding, as Standard Webhooks writes a secret. */
const secretForm = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

const secretError =
  'must be "whsec_" and base64 of 24 to 64 bytes; or two of these, with a space or a comma between';

export const WebhookUrl = z.optional(text.check(validatedBy(assertWebhookUrl)));

export const WebhookSecret = z.optional(
  z.pipe(
    text,
    z.pipe(
      z.transform((given: string) =>
        given.split(/[\s,]+/).flatMap((piece) => (piece ? [bytesOf(piece)] : [])),
      ),
      z
        .array(z.instanceof(Uint8Array, { error: secretError }), { error: secretError })
        .check(z.minLength(1, { error: secretError }), z.maxLength(2, { error: secretError })),
    ),
  ),
);

/** @returns undefined where neither is set. */
export function webhookOf(
  url: string | undefined,
  secrets: readonly Uint8Array[] | undefined,
): Webhook | undefined {
  return url === undefined || secrets === undefined ? undefined : { url, secrets };
}

/** What is wrong with the two together, or with the address for a service that is no developer's. */
export function webhookFaults({
  WEBHOOK_URL: url,
  WEBHOOK_SECRET: secret,
  ISSUER: issuer,
}: Record<string, unknown>): string[] {
  const faults: string[] = [];
  if ((url === undefined) !== (secret === undefined))
    faults.push('WEBHOOK_URL and WEBHOOK_SECRET belong together: both or neither');
  if (typeof url === 'string' && !isLoopback(String(issuer)) && isOfThisNetwork(url))
    faults.push(
      'WEBHOOK_URL must be a public host: a private address is taken only where ISSUER is this machine as well, in development',
    );
  return faults;
}

function assertWebhookUrl(given: string): void {
  assertSecureUrl(given);
  const { username, password, hash } = new URL(given);
  if (username || password || hash) throw new Error('must have neither credentials nor a fragment');
}

function bytesOf(secret: string): Uint8Array | undefined {
  const [, base64 = ''] = secretForm.exec(secret) ?? [];
  if (!base64 || base64.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

/** By its first two numbers: loopback, private, shared and link-local addresses, and what no host has (RFC 6890). */
const specialIpv4 =
  /^(0|10|127|22[4-9]|2[3-5]\d)\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^192\.168\.|^192\.0\.0\.|^198\.1[89]\./;

/** Global unicast, but for what leads to an IPv4 address inside (6to4, Teredo) and for documentation (RFC 4291, RFC 6890). */
const publicIpv6 = /^\[(?!2002:|2001:(:|0?:|db8:))[23][0-9a-f]{3}:/;

/**
 * Whether the host is an address that is not public, or a name of this machine. `URL` has written every spelling of an IPv4 address as
 * four decimal numbers. What a name resolves to, nobody knows here.
 */
function isOfThisNetwork(url: string): boolean {
  const host = (URL.parse(url)?.hostname ?? '').replace(/\.$/, '');
  if (host.startsWith('[')) return !publicIpv6.test(host);
  return (
    host === 'localhost' || host.endsWith('.localhost') || (/^[\d.]+$/.test(host) && specialIpv4.test(host))
  );
}
