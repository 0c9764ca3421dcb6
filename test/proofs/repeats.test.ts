// A lost answer costs nothing: a repetition with the same Idempotency-Key and body has the same outcome for ten minutes.

import { expect, test } from 'vitest';
import { idempotentCallSeconds } from '../../src/lifetimes.ts';
import {
  byCode,
  byLink,
  forgetful,
  type Granted,
  otherPassword,
  registered,
  reset,
  verify,
  wrongly,
} from '../mail/granted.ts';
import { startOwnService } from '../mail/own-service.ts';
import { newPerson, queued } from '../mail/tables.ts';
import {
  type Answer,
  mailsTo,
  newAddress,
  password,
  type Service,
  signIn,
  startService,
} from '../service.ts';
import { countedFor, forget, register } from './asking.ts';

const newKey = () => ({ 'Idempotency-Key': crypto.randomUUID() });

function post(service: Service, path: string, json: object, headers = newKey()): Promise<Answer> {
  return service.call('POST', path, { json, headers });
}

/** What answers have in common: there is one. */
function theOnly(answers: readonly Answer[]): Answer {
  const [first] = answers as [Answer];
  for (const { status, body } of answers) {
    expect([status, { ...body, instance: '' }]).toEqual([first.status, { ...first.body, instance: '' }]);
  }
  return first;
}

const asking = [
  ['register', async (_: Service, email: string) => ['/api/auth/register', { email, name: 'Ada' }]],
  ['forgot-password', async (_: Service, email: string) => ['/api/auth/forgot-password', { email }]],
  [
    'resend-verification',
    async (service: Service, email: string) => {
      const { body } = await forget(service, email);
      return ['/api/auth/resend-verification', { request: body.request }];
    },
  ],
  [
    'a change of address',
    async (service: Service, email: string) => {
      const { access_token: bearer } = await signIn(service, email);
      return ['/api/users/me/email', { new_email: newAddress(), password }, bearer];
    },
  ],
] as const;

test.for(asking)(
  '%s once more, and many times at once: the same request and no second mail',
  async ([, asked]) => {
    const service = await startOwnService();
    const { email } = await newPerson(service);
    const [path, json, bearer] = (await asked(service, email)) as [string, { new_email?: string }, string?];
    const to = json.new_email ?? email;
    const { length: before } = await mailsTo(to);
    const send = (headers: Record<string, string>, more: object = {}) =>
      service.call('POST', path, { json: { ...json, ...more }, headers, ...(bearer && { bearer }) });
    const headers = newKey();
    const answers = [await send(headers)];
    service.clock.advance(1);
    // Within a session more than five passwords at once are guesses, right ones too.
    const atOnce = Array.from({ length: bearer ? 3 : 20 }, () => send(headers));
    answers.push(...(await Promise.all(atOnce)));
    service.clock.advance(idempotentCallSeconds - 1.001);
    answers.push(await send(headers));
    expect(
      theOnly(answers.map((each) => ({ ...each, body: { ...each.body, resend_after: 0 } }))).status,
    ).toBe(202);
    expect(await mailsTo(to)).toHaveLength(before + 1);

    // Another body, another key, and the same ones later, are other calls.
    const others = [await send(headers, { any: 1 }), await send(newKey())];
    service.clock.advance(0.001);
    others.push(await send(headers));
    if (path.includes('resend')) return;
    expect(new Set([...answers, ...others].map(({ body }) => body.request)).size).toBe(4);
  },
);

test('20 first calls at once with one key make one request and queue one mail', async () => {
  const service = await startOwnService();
  for (const ask of [register, forget]) {
    const { email } = await newPerson(service);
    const headers = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(service, email, {}, headers)));
    expect(theOnly(answers).status).toBe(202);
    expect(await mailsTo(email, 1)).toHaveLength(1);
    expect(await countedFor(service, email)).toEqual({ stranger: { mails: 1, wrong: 0 } });
  }
});

const uses = [
  ['verify-email', registered, password],
  ['reset-password', forgetful, otherPassword],
] as const;

test.for(uses)(
  'a wrong code repeated at %s is one try, also 20 times at once',
  async ([name, ask, chosen]) => {
    const service = await startService();
    const granted: Granted = await ask(service);
    const guess = (headers?: Record<string, string>) =>
      service.call('POST', `/api/auth/${name}`, {
        json: { ...wrongly(granted), password: chosen },
        ...(headers && { headers }),
      });
    const headers = newKey();
    const answers = [await guess(headers), await guess(headers)];
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => guess(headers)))));
    expect(theOnly(answers).body).toMatchObject({ attempts_left: 4 });
    const fresh = newKey();
    const atOnce = await Promise.all(Array.from({ length: 20 }, () => guess(fresh)));
    expect(theOnly(atOnce).body).toMatchObject({ attempts_left: 3 });
    expect((await guess()).body).toMatchObject({ attempts_left: 2 });
    expect((await guess(newKey())).body).toMatchObject({ attempts_left: 1 });
    // The last of them is answered as it was, however dead the code is by then.
    const last = newKey();
    expect(theOnly([await guess(last), await guess(last)]).body).toMatchObject({ attempts_left: 0 });
    expect((await guess()).body).toMatchObject({ type: expect.stringMatching(/invalid-token$/) });
    expect((await countedFor(service, granted.email))['stranger']?.wrong).toBe(5);
  },
);

