// The fields that bodies are made of, each refusing what the database or a mail server could not take.

import * as z from 'zod/mini';

/** Postgres text holds neither NUL nor half a surrogate pair. */
const storable = z.refine<string>((text) => !text.includes('\0') && text.isWellFormed(), {
  error: 'must be Unicode text without the character NUL',
});

/** Text of `minimum` to `maximum` UTF-16 code units. */
export function text({ minimum = 0, maximum }: { minimum?: number; maximum: number }) {
  return z.string().check(z.minLength(minimum), z.maxLength(maximum), storable);
}

/** A line that a person wrote: trimmed, not empty, and without control characters (a name stands in mails). */
export function line(maximum: number) {
  return z.string().check(
    z.trim(),
    z.minLength(1),
    z.maxLength(maximum),
    storable,
    z.refine((value) => !/\p{Cc}/u.test(value), { error: 'must be one line without control characters' }),
  );
}

/** RFC 5321, section 4.5.3.1: 64 octets, "@", 255 octets, of which section 4.5.3.1.3 leaves 254 in all. */
const localPartOctets = 64;
const addressOctets = 254;

/**
 * An e-mail address as it is kept: lower case and NFC, its domain in ASCII (RFC 5890), so that one person is one row
 * whatever they type.
 */
export const emailAddress = z.pipe(
  z.pipe(z.string(), z.transform(canonicalAddress)),
  z.string().check(
    z.refine((address) => address !== '', { error: 'must be an e-mail address' }),
    z.refine(
      (address) => octets(address) <= addressOctets && octets(address.split('@')[0] ?? '') <= localPartOctets,
      {
        error: 'must be an e-mail address of at most 254 octets, 64 before the "@"',
      },
    ),
  ),
);

/** Nothing for what cannot be an address: no quoted local parts, no address literals, no domain without a dot. */
function canonicalAddress(typed: string): string {
  const [, local, domain] =
    /^([^\s@"(),:;<>[\]\\\p{C}]+)@([^\s@/?#:\\%\p{C}]+)$/u.exec(typed.trim().normalize('NFC')) ?? [];
  if (!local || !domain || /^\.|\.\.|\.$/.test(local)) return '';
  const url = URL.parse(`http://${domain}`);
  const host = url?.hostname ?? '';
  const isDomain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(host);
  // Again NFC: the lower case of J with a caron is two code points that compose.
  return isDomain ? `${local.toLowerCase().normalize('NFC')}@${host}` : '';
}

/** A web address of a picture; where it leads is the client's affair. */
export const photoAddress = text({ maximum: 2_048 }).check(
  z.refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
    error: 'must be an http or https URL',
  }),
);

/** What the policy has to say comes later; this bounds what is hashed at all. */
export const password = text({ minimum: 1, maximum: 4_096 });

/** What signed tokens of ours may have: far from the limit, close to nothing that could be one. */
export const signedToken = text({ minimum: 1, maximum: 8_192 });

/** What is wrong with it makes no difference: then it is absent. */
export const knownDevice = z.catch(z.optional(text({ maximum: 512 })), undefined);

/** Whether Postgres would take it for a uuid of ours: canonical and lower case (RFC 9562, section 4). */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function octets(value: string): number {
  return new TextEncoder().encode(value).length;
}
