// Whatever changes a user, a session or a factor is told of, caused as people cause it; and the version says which state is newer.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import type { Event } from '../../src/features/outbox/event.ts';
import { changed, newest, tokenIn, undo } from '../accounts/mailed.ts';
import { another, type Person, signedIn } from '../accounts/people.ts';
import { withTotp } from '../factors/authenticator.ts';
import { newGuest, withAddress } from '../guests/people.ts';
import { identityOf, shown } from '../identities/ceremonies.ts';
import { withProviders } from '../identities/issuer.ts';
import { byLink, forgot, reset } from '../mail/granted.ts';
import { added } from '../passkeys/ceremonies.ts';
import { newAddress, newUser, password, signIn } from '../service.ts';
import { type Receiver, run, startReceiver } from './receiver.ts';

/** Delivers what waits, and returns what came since the last time; beside it, what `run` answered. */
function toldOf(receiver: Receiver): () => Promise<Event[]> {
  let seen = 0;
  return async () => {
    receiver.service.clock.advance(5);
    await receiver.deliver();
    const events = receiver.events.slice(seen);
    seen = receiver.events.length;
    return events;
  };
}

async function begin(changes: Record<string, unknown> = {}) {
  const receiver = await startReceiver({ GUESTS: 'true', ...changes });
  const told = toldOf(receiver);
  return { receiver, told, service: receiver.service };
}

async function person() {
  const scene = await begin(withProviders);
  const ada = await signedIn(scene.service);
  await scene.told();
  return { ...scene, ada };
}

/** Type, and what is told beside the user. */
const brief = (events: readonly Event[]) =>
  events.map(({ type, data: { session, factor } }) => ({
    type,
    ...(session && { session }),
    ...(factor && { factor }),
  }));

const ended = ({ session_id: id }: Pick<Person, 'session_id'>, reason: string) => ({
  type: 'session.ended',
  session: { id, reason },
});

test('a registration, a sign-in with a provider and a guest make a user', async () => {
  const { told, service } = await begin(withProviders);
  const { email } = await newUser(service);
  expect(await told()).toMatchObject([
    { type: 'user.created', data: { user: { email, name: 'Ada', is_guest: false } } },
  ]);
  const answer = await service.call('POST', '/api/auth/login/google', {
    json: { ...(await shown(service)) },
  });
  expect(answer.status).toBe(200);
  const events = await told();
  expect(events.map(({ type }) => type).sort()).toEqual(['factor.added', 'session.started', 'user.created']);
  expect(events.find(({ type }) => type === 'factor.added')?.data.factor).toEqual({
    type: 'identity',
    id: expect.any(String),
    provider: 'google',
  });
  for (const { data } of events) expect(data.user).toMatchObject({ identities: [{ provider: 'google' }] });
  const guest = await newGuest(service);
  expect(
    (await told()).map(({ type, data: { user } }) => [
      type,
      user.id,
      (user as { is_guest?: boolean }).is_guest,
    ]),
  ).toEqual([
    ['user.created', guest.id, true],
    ['session.started', guest.id, true],
  ]);
  await withAddress(service, guest);
  const upgraded = await told();
  expect(upgraded.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['user.email-changed', 'user.updated']),
  );
  expect(upgraded.at(-1)?.data.user).toMatchObject({ id: guest.id, is_guest: false, version: 1 });
});

test('a change of name or language is told of, and one that changes nothing is not', async () => {
  const { told, ada } = await person();
  for (const [version, json] of [{ name: 'Grace' }, { locale: 'de-CH' }].entries()) {
    await ada.call('PATCH', '/api/users/me', { json });
    await ada.call('PATCH', '/api/users/me', { json });
    expect(await told()).toMatchObject([
      { type: 'user.updated', data: { user: { ...json, version: version + 1 } } },
    ]);
  }
});

test('an address that changed, and the undo of it', async () => {
  const { told, service, ada } = await person();
  const to = newAddress();
  const token = await changed(ada, ada.email, to);
  expect(await told()).toMatchObject([
    { type: 'user.email-changed', data: { user: { email: to, version: 1 } } },
  ]);
  expect((await undo(service, token)).status).toBe(204);
  const events = await told();
  expect(brief(events)).toEqual(
    expect.arrayContaining([{ type: 'user.email-changed' }, ended(ada, 'email-change-undone')]),
  );
  expect(events.at(-1)?.data.user).toMatchObject({ email: ada.email, version: 2 });
});

test('an operator disables and enables', async () => {
  const { told, service, ada } = await person();
  await run(
    service,
    sql`update users set disabled_at = now(), disabled_reason = 'asked' where id = ${ada.id}`,
  );
  await run(service, sql`update users set disabled_at = null, disabled_reason = null where id = ${ada.id}`);
  const events = await told();
  expect(events.map(({ type }) => type)).toEqual(['user.disabled', 'user.enabled']);
  // As the user is when it is told, twice.
  for (const { data } of events) expect(data.user).toMatchObject({ disabled: false, version: 2 });
});

