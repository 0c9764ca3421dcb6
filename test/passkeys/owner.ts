// People with a passkey, and what their device answers.

import { sql } from 'drizzle-orm/sql/sql';
import { userHandleOf, verifyRegistration } from '../../src/factors/passkey.ts';
import type { Person } from '../accounts/people.ts';
import type { Service } from '../service.ts';
import { type Algorithm, authenticator, type Ceremony } from './authenticator.ts';

export const rpId = 'app.example.test';

/** As it is after a registration, without the calls of one; for tests of what follows. */
export async function withPasskey(
  service: Service,
  { id }: Pick<Person, 'id'>,
  { algorithm = 'ES256' as Algorithm, flags = undefined as number | undefined } = {},
) {
  const { database, newId, now } = service.dependencies;
  const device = await authenticator({ algorithm, userHandle: userHandleOf(id) });
  const challenge = 'AAAA';
  const made = await verifyRegistration(
    await device.create({ challenge, rpId, ...(flags !== undefined && { flags }) }),
    { challenge, origins: [`https://${rpId}`], rpId },
  );
  if (made.outcome === 'refused') throw new Error(made.reason);
  const passkeyId = newId();
  await database.query(
    sql`
      with made as (
        insert into passkeys (id, user_id, credential_id, public_key, rp_id, backup_eligible, backed_up, transports, aaguid, name, created_at)
        values (${passkeyId}, ${id}, ${made.credentialId}, ${JSON.stringify(made.publicKey)}::jsonb, ${rpId}, ${made.backupEligible},
          ${made.backedUp}, '{}', ${made.aaguid}, 'Phone', ${now().toISOString()})
      )
      update users set passkey_count = passkey_count + 1, factors_version = factors_version + 1 where id = ${id}`,
    { repeatable: false },
  );
  const options = async (json: object = {}) =>
    (await service.call('POST', '/api/auth/passkey/options', { json })).body;
  /** Asks for options, and answers them. */
  const answer = async (ceremony: Partial<Ceremony> = {}, json: object = {}) => {
    const { challenge } = await options(json);
    return device.get({ challenge, rpId, ...ceremony });
  };
  return { passkeyId, device, options, answer };
}
