// People with a second factor, and their codes.

import { sql } from 'drizzle-orm/sql/sql';
import { newRecoverySeed, recoveryCodes } from '../../src/factors/recovery-codes.ts';
import { newTotpSecret, oneTimePassword } from '../../src/factors/totp.ts';
import { sealTotpSecret } from '../../src/tokens/totp-secret.ts';
import type { Person } from '../accounts/people.ts';
import type { Service } from '../service.ts';

export type Authenticator = {
  readonly totpId: string;
  readonly recoveryCodes: readonly string[];
  /** The code that the app shows, or showed some steps before. */
  code(stepsAgo?: number): Promise<string>;
};

/** As it is after enrolment, without the calls of one; for tests of what follows. */
export async function withTotp(
  service: Service,
  { id, session_id }: Pick<Person, 'id' | 'session_id'>,
): Promise<Authenticator> {
  const { database, dataKeys, newId, now, randomBytes } = service.dependencies;
  const totp = newTotpSecret(randomBytes);
  const recovery = newRecoverySeed(randomBytes);
  const totpId = newId();
  const time = now().toISOString();
  await database.query(
    sql`
      with enrolled as (
        insert into totp_secrets (id, user_id, session_id, secret, created_at, confirmed_at)
        values (${totpId}, ${id}, ${session_id}, ${await sealTotpSecret(dataKeys, { userId: id, totp, recovery })}, ${time}, ${time})
      )
      update users set totp_id = ${totpId}, factors_version = factors_version + 1 where id = ${id}`,
    { repeatable: false },
  );
  const step = () => Math.floor(service.clock.now.getTime() / 30_000);
  return {
    totpId,
    recoveryCodes: await recoveryCodes(recovery),
    code: (stepsAgo = 0) => oneTimePassword(totp, step() - stepsAgo),
  };
}

/** A code of six digits that is none of those that are good now. */
export async function wrongCode({ code }: Authenticator): Promise<string> {
  const good = await Promise.all([-1, 0, 1].map((steps) => code(steps)));
  return ['000000', '111111', '222222', '333333'].find((digits) => !good.includes(digits)) ?? '444444';
}
