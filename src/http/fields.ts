// The fields that bodies are made of, each refusing what the database or a mail server could not take.

import * as z from 'zod/mini';
import { once } from '../once.ts';

/** Postgres text holds neither NUL nor half a surrogate pair. */
const storable = () =>
  z.refine<string>((text) => !text.includes('\0') && text.isWellFormed(), {
    error: 'must be Unicode text without the character NUL',
  });

/**
 * A field that may be left out, and `null` as well: many clients write one for every field that they have no value for. A
 * field whose `null` says something ("remove the photo") is `z.optional(z.nullable(…))` instead.
 *
 * Its input type does not speak of `null`, so that a client in TypeScript leaves out what it does not have.
 */
export function optional<Field extends z.ZodMiniType>(field: Field): z.ZodMiniOptional<Field> {
  const orNull = z.pipe(
    z.nullable(field),
    z.transform((value: z.output<Field> | null) => value ?? undefined),
  );
  return z.optional(orNull as unknown as Field);
}

/**
 * A string whose length is looked at before anything else: what is longer than this meets no other check, of which some
 * cost more than their input is long (NFC of 60 KB of accents takes half a second).
 *
 * @param most UTF-16 code units; more than `maximum`, for what is dropped or composed before `maximum` is looked at.
 */
function stringOfAtMost(most: number, maximum: number) {
  return z.string().check(
    z.refine((value) => value.length <= most, {
      error: `must have at most ${maximum} characters`,
      abort: true,
    }),
  );
}

/** Text of `minimum` to `maximum` characters (Unicode code points), of which each is one or two code units. */
export function text({ minimum = 0, maximum }: { minimum?: number; maximum: number }) {
  return stringOfAtMost(2 * maximum, maximum).check(
    z.minLength(minimum),
    z.maxLength(maximum, { abort: true }),
    storable(),
  );
}

/** A line that a person wrote: trimmed, not empty, and without control characters (a name stands in mails). */
export function line(maximum: number) {
  return stringOfAtMost(4 * maximum, maximum).check(
    z.trim(),
    z.minLength(1),
    z.maxLength(maximum, { abort: true }),
    storable(),
    z.refine((value) => !/\p{Cc}/u.test(value), { error: 'must be one line without control characters' }),
  );
}

const deviceNameCharacters = 100;

/**
 * What a device calls itself, for its owner to know it by. It is often the operating system's word and not the person's, so
 * nobody is refused over it: what cannot be kept is cut or dropped, and what is no name is none.
 */
export const deviceName = once(() =>
  z.optional(z.pipe(z.unknown() as z.ZodMiniType<unknown, string>, z.transform(keptDeviceName))),
);

function keptDeviceName(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined;
  const clean = given
    .slice(0, 4 * deviceNameCharacters)
    // Controls, line ends, lone surrogates; and what turns the direction of the words around it, in a mail or a list.
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ')
    .trim();
  return [...clean].slice(0, deviceNameCharacters).join('').trim() || undefined;
}

/** RFC 5321, section 4.5.3.1: 64 octets, "@", 255 octets, of which section 4.5.3.1.3 leaves 254 in all. */
const localPartOctets = 64;
const addressOctets = 254;

/** As it may be typed: with accents apart, and with space around it. */
const typedAddressUnits = 2 * addressOctets;

/** What comes along when an address is copied: white space, direction marks, zero-width characters, a byte order mark. */
const aroundAnAddress =
  /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+|[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+$/gu;

/**
 * An e-mail address as it is kept: lower case and NFC, its domain in ASCII (RFC 5890), so that one person is one row
 * whatever they type.
 */
export const emailAddress = once(() =>
  z.pipe(
    z.pipe(stringOfAtMost(typedAddressUnits, addressOctets), z.transform(canonicalAddress)),
    z.string().check(
      z.refine((address) => address !== '', { error: 'must be an e-mail address' }),
      z.refine(
        (address) =>
          octets(address) <= addressOctets && octets(address.split('@')[0] ?? '') <= localPartOctets,
        {
          error: 'must be an e-mail address of at most 254 octets, 64 before the "@"',
        },
      ),
    ),
  ),
);

/** Nothing for what cannot be an address: no quoted local parts, no address literals, no domain without a dot. */
function canonicalAddress(typed: string): string {
  const [, local, domain] =
    /^([^\s@"(),:;<>[\]\\\p{C}]+)@([^\s@/?#:\\%\p{C}]+)$/u.exec(
      typed.replace(aroundAnAddress, '').normalize('NFC'),
    ) ?? [];
  if (!local || !domain || /^\.|\.\.|\.$/.test(local)) return '';
  const url = URL.parse(`http://${domain}`);
  const host = url?.hostname ?? '';
  const isDomain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(host);
  // Again NFC: the lower case of J with a caron is two code points that compose.
  return isDomain ? `${local.toLowerCase().normalize('NFC')}@${host}` : '';
}

/** A web address of a picture; where it leads is the client's affair. */
export const photoAddress = once(() =>
  text({ maximum: 2_048 }).check(
    z.refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
      error: 'must be an http or https URL',
    }),
  ),
);

/** What the policy has to say comes later; this bounds what is hashed at all. */
export const password = once(() => text({ minimum: 1, maximum: 4_096 }));

/** What signed tokens of ours may have: far from the limit, close to nothing that could be one. */
export const signedToken = once(() => text({ minimum: 1, maximum: 8_192 }));

/** What is wrong with it makes no difference: then it is absent. */
export const knownDevice = once(() => z.catch(z.optional(text({ maximum: 512 })), undefined));

function octets(value: string): number {
  return new TextEncoder().encode(value).length;
}
