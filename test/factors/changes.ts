// Changes of factors as the endpoints make them, in one statement each: the user's row, the factor's, and the notice.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { noticedFactorChange } from '../../src/authentication/factor-notice.ts';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import type { FactorChange } from '../../src/mail/letters/factor-changed.ts';
import { newest, tokenIn } from '../accounts/mailed.ts';
import type { Person } from '../accounts/people.ts';
import type { Service } from '../service.ts';

export const subjects: Record<FactorChange, string> = {
  'totp-added': 'sign-in was turned on',
  'totp-removed': 'sign-in was turned off',
  'recovery-codes-renewed': 'recovery codes were made',
  'passkey-added': 'passkey was added',
  'passkey-removed': 'passkey was removed',
};

type Change = {
  readonly kind: FactorChange;
  readonly acr?: string;
  readonly name?: string;
  readonly ids?: { readonly mailId: string; readonly eventId: string };
  readonly user?: SQL;
  readonly parts?: SQL;
};

/** Changes the user's row by `user` and what hangs on it by `parts`, which may read `changed`. @returns the undo link's token. */
export async function changeFactor(service: Service, person: Person, change: Change): Promise<string> {
  const { kind, acr = 'aal1', name = null, user = sql``, parts = sql`` } = change;
  const { database, newId, now } = service.dependencies;
  await database.query(
    sql`
      with changed as (
        update users u set factors_version = u.factors_version + 1 ${user} where u.id = ${person.id}
        returning u.id as user_id, u.email, u.totp_id
      )${parts},
      ${noticedFactorChange({
        ...(change.ids ?? { mailId: newId(), eventId: newId() }),
        kind,
        of: sql`
          select user_id, ${person.session_id}::uuid as session_id, email, ${acr}::text as acr,
            jsonb_build_object('name', ${name}::text) as details
          from changed`,
        origin: { userAgent: 'Browser of Ada', ip: '192.0.2.7' },
        now: now(),
      })}
      select 1`,
    { repeatable: true },
  );
  await deliverWaitingMails(service.dependencies);
  const { body } = await person.call('GET', '/api/users/me');
  return tokenIn(await newest(body.email, subjects[kind]));
}
