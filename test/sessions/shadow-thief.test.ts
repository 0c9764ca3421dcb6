// A thief who copied tokens, or all that a client keeps, once: what they bring from then on, and what the owner sees of it.

import { expect, test } from 'vitest';
import { otherPassword } from '../mail/granted.ts';
import { newUser, password, type Service, signIn, startService } from '../service.ts';
import {
  accessTokenNow,
  ended,
  newOwner,
  type Owner,
  refresh,
  reused,
  type Session,
  start,
  successor,
  superseded,
  theftMails,
} from './driver.ts';

const hour = 60 * 60;

const newKey = () => crypto.randomUUID();

async function begin() {
  const service = await startService();
  service.clock.now = new Date('2031-05-05T10:20:00.250Z');
  const owner = await newOwner(service);
  return { service, owner, session: await start(service, owner, 'Phone') };
}

async function kindsOfEvents(service: Service, owner: Owner, session: Session): Promise<string[]> {
  const bearer = await accessTokenNow(service, owner, session.id);
  const { body } = await service.call('GET', '/api/users/me/security-events', { bearer });
  return body.data.map(({ kind }: { kind: string }) => kind);
}

test('whoever copied the tokens once gets nothing by coming second, and leaves a trace each time', async () => {
  const { service, owner, session } = await begin();
  let token = session.refreshToken;
  for (let generation = 1; generation <= 6; generation += 1) {
    service.clock.advance(7 * 60);
    const next = await successor(refresh(service, token, newKey()));
    service.clock.advance(1.5);
    for (const key of [undefined, newKey()]) {
      const answer = await refresh(service, token, key);
      expect(answer).toMatchObject(superseded);
      expect(answer.text).not.toContain('_token"');
    }
    token = next;
  }
  const kinds = await kindsOfEvents(service, owner, session);
  expect(kinds.filter((kind) => kind === 'refresh-superseded')).toHaveLength(6);
  expect(await refresh(service, token, newKey())).toMatchObject({ status: 200 });
});

test('nothing that is shown of a session tells when it was refreshed', async () => {
  const { service, owner, session } = await begin();
  const bearer = await accessTokenNow(service, owner, session.id);
  const seen = async () => {
    const list = await service.call('GET', '/api/auth/sessions', { bearer });
    const { exported_at, ...kept } = (await service.call('GET', '/api/users/me/export', { bearer })).body;
    return { list: list.body, kept };
  };
  const before = await seen();
  for (const seconds of [60, 60]) {
    service.clock.advance(seconds);
    await successor(refresh(service, session.refreshToken, 'the key of this call'));
    expect(await seen()).toEqual(before);
  }
});

test('a copied store has one key: from the second use on, whoever comes second is found out', async () => {
  const { service, owner, session } = await begin();
  const stored = newKey();
  const thief = await successor(refresh(service, session.refreshToken, stored));
  service.clock.advance(20 * hour);
  const mine = await successor(refresh(service, session.refreshToken, stored));
  expect(mine).toBe(thief);
  // Each makes the key of the next refresh for themselves.
  const next = await successor(refresh(service, mine, newKey()));
  service.clock.advance(31);
  expect(await refresh(service, thief, newKey())).toMatchObject(reused);
  expect(await refresh(service, next, newKey())).toMatchObject(ended);
  expect(await theftMails(service, owner)).toBe(1);
});

test('a changed password leaves a copy of the old tokens worth nothing', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  const { access_token: bearer, refresh_token: copied } = await signIn(service, email);
  const json = { current_password: password, new_password: otherPassword };
  const changed = await service.call('POST', '/api/auth/change-password', {
    bearer,
    json,
    headers: { 'Idempotency-Key': newKey() },
  });
  expect(changed.status).toBe(200);
  for (const key of [undefined, newKey()]) expect(await refresh(service, copied, key)).toMatchObject(ended);
  for (const path of ['/api/users/me', '/api/users/me/export', '/api/auth/sessions'])
    expect(await service.call('GET', path, { bearer })).toMatchObject(ended);
  expect(await refresh(service, changed.body.refresh_token)).toMatchObject({ status: 200 });
});
