// A user as operators see them in a list.

import { sql } from 'drizzle-orm/sql/sql';
import { toTheHour } from '../sessions/shown-times.ts';

/** RFC 3339 times. */
export type AdminUser = {
  readonly id: string;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly name: string;
  readonly role: string;
  readonly provider: string;
  /** In the system that it was imported from. */
  readonly external_id: string | null;
  readonly is_guest: boolean;
  readonly disabled_at: string | null;
  readonly disabled_reason: string | null;
  readonly has_password: boolean;
  /** `totp`, where it is on. */
  readonly second_factors: readonly string[];
  /** How many there are. */
  readonly passkeys: number;
  readonly identities: number;
  readonly created_at: string;
  readonly updated_at: string;
  /** When one of their sessions was last refreshed, by the hour. */
  readonly last_used_at: string | null;
};

/** The columns of `AdminUser`, over `u`. */
export const adminUser = sql`
  u.id, u.email, u.email_verified_at is not null as email_verified, u.name, u.role, u.provider, u.external_id, u.is_guest,
  u.disabled_at, u.disabled_reason, u.password_hash is not null as has_password,
  case when u.totp_id is null then '{}' else '{totp}' end::text[] as second_factors, u.passkey_count as passkeys,
  u.identity_count as identities, u.created_at, u.updated_at,
  (select ${toTheHour(sql`max(s.rotated_at)`)} from sessions s where s.user_id = u.id) as last_used_at`;
