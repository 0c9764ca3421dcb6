import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { servedBindings } from '../stack/served-bindings.ts';
import { type ServedWorker, startServedWorker } from '../stack/served-worker.ts';
import { newTestDatabase } from '../stack/test-database.ts';

// The whole way: users of another system go in by the command, and sign in to the production bundle with their passwords.

const project = resolve(import.meta.dirname, '../..');
const password = 'correct horse battery staple';

/** Of `password`, by the programs that test/unit/passwords/imported.test.ts names, and at costs that are real. */
const hashes = {
  bcrypt: '$2b$10$KNU0XnUIKYdifn4Gku3EreB1xU4qkQFlus3a790eCXLU5f7owJvkW',
  scrypt: '$scrypt$ln=16,r=8,p=1$UAqhFOLc+//fO0cIgdD63w$Hw2W5eUwKcdnv3DXP9jybdN+SOePkohdOZUKKyN+8IQ',
  'pbkdf2 by WebCrypto':
    '$pbkdf2-sha256$29000$T8lZC6F0zllrLaX0PkdoTQ$ynoyoq.BHfK0VMBU5K.1XrH3keupi7ZNce1PhMVEZvE',
  'pbkdf2 without it':
    '$pbkdf2-sha256$100001$ZCzlvJeSUoqx1nqvFUII4Q$asdwyfm3FX8lu/mviIGVY.rraNgvazYq5aKttI1v6TE',
  argon2i: '$argon2i$v=19$m=65536,t=4,p=1$n+K13F9uIy59t2C1a24ekA$iR72DAlm6YEavJlcmHK10A',
  argon2d: '$argon2d$v=19$m=512,t=2,p=2$/wanvsprgojYqZJ2NBq37A$Gl6KQUKA1DotyJbtTzqLxg',
};

const people = Object.entries(hashes).map(([kind, password_hash]) => ({
  kind,
  email: `${kind.replaceAll(' ', '-').toLowerCase()}@example.test`,
  password_hash,
  email_verified: true,
}));

let worker: ServedWorker;
let database: pg.Client;

beforeAll(async () => {
  const databaseUrl = await newTestDatabase(inject('databaseUrl'));
  database = new pg.Client(databaseUrl);
  await database.connect();
  worker = await startServedWorker(servedBindings(databaseUrl));
  const command = spawn(process.execPath, [join(project, 'src/cli/import.ts'), '-'], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['pipe', 'inherit', 'ignore'],
  });
  command.stdin.end(people.map((person) => JSON.stringify(person)).join('\n'));
  expect(await once(command, 'exit')).toEqual([0, null]);
}, 60_000);

afterAll(async () => {
  await database?.end();
  await worker?.stop();
});

async function logIn(email: string, tried: string): Promise<number> {
  const response = await fetch(`${worker.origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password: tried }),
  });
  await response.arrayBuffer();
  return response.status;
}

test.for(people)('$kind', async ({ email }) => {
  expect(await logIn(email, `${password}!`)).toBe(401);
  expect(await logIn(email, password)).toBe(200);
  const { rows } = await database.query('select password_hash from users where email = $1', [email]);
  expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await logIn(email, password)).toBe(200);
});
