// What people of the bench show beside a password or instead of it: the codes of an app, passkeys, and that their device is known.

import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type pg from 'pg';
import { sealChallenge } from '../../src/authentication/passkey-challenge.ts';
import { type DataKeys, importDataKeys } from '../../src/tokens/data-keys.ts';
import { sealKnownDevice } from '../../src/tokens/known-device.ts';
import { sealTotpSecret } from '../../src/tokens/totp-secret.ts';
import { credentialIdIn, passkeyJwk, rpId } from './passkey.ts';

export type Factors = {
  /** The device of a user who signs in: no mail tells of it. */
  knownDevice(user: number): string;
  /** Challenges that nobody has used, for a slice of that length. */
  sealChallenges(seconds: number): Promise<void>;
  nextChallenge(): string;
  /** The same for each of those who have one. */
  code(): string;
  /** A code works once: then the users' codes are as good as new. */
  forgetCodes(): Promise<void>;
};

/** More sign-ins than any Worker answers. */
const challengesASecond = 5_000;

/** Users who sign in, one a connection: with a password alone, and with a passkey; and with a code, once each within a slice. */
export const withPassword = { first: 100, count: 16 };
export const withPasskey = { first: 120, count: 16 };
export const withCode = { first: 200, count: 400 };
/** And with an ID token, and with a mailed code. */
export const withProvider = { first: 600, count: 64 };
export const withMailedCode = { first: 700, count: 500 };

export async function factors(
  client: pg.Client,
  { DATA_KEYS }: { readonly DATA_KEYS: string },
  userId: (user: number) => string,
): Promise<Factors> {
  const dataKeys = await importDataKeys(JSON.parse(DATA_KEYS).keys);
  const devices = await knownDevices(client, dataKeys, userId);
  const secret = randomBytes(20);
  const users = usersOf(withCode).map(userId);
  const sealed = users.map((user) =>
    sealTotpSecret(dataKeys, { userId: user, totp: secret, recovery: randomBytes(16) }),
  );
  await client.query(
    `with enrolled as (
      insert into totp_secrets (id, user_id, session_id, secret, created_at, confirmed_at)
      select gen_random_uuid(), id, id, secret, now(), now() from unnest($1::uuid[], $2::text[]) as u (id, secret)
      returning id, user_id
    )
    update users u set totp_id = e.id from enrolled e where u.id = e.user_id`,
    [users, await Promise.all(sealed)],
  );
  await client.query(
    `insert into passkeys (id, user_id, credential_id, public_key, rp_id, backup_eligible, backed_up, transports, aaguid, name, created_at)
    select gen_random_uuid(), id, ${credentialIdIn}, $1, $2, true, true, '{}', gen_random_uuid(), 'Phone', now()
    from unnest($3::uuid[], $4::int[]) as u (id, n)`,
    [passkeyJwk, rpId, usersOf(withPasskey).map(userId), usersOf(withPasskey)],
  );

  const app = new TOTP({ secret: new Secret({ buffer: new Uint8Array(secret).buffer }) });
  let challenges: string[] = [];
  return {
    knownDevice: (user) => devices.get(user) ?? '',
    async sealChallenges(seconds) {
      const use = { purpose: 'passkey-sign-in' } as const;
      challenges = await Promise.all(
        Array.from({ length: withPasskey.count + Math.ceil(seconds * challengesASecond) }, () =>
          sealChallenge(dataKeys, use, new Date(), randomBytes),
        ),
      );
    },
    nextChallenge() {
      const challenge = challenges.pop();
      if (challenge === undefined) throw new Error('Too few challenges were made');
      return challenge;
    },
    code: () => app.generate(),
    forgetCodes: async () => void (await client.query('update totp_secrets set last_step = 0')),
  };
}

const usersOf = ({ first, count }: { readonly first: number; readonly count: number }) =>
  Array.from({ length: count }, (_, n) => first + n);

async function knownDevices(
  client: pg.Client,
  dataKeys: DataKeys,
  userId: (user: number) => string,
): Promise<ReadonlyMap<number, string>> {
  const users = [withPassword, withPasskey, withCode, withProvider, withMailedCode].flatMap(usersOf);
  const { rows } = await client.query<{ id: string }>(
    `insert into known_devices (id, user_id, password_version, created_at, expires_at)
    select gen_random_uuid(), id, 0, now(), now() + interval '1 year' from unnest($1::uuid[]) as u (id)
    returning id`,
    [users.map(userId)],
  );
  const sealed = users.map(async (user, n) => {
    const device = { deviceId: rows[n]?.id ?? '', userId: userId(user) };
    return [user, await sealKnownDevice(dataKeys, device, new Date())] as const;
  });
  return new Map(await Promise.all(sealed));
}
