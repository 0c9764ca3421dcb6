// Validates an imported user by the rules of a registration. A refusal says why and never quotes the values.

import * as z from 'zod/mini';
import { isUuid } from '../../encoding.ts';
import { emailAddress, line, localeField, photoAddress } from '../../http/fields.ts';
import { validationFailed } from '../../http/json-body.ts';
import { readStoredHash } from '../../passwords/stored-hash.ts';
import { convertHash } from './convert-hash.ts';
import { whyNotKept } from './json-object.ts';
import { describeUnsupportedHash } from './name-hash.ts';
import { describeUnknownFields } from './unknown-fields.ts';

export type ImportedUser = {
  readonly email: string;
  readonly email_verified: boolean;
  /** Null where there is none: then a password is chosen by mail. */
  readonly password_hash: string | null;
  readonly name: string;
  readonly photo: string | null;
  /** Null where the file says nothing of it. */
  readonly locale: string | null;
  /** RFC 3339; null means the time of the import. */
  readonly created_at: string | null;
  /** The id to have: null where ours makes one. */
  readonly own_id: string | null;
  /** In the other system, where that is no UUID. */
  readonly external_id: string | null;
  readonly disabled: boolean;
  /** Null where the file says nothing of it. */
  readonly metadata: object | null;
  readonly app_metadata: object | null;
};

/** Exports from CSV and SQL write missing values as empty strings. */
function optional<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.pipe(
    z.transform((value: unknown) => (value === '' ? undefined : value)),
    z.nullish(schema),
  );
}

/** What an application keeps with a user: as much as the table takes. */
const keptBytes = 4_096;

function jsonObject() {
  return z.pipe(
    // Exports from CSV have it as text.
    z.transform((value: unknown) => (typeof value === 'string' ? parsed(value) : value)),
    z
      .custom<object>(
        (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
        'must be a JSON object',
      )
      .check((context) => {
        const reason = whyNotKept(context.value, keptBytes);
        if (reason) context.issues.push({ code: 'custom', input: context.value, message: reason });
      }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What another system calls its user. Numbers are what tables count by. */
function otherId() {
  return z.pipe(
    z.transform((value: unknown) => (Number.isSafeInteger(value) ? String(value) : value)),
    line(255),
  );
}

const User = z.object({
  email: emailAddress(),
  password_hash: optional(z.string()),
  name: optional(line(100)),
  email_verified: optional(z.boolean()),
  photo: optional(photoAddress()),
  locale: optional(localeField()),
  role: optional(
    z.unknown().check(
      z.refine((role) => role === 'user', {
        error: 'is not imported: npm run users -- role makes an admin',
      }),
    ),
  ),
  created_at: optional(
    z.string().check(z.refine(isPastTime, { error: 'must be an RFC 3339 time between 1970 and now' })),
  ),
  id: optional(otherId()),
  external_id: optional(otherId()),
  disabled: optional(z.boolean()),
  metadata: optional(jsonObject()),
  app_metadata: optional(jsonObject()),
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
  const ownId = data.id != null && isUuid(data.id.toLowerCase()) ? data.id.toLowerCase() : null;
  const externalId = data.external_id ?? (ownId === null ? data.id : null) ?? null;
  if (ownId === null && data.id != null && data.id !== externalId)
    return { refused: '/id is no UUID, so that it would be the external_id, and /external_id is another' };
  return {
    email: data.email,
    email_verified: data.email_verified ?? false,
    password_hash: passwordHash,
    // A name is needed: mails address users by it.
    name: data.name ?? data.email.slice(0, data.email.indexOf('@')),
    photo: data.photo ?? null,
    locale: data.locale ?? null,
    created_at: data.created_at ?? null,
    own_id: ownId,
    external_id: externalId,
    disabled: data.disabled ?? false,
    metadata: data.metadata ?? null,
    app_metadata: data.app_metadata ?? null,
  };
}

function isPastTime(text: string): boolean {
  const milliseconds = z.iso.datetime({ offset: true }).safeParse(text).success
    ? Date.parse(text)
    : Number.NaN;
  return milliseconds >= 0 && milliseconds <= Date.now();
}
