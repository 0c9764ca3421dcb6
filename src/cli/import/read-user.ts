// One line as a row of `users`, held against the same rules as a registration; or, in words without its values, why not.

import * as z from 'zod/mini';
import { emailAddress, line, photoAddress } from '../../http/fields.ts';
import { validationFailed } from '../../http/json-body.ts';
import { decoyHash } from '../../passwords/argon2-string.ts';
import { readStoredHash } from '../../passwords/stored-hash.ts';
import { convertHash } from './convert-hash.ts';

export type ImportedUser = {
  readonly email: string;
  readonly email_verified: boolean;
  readonly password_hash: string;
  readonly name: string;
  readonly photo: string | null;
  /** RFC 3339; the moment of the import where nothing is said. */
  readonly created_at: string | null;
};

const User = z.object({
  email: emailAddress,
  password_hash: z.nullish(z.string()),
  name: z.nullish(line(100)),
  email_verified: z.nullish(z.boolean()),
  photo: z.nullish(photoAddress),
  role: z.optional(
    z.unknown().check(
      z.refine((role) => role == null || role === 'user', {
        error: 'is not imported: npm run roles makes an admin',
      }),
    ),
  ),
  created_at: z.nullish(
    z.string().check(z.refine(isPastTime, { error: 'must be an RFC 3339 time between 1970 and now' })),
  ),
});

/** @param withoutPassword whether a user without a hash is let in, to choose a password with "forgot password". */
export function readUser(
  text: string,
  { withoutPassword }: { withoutPassword: boolean },
): ImportedUser | { readonly refused: string } {
  const given = parse(text);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { refused: 'is not a JSON object' };
  const { success, data, error } = User.safeParse(given);
  if (!success) {
    const { errors = [] } = validationFailed(error.issues, given).details;
    return { refused: errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ') };
  }
  if (data.password_hash == null && !withoutPassword)
    return { refused: '/password_hash is required (--without-password lets such users choose one by mail)' };
  const passwordHash = data.password_hash == null ? decoyHash() : convertHash(data.password_hash);
  const read = readStoredHash(passwordHash);
  if (typeof read === 'string') return { refused: `/password_hash ${read}` };
  return {
    email: data.email,
    email_verified: data.email_verified ?? false,
    password_hash: passwordHash,
    // Mails greet people by their name.
    name: data.name ?? data.email.slice(0, data.email.indexOf('@')),
    photo: data.photo ?? null,
    created_at: data.created_at ?? null,
  };
}

/** What JSON.parse has to say quotes the line, and so perhaps a hash. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPastTime(text: string): boolean {
  const milliseconds = z.iso.datetime({ offset: true }).safeParse(text).success
    ? Date.parse(text)
    : Number.NaN;
  return milliseconds >= 0 && milliseconds <= Date.now();
}
