// The kinds of bindings: text, origins, durations, lists and what the platform binds, each with its message.

import * as z from 'zod/mini';
import { canonicalAddress } from './email-address.ts';
import { assertAllowedOrigin, assertOrigin } from './origins.ts';

export const text = z.string({
  error: ({ input }) => (input === undefined ? 'is missing' : 'must be a string'),
});

export const databaseUrl = text.check(
  z.refine(isDatabaseUrl, {
    error:
      'must look like postgresql://user:password@host/database, with @ : / ? # % in user and password percent-encoded',
  }),
);

export const origin = text.check(validatedBy(assertOrigin));

/** 68 years, a 32-bit integer: more seconds would overflow dates and Postgres. */
const maximumSeconds = 2 ** 31 - 1;

/** A number or a string of digits. Anything else is refused rather than coerced. */
export const wholeNumber = (
  fallback: number,
  { minimum, maximum, error }: { minimum: number; maximum: number; error: string },
) =>
  z._default(
    z.pipe(
      z.transform((given: unknown) => (typeof given === 'string' && given.trim() ? Number(given) : given)),
      z
        .number({ error })
        .check(
          z.refine((value) => Number.isInteger(value) && value >= minimum && value <= maximum, { error }),
        ),
    ),
    fallback,
  );

export const seconds = (fallback: number) =>
  wholeNumber(fallback, {
    minimum: 1,
    maximum: maximumSeconds,
    error: 'must be whole seconds, at least 1 and at most 68 years',
  });

/** "true" or "false". What is missing is off. */
export const onOrOff = z._default(
  z.pipe(
    z.enum(['true', 'false'], { error: 'must be "true" or "false"' }),
    z.transform((given) => given === 'true'),
  ),
  false,
);

/** An object that the platform binds, recognized by the method that we call. */
export function binding<Bound>(method: string, error: string) {
  return z.custom<Bound>(
    (value) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
    { error },
  );
}

/** Comma-separated text as a list. Empty where the binding is missing or empty. */
export function listOf<Part extends z.ZodMiniType<unknown, string>>(part: Part, error: string) {
  return z.pipe(
    z._default(z.string({ error }), ''),
    z.pipe(
      z.transform((text: string) => text.split(',').flatMap((piece) => piece.trim() || [])),
      z.array(part),
    ),
  );
}

const signUpError =
  'must be "open", "closed", or domains separated by commas, such as example.com,*.example.org';

/**
 * Whose addresses may have a new account: patterns of LIKE that the domain matches, each a domain as addresses are kept
 * (ASCII, lower case), or `%` before a dot for whatever is below it. `%` for any address, none for no address.
 */
export const signUp = z._default(
  z.pipe(
    z.pipe(
      z.string({ error: signUpError }),
      z.transform((given: string) => {
        const word = given.trim().toLowerCase();
        if (word === 'open') return ['%'];
        return word === 'closed' ? [] : word.split(',').map(domainPattern);
      }),
    ),
    z.array(z.string().check(z.minLength(1, { error: signUpError }))),
  ),
  ['%'],
);

/** Empty for what is no domain. */
function domainPattern(given: string): string {
  const [, below, domain] = /^\s*(\*\.)?(.*?)\s*$/.exec(given) ?? [];
  const [, host] = canonicalAddress(`a@${domain}`).split('@');
  return host ? `${below ? '%.' : ''}${host}` : '';
}

export const allowedOrigins = listOf(
  z.string().check(validatedBy(assertAllowedOrigin)),
  'must be origins, separated by commas',
);

/** A zod check that calls a parser. The message of the error that it throws becomes the issue. */
export function validatedBy(parse: (text: string) => unknown) {
  return z.superRefine<string>((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : 'is malformed',
        input: text,
      });
    }
  });
}

/**
 * The requirements of Neon's driver, checked at the start: the driver itself would only complain at the first query.
 */
function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) return false;
  return Boolean(url.username && url.password && url.hostname) && url.pathname.length > 1;
}
