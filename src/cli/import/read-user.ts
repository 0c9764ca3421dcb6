// Validates an imported user by the rules of a registration. A refusal says why and never quotes the values.

import * as z from 'zod/mini';
import { emailAddress, line, photoAddress } from '../../http/fields.ts';
import { validationFailed } from '../../http/json-body.ts';
import { readStoredHash } from '../../passwords/stored-hash.ts';
import { convertHash } from './convert-hash.ts';
import { describeUnsupportedHash } from './name-hash.ts';
import { describeUnknownFields } from './unknown-fields.ts';

export type ImportedUser = {
  readonly email: string;
  readonly email_verified: boolean;
  /** Null where there is none: then a password is chosen by mail. */
  readonly password_hash: string | null;
  readonly name: string;
  readonly photo: string | null;
  /** RFC 3339; null means the time of the import. */
  readonly created_at: string | null;
};

/** Exports from CSV and SQL write missing values as empty strings. */
function optional<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.pipe(
    z.transform((value: unknown) => (value === '' ? undefined : value)),
    z.nullish(schema),
  );
}

const User = z.object({
  email: emailAddress(),
  password_hash: optional(z.string()),
  name: optional(line(100)),
  email_verified: optional(z.boolean()),
  photo: optional(photoAddress()),
  role: optional(
    z.unknown().check(
      z.refine((role) => role === 'user', {
        error: 'is not imported: npm run roles makes an admin',
      }),
    ),
  ),
  created_at: optional(
    z.string().check(z.refine(isPastTime, { error: 'must be an RFC 3339 time between 1970 and now' })),
  ),
});

export const fields = Object.keys(User.shape);

/**
 * @param withoutPassword whether to accept users without a hash, who then choose a password with "forgot password".
 */
export function readUser(
  given: unknown,
  { withoutPassword }: { withoutPassword: boolean },
): ImportedUser | { readonly refused: string } {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { refused: 'is not a JSON object' };
  const unknown = describeUnknownFields(given, fields);
  const { success, data, error } = User.safeParse(given);
  if (!success || unknown.length > 0) {
    const { errors = [] } = validationFailed(error?.issues ?? [], given).details;
    const reasons = errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
    return { refused: [...unknown, ...reasons].join('; ') };
  }
  if (data.password_hash == null && !withoutPassword)
    return { refused: '/password_hash is required (--without-password lets such users choose one by mail)' };
  const passwordHash = data.password_hash == null ? null : convertHash(data.password_hash);
  const read = passwordHash === null ? undefined : readStoredHash(passwordHash);
  if (typeof read === 'string')
    return { refused: `/password_hash ${describeUnsupportedHash(passwordHash ?? '') ?? read}` };
  return {
    email: data.email,
    email_verified: data.email_verified ?? false,
    password_hash: passwordHash,
    // A name is needed: mails address users by it.
    name: data.name ?? data.email.slice(0, data.email.indexOf('@')),
    photo: data.photo ?? null,
    created_at: data.created_at ?? null,
  };
}

function isPastTime(text: string): boolean {
  const milliseconds = z.iso.datetime({ offset: true }).safeParse(text).success
    ? Date.parse(text)
    : Number.NaN;
  return milliseconds >= 0 && milliseconds <= Date.now();
}
