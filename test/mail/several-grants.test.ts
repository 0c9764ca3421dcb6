// Several mails and several requests of one address may live at once; using any of them ends the rest.

import { expect, test } from 'vitest';
import { codeIn, linkIn, mailsTo, signIn, startService } from '../service.ts';
import { byCode, byLink, forgetful, forgot, registered, reset, verify, wrongly } from './granted.ts';

const invalidCode = (attempts_left: number) => ({
  status: 400,
  body: { type: expect.stringMatching(/\/problems\/invalid-code$/), attempts_left },
});
const invalidToken = { status: 400, body: { type: expect.stringMatching(/\/problems\/invalid-token$/) } };

test('another request has tries of its own, and the first stays as it is', async () => {
  const service = await startService();
  const first = await forgetful(service);
  for (let tries = 0; tries < 5; tries += 1) await reset(service, wrongly(first));
  service.clock.advance(1);
  const second = await forgot(service, first.email);
  expect(await reset(service, byCode(first))).toMatchObject(invalidToken);
  expect(await reset(service, byCode(second))).toMatchObject({ status: 204 });
});

test('the codes and links of all mails of a request work, its tries are counted together, and one use ends the rest', async () => {
  const service = await startService();
  const first = await registered(service);
  const resent = [];
  for (let count = 2; count <= 3; count += 1) {
    service.clock.advance(1);
    const json = { request: first.request };
    const { status, body } = await service.call('POST', '/api/auth/resend-verification', { json });
    expect([status, Object.keys(body)]).toEqual([
      202,
      ['request', 'expires_in', 'code_length', 'resend_after'],
    ]);
    const mail = (await mailsTo(first.email, count)).at(-1);
    const token = linkIn(mail).searchParams.get('token') ?? '';
    resent.push({ ...first, request: body.request as string, token, code: codeIn(mail) });
  }
  const [second, third] = resent as [typeof first, typeof first];
  expect(await verify(service, wrongly(first))).toMatchObject(invalidCode(4));
  expect(await verify(service, wrongly(third))).toMatchObject(invalidCode(3));
  // The code of one mail with the handle that another answer brought: they are one request.
  expect(await verify(service, { request: third.request, code: first.code })).toMatchObject({ status: 204 });
  for (const each of [first, second, third]) {
    expect(await verify(service, byLink(each))).toMatchObject(invalidToken);
    expect(await verify(service, byCode(each))).toMatchObject(invalidToken);
  }
});

test.for([
  ['the older', 0],
  ['the newer', 1],
] as const)(
  'of two registrations of one address that live at once %s makes the account, and the other is dead',
  async ([, chosen]) => {
    const service = await startService();
    const first = await registered(service);
    service.clock.advance(1);
    const both = [first, await registered(service, first.email)] as const;
    const [used, other] = [both[chosen], both[1 - chosen] as typeof first];
    expect(await verify(service, byCode(used))).toMatchObject({ status: 204 });
    expect(await verify(service, byCode(other))).toMatchObject(invalidToken);
    expect(await verify(service, byLink(other))).toMatchObject(invalidToken);
    await expect(signIn(service, first.email)).resolves.toBeDefined();
  },
);

test('using one grant of an address ends those of every purpose', async () => {
  const service = await startService();
  const first = await forgetful(service);
  service.clock.advance(1);
  const second = await forgot(service, first.email);
  expect(await reset(service, byLink(first))).toMatchObject({ status: 204 });
  expect(await reset(service, byCode(second))).toMatchObject(invalidToken);
  expect(await reset(service, byLink(second))).toMatchObject(invalidToken);
  // What is asked for afterwards is of the new epoch.
  service.clock.advance(1);
  expect(await reset(service, byCode(await forgot(service, first.email)))).toMatchObject({ status: 204 });
});
