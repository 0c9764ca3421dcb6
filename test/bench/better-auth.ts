// better-auth as a Worker, with its two plugins for second factors and Google: installed into a temporary folder when it is asked for,
// bundled with the same settings as ours, and its tables filled with people.

import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type TOTP, URI } from 'otpauth';
import pg from 'pg';
import type { Workerd } from '../../src/local/workerd.ts';
import { people, posted, received, secret } from './better-auth-people.ts';
import { kilobytesOf } from './bundle-size.ts';
import type { Ask } from './cases.ts';
import { google, subjectIn } from './id-token.ts';
import { run } from './load.ts';
import { credentialIdIn, passkeyCose } from './passkey.ts';
import { password } from './people.ts';
import { issuer } from './settings.ts';
import { bundleOther, type Surroundings } from './surroundings.ts';

/** The newest of each on 2026-11-28. */
const packages = [
  'better-auth@1.7.25',
  '@better-auth/passkey@1.7.6',
  'kysely@0.29.0',
  'kysely-neon@3.0.0',
  '@neondatabase/serverless@1.2.0',
];
/** What its documentation asks for. */
const compatibilityFlags = '["nodejs_compat"]';

export type BetterAuth = {
  readonly worker: Workerd;
  readonly database: pg.Client;
  /** Those who have a second factor have the same secret. */
  readonly app: TOTP;
  readonly kilobytes: { readonly whole: number; readonly withoutPlugins: number };
};

export async function serveBetterAuth(surroundings: Surroundings): Promise<BetterAuth> {
  const { folder, databaseUrl, endpoints } = surroundings;
  const home = join(folder, 'better-auth');
  const main = await installed(home);
  const lean = join(home, 'lean');
  await mkdir(lean);
  const leanMain = await copied('better-auth-worker.mjs', lean);
  const jwtAlone = "import { jwt } from 'better-auth/plugins/jwt';\nexport const plugins = [jwt()];\n";
  await writeFile(join(lean, 'better-auth-plugins.mjs'), jwtAlone);
  await bundleOther(leanMain, join(folder, 'lean'), compatibilityFlags);

  const admin = new pg.Client(databaseUrl);
  await admin.connect();
  await admin.query('create database peer');
  await admin.end();
  const peerUrl = new URL('/peer', databaseUrl).href;
  const worker = await surroundings.serveOther({
    main,
    compatibilityFlags,
    bindings: {
      DATABASE_URL: peerUrl,
      NEON_HTTP_ENDPOINT: endpoints[0] ?? '',
      ISSUER: issuer,
      SECRET: secret,
      GOOGLE_CLIENT_ID: google.audience,
      KEYS_URL: surroundings.keysUrl,
    },
  });
  const app = await enrolled(worker);
  const database = new pg.Client(peerUrl);
  await database.connect();
  await database.query(fill);
  return {
    worker,
    database,
    app,
    kilobytes: {
      whole: kilobytesOf(join(folder, 'other')),
      withoutPlugins: kilobytesOf(join(folder, 'lean')),
    },
  };
}

async function installed(home: string): Promise<string> {
  await mkdir(home);
  await writeFile(join(home, 'package.json'), '{"private": true, "type": "module"}');
  // The passkey plugin names older patches of better-auth's own parts as its peers.
  const flags = [
    'install',
    '--save-exact',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--legacy-peer-deps',
  ];
  await promisify(execFile)('npm', [...flags, ...packages], { cwd: home });
  await copied('better-auth-plugins.mjs', home);
  return copied('better-auth-worker.mjs', home);
}

async function copied(file: string, folder: string): Promise<string> {
  const target = join(folder, file);
  await copyFile(new URL(file, import.meta.url), target);
  return target;
}

/** One person signs up and turns TOTP on, as its documentation has it. */
async function enrolled(worker: Workerd): Promise<TOTP> {
  const once = (ask: Omit<Ask, 'status'>) =>
    run({ ...ask, status: 200, origin: worker.origin, connections: 1, seconds: 0 });
  let app: TOTP | undefined;
  await once({ next: () => ({ method: 'GET', path: '/migrate', headers: {} }) });
  await once({
    next: () => ({
      ...posted('/api/auth/sign-up/email', { email: 'person@example.test', password, name: 'Ada' }),
      followedBy(signedUp) {
        const cookies = received(signedUp);
        return {
          ...posted('/api/auth/two-factor/enable', { password }, cookies),
          followedBy({ body }) {
            app = URI.parse(JSON.parse(body).totpURI) as TOTP;
            return posted('/api/auth/two-factor/verify-totp', { code: app.generate() }, cookies);
          },
        };
      },
    }),
  });
  if (!app) throw new Error('better-auth gave no secret');
  return app;
}

/** The one who signed up, many times over, each with the same password; some with the same secret, and some with a passkey. */
const fill = `
  insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", "twoFactorEnabled")
  select 'user-' || n, name, 'person-' || n || '@example.test', true, now(), now(), n >= ${people.withTotp}
  from "user", generate_series(0, ${people.count - 1}) n;
  insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
  select 'account-' || n, 'user-' || n, 'credential', 'user-' || n, password, now(), now()
  from account, generate_series(0, ${people.count - 1}) n;
  insert into account (id, "accountId", "providerId", "userId", "createdAt", "updatedAt")
  select 'google-' || n, ${subjectIn}, 'google', 'user-' || n, now(), now()
  from generate_series(0, ${people.withTotp - 1}) n;
  insert into "twoFactor" (id, secret, "backupCodes", "userId", verified, "failedVerificationCount")
  select 'totp-' || n, secret, "backupCodes", 'user-' || n, true, 0
  from "twoFactor", generate_series(${people.withTotp}, ${people.count - 1}) n;
  insert into passkey (id, "publicKey", "userId", "credentialID", counter, "deviceType", "backedUp", transports, "createdAt", aaguid)
  select 'passkey-' || n, '${Buffer.from(passkeyCose).toString('base64')}', 'user-' || n, ${credentialIdIn}, 0, 'multiDevice', true,
    'internal,hybrid', now(), '00000000-0000-0000-0000-000000000000'
  from generate_series(0, ${people.withTotp - 1}) n`;
