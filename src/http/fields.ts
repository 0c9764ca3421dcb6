// Validation of the fields of bodies: each refuses what the database or a mail server could not take.

import * as z from 'zod/mini';
import { addressOctets, canonicalAddress, isShortEnough, typedAddressUnits } from '../email-address.ts';
import { canonicalLocale, typedLocaleCharacters } from '../locale.ts';
import { once } from '../once.ts';
import { keptLine } from '../typed-text.ts';

/** Postgres text takes neither NUL nor lone surrogates. */
const storable = () =>
  z.refine<string>((text) => !text.includes('\0') && text.isWellFormed(), {
    error: 'must be Unicode text without the character NUL',
  });

/**
 * A field that may be left out or `null`: many clients write `null` for every field that has no value. A field whose
 * `null` means something ("remove the photo") is `z.optional(z.nullable(…))` instead.
 *
 * The input type has no `null`, so that a client in TypeScript leaves the field out.
 */
export function optional<Field extends z.ZodMiniType>(field: Field): z.ZodMiniOptional<Field> {
  const orNull = z.pipe(
    z.nullable(field),
    z.transform((value: z.output<Field> | null) => value ?? undefined),
  );
  return z.optional(orNull as unknown as Field);
}

/**
 * Denial of service: the length is checked before anything else, since some checks take more than linear time (NFC of
 * 60 KB of accents takes half a second).
 *
 * @param most UTF-16 code units; more than `maximum`, for what is dropped or composed before `maximum` is checked.
 */
function stringOfAtMost(most: number, maximum: number) {
  return z.string().check(
    z.refine((value) => value.length <= most, {
      error: `must have at most ${maximum} characters`,
      abort: true,
    }),
  );
}

/** Text of `minimum` to `maximum` Unicode code points; each is one or two UTF-16 code units. */
export function text({ minimum = 0, maximum }: { minimum?: number; maximum: number }) {
  return stringOfAtMost(2 * maximum, maximum).check(
    z.minLength(minimum),
    z.maxLength(maximum, { abort: true }),
    storable(),
  );
}

/**
 * One line that a person wrote: trimmed, not empty. Header injection: no control characters, as a name is put into
 * mails.
 */
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
 * The name of a device, by which its owner recognises it. Often the operating system makes it and not the person, so
 * a bad name is no error: what cannot be stored is cut or dropped, and what is no name is none.
 */
export const deviceName = once(() =>
  z.optional(
    z.pipe(
      z.unknown() as z.ZodMiniType<unknown, string>,
      z.transform((given) => keptLine(given, deviceNameCharacters)),
    ),
  ),
);

/**
 * The canonical form of an e-mail address: lower case and NFC, the domain in ASCII (RFC 5890), so that one address is
 * one row however it is typed.
 */
export const emailAddress = once(() =>
  z.pipe(
    z.pipe(stringOfAtMost(typedAddressUnits, addressOctets), z.transform(canonicalAddress)),
    z.string().check(
      z.refine((address) => address !== '', { error: 'must be an e-mail address' }),
      z.refine(isShortEnough, {
        error: 'must be an e-mail address of at most 254 octets, 64 before the "@"',
      }),
    ),
  ),
);

/** A language tag in its canonical form. */
export const localeField = once(() =>
  z.pipe(
    z.pipe(
      text({ maximum: typedLocaleCharacters }),
      z.transform((typed: string) => canonicalLocale(typed) ?? ''),
    ),
    z.string().check(
      z.refine((locale) => locale !== '', {
        error: 'must be a language tag (BCP 47), such as "de" or "pt-BR"',
      }),
    ),
  ),
);

/** The URL of a picture. It is never fetched here. */
export const photoAddress = once(() =>
  text({ maximum: 2_048 }).check(
    z.refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
      error: 'must be an http or https URL',
    }),
  ),
);

/** Denial of service: bounds what is hashed. The password policy comes later. */
export const password = once(() => text({ minimum: 1, maximum: 4_096 }));

/** Signed and sealed tokens of ours; they are far shorter. */
export const signedToken = once(() => text({ minimum: 1, maximum: 8_192 }));

/** An invalid one counts as absent. */
export const knownDevice = once(() => z.catch(z.optional(text({ maximum: 512 })), undefined));
