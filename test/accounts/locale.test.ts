// The language that somebody reads: it is said by whoever has the account, and by no stranger who knows the address.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { claimDueMails } from '../../src/features/mail-delivery/statements.ts';
import { mailed, use } from '../email-codes/codes.ts';
import { ask, guestOf, newGuest, prove } from '../guests/people.ts';
import { shown, startWithProviders } from '../identities/ceremonies.ts';
import type { Claims } from '../identities/issuer.ts';
import {
  byCode,
  byLink,
  forgot,
  type Granted,
  grantedTo,
  registered,
  reset,
  verify,
} from '../mail/granted.ts';
import { deadSmtpUrl } from '../mail/mail-server.ts';
import { startOwnService } from '../mail/own-service.ts';
import { insertImported, newPerson } from '../mail/tables.ts';
import { mailsTo, newAddress, type Service, signIn } from '../service.ts';
import { another } from './people.ts';

let service: Service;

beforeAll(async () => {
  service = await startWithProviders({ EMAIL_CODES: 'true', GUESTS: 'true' });
});

const accepting = (language: string) => ({ headers: { 'Accept-Language': language } });

async function localeOf(email: string): Promise<string | null | undefined> {
  const [row] = await service.dependencies.database.query<{ locale: string | null }>(
    sql`select locale from users where email = ${email}`,
    { repeatable: true },
  );
  return row?.locale;
}

const set = (email: string, locale: string | null) =>
  service.dependencies.database.query(sql`update users set locale = ${locale} where email = ${email}`, {
    repeatable: true,
  });

/** Asks for a mail in a language, and reads it. */
async function askedIn(language: string, path: string, json: { readonly email: string }): Promise<Granted> {
  const { length } = await mailsTo(json.email);
  const { body } = await service.call('POST', path, { json, ...accepting(language) });
  return { ...(await grantedTo(json.email, length + 1)), request: body.request };
}

const registeredIn = (language: string, more: object = {}) =>
  askedIn(language, '/api/auth/register', { email: newAddress(), name: 'Ada', ...more } as never);

/** Proves it in a language, and says which one the account has. */
async function provenIn(language: string, granted: Granted, json: object): Promise<unknown> {
  const answer = await service.call('POST', '/api/auth/verify-email', {
    json: { password: 'plum radio fence maple', name: 'Ada', ...json },
    ...accepting(language),
  });
  expect(answer).toMatchObject({ status: 204, trips: 2 });
  return localeOf(granted.email);
}

test('with its request a proof takes the language of the registration: of its body, or of its Accept-Language', async () => {
  const [said, accepted, silent] = [
    await registeredIn('fr', { locale: 'de_CH' }),
    await registeredIn('en;q=0.4, fr-CA'),
    await registeredIn(''),
  ];
  expect(await provenIn('it', said, byCode(said))).toBe('de-CH');
  expect(await provenIn('it', accepted, { ...byLink(accepted), request: accepted.request })).toBe('fr-CA');
  expect(await provenIn('it', silent, byCode(silent))).toBe('it');
});

test('by link alone it is the language of the proof, and no stranger’s', async () => {
  const [first, second, third] = [
    await registeredIn('fr', { locale: 'de' }),
    await registeredIn('fr', { locale: 'de' }),
    await registeredIn('fr', { locale: 'de' }),
  ];
  expect(await provenIn('it', first, byLink(first))).toBe('it');
  expect(await provenIn('it', second, { ...byLink(second), locale: 'pt-br' })).toBe('pt-BR');
  // The request is another registration's.
  expect(await provenIn('', third, { ...byLink(third), request: first.request })).toBeNull();
});

test('what strangers ask for changes no account that is there, whoever uses it then', async () => {
  for (const locale of ['ja', null]) {
    const { email } = await newPerson(service);
    await set(email, locale);
    const [json, { headers }] = [{ email, name: 'Mallory', locale: 'de' }, accepting('de')];
    await service.call('POST', '/api/auth/register', { json, headers });
    service.clock.advance(600);
    const forgotten = await askedIn('de', '/api/auth/forgot-password', json);
    expect((await reset(service, byCode(forgotten))).status).toBe(204);
    const code = await mailed(service, email, { locale: 'de' });
    expect((await use(service, code, {}, headers)).status).toBe(200);
    expect(await localeOf(email)).toBe(locale);
  }
});

test('an account that a code makes has the language of who asked for it, or else of who used it', async () => {
  const [said, silent] = [
    await mailed(service, newAddress(), { locale: 'de-CH' }),
    await mailed(service, newAddress()),
  ];
  for (const code of [said, silent])
    expect((await use(service, code, {}, accepting('it').headers)).status).toBe(200);
  expect([await localeOf(said.email), await localeOf(silent.email)]).toEqual(['de-CH', 'it']);
});

test('of an imported account whoever proves it brings their own; a reset, which leaves the name, leaves it', async () => {
  const addresses = [newAddress(), newAddress(), newAddress()] as const;
  for (const email of addresses) {
    await insertImported(service, email);
    await set(email, 'ja');
  }
  const [registering, coded, forgetful] = addresses;
  await verify(service, byCode(await registered(service, registering, { locale: 'de' })));
  await use(service, await mailed(service, coded, { locale: 'fr' }));
  await reset(service, byCode(await forgot(service, forgetful)));
  expect(await Promise.all(addresses.map(localeOf))).toEqual(['de', 'fr', 'ja']);
});

