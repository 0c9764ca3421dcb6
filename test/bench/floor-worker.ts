// The floor: Hono and the libraries of the contract (jose, Neon's driver, argon2id) doing an endpoint's unavoidable work and
// nothing else. `/check-write-sign-sign` checks a token, changes a row and makes two signatures.

import { neon, neonConfig } from '@neondatabase/serverless';
import withSimd from 'argon2id/dist/simd.wasm';
import setupWasm, { type computeHash } from 'argon2id/lib/setup.js';
import { type Context, Hono } from 'hono';
import { type CryptoKey, importJWK, type JWK_RSA_Private, jwtVerify, SignJWT } from 'jose';
import { combinations, type Step } from './floors.ts';

type Bindings = { DATABASE_URL: string; NEON_HTTP_ENDPOINT: string; ACCESS_TOKEN_KEYS: string };
type Parts = {
  signing: CryptoKey;
  verifying: CryptoKey;
  database: ReturnType<typeof neon>;
  argon2id: computeHash;
  passkey: { jwk: JsonWebKey; signed: Uint8Array; signature: ArrayBuffer };
};

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

let parts: Promise<Parts> | undefined;

async function start(bindings: Bindings): Promise<Parts> {
  const jwk: JWK_RSA_Private = JSON.parse(bindings.ACCESS_TOKEN_KEYS).keys[0];
  const { n, e } = jwk;
  const wasm = (imports: WebAssembly.Imports) => ({
    module: withSimd,
    instance: new WebAssembly.Instance(withSimd, imports),
  });
  neonConfig.fetchEndpoint = () => bindings.NEON_HTTP_ENDPOINT;
  return {
    signing: (await importJWK(jwk, 'RS256')) as CryptoKey,
    verifying: (await importJWK({ kty: 'RSA', n, e }, 'RS256')) as CryptoKey,
    database: neon(bindings.DATABASE_URL),
    argon2id: await setupWasm(wasm, wasm),
    passkey: await shownPasskey(),
  };
}

/** A signature of as many bytes as an authenticator signs. */
async function shownPasskey(): Promise<Parts['passkey']> {
  const pair = (await crypto.subtle.generateKey(es256, true, ['sign', 'verify'])) as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey;
  const signed = crypto.getRandomValues(new Uint8Array(37 + 32));
  return {
    jwk,
    signed,
    signature: await crypto.subtle.sign(es256, pair.privateKey, signed),
  };
}

/** As many and as long as ours. */
const securityHeaders = {
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=15552000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const steps: Record<Step, (parts: Parts, context: Context) => Promise<unknown>> = {
  async answer(_parts, context) {
    const id = crypto.randomUUID();
    context.header('X-Request-Id', id);
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
    console.info(JSON.stringify({ level: 'info', event: 'request', request_id: id, status: 200 }));
    return 'ok';
  },
  async check({ verifying }, context) {
    const token = context.req.header('Authorization')?.slice('Bearer '.length) ?? '';
    return (await jwtVerify(token, verifying, { algorithms: ['RS256'] })).payload.jti;
  },
  async query({ database }, context) {
    return database.query('select id, email, name from users where id = $1', [context.req.header('User')]);
  },
  async session({ database }, context) {
    return database.query(
      `select u.id, u.email, u.email_verified_at is not null as email_verified, u.name, u.photo, u.role, u.provider,
        u.created_at, u.updated_at
      from sessions s join users u on u.id = s.user_id and u.session_epoch = s.epoch
      where s.id = $1 and s.user_id = $2 and s.ended_at is null and s.absolute_expires_at > $3`,
      [context.req.header('Session'), context.req.header('User'), new Date().toISOString()],
    );
  },
  async write({ database }, context) {
    return database.query('update floor set n = n + 1 where id = $1 returning id, n', [
      context.req.header('User'),
    ]);
  },
  sign({ signing }) {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ sid: '01900002-0000-7000-8000-000000000000', role: 'user', client_id: 'app' })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'floor' })
      .setIssuer('https://auth.example.test')
      .setAudience('https://api.example.test')
      .setSubject('01900001-0000-7000-8000-000000000000')
      .setIssuedAt(now)
      .setExpirationTime(now + 900)
      .setJti(crypto.randomUUID())
      .sign(signing);
  },
  async es256({ passkey }) {
    const key = await crypto.subtle.importKey('jwk', passkey.jwk, es256, false, ['verify']);
    return crypto.subtle.verify(es256, key, passkey.signature, passkey.signed);
  },
  async hash({ argon2id }) {
    const tag = argon2id({
      password: new TextEncoder().encode('tide lamp orbit cello'),
      salt: crypto.getRandomValues(new Uint8Array(16)),
      memorySize: 19_456,
      passes: 2,
      parallelism: 1,
      tagLength: 32,
    });
    return tag[0];
  },
};

const app = new Hono<{ Bindings: Bindings }>();

app.get('/hello', (context) => context.json({ status: 'ok' }));

for (const combination of combinations) {
  app.get(`/${combination.join('-')}`, async (context) => {
    parts ??= start(context.env);
    const made = await parts;
    const results: unknown[] = [];
    // Two signatures are made at once, as the service makes them; all else waits for what is before it.
    const signatures = combination.filter((step) => step === 'sign');
    for (const step of combination) if (step !== 'sign') results.push(await steps[step](made, context));
    results.push(...(await Promise.all(signatures.map(() => steps.sign(made, context)))));
    return context.json(results);
  });
}

// biome-ignore lint/style/noDefaultExport: what a Worker is.
export default app;