test.for([
  ['link', byLink],
  ['code', byCode],
] as const)(
  'a proof by %s that signs in gives the same session and the same refresh token again',
  async ([, way]) => {
    const service = await startService();
    const granted = await registered(service);
    const json = { ...way(granted), password, name: 'Ada', sign_in: true, device_name: 'Phone' };
    const headers = newKey();
    const send = () => post(service, '/api/auth/verify-email', json, headers);
    const first = await send();
    expect(first.status).toBe(200);
    service.clock.advance(30);
    for (const each of [await send(), ...(await Promise.all(Array.from({ length: 20 }, send)))]) {
      expect(each.status).toBe(200);
      const { session_id, refresh_token, known_device } = each.body;
      expect([session_id, refresh_token]).toEqual([first.body.session_id, first.body.refresh_token]);
      expect(typeof known_device).toBe('string');
    }
    // Without the key, or with another, it is another call, and the grant is spent.
    for (const other of [
      await verify(service, way(granted)),
      await post(service, '/api/auth/verify-email', json),
    ]) {
      expect(other).toMatchObject({ status: 400, body: { type: expect.stringMatching(/invalid-token$/) } });
    }
    const { body } = await post(service, '/api/auth/refresh', { refresh_token: first.body.refresh_token });
    expect(await send()).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/refresh-superseded$/), discard_credentials: false },
    });
    expect(await post(service, '/api/auth/refresh', { refresh_token: body.refresh_token })).toMatchObject({
      status: 200,
    });
    service.clock.advance(idempotentCallSeconds - 30);
    expect(await send()).toMatchObject({ status: 400 });
  },
);

test('20 proofs at once with one key start one session and are all answered with it', async () => {
  const service = await startService();
  const granted = await registered(service);
  const json = { ...byCode(granted), password, sign_in: true };
  const headers = newKey();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => post(service, '/api/auth/verify-email', json, headers)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(new Set(answers.map(({ body }) => body.session_id)).size).toBe(1);
  expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  const { access_token: bearer } = answers[0]?.body ?? {};
  const { body } = await service.call('GET', '/api/auth/sessions', { bearer });
  expect(body.data).toHaveLength(1);
});

test('20 resets at once with one key are all answered, done once and told once', async () => {
  const service = await startOwnService();
  const granted = await forgetful(service);
  const json = { ...byCode(granted), password: otherPassword };
  const headers = newKey();
  const send = () => post(service, '/api/auth/reset-password', json, headers);
  const answers = await Promise.all(Array.from({ length: 20 }, send));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(204));
  const { session_id } = await signIn(service, granted.email, { password: otherPassword });
  service.clock.advance(idempotentCallSeconds - 0.001);
  expect(await send()).toMatchObject({ status: 204 });
  // A repetition ends no session that was begun since.
  const { access_token: bearer } = await signIn(service, granted.email, { password: otherPassword });
  const { body } = await service.call('GET', '/api/auth/sessions', { bearer });
  expect(body.data.map(({ id }: { id: string }) => id)).toContain(session_id);
  const told = (await queued(service, granted.email)).filter(({ kind }) => kind === 'password-changed');
  expect(told).toHaveLength(1);
  service.clock.advance(0.001);
  expect(await send()).toMatchObject({ status: 400 });
});

test('the same key with another password is another call: the grant is spent', async () => {
  const service = await startService();
  const granted = await forgetful(service);
  const headers = newKey();
  const send = (chosen: string) =>
    post(service, '/api/auth/reset-password', { ...byLink(granted), password: chosen }, headers);
  expect(await send(otherPassword)).toMatchObject({ status: 204 });
  expect(await send('lantern quilt meadow fig')).toMatchObject({ status: 400 });
  await expect(signIn(service, granted.email, { password: otherPassword })).resolves.toBeDefined();
});

test('a proof whose answer the database lost is answered with its session', async () => {
  const service = await startService();
  const granted = await registered(service);
  const { transport } = service;
  service.transport = async (input, init) => {
    if (!String(init?.body).includes('insert into users')) return transport(input, init);
    service.transport = transport;
    await (await transport(input, init)).text();
    throw new TypeError('the connection was cut');
  };
  expect(await verify(service, byCode(granted), { sign_in: true })).toMatchObject({
    status: 200,
    body: { refresh_token: expect.any(String) },
  });
});

test('a wrong code whose answer the database lost is one try', async () => {
  const service = await startService();
  for (const [, ask, use] of [
    ['', registered, verify],
    ['', forgetful, reset],
  ] as const) {
    const granted = await ask(service);
    const { transport } = service;
    service.transport = async (input, init) => {
      if (!String(init?.body).includes('code_tries + 1')) return transport(input, init);
      service.transport = transport;
      await (await transport(input, init)).text();
      throw new TypeError('the connection was cut');
    };
    expect(await use(service, wrongly(granted))).toMatchObject({ body: { attempts_left: 4 } });
    expect(await use(service, wrongly(granted))).toMatchObject({ body: { attempts_left: 3 } });
  }
});

test.for([
  ['register', { email: 'a@b.example', name: 'Ada' }],
  ['forgot-password', { email: 'a@b.example' }],
  ['resend-verification', {}],
  ['verify-email', { token: `r${'A'.repeat(43)}`, password, name: 'Ada' }],
  ['reset-password', { token: `p${'A'.repeat(43)}`, password }],
  ['undo-email-change', { token: `u${'A'.repeat(43)}` }],
  ['login', { email: 'a@b.example', password }],
] as const)('a key that is too short or too long is refused by %s', async ([name, json]) => {
  const service = await startService();
  // A handle is looked at first: it has to be one.
  const { body } = await register(service, newAddress());
  const sent = name === 'resend-verification' ? { request: body.request } : json;
  for (const key of ['short', 'x'.repeat(15), 'x'.repeat(256)]) {
    expect(await post(service, `/api/auth/${name}`, sent, { 'Idempotency-Key': key })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#Idempotency-Key' }] },
    });
  }
});
