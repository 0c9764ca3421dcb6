// What is done with the links of mails. The mails themselves stay in the queue: a link is made as its mail would make it.

import { sql } from 'drizzle-orm/sql/sql';
import { lockedDestination } from '../../../src/authentication/destinations.ts';
import { digestOf } from '../../../src/encoding.ts';
import { insertResetGrant } from '../../mail/tables.ts';
import type { Code } from './codes.ts';
import { resetting, undoing } from './mailbox-model.ts';
import type { Call } from './steps.ts';
import { type Made, nth, passwords, query, timeOf, type World } from './world.ts';

export async function resetRequest(
  world: World,
  { chosen: which }: Extract<Call, { kind: 'reset' }>,
  label: string,
): Promise<Made> {
  const { service, account, owner } = world;
  const chosen = passwords[which] ?? passwords[0];
  const token = await insertResetGrant(service, owner.email);
  account.resets[label] = { createdAt: timeOf(world), epoch: account.grantEpoch };
  return {
    chosen,
    run: (sending) => resetting(label, chosen, sending),
    send: (headers) =>
      service.call('POST', '/api/auth/reset-password', { headers, json: { token, password: chosen } }),
  };
}

const tokenOf = (row: string) => `u${row.replaceAll('-', '').padEnd(43, 'A')}`;

/** The newest first. */
export function undoRequest(world: World, call: Call, code: Code | undefined): Made | undefined {
  const { service, account, undoRows } = world;
  const undoes = nth(Object.keys(account.undos).reverse(), call.nth);
  const row = undoes && undoRows[undoes];
  if (undoes === undefined || row === undefined) return undefined;
  const json = {
    token: tokenOf(row),
    ...(code && { [code.kind === 'totp' ? 'totp' : 'recovery_code']: code.text }),
  };
  return {
    ...{ undoes, evidence: { code } },
    run: (sending) => undoing(undoes, code, sending),
    send: (headers) => service.call('POST', '/api/auth/undo-email-change', { headers, json }),
  };
}

/** The mails about changes that have been made since leave, each with its link. */
export async function deliverLinks(world: World): Promise<void> {
  const { account, undoRows, owner, service } = world;
  const fresh = Object.keys(account.undos).filter((id) => undoRows[id] === undefined);
  if (fresh.length === 0) return;
  const rows = await query<{ id: string; acr: string; address_hash: string; expires_at: string }>(
    world,
    sql`
      select r.id, r.acr, r.address_hash, r.expires_at from email_requests r
      where r.user_id = ${owner.userId} and r.purpose = 'undo-email-change'
        and not exists (select from mailed_grants g where g.request_id = r.id)
      order by r.created_at, r.id`,
  );
  for (const id of fresh) {
    const row = rows.find(({ acr }) => acr === account.undos[id]?.acr);
    if (!row) throw new Error(`No mail of ${id}`);
    rows.splice(rows.indexOf(row), 1);
    undoRows[id] = row.id;
    await query(
      world,
      sql`
        with ${lockedDestination(sql`select ${row.address_hash}::text as address_hash`, service.clock.now)}
        insert into mailed_grants (mail_id, request_id, token_hash, code_hash, expires_at)
        select ${row.id}, ${row.id}, ${await digestOf(tokenOf(row.id))}, '', ${row.expires_at}::timestamptz from epoch`,
    );
  }
}
