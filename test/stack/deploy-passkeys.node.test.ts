// A deployment keeps the passkeys that there are, and says what keeps apps and pages from using them.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { missingAssociations, refuseOtherDomain, rpIdOf } from '../../src/cli/deploy/passkeys.ts';
import { newTestDatabase } from './test-database.ts';

const fingerprint = Array(32).fill('AB').join(':');
const vars = {
  ISSUER: 'https://auth.example.com',
  APP_ORIGIN: 'https://app.example.com',
  PASSKEY_RP_ID: 'example.com',
  WEB_ORIGINS: 'https://www.example.com, https://example.net, capacitor://localhost',
  APPLE_APP_IDS: 'ABCDE12345.com.example.app, ABCDE12345.com.example.other',
  ANDROID_APPS: `com.example.app=${fingerprint.toLowerCase()}`,
};

/** Serves these documents at `/.well-known/`. */
async function hostOf(documents: Readonly<Record<string, unknown>>): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const document = documents[url.replace('/.well-known/', '')];
    response.writeHead(document === undefined ? 404 : 200).end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const statement = (relation: string) => ({
  relation: [`delegate_permission/common.${relation}`],
  target: {
    namespace: 'android_app',
    package_name: 'com.example.app',
    sha256_cert_fingerprints: [fingerprint],
  },
});
const complete = {
  'apple-app-site-association': { webcredentials: { apps: vars.APPLE_APP_IDS.split(', ') } },
  'assetlinks.json': [statement('handle_all_urls'), statement('get_login_creds')],
  webauthn: { origins: ['https://example.net'] },
};

test('where everything is there nothing is said', async () => {
  expect(await missingAssociations(vars, await hostOf(complete))).toEqual([]);
  // Without apps, and with pages of the domain alone, nobody asks.
  const alone = { ISSUER: 'https://auth.example.com', PASSKEY_RP_ID: 'example.com' };
  expect(await missingAssociations(alone, 'http://127.0.0.1:1')).toEqual([]);
});

test('what is missing is said, each with where it is looked for', async () => {
  const base = await hostOf({
    'apple-app-site-association': { webcredentials: { apps: ['ABCDE12345.com.example.app'] } },
    'assetlinks.json': [statement('handle_all_urls')],
  });
  expect(await missingAssociations(vars, base)).toEqual([
    `${base}/.well-known/apple-app-site-association does not name ABCDE12345.com.example.other`,
    `${base}/.well-known/assetlinks.json does not name com.example.app=${fingerprint}`,
    `${base}/.well-known/webauthn names nothing: answers 404`,
  ]);
});

test.for([
  { documents: null },
  { documents: [] },
  { documents: 'text' },
  { documents: { webcredentials: { apps: 5 }, origins: {} } },
])('another document is none: %j', async ({ documents }) => {
  const names = ['apple-app-site-association', 'assetlinks.json', 'webauthn'];
  const base = await hostOf(Object.fromEntries(names.map((name) => [name, documents])));
  expect(await missingAssociations(vars, base)).toHaveLength(4);
});

test('the domain is the one that the service would take', () => {
  expect(rpIdOf(vars)).toBe('example.com');
  expect(rpIdOf({ ...vars, PASSKEY_RP_ID: undefined })).toBe('app.example.com');
  expect(rpIdOf({ ISSUER: vars.ISSUER })).toBe('auth.example.com');
});

test('another domain than that of the passkeys is refused, also before there are any tables', async () => {
  const databaseUrl = await newTestDatabase(inject('databaseUrl'));
  const client = new pg.Client(databaseUrl);
  await client.connect();
  onTestFinished(() => client.end());
  await refuseOtherDomain(databaseUrl, 'example.com');
  await client.query(`
    insert into users (id, email, name, created_at, updated_at)
    values ('0197a1b2-0000-7000-8000-000000000001', 'ada@example.test', 'Ada', now(), now())`);
  const add = (credential: string, removed: string | null) =>
    client.query(
      `insert into passkeys (id, user_id, credential_id, public_key, rp_id, backup_eligible, backed_up, transports, aaguid, name,
        created_at, removed_at, expires_at)
      values (gen_random_uuid(), '0197a1b2-0000-7000-8000-000000000001', $1, '{}', 'app.example.com', true, true, '{}',
        '00000000-0000-0000-0000-000000000000', 'Phone', now(), $2, $2)`,
      [credential, removed],
    );
  await add('removed', '2026-03-01');
  await refuseOtherDomain(databaseUrl, 'example.com');
  await add('one', null);
  await add('other', null);
  await refuseOtherDomain(databaseUrl, 'app.example.com');
  await expect(refuseOtherDomain(databaseUrl, 'example.com')).rejects.toThrow(
    /the 2 that are for app\.example\.com .* set PASSKEY_RP_ID = "app\.example\.com"/,
  );
  await client.query('drop table passkeys');
  await refuseOtherDomain(databaseUrl, 'example.com');
});
