// Apple as the service meets it: its key set and its two token endpoints, which check what is posted as Apple documents it and
// answer as a test scripts it.

import { sql } from 'drizzle-orm/sql/sql';
import { importSPKI, jwtVerify } from 'jose';
import { codeToRedeem, queuedRedemption } from '../../src/authentication/provider-code.ts';
import { sealIdentitySecret } from '../../src/tokens/identity-secret.ts';
import { type Person, signedIn } from '../accounts/people.ts';
import { audiences, startIssuers, withProviders } from '../identities/issuer.ts';
import { newDatabase, type Service, startService } from '../service.ts';
import { startNotifier } from './notifier.ts';

export const clientId = audiences.apple;
export const appleIssuer = 'https://appleid.apple.com';
const [teamId, keyId] = ['TEAM567890', 'KEY4567890'];

/** What a call gets: an answer of its own, or an error. */
export type AppleAnswer = (signal: AbortSignal) => Response | Promise<Response>;

export type Apple = {
  /** What was asked so far. */
  readonly calls: { readonly endpoint: 'token' | 'revoke'; readonly fields: Record<string, string> }[];
  /** What the next calls are answered, in this order; afterwards as all is well. */
  readonly answers: AppleAnswer[];
  /** What `token` gives, and for whom. */
  refreshToken: string;
  subject: string;
  /** A notification, signed as ID tokens are. */
  notification(event: unknown, claims?: Readonly<Record<string, unknown>>): Promise<string>;
};

export const failed =
  (status: number, error?: string): AppleAnswer =>
  () =>
    error === undefined ? new Response('<html>', { status }) : Response.json({ error }, { status });

let pair: Promise<{ readonly privatePem: string; readonly publicPem: string }> | undefined;

async function newPair() {
  const keys = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const pem = async (format: 'pkcs8' | 'spki', key: CryptoKey, label: string) => {
    const bytes = new Uint8Array((await crypto.subtle.exportKey(format, key)) as ArrayBuffer);
    const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? [];
    return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----`;
  };
  return {
    privatePem: await pem('pkcs8', keys.privateKey, 'PRIVATE KEY'),
    publicPem: await pem('spki', keys.publicKey, 'PUBLIC KEY'),
  };
}

/** Bindings of a service that may redeem Apple's codes. */
export async function withAppleKey() {
  pair ??= newPair();
  const providers = JSON.parse(withProviders.IDENTITY_PROVIDERS);
  providers.apple = { audiences: [clientId, 'com.example.other'], team_id: teamId, key_id: keyId };
  return { IDENTITY_PROVIDERS: JSON.stringify(providers), APPLE_PRIVATE_KEY: (await pair).privatePem };
}

/** A service with a database of its own, and its Apple. */
export async function startWithApple(changed: Record<string, unknown> = {}) {
  const service = await startService({
    DATABASE_URL: await newDatabase(),
    ...(await withAppleKey()),
    ...changed,
  });
  return { service, apple: await startApple(service) };
}

/** @param like an Apple that another isolate meets as well. */
export async function startApple(service: Service, like?: Apple): Promise<Apple> {
  const { apple: issuer } = startIssuers(service);
  const { publicPem } = await (pair ?? newPair());
  const apple: Apple = like ?? {
    calls: [],
    answers: [],
    refreshToken: `r${crypto.randomUUID()}`,
    subject: '001234.ada.0001',
    notification: startNotifier(service),
  };
  const well = {
    token: async () =>
      Response.json({
        access_token: 'a.b.c',
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: apple.refreshToken,
        id_token: await issuer.token({ sub: apple.subject }),
      }),
    revoke: async () => new Response(null),
  };
  for (const endpoint of ['token', 'revoke'] as const) {
    service.elsewhere.set(`${appleIssuer}/auth/${endpoint}`, async (request) => {
      const type = request.headers.get('Content-Type');
      const fields = Object.fromEntries(
        new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer())),
      );
      apple.calls.push({ endpoint, fields });
      if (request.method !== 'POST' || !type?.startsWith('application/x-www-form-urlencoded'))
        throw new Error(`${request.method} ${type}`);
      await checkClientSecret(fields, publicPem, service);
      return (apple.answers.shift() ?? well[endpoint])(request.signal);
    });
  }
  return apple;
}

/** Apple, "Creating a client secret". */
async function checkClientSecret(
  { client_id = '', client_secret = '' }: Record<string, string>,
  publicPem: string,
  { clock }: Service,
): Promise<void> {
  const { protectedHeader, payload } = await jwtVerify(client_secret, await importSPKI(publicPem, 'ES256'), {
    issuer: teamId,
    subject: client_id,
    audience: appleIssuer,
    requiredClaims: ['exp', 'iat'],
    currentDate: clock.now,
  });
  if (protectedHeader.kid !== keyId || Number(payload.exp) - Number(payload.iat) > 15_777_000)
    throw new Error('not the client secret that Apple takes');
}

/** Somebody who has signed in with Apple before, with the id of the identity. */
export async function withApple(
  service: Service,
  {
    subject = '001234.ada.0001',
    refreshToken,
    person,
  }: { subject?: string; refreshToken?: string; person?: Person } = {},
): Promise<Person & { readonly identityId: string }> {
  const owner = person ?? (await signedIn(service));
  const { database, dataKeys, newId, now } = service.dependencies;
  const identityId = newId();
  const sealed = refreshToken && (await sealIdentitySecret(dataKeys, identityId, refreshToken));
  await database.query(
    sql`
      with identity as (
        insert into identities (id, user_id, provider, issuer, subject, refresh_token, client_id, created_at)
        values (${identityId}, ${owner.id}, 'apple', ${appleIssuer}, ${subject}, ${sealed ?? null}, ${sealed ? clientId : null},
          ${now().toISOString()})
      )
      update users set identity_count = identity_count + 1 where id = ${owner.id}`,
    { repeatable: false },
  );
  return { ...owner, identityId };
}

/** As a sign-in queues it. */
export async function queueCode(
  { dependencies: { database, dataKeys, now } }: Service,
  { identityId, code = `c${crypto.randomUUID()}` }: { identityId: string; code?: string },
): Promise<void> {
  const call = await codeToRedeem(dataKeys, { code, clientId });
  await database.query(
    sql`with ${queuedRedemption(sql`select ${identityId}::uuid as identity_id`, call, now())} select from provider_call`,
    { repeatable: true },
  );
}

export type CallRow = {
  readonly id: string;
  readonly kind: string;
  readonly identity_id: string;
  readonly secret: string;
  readonly attempts: number;
};

/** The queue, oldest first. */
export function callsOf({ dependencies: { database } }: Service): Promise<CallRow[]> {
  return database.query<CallRow>(
    sql`select id, kind, identity_id, secret, attempts from provider_calls order by created_at, id`,
    { repeatable: true },
  );
}

export type IdentityRow = {
  readonly id: string;
  readonly refresh_token: string | null;
  readonly client_id: string | null;
};

export async function identityRow(
  { dependencies: { database } }: Service,
  identityId: string,
): Promise<IdentityRow | undefined> {
  const [row] = await database.query<IdentityRow>(
    sql`select id, refresh_token, client_id from identities where id = ${identityId}`,
    { repeatable: true },
  );
  return row;
}

export const run = ({ dependencies: { database } }: Service, statement: ReturnType<typeof sql>) =>
  database.query(statement, { repeatable: false });

/** What was logged of the queue. */
export const said = ({ logged }: Service) =>
  logged.filter(({ event }) => event.startsWith('provider-')).map(({ level, event }) => [level, event]);
