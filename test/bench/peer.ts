// better-auth on the same workerd, PostgreSQL and endpoint, beside ours, in turns: reading who is signed in, a new access
// token, signing out, signing in. Installed into a temporary folder when it is asked for.

import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Workerd } from '../../src/local/workerd.ts';
import { type Ask, casesOf } from './cases.ts';
import { run } from './load.ts';
import { type Figures, figuresOf, type Slice, slice, type Target } from './measure.ts';
import { issuer, password } from './people.ts';
import type { Progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

const packages = [
  'better-auth@1.7.25',
  'kysely@0.29.0',
  'kysely-neon@3.0.0',
  '@neondatabase/serverless@1.2.0',
];
const secret = 'a secret of 32 characters or more for the bench';
const people = 2_000;

export type Beside = { readonly what: string; readonly ours: Figures; readonly theirs: Figures };

export async function besideBetterAuth(
  surroundings: Surroundings,
  plan: { repeats: number; turns: number; seconds: number },
  progress: Progress,
): Promise<Beside[]> {
  const { endpointPid } = surroundings;
  const endpoint = surroundings.endpoints[0] ?? '';
  const ours = surroundings.ours[0];
  if (!ours) throw new Error('There is no Worker');
  progress.step(`installing ${packages[0]}`);
  const { theirs, database } = await serveTheirs(surroundings);
  const cases = casesOf(surroundings.people);
  const besides: Beside[] = [];
  const theirCases = betterAuthCases(database);
  progress.expect(theirCases.length * plan.repeats * plan.turns);
  for (const { what, ask, prepare, like } of theirCases) {
    const own = cases.find(({ name }) => name === like);
    if (!own) throw new Error(`No case ${like}`);
    const targets: { ours: Target; theirs: Target } = {
      ours: { worker: ours, ask: own.ours, endpoint, endpointPid, prepare: own.prepare },
      theirs: { worker: theirs, ask, endpoint, endpointPid, prepare },
    };
    const slices: { ours: Slice[]; theirs: Slice[] } = { ours: [], theirs: [] };
    await slice(targets.ours, 4, 0.3);
    await slice(targets.theirs, 4, 0.3);
    for (let n = 0; n < plan.repeats * plan.turns; n += 1) {
      progress.step(`beside better-auth: ${what}`);
      for (const who of n % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
        slices[who].push(await slice(targets[who], 16, plan.seconds));
      }
    }
    besides.push({ what, ours: figuresOf(slices.ours), theirs: figuresOf(slices.theirs) });
  }
  await database.end();
  return besides;
}

async function serveTheirs(surroundings: Surroundings): Promise<{ theirs: Workerd; database: pg.Client }> {
  const { folder, databaseUrl, endpoints } = surroundings;
  const home = join(folder, 'better-auth');
  await mkdir(home);
  await writeFile(join(home, 'package.json'), '{"private": true, "type": "module"}');
  const flags = ['install', '--save-exact', '--ignore-scripts', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', [...flags, ...packages], { cwd: home });
  const main = join(home, 'worker.mjs');
  await copyFile(new URL('better-auth-worker.mjs', import.meta.url), main);

  const admin = new pg.Client(databaseUrl);
  await admin.connect();
  await admin.query('create database peer');
  await admin.end();
  const peerUrl = new URL('/peer', databaseUrl).href;
  const theirs = await surroundings.serveOther({
    main,
    // What its documentation asks for.
    compatibilityFlags: '["nodejs_compat"]',
    bindings: {
      DATABASE_URL: peerUrl,
      NEON_HTTP_ENDPOINT: endpoints[0] ?? '',
      ISSUER: issuer,
      SECRET: secret,
    },
  });
  await once(theirs, { status: 200, next: () => ({ method: 'GET', path: '/migrate', headers: {} }) });
  const person = { email: 'person@example.test', password, name: 'Ada' };
  await once(theirs, { status: 200, next: () => posted('/api/auth/sign-up/email', person) });
  const database = new pg.Client(peerUrl);
  await database.connect();
  await database.query(fill);
  return { theirs, database };
}

const once = (worker: Workerd, ask: Ask) =>
  run({ ...ask, origin: worker.origin, connections: 1, seconds: 0 });

/** The one who signed up, many times over, each with the same password and a session. */
const fill = `
  insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
  select 'user-' || n, name, 'person-' || n || '@example.test', true, now(), now()
  from "user", generate_series(0, ${people - 1}) n;
  insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
  select 'account-' || n, 'user-' || n, 'credential', 'user-' || n, password, now(), now()
  from account, generate_series(0, ${people - 1}) n`;

const revive = `
  delete from session;
  insert into session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent")
  select 'session-' || n, 'token-' || n, 'user-' || n, now() + interval '7 days', now(), now(), '', 'bench'
  from generate_series(0, ${people - 1}) n`;

function betterAuthCases(database: pg.Client) {
  const prepare = async () => void (await database.query(revive));
  const reads = (path: string): Ask => ({
    status: 200,
    next: (n) => ({ method: 'GET', path, headers: cookie(n) }),
  });
  let count = 0;
  return [
    { what: 'read', like: 'me', prepare, ask: reads('/api/auth/get-session') },
    { what: 'token', like: 'refresh', prepare, ask: reads('/api/auth/token') },
    {
      what: 'sign-out',
      like: 'logout',
      prepare,
      ask: {
        status: 200,
        next: () => {
          count += 1;
          return posted('/api/auth/sign-out', {}, cookie(count % people));
        },
      },
    },
    {
      what: 'sign-in',
      like: 'login',
      prepare,
      ask: {
        status: 200,
        next: (n: number) =>
          posted('/api/auth/sign-in/email', { email: `person-${n}@example.test`, password }),
      },
    },
  ];
}

function posted(path: string, body: object, headers: Record<string, string> = {}) {
  const own = { 'Content-Type': 'application/json', Origin: issuer };
  return { method: 'POST', path, headers: { ...own, ...headers }, body: JSON.stringify(body) };
}

/** Signed as better-auth signs it. An issuer of https makes the cookie a secure one, with the prefix in its name. */
function cookie(session: number): Record<string, string> {
  const token = `token-${session}`;
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  return { Cookie: `__Secure-better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}` };
}
