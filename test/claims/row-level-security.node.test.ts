import { createRemoteJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { createVerifier } from '../../src/verify/create-verifier.ts';
import { section, textOf } from '../documents/markdown.ts';
import { newKey } from '../dpop/prover.ts';
import { servedBindings } from '../stack/served-bindings.ts';
import { newTestDatabase } from '../stack/test-database.ts';
import { password, someone } from '../verify/someone.ts';

// An app's own tables behind our token, as PostgREST does it: a stranger's library checks the token by the published keys, and
// PostgreSQL has its claims and the role that it names. The SQL is README's.

const audience = 'https://api.example.test';
let worker: ServedWorker;
let owner: pg.Client;
/** As PostgREST is connected: it may become `authenticated`, and has no rights of its own. */
let authenticator: pg.Client;

const sqlIn = (heading: string) =>
  [...section(textOf('README.md'), heading).matchAll(/^ *```sql\n([\s\S]*?)^ *```/gm)].map(
    ([, sql = '']) => sql,
  );

const post = (path: string, json: object, headers: Record<string, string> = {}) =>
  fetch(worker.origin + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(json),
  });

beforeAll(async () => {
  const databaseUrl = await newTestDatabase(inject('databaseUrl'));
  worker = await startServedWorker({ ...servedBindings(databaseUrl), ROLE_CLAIM: 'app_role' });
  owner = new pg.Client(databaseUrl);
  await owner.connect();
  for (const statements of [
    ...sqlIn('Your own claims'),
    ...sqlIn('Query Postgres from the app with our token'),
  ])
    await owner.query(statements);
  await owner.query(
    `create role authenticator login noinherit password 'authenticator'; grant authenticated to authenticator`,
  );
  const url = new URL(databaseUrl);
  Object.assign(url, { username: 'authenticator', password: 'authenticator' });
  authenticator = new pg.Client(url.href);
  await authenticator.connect();
});
afterAll(async () => {
  await Promise.all([worker.stop(), owner.end(), authenticator.end()]);
});

type Person = { readonly email: string; readonly id: string };

async function member(org: string | undefined): Promise<Person> {
  const email = await someone(post);
  const { rows } = await owner.query('select id from users where email = $1', [email]);
  const { id } = rows[0];
  if (org !== undefined) await owner.query('insert into memberships values ($1, $2)', [id, org]);
  return { email, id };
}

async function tokenOf({ email }: Person, headers = {}, more = {}): Promise<string> {
  const answer = await post('/api/auth/login', { email, password, ...more }, headers);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** PostgREST's check of a token: signature, `aud`, `exp`. */
async function verified(token: string): Promise<jsonwebtoken.JwtPayload> {
  const keys = jwksRsa({ jwksUri: `${worker.origin}/.well-known/jwks.json` });
  const { header } = jsonwebtoken.decode(token, { complete: true }) ?? {};
  const key = await keys.getSigningKey(header?.kid);
  return jsonwebtoken.verify(token, key.getPublicKey(), {
    algorithms: ['RS256'],
    audience,
  }) as jsonwebtoken.JwtPayload;
}

/** One request: its transaction, its role, its claims. */
async function asked(token: string, sql: string, values: unknown[] = []) {
  const claims = await verified(token);
  await authenticator.query('begin');
  try {
    await authenticator.query(
      `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`,
      [claims['role'], JSON.stringify(claims)],
    );
    const { rows } = await authenticator.query(sql, values);
    await authenticator.query('commit');
    return rows;
  } catch (error) {
    await authenticator.query('rollback');
    throw error;
  }
}

const write = (token: string, words: string, org: string | null = null) =>
  asked(token, 'insert into app.notes (words, org) values ($1, $2)', [words, org]);
const read = async (token: string) =>
  (await asked(token, 'select words from app.notes order by words')).map(({ words }) => words);

test('each reads and writes what the policies let them, by `sub` and by a claim of the application', async () => {
  const [ada, ben, cleo] = [await member('acme'), await member('acme'), await member(undefined)];
  const [adas, bens, cleos] = [await tokenOf(ada), await tokenOf(ben), await tokenOf(cleo)];
  await write(adas, 'of ada');
  await write(adas, 'of acme', 'acme');
  await write(cleos, 'of cleo');
  expect(await read(adas)).toEqual(['of acme', 'of ada']);
  expect(await read(bens)).toEqual(['of acme']);
  expect(await read(cleos)).toEqual(['of cleo']);
  await asked(bens, `update app.notes set words = 'of ben'`);
  await asked(bens, 'delete from app.notes');
  expect(await read(adas)).toEqual(['of acme', 'of ada']);
  const forAda = asked(bens, 'insert into app.notes (words, owner_id) values ($1, $2)', ['by ben', ada.id]);
  await expect(forAda).rejects.toThrow('row-level security');
});

test('Latchkey’s own tables and functions are nobody’s', async () => {
  const token = await tokenOf(await member('acme'));
  for (const table of ['users', 'sessions', 'memberships'])
    await expect(asked(token, `select from public.${table}`)).rejects.toThrow('permission denied');
  for (const call of [`latchkey_claims(null)`, `latchkey_issued_claims(null, 'role')`])
    await expect(asked(token, `select public.${call}`)).rejects.toThrow('permission denied');
});

test('a token that is bound in full reads nothing', async () => {
  const person = await member('acme');
  await write(await tokenOf(person), 'of theirs');
  const htu = `${worker.origin}/api/auth/login`;
  const headers = { DPoP: await (await newKey()).proof('POST ', new Date(), { claims: { htu } }) };
  const token = await tokenOf(person, headers, { dpop_mode: 'full' });
  expect(await verified(token)).toHaveProperty('cnf');
  expect(await read(token)).toEqual([]);
});

test('the role has the other name, for the service, for latchkey/verify and for jose', async () => {
  const token = await tokenOf(await member('acme'));
  const me = await fetch(`${worker.origin}/api/users/me`, { headers: { Authorization: `Bearer ${token}` } });
  expect(await me.json()).toMatchObject({ role: 'user' });
  const service = { issuer: worker.origin, audience };
  expect(await createVerifier({ ...service, roleClaim: 'app_role' })(token)).toMatchObject({
    role: 'user',
    app_role: 'user',
    org: 'acme',
  });
  const keys = createRemoteJWKSet(new URL(`${worker.origin}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(token, keys, {
    ...service,
    typ: 'at+jwt',
    requiredClaims: ['app_role'],
  });
  expect(payload).toMatchObject({ role: 'authenticated', app_role: 'user', org: 'acme' });
});