test('a guest has the language of the call, and keeps it with an address', async () => {
  const shownLocale = async ({ call }: Pick<ReturnType<typeof guestOf>, 'call'>) =>
    (await call('GET', '/api/users/me')).body.locale;
  const accepted = guestOf(service, (await ask(service, {}, accepting('fr').headers)).body);
  expect(await shownLocale(accepted)).toBe('fr');
  const cases = [
    [await newGuest(service, { locale: 'de' }), 'de'],
    [await newGuest(service), 'it'],
  ] as const;
  for (const [guest, locale] of cases) {
    const granted = await registered(service, newAddress(), { locale: 'it' });
    const { body } = await prove(service, guest.access_token, byCode(granted), { sign_in: true });
    expect(await shownLocale(guestOf(service, body))).toBe(locale);
  }
});

test('an account that a provider’s word makes has the app’s language, the provider’s, or that of the call', async () => {
  const { headers } = accepting('fr');
  const localeBy = async (claims: Claims, json: object = {}, bearer?: string) => {
    const answer = await service.call('POST', '/api/auth/login/google', {
      json: { ...(await shown(service, claims)), ...json },
      headers,
      ...(bearer && { bearer }),
    });
    expect(answer.status).toBe(200);
    return (await guestOf(service, answer.body).call('GET', '/api/users/me')).body.locale;
  };
  expect(await localeBy({ sub: 'one', locale: 'pt_BR' }, { locale: 'ja' })).toBe('ja');
  expect(await localeBy({ sub: 'two', locale: 'pt_BR' })).toBe('pt-BR');
  // As some providers have it.
  expect(await localeBy({ sub: 'three', locale: { country: 'BR', language: 'pt' } })).toBe('fr');
  // The account is there.
  expect(await localeBy({ sub: 'three', locale: 'de' }, { locale: 'de' })).toBe('fr');
  const guest = await newGuest(service, { locale: 'de' });
  expect(await localeBy({ sub: 'four', locale: 'it' }, {}, guest.access_token)).toBe('de');
  const silent = await newGuest(service);
  expect(await localeBy({ sub: 'five', locale: 'it' }, {}, silent.access_token)).toBe('it');
});

test('it is changed, cleared and left alone; each change is a new version', async () => {
  const { email } = await newPerson(service);
  const person = await another(service, email);
  const changed = async (json: object) => {
    const { status, trips, body } = await person.call('PATCH', '/api/users/me', { json });
    expect([status, trips]).toEqual([200, 1]);
    return body.locale;
  };
  expect(await changed({ name: 'Grace' })).toBeNull();
  expect(await changed({ locale: 'ZH_hant_tw' })).toBe('zh-Hant-TW');
  expect(await changed({ name: 'Grace' })).toBe('zh-Hant-TW');
  expect(await changed({ locale: null })).toBeNull();
  const [row] = await service.dependencies.database.query<{ version: number }>(
    sql`select version from users where email = ${email}`,
    { repeatable: true },
  );
  expect(row?.version).toBe(3);
});

test.for([
  ['/api/auth/register', { email: 'a@example.test', name: 'Ada' }],
  ['/api/auth/email-code', { email: 'a@example.test' }],
  ['/api/auth/guest', {}],
] as const)('%s refuses what is no language, and says what one is', async ([path, json]) => {
  for (const locale of ['', 'German', 'de\u0000', 'x'.repeat(101)]) {
    const answer = await service.call('POST', path, { json: { ...json, locale } });
    expect(answer).toMatchObject({ status: 422, trips: 0, body: { errors: [{ pointer: '/locale' }] } });
  }
  const { body } = await service.call('POST', path, { json: { ...json, locale: 'German' } });
  expect(body.errors[0].detail).toBe('must be a language tag (BCP 47), such as "de" or "pt-BR"');
});

test('a mail is in the account’s language, or else in that of who asked for it; that of a deletion, too', async () => {
  const own = await startOwnService({ SMTP_URL: deadSmtpUrl });
  const due = async () => {
    own.clock.advance(86_400);
    const mails = await claimDueMails(own.dependencies.database, {
      now: own.clock.now,
      limit: 100,
      claimSeconds: 1,
    });
    return mails.map(({ kind, email, locale }) => `${kind} ${email} ${locale}`);
  };
  const [known, unknown] = [(await newPerson(own)).email, (await newPerson(own)).email];
  const person = await another(own, known);
  await person.call('PATCH', '/api/users/me', { json: { locale: 'fr' } });
  const stranger = newAddress();
  for (const [path, email] of [
    ['forgot-password', known],
    ['forgot-password', unknown],
    ['register', known],
    ['register', unknown],
  ] as const)
    await own.call('POST', `/api/auth/${path}`, { json: { email, name: 'Ada' }, ...accepting('it') });
  await own.call('POST', '/api/auth/register', { json: { email: stranger, name: 'Ada', locale: 'ja' } });
  const silent = newAddress();
  const asked = await own.call('POST', '/api/auth/register', { json: { email: silent, name: 'Ada' } });
  own.clock.advance(600);
  const { request } = asked.body;
  await own.call('POST', '/api/auth/resend-verification', { json: { request }, ...accepting('ar') });
  expect(await due()).toEqual(
    expect.arrayContaining([
      `reset-password ${known} fr`,
      `reset-password ${unknown} it`,
      `address-taken ${known} fr`,
      // What a stranger has typed at it is no word about its owner.
      `address-taken ${unknown} null`,
      `verify-email ${stranger} ja`,
      `verify-email ${silent} ar`,
    ]),
  );
  for (const { access_token } of [await signIn(own, known), await signIn(own, unknown)])
    await own.call('DELETE', '/api/users/me', { bearer: access_token });
  expect((await due()).filter((mail) => mail.startsWith('account-deleted')).sort()).toEqual(
    [`account-deleted ${known} fr`, `account-deleted ${unknown} null`].sort(),
  );
});
