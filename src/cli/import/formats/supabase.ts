// Maps users of Supabase: rows of `auth.users` as JSON, from the SQL editor, `row_to_json` or a converted CSV file.

import { firstOf, localeIn, type Mapped, mapped, objectIn, type Source } from './source-user.ts';

export function fromSupabase(row: Source): Mapped {
  const bannedUntil = firstOf(row['banned_until']);
  if (firstOf(row['deleted_at']) !== undefined)
    return { refused: '/deleted_at says that the user is deleted: an import would bring them back' };
  const metadata = objectIn(row['raw_user_meta_data']);
  const createdAt = firstOf(row['created_at']);
  return mapped({
    id: row['id'],
    email: row['email'],
    email_verified: firstOf(row['email_confirmed_at'], row['confirmed_at']) !== undefined,
    password_hash: row['encrypted_password'],
    name: firstOf(metadata['full_name'], metadata['name']),
    photo: firstOf(metadata['avatar_url'], metadata['picture']),
    locale: localeIn(metadata['locale']),
    created_at: createdAt === undefined ? undefined : rfc3339(createdAt),
    // 'infinity', too.
    disabled: bannedUntil !== undefined && !(Date.parse(rfc3339(bannedUntil)) <= Date.now()),
    metadata: row['raw_user_meta_data'],
    app_metadata: row['raw_app_meta_data'],
  });
}

/** Converts Postgres' form of a time, `2023-01-31 10:00:00.123456+00`. */
function rfc3339(time: unknown): string {
  return String(time)
    .replace(' ', 'T')
    .replace(/([+-]\d\d)$/, '$1:00');
}
