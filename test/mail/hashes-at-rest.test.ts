// A stolen copy of the database opens nothing: no link, no code, no password and no token can be read or tried out of it.

/// <reference lib="esnext.typedarrays" />

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { codeIn, linkIn, mailsTo, newAddress, newUser, password, type Service, signIn } from '../service.ts';
import {
  byCode,
  byLink,
  forgot,
  grantedTo,
  otherPassword,
  registered,
  reset,
  verify,
  wrongly,
} from './granted.ts';
import { startOwnService } from './own-service.ts';
import { dump } from './tables.ts';

/** Everything that ever left the service as a secret, beside what was chosen by people. */
async function wholeScenario(service: Service): Promise<{ secrets: string[]; codes: string[] }> {
  const { email } = await newUser(service);
  await signIn(service, email);
  const tokens = await signIn(service, email, { device_name: 'Phone' });
  const { body: refreshed } = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: tokens.refresh_token },
    headers: { 'Idempotency-Key': 'key-of-the-client-0123456789' },
  });
  const bearer: string = refreshed.access_token;
  const newEmail = newAddress();
  service.clock.advance(1);
  const changing = await service.call('POST', '/api/users/me/email', {
    bearer,
    json: { new_email: newEmail, password },
    headers: { 'Idempotency-Key': 'another-key-of-the-client-0123' },
  });
  await service.call('POST', '/api/auth/change-password', {
    bearer,
    json: { current_password: password, new_password: otherPassword },
  });
  service.clock.advance(1);
  // Mails, spent grants and live ones, one whose codes were tried, sessions that live and one that ended.
  const waiting = await forgot(service, email);
  await reset(service, wrongly(waiting));
  const proven = await registered(service);
  await verify(service, byCode(proven), { password: 'harbor violet stencil moth', sign_in: true });
  const spent = await forgot(service, proven.email);
  await reset(service, byCode(spent), 'lantern quilt meadow fig');
  await signIn(service, proven.email, { password: 'lantern quilt meadow fig' });
  const moving = await signIn(service, proven.email, { password: 'lantern quilt meadow fig' });
  const movedTo = newAddress();
  await service.call('POST', '/api/users/me/email', {
    bearer: moving.access_token,
    json: { new_email: movedTo, password: 'lantern quilt meadow fig' },
  });
  await verify(service, byLink(await grantedTo(movedTo, 1)));
  const addresses = [email, newEmail, proven.email, movedTo];
  const mails = (await Promise.all(addresses.map((to) => mailsTo(to)))).flat();
  const linked = mails.filter(({ text }) => text.includes('token='));
  // Two registrations, two resets, two changes of address and the link that takes one of them back.
  expect(linked).toHaveLength(7);
  return {
    secrets: [
      ...linked.map((mail) => linkIn(mail).searchParams.get('token') ?? ''),
      ...[waiting, proven, spent, changing.body].map(({ request }) => request),
      ...[tokens, refreshed, moving].flatMap((each) => [each.access_token, each.refresh_token]),
      ...[tokens, moving].flatMap((each) => (each as { known_device?: string }).known_device ?? []),
      ...[password, otherPassword, 'lantern quilt meadow fig', 'harbor violet stencil moth'],
      ...['key-of-the-client-0123456789', 'another-key-of-the-client-0123'],
    ],
    codes: linked.filter(({ text }) => !text.includes('undo-email-change')).map(codeIn),
  };
}

test('no table holds a link, a code, a password or a token that could be used', async () => {
  const service = await startOwnService();
  const { secrets, codes } = await wholeScenario(service);
  const rows = await dump(service);
  // The copy is a whole one.
  for (const table of [
    'users',
    'sessions',
    'revoked_tokens',
    'email_requests',
    'mailed_grants',
    'email_destinations',
    'idempotent_calls',
    'mails',
    'security_events',
  ]) {
    expect(
      rows.some((row) => row.startsWith(`${table} `)),
      table,
    ).toBe(true);
  }
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    // A JWT is no use without its signature, and its payload is no secret.
    const telling = secret.split('.').at(-1) ?? '';
    expect(rows.filter((row) => row.includes(telling))).toEqual([]);
  }
  // Digits that stand alone: those within a time or an id are chance.
  for (const code of codes) {
    expect(rows.filter((row) => new RegExp(`(?<![\\w.-])${code}(?![\\w.-])`).test(row))).toEqual([]);
  }
});

test('trying all 1,000,000 codes against a stolen table finds none', async () => {
  const service = await startOwnService();
  const { email, request, code } = await registered(service);
  const { database } = service.dependencies;
  const [grant] = await database.query<{ mail_id: string; request_id: string; code_hash: string }>(
    sql`
      select g.mail_id, g.request_id, g.code_hash from mailed_grants g
      join email_requests r on r.id = g.request_id where r.email = ${email}`,
    { repeatable: true },
  );
  if (!grant) throw new Error('no grant');

  /** Whether a digest is among SHA-256 of all codes, each after `before`. In parts, that a busy machine makes in time. */
  async function isFound(before: string, digest: string): Promise<boolean> {
    let found = 0;
    for (let from = 0; from < 1_000_000; from += 50_000) {
      const rows = await database.query(
        sql`
          select from generate_series(${from}::int, ${from + 49_999}::int) number
          where sha256(convert_to(${before} || lpad(number::text, 6, '0'), 'UTF8')) = decode(${digest}, 'hex')`,
        { repeatable: true },
      );
      found += rows.length;
    }
    return found > 0;
  }
  const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const digestOf = async (text: string) =>
    hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
  const stored = hex(Uint8Array.fromBase64(grant.code_hash, { alphabet: 'base64url' }));

  // The search finds what a hash without a key would be, salted with what the table itself holds.
  expect(await isFound(email, await digestOf(email + code))).toBe(true);
  for (const before of ['', email, grant.mail_id, grant.request_id, request])
    expect(await isFound(before, stored)).toBe(false);
});
