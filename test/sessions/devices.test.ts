import { expect, test } from 'vitest';
import { mailsTo, newUser, password, type Service, startService } from '../service.ts';
import {
  accessTokenNow,
  ended,
  newOwner,
  refresh,
  reused,
  type Session,
  start,
  successor,
  theftMails,
} from './driver.ts';

// What the owner of the sessions sees of them: the list of devices, and the mail that tells of a theft.

const day = 24 * 60 * 60;

async function list(service: Service, bearer: string) {
  const answer = await service.call('GET', '/api/auth/sessions', { bearer });
  expect(answer).toMatchObject({ status: 200, trips: 1 });
  return answer.body.data;
}

const idsOf = (sessions: { id: string }[]) => sessions.map(({ id }) => id);

/** The session is in its third generation, and somebody shows its first token. */
async function steal(service: Service, { refreshToken }: Session) {
  await successor(refresh(service, await successor(refresh(service, refreshToken))));
  expect(await refresh(service, refreshToken)).toMatchObject(reused);
}

test('a device is listed with what the login said of it and what Cloudflare said of its address', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  const login = await service.call('POST', '/api/auth/login', {
    json: { email, password, device_name: 'Ada’s phone' },
    headers: { 'User-Agent': 'App/1.0', 'CF-Connecting-IP': '2001:db8::7', 'X-Forwarded-For': '192.0.2.1' },
  });
  const hourOf = (time: number) => new Date(time - (time % 3_600_000)).toISOString();
  const used = () => ({
    last_used_at: hourOf(service.clock.now.getTime()),
    expires_at: hourOf(service.clock.now.getTime() + 30 * day * 1000),
  });
  const created_at = service.clock.now.toISOString();
  const device = {
    id: login.body.session_id,
    device_name: 'Ada’s phone',
    user_agent: 'App/1.0',
    ip: '2001:db8::7',
    created_at,
    ...used(),
    current: true,
    device_bound: false,
    amr: ['pwd'],
    acr: 'aal1',
  };
  expect(await list(service, login.body.access_token)).toEqual([device]);
  const me = await service.call('GET', '/api/users/me', { bearer: login.body.access_token });

  service.clock.advance(3_600);
  await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: login.body.refresh_token },
    headers: { 'User-Agent': 'App/1.1', 'CF-Connecting-IP': '198.51.100.9' },
  });
  const bearer = await accessTokenNow(service, { userId: me.body.id, email }, device.id);
  expect(await list(service, bearer)).toEqual([
    {
      ...device,
      user_agent: 'App/1.1',
      ip: '198.51.100.9',
      ...used(),
    },
  ]);
});

test('a device that says nothing of itself is listed all the same', async () => {
  const service = await startService();
  const session = await start(service, await newOwner(service));
  expect(await list(service, session.accessToken)).toMatchObject([
    { device_name: null, user_agent: null, ip: null, current: true },
  ]);
});

test('the devices are listed newest use first, and each caller finds itself among them', async () => {
  const service = await startService();
  const owner = await newOwner(service);
  const sessions: Session[] = [];
  for (const name of ['first', 'second', 'third']) {
    sessions.push(await start(service, owner, name));
    service.clock.advance(60 * 60);
  }
  const [first, second, third] = sessions as [Session, Session, Session];
  const bearer = await accessTokenNow(service, owner, second.id);
  expect(idsOf(await list(service, bearer))).toEqual([third.id, second.id, first.id]);
  await refresh(service, first.refreshToken);
  const seen = await list(service, bearer);
  expect(idsOf(seen)).toEqual([first.id, third.id, second.id]);
  expect(seen.map(({ current }: { current: boolean }) => current)).toEqual([false, false, true]);
});

test('which of two sessions was used last within one hour shows neither in times nor in order', async () => {
  const service = await startService();
  service.clock.now = new Date('2031-03-09T13:00:00Z');
  const owner = await newOwner(service);
  const [first, second] = [await start(service, owner), await start(service, owner)];
  const seen = async () => {
    const bearer = await accessTokenNow(service, owner, second.id);
    const { body } = await service.call('GET', '/api/users/me/export', { bearer });
    return [await list(service, bearer), body.sessions];
  };
  const before = await seen();
  expect(idsOf(before[0])).toEqual([second.id, first.id].sort().reverse());
  for (const { refreshToken } of [first, second, first, first]) {
    service.clock.advance(10 * 60);
    await successor(refresh(service, refreshToken, 'the key of this call'));
    expect(await seen()).toEqual(before);
  }
});

test('only the user’s own sessions are listed, and only those that live', async () => {
  const service = await startService();
  const owner = await newOwner(service);
  // Unused until its token expires, and a stranger's.
  await start(service, owner);
  await start(service, await newOwner(service));
  service.clock.advance(30 * day);
  const [kept, revoked, loggedOut, stolen, caller] = await Promise.all([
    start(service, owner),
    start(service, owner),
    start(service, owner),
    start(service, owner),
    start(service, owner),
  ]);
  const all = [kept, revoked, loggedOut, stolen, caller];
  expect(idsOf(await list(service, caller.accessToken)).sort()).toEqual(idsOf(all).sort());
  await service.call('DELETE', `/api/auth/sessions/${revoked.id}`, { bearer: caller.accessToken });
  await service.call('POST', '/api/auth/logout', { bearer: loggedOut.accessToken });
  await steal(service, stolen);
  expect(idsOf(await list(service, caller.accessToken)).sort()).toEqual(idsOf([kept, caller]).sort());
});

test('a theft tells its owner by mail which device it was and when', async () => {
  const service = await startService();
  service.clock.now = new Date('2031-03-09T13:37:00Z');
  const owner = await newOwner(service);
  await steal(service, await start(service, owner, 'Ada’s old phone'));
  const [mail, ...more] = await mailsTo(owner.email, 1);
  expect(more).toEqual([]);
  expect(mail?.text).toContain('Ada’s old phone');
  expect(mail?.text).toContain('2031');
  expect(mail?.text).toContain('13:37');
});

test('a theft is told once, however often its token is shown again', async () => {
  const service = await startService();
  const owner = await newOwner(service);
  const session = await start(service, owner);
  await steal(service, session);
  for (let hour = 0; hour < 5; hour += 1) {
    service.clock.advance(60 * 60);
    expect(await refresh(service, session.refreshToken)).toMatchObject(ended);
  }
  expect(await mailsTo(owner.email, 1)).toHaveLength(1);
  expect(await theftMails(service, owner)).toBe(1);
});

test('each session that is stolen is told of', async () => {
  const service = await startService();
  const owner = await newOwner(service);
  const [phone, tablet] = [await start(service, owner, 'Phone'), await start(service, owner, 'Tablet')];
  await steal(service, phone);
  await steal(service, tablet);
  expect(await theftMails(service, owner)).toBe(2);
  // The third is of the second device itself, which was new to the account.
  const mails = (await mailsTo(owner.email, 3)).filter(({ subject }) =>
    subject.includes('signed a device out'),
  );
  expect(mails).toHaveLength(2);
  for (const name of ['Phone', 'Tablet']) expect(mails.some(({ text }) => text.includes(name))).toBe(true);
});
