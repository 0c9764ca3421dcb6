import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { servedBindings } from '../stack/served-bindings.ts';
import { newTestDatabase } from '../stack/test-database.ts';

// The whole way: users of another system go in by the command, and sign in to the production bundle with their passwords.

const project = resolve(import.meta.dirname, '../..');
const password = 'correct horse battery staple';

/** Of `password`, by the programs that test/unit/passwords names, and at costs that are real. */
const hashes = {
  bcrypt: '$2b$10$KNU0XnUIKYdifn4Gku3EreB1xU4qkQFlus3a790eCXLU5f7owJvkW',
  scrypt: '$scrypt$ln=16,r=8,p=1$UAqhFOLc+//fO0cIgdD63w$Hw2W5eUwKcdnv3DXP9jybdN+SOePkohdOZUKKyN+8IQ',
  'pbkdf2 by WebCrypto':
    '$pbkdf2-sha256$29000$T8lZC6F0zllrLaX0PkdoTQ$ynoyoq.BHfK0VMBU5K.1XrH3keupi7ZNce1PhMVEZvE',
  'pbkdf2 without it':
    '$pbkdf2-sha256$100001$ZCzlvJeSUoqx1nqvFUII4Q$asdwyfm3FX8lu/mviIGVY.rraNgvazYq5aKttI1v6TE',
  'pbkdf2 of Django 6':
    'pbkdf2_sha256$1800000$Tz90pSu8OMhzzcC0fgRT32$r7r1vunB4bF7mV2dH6v+DE/uTIt6llgB+ePjsWFYBBQ=',
  'Firebase scrypt':
    '$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$MDEyMzQ1Njc4OWFiY2RlZg$6dJudu2nZIeP19D4OiqLymjuwz8tJLxNPNPi5C3tMxYyWWwdj+NNFNPSKxuhy4o3pve6Hvc/VPxF0bCtnyLf2A',
  'WordPress 6.8': '$wp$2y$05$GeMHmL4iEA9Aopwa5PPow.gM59adRJPD591S3vMUiz.1c.F7oSqRK',
  'Django bcrypt_sha256': 'bcrypt_sha256$$2b$05$5o/jvoq7mTcbhQCCsoigg.FyDhID17UPgKSyDj4tIaaq8dYMRd9My',
  phpass: '$P$BDa/YjtGcFim/jlMjDZm740Fe2UobG0',
  'SHA-512-crypt':
    '$6$VYkzVK1oLQxHu580$EpKu52jUDLcLJSXjg7jZGj6EzlvEZDmbBtTnREIzDEx8hiVKua277mw1mHw2kYFpllHmpogoqj4nsAPE1hq.W/',
  'ASP.NET Identity': 'AQAAAAIAAAPoAAAAEDE3HyzULSY8EQ1+ubc5/kekjrwSYWz+YuMNtKhTQYm9SvlFVacwALmsVYZb6u23EA==',
  argon2i: '$argon2i$v=19$m=65536,t=4,p=1$n+K13F9uIy59t2C1a24ekA$iR72DAlm6YEavJlcmHK10A',
  argon2d: '$argon2d$v=19$m=512,t=2,p=2$/wanvsprgojYqZJ2NBq37A$Gl6KQUKA1DotyJbtTzqLxg',
};

const people = Object.entries(hashes).map(([kind, password_hash]) => ({
  kind,
  email: `${kind.replaceAll(/[^\w.]+/g, '-').toLowerCase()}@example.test`,
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
  command.stdin.end(people.map(({ kind, ...user }) => JSON.stringify(user)).join('\n'));
  expect(await once(command, 'exit')).toEqual([0, null]);
});

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
