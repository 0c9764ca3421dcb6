// Accounts with hashes of a test's choice, and what the database keeps about logging in to them.

import { sql } from 'drizzle-orm/sql/sql';
import { beginLogin, type Candidate } from '../../src/features/sign-in/attempts-statements.ts';
import { decoyPlace } from '../../src/features/sign-in/decoy-place.ts';
import { currentParameters } from '../../src/passwords/argon2-string.ts';
import { openKnownDevice } from '../../src/tokens/known-device.ts';
import { type Answer, type CallOptions, newAddress, type Service, startService } from '../service.ts';

/** Its own hashes are as dear as in production. */
export const startAtProductionCost = (): Promise<Service> => startService({}, undefined, currentParameters);

/** A verified user with this hash, whoever made it. */
export async function newAccount(
  { clock, dependencies }: Service,
  hash: string,
  { isVerified = true, prefix = '' } = {},
): Promise<string> {
  const email = `${prefix}${newAddress()}`;
  const now = clock.now.toISOString();
  await dependencies.database.query(
    sql`
      insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
      values (${dependencies.newId()}, ${email}, ${isVerified ? now : null}, ${hash}, 'Ada', ${now}, ${now})`,
    { repeatable: false },
  );
  return email;
}

export async function hashOf({ dependencies }: Service, email: string): Promise<string | undefined> {
  const [user] = await dependencies.database.query<{ password_hash: string }>(
    sql`select password_hash from users where email = ${email}`,
    { repeatable: true },
  );
  return user?.password_hash;
}

export function logIn(
  service: Service,
  email: string,
  password: string,
  more: object = {},
  options: CallOptions = {},
): Promise<Answer> {
  return service.call('POST', '/api/auth/login', { json: { email, password, ...more }, ...options });
}

/** The first statement of a login by somebody without a device. */
export async function begin({ clock, dependencies }: Service, email: string): Promise<Candidate> {
  return beginLogin(dependencies.database, {
    email,
    deviceId: null,
    decoyPlace: await decoyPlace(dependencies.dataKeys, email),
    call: null,
    now: clock.now,
  });
}

/** The id in a `known_device`. */
export async function deviceIdIn({ clock, dependencies }: Service, text: string): Promise<string> {
  const opened = await openKnownDevice(dependencies.dataKeys, text, clock.now);
  if (!opened) throw new Error('This is no known device');
  return opened.deviceId;
}

/** Ids of the devices that are known to somebody. */
export async function devicesOf({ dependencies }: Service, email: string): Promise<string[]> {
  const rows = await dependencies.database.query<{ id: string }>(
    sql`select k.id from known_devices k join users u on u.id = k.user_id where u.email = ${email} order by k.id`,
    { repeatable: true },
  );
  return rows.map(({ id }) => id);
}

export async function failedSignIns({ dependencies }: Service, email: string): Promise<number | undefined> {
  const [user] = await dependencies.database.query<{ failed_sign_ins: number }>(
    sql`select failed_sign_ins from users where email = ${email}`,
    { repeatable: true },
  );
  return user?.failed_sign_ins;
}

export type Failures = {
  readonly id: string;
  readonly count: number;
  readonly ip: string | null;
  readonly request_id: string | null;
  readonly created_at: string;
};

/** The failed sign-ins in somebody's security log, or, for an address that nobody has, all of nobody's; oldest first. */
export function failuresOf({ dependencies }: Service, email: string): Promise<Failures[]> {
  return dependencies.database.query<Failures>(
    sql`
      select id, count, ip, request_id, created_at from security_events
      where kind = 'sign-in-failed'
        and user_id is not distinct from (select id from users where email = ${email}) order by id`,
    { repeatable: true },
  );
}

type Attempts = { readonly attempts: number; readonly pause: number };

/** What is kept about an address or a `device <id>`: how many tries, and how long the pause is from now on. */
export async function attemptsAt(
  { clock, dependencies }: Service,
  target: string,
): Promise<Attempts | undefined> {
  const now = sql`${clock.now.toISOString()}::timestamptz`;
  const [row] = await dependencies.database.query<Attempts>(
    sql`
      select attempts, extract(epoch from greatest(locked_until, ${now}) - ${now})::int as pause
      from login_attempts where address_hash = encode(sha256(convert_to(${target}::text, 'UTF8')), 'hex')`,
    { repeatable: true },
  );
  return row;
}

/** An answer as whoever guesses could compare it: all of it but the request's own id. */
export function shown({ status, text, trips, headers }: Answer) {
  const names = [...headers.keys()].filter((name) => name !== 'x-request-id');
  return { status, text: text.replace(/"instance":"[^"]+"/, ''), trips, names };
}
