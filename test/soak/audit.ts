// After the faults: what was acknowledged is so, in the database and in the mailboxes.

import pg from 'pg';
import type { ReceivedMail } from '../../src/local/smtp-server.ts';
import { publicName } from '../../src/mail/mime.ts';
import type { Account } from './account.ts';
import { post } from './calls.ts';
import type { Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';
import type { Traffic } from './traffic.ts';

export async function audit(
  stage: Stage,
  { ledger, accounts, traffic }: { ledger: Ledger; accounts: readonly Account[]; traffic: Traffic },
): Promise<void> {
  const client = new pg.Client(stage.databaseUrl);
  await client.connect();
  const select = async (query: string, ...values: unknown[]) =>
    (await client.query<Record<string, string>>(query, values)).rows;
  const none = async (invariant: string, query: string, ...values: unknown[]) => {
    for (const row of await select(query, ...values)) ledger.violate(invariant, JSON.stringify(row));
    ledger.count('Audited', invariant);
  };
  const isLeft = (email: string) => ledger.deleted.has(email) || ledger.uncertain.has(email);
  const living = [...ledger.proven].filter((email) => !isLeft(email));
  const registered = [...ledger.registered].filter((email) => !isLeft(email));
  try {
    await none(
      'every acknowledged proof made an account',
      'select email from unnest($1::text[]) email where not exists (select from users u where u.email = email.email)',
      living,
    );
    await none(
      'every acknowledged deletion is gone',
      `select email::text from users where email = any($1) union all select id::text from posts where id = any($2)`,
      [...ledger.deleted],
      [...ledger.deletedPosts],
    );
    await none(
      'every acknowledged post exists exactly once',
      `select p.id, p.content from unnest($1::uuid[], $2::text[]) p (id, content)
        where (select count(*) from posts where posts.id = p.id and posts.content = p.content) <> 1
          or (select count(*) from posts where posts.content = p.content) <> 1`,
      [...ledger.posts.keys()],
      [...ledger.posts.values()].map(({ content }) => content),
    );
    await none(
      'no post was made twice',
      'select content, count(*) from posts group by content having count(*) > 1',
    );
    await none(
      'every acknowledged ending ended its session',
      'select id from sessions where id = any($1::uuid[]) and ended_at is null',
      [...ledger.ended.keys()],
    );
    await none(
      'the revocation list holds what was ended',
      `select s.id, s.end_reason from (
          select id, end_reason, generation from sessions where ended_at is not null
          union select id, 'deleted', null from unnest($1::uuid[]) id where id not in (select id from sessions)
        ) s
        where not exists (select from revoked_tokens r
          where r.session_id = s.id and (s.generation is null or r.jti = s.id || '.' || s.generation))`,
      [...ledger.ended.keys()],
    );
    await none(
      'nobody who follows the protocol is taken for a thief',
      `select id from sessions where end_reason = 'reuse'`,
    );
    await auditMails(stage, ledger, registered, select);

    // Tries that faults broke off may have led to a pause, which is not what is looked at here.
    await client.query('delete from login_attempts');
    for (const { email, passwords } of accounts) {
      if (!living.includes(email)) continue;
      let isOpen = false;
      for (const password of passwords) {
        const reply = await post(traffic.fetchOf('audit'), `${traffic.origin}/api/auth/login`, {
          email,
          password,
        });
        // Also the audit is on a network that loses answers.
        isOpen ||= reply.status === 200 || reply.status === undefined;
      }
      if (!isOpen) ledger.violate('no account is lost', `${email} is not opened by its password`);
      ledger.count('Audited', 'no account is lost');
    }
  } finally {
    await client.end();
  }
}

async function auditMails(
  { mailApiUrl }: Stage,
  ledger: Ledger,
  registered: readonly string[],
  select: (query: string) => Promise<Record<string, string>[]>,
): Promise<void> {
  const received = (await (await fetch(`${mailApiUrl}/mails`)).json()) as ReceivedMail[];
  const ids = new Set(received.map(({ headers }) => /<([^@]+)@/.exec(headers['message-id'] ?? '')?.[1]));
  ledger.count('Mails', 'received, each once');
  const owed = await select(`
    select m.id, m.kind, m.attempts, m.sent_at, m.failed_at,
      -- A mail that grants something is not sent when its request was spent, or another grant of the address was used.
      exists (
        select from email_requests r join email_destinations d on d.address_hash = r.address_hash and d.counter = ''
        where r.id = m.request_id and (r.spent_at is not null or d.grant_epoch <> r.grant_epoch)
      ) as is_pointless
    from mails m`);
  for (const mail of owed) {
    const isReceived = ids.has(await publicName(mail['id'] ?? ''));
    ledger.count('Mails', `${mail['kind']} in the queue`);
    ledger.count('Mails', `sent at attempt ${mail['attempts']}`);
    const about = JSON.stringify(mail);
    if (!mail['sent_at']) ledger.violate('the queue has drained', about);
    else if (!isReceived && !mail['is_pointless']) ledger.violate('no mail is lost', about);
  }
  const mailed = (page: string) =>
    new Set(received.flatMap(({ to, text }) => (text.includes(`/${page}?token=`) ? to : [])));
  const verifications = mailed('verify-email');
  const resets = mailed('reset-password');
  for (const email of registered) {
    if (!verifications.has(email)) ledger.violate('every acknowledged registration led to a mail', email);
    if (ledger.askedForReset.has(email) && !resets.has(email))
      ledger.violate('every acknowledged request of a reset led to a mail', email);
  }
  for (const mail of received) ledger.count('Mails', `received: ${mail.subject.replace(/\d.*/, '…')}`);
}