test.for([
  ['signed-out', ({ call }: Person) => call('POST', '/api/auth/logout')],
  ['signed-out-everywhere', ({ call }: Person) => call('POST', '/api/auth/logout-all')],
  ['revoked', ({ call, session_id }: Person) => call('DELETE', `/api/auth/sessions/${session_id}`)],
  [
    'password-changed',
    ({ call }: Person) =>
      call('POST', '/api/auth/change-password', {
        json: { current_password: password, new_password: 'plum radio fence maple' },
      }),
  ],
] as const)('a session that ends: %s', async ([reason, end]) => {
  const { told, ada } = await person();
  expect((await end(ada)).status).toBeLessThan(300);
  const events = brief(await told());
  expect(events).toContainEqual(ended(ada, reason));
  expect(events.filter(({ type }) => type === 'session.ended')).toHaveLength(1);
  expect(events.some(({ type }) => type === 'session.started')).toBe(reason === 'password-changed');
});

test('a reset ends every session, and reuse the one', async () => {
  const { told, service, ada } = await person();
  const other = await another(service, ada.email);
  await told();
  await reset(service, byLink(await forgot(service, ada.email)));
  expect(brief(await told())).toEqual(
    expect.arrayContaining([ended(ada, 'password-reset'), ended(other, 'password-reset')]),
  );
  const grace = await signedIn(service);
  const refresh = (refresh_token: string) =>
    service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
  const { body } = await refresh(grace.refresh_token);
  service.clock.advance(60);
  await refresh(body.refresh_token);
  service.clock.advance(60);
  expect(await refresh(grace.refresh_token)).toMatchObject({ status: 401 });
  expect(brief(await told()).at(-1)).toEqual(ended(grace, 'reused'));
});

test('factors that come and go, by their owner and by an undo', async () => {
  const { told, service, ada } = await person();
  const passkey = await added(ada);
  const identity = await identityOf(service, ada);
  const sure = await withTotp(service, ada);
  expect(brief(await told())).toEqual([
    { type: 'factor.added', factor: { type: 'passkey', id: passkey.id } },
    { type: 'factor.added', factor: { type: 'identity', id: identity.id, provider: 'google' } },
    { type: 'factor.added', factor: { type: 'totp' } },
  ]);
  const removals = [
    `/api/users/me/passkeys/${passkey.id}`,
    `/api/users/me/identities/${identity.id}`,
    '/api/users/me/totp',
  ];
  for (const path of removals) expect((await sure.call('DELETE', path)).status).toBe(204);
  const removed = await told();
  expect(brief(removed)).toEqual([
    { type: 'factor.removed', factor: { type: 'passkey', id: passkey.id } },
    { type: 'factor.removed', factor: { type: 'identity', id: identity.id, provider: 'google' } },
    { type: 'factor.removed', factor: { type: 'totp' } },
  ]);
  expect(removed.at(-1)?.data.user).toMatchObject({
    second_factors: [],
    passkeys: 0,
    identities: [],
    version: 6,
  });
  const token = tokenIn(await newest(ada.email, 'passkey was removed'));
  const undone = await undo(service, token, {}, { totp: sure.app.code(1) });
  expect(undone.status, undone.text).toBe(204);
  expect(brief(await told())).toEqual(
    expect.arrayContaining([{ type: 'factor.added', factor: { type: 'passkey', id: passkey.id } }]),
  );
});

test('an account that is deleted is told of once, by id and version', async () => {
  const { told, ada } = await person();
  await ada.call('PATCH', '/api/users/me', { json: { name: 'Grace' } });
  await told();
  expect((await ada.call('DELETE', '/api/users/me')).status).toBe(204);
  const events = await told();
  expect(events.filter(({ type }) => type === 'user.deleted')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({
    type: 'user.deleted',
    data: { user: { id: ada.id, version: 2, deleted: true } },
  });
});

test('a receiver that ignores older versions has the newest state in the end, in whatever order it comes', async () => {
  const { receiver, told, service, ada } = await person();
  const states: { version: number; name?: unknown }[] = [];
  receiver.answer = ({ data }) => {
    states.push({ ...data.user });
    return new Response();
  };
  for (const name of ['Grace', 'Mary', 'Joan']) {
    await run(service, sql`update users set name = ${name} where id = ${ada.id}`);
    await told();
  }
  const kept = [...states].reverse().reduce((best, state) => (state.version > best.version ? state : best));
  expect(kept).toMatchObject({ name: 'Joan', version: 3 });
});

test('a sign-in on another device begins a session of its own', async () => {
  const { told, service, ada } = await person();
  const { session_id } = await signIn(service, ada.email);
  expect(brief(await told())).toEqual([{ type: 'session.started', session: { id: session_id } }]);
});
