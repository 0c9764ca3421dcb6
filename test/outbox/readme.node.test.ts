// The receiver that README shows, as it stands there.

import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { section, textOf } from '../documents/markdown.ts';
import { newTestDatabase } from '../stack/test-database.ts';

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

type Receive = (
  request: Request,
  database: pg.Client,
  welcome: (user: object) => unknown,
) => Promise<Response>;

let folder: string;
let client: pg.Client;
let receive: Receive;

beforeAll(async () => {
  client = new pg.Client(await newTestDatabase(inject('databaseUrl')));
  await client.connect();
  await client.query(
    'create table people (id uuid primary key, version int not null, email text, deleted bool not null)',
  );
  await client.query('create table seen_events (id uuid primary key)');
  const code = /```js\n([\s\S]*?)```/.exec(section(textOf('README.md'), 'Tell other systems'))?.[1] ?? '';
  folder = await mkdtemp(join(tmpdir(), 'latchkey-receiver-'));
  await symlink(resolve(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'receiver.mjs'), code);
  process.env['WEBHOOK_SECRET'] = secret;
  ({ receive } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'receiver.mjs')).href));
});
afterAll(async () => {
  await client.end();
  await rm(folder, { recursive: true });
});

test('it verifies, keeps the newest state, and acts once', async () => {
  const welcomed: object[] = [];
  const user = { id: crypto.randomUUID(), email: 'ada@example.com' };
  const deliver = async (event: object, key = secret) => {
    const body = JSON.stringify(event);
    const now = new Date();
    const { id } = event as { id: string };
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(key).sign(id, now, body),
    };
    const request = new Request('https://hooks.example.com/', { method: 'POST', body, headers });
    return (await receive(request, client, (who) => welcomed.push(who))).status;
  };
  const event = (type: string, changed: object) => ({
    id: crypto.randomUUID(),
    type,
    data: { user: { ...user, ...changed } },
  });
  const people = async () => (await client.query('select version, email, deleted from people')).rows;

  const created = event('user.created', { version: 0 });
  expect([await deliver(created), await deliver(created)]).toEqual([204, 204]);
  expect(welcomed).toHaveLength(1);
  await deliver(event('user.email-changed', { version: 2, email: 'grace@example.com' }));
  await deliver(event('user.updated', { version: 1 }));
  expect(await people()).toEqual([{ version: 2, email: 'grace@example.com', deleted: false }]);
  await deliver({
    id: crypto.randomUUID(),
    type: 'user.deleted',
    data: { user: { id: user.id, version: 3, deleted: true } },
  });
  expect(await people()).toEqual([{ version: 3, email: null, deleted: true }]);
  expect(await deliver(created, `whsec_${Buffer.alloc(32, 6).toString('base64')}`)).toBe(401);
});
