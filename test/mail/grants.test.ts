// Link and code of one mail are one grant, good for one use by one person for one purpose.

import { expect, test } from 'vitest';
import { mailsTo, newAddress, signIn, startService } from '../service.ts';
import {
  byCode,
  byLink,
  forgetful,
  otherPassword,
  registered,
  reset,
  resetStatement,
  verify,
  wrongly,
} from './granted.ts';

const invalidCode = (attempts_left: number) => ({
  status: 400,
  body: { type: expect.stringMatching(/\/problems\/invalid-code$/), attempts_left },
});
const invalidToken = { status: 400, body: { type: expect.stringMatching(/\/problems\/invalid-token$/) } };

test.for([
  ['the link', 'the code', byLink, byCode],
  ['the code', 'the link', byCode, byLink],
  ['the link', 'the link', byLink, byLink],
  ['the code', 'the code', byCode, byCode],
] as const)('after %s was used, %s is spent', async ([, , first, second]) => {
  const service = await startService();
  const verifying = await registered(service);
  expect(await verify(service, first(verifying))).toMatchObject({ status: 204 });
  expect(await verify(service, second(verifying))).toMatchObject(invalidToken);
  const resetting = await forgetful(service);
  expect(await reset(service, first(resetting))).toMatchObject({ status: 204 });
  expect(await reset(service, second(resetting))).toMatchObject(invalidToken);
});

test.for([
  ['by link', () => byLink],
  ['by code', () => byCode],
  ['by link and code', (index: number) => (index % 2 ? byLink : byCode)],
] as const)('of 50 uses at once %s exactly one is good', async ([, way]) => {
  const service = await startService();
  const granted = await registered(service);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => verify(service, way(index)(granted))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(49).fill(400)]);
});

test.for([
  ['by link', () => byLink],
  ['by code', () => byCode],
  ['by link and code', (index: number) => (index % 2 ? byLink : byCode)],
] as const)('of 50 resets at once %s exactly one is good', async ([, way]) => {
  const service = await startService();
  const granted = await forgetful(service);
  // The statement itself: 50 hashes, one after the other in one isolate, would keep its calls apart.
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, index) => resetStatement(service, way(index)(granted))),
  );
  expect(outcomes.toSorted()).toEqual([...Array(49).fill('dead'), 'right']);
});

test('of four people who send one reset at once exactly one sets the password', async () => {
  const service = await startService();
  const granted = await forgetful(service);
  const passwords = [
    'lantern quilt meadow fig',
    'copper violin raft dune',
    'ember pocket glacier oak',
    otherPassword,
  ];
  const answers = await Promise.all(
    passwords.map((chosen, index) => reset(service, (index % 2 ? byLink : byCode)(granted), chosen)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400]);
  const winner = passwords[answers.findIndex(({ status }) => status === 204)];
  await expect(signIn(service, granted.email, { password: winner })).resolves.toBeDefined();
});

test('five wrong codes kill the code, each says how many tries are left, and the link still works', async () => {
  const service = await startService();
  const granted = await registered(service);
  for (const left of [4, 3, 2, 1, 0]) {
    expect(await verify(service, wrongly(granted))).toMatchObject(invalidCode(left));
  }
  expect(await verify(service, wrongly(granted))).toMatchObject(invalidToken);
  expect(await verify(service, byCode(granted))).toMatchObject(invalidToken);
  expect(await verify(service, byLink(granted))).toMatchObject({ status: 204 });
});

test('after four wrong codes the right one works', async () => {
  const service = await startService();
  const granted = await forgetful(service);
  for (let tries = 0; tries < 4; tries += 1) await reset(service, wrongly(granted));
  expect(await reset(service, byCode(granted))).toMatchObject({ status: 204 });
});

test('wrong codes at once are counted one by one: of 20 before the right one, none slips under the limit', async () => {
  const service = await startService();
  const granted = await registered(service);
  const answers = await Promise.all(Array.from({ length: 20 }, () => verify(service, wrongly(granted))));
  expect(answers.map(({ body }) => body.attempts_left ?? 'dead').toSorted()).toEqual([
    ...[0, 1, 2, 3, 4],
    ...Array(15).fill('dead'),
  ]);
  expect(await verify(service, byCode(granted))).toMatchObject(invalidToken);
});

test('a code works only with the handle whose mail carried it, and a token only for its own purpose', async () => {
  const service = await startService();
  const [one, other] = [await registered(service), await registered(service)];
  expect(await verify(service, { request: one.request, code: other.code })).toMatchObject(invalidCode(4));
  service.clock.advance(1);
  const again = await registered(service, one.email);
  expect(await verify(service, { request: again.request, code: one.code })).toMatchObject(invalidCode(4));
  expect(await reset(service, byCode(one))).toMatchObject(invalidToken);
  expect(await reset(service, byLink(one))).toMatchObject(invalidToken);
  const forgotten = await forgetful(service);
  expect(await verify(service, byCode(forgotten))).toMatchObject(invalidToken);
  expect(await verify(service, byLink(forgotten))).toMatchObject(invalidToken);
  // None of it cost the grants anything that they need.
  expect(await verify(service, byLink(one))).toMatchObject({ status: 204 });
  expect(await verify(service, byCode(other))).toMatchObject({ status: 204 });
  expect(await reset(service, byCode(forgotten))).toMatchObject({ status: 204 });
});

test('a link that was forged, cut off or emptied is refused', async () => {
  const service = await startService();
  const { token } = await registered(service);
  const forged = `r${token[1] === 'A' ? 'B' : 'A'}${token.slice(2)}`;
  for (const each of [forged, token.slice(0, -1), `${token}A`, token.toLowerCase(), `p${token.slice(1)}`]) {
    expect(await verify(service, { token: each })).toMatchObject(invalidToken);
  }
  for (const json of [{}, { token: '' }, { code: '123456' }, { email: newAddress(), code: '123456' }]) {
    expect(await service.call('POST', '/api/auth/verify-email', { json })).toMatchObject({ status: 422 });
  }
});

test('a handle that was forged or cut off is no handle', async () => {
  const service = await startService();
  const { request, code } = await registered(service);
  const forged = `${request.startsWith('A') ? 'B' : 'A'}${request.slice(1)}`;
  for (const each of ['x', forged, request.slice(0, -1), `${request}A`, newAddress()]) {
    expect(await verify(service, { request: each, code })).toMatchObject(invalidToken);
    expect(
      await service.call('POST', '/api/auth/resend-verification', { json: { request: each } }),
    ).toMatchObject(invalidToken);
  }
  expect(await verify(service, { request, code })).toMatchObject({ status: 204 });
});

test('a handle that was used brings no other verification mail', async () => {
  const service = await startService();
  const granted = await registered(service);
  expect(await verify(service, byCode(granted))).toMatchObject({ status: 204 });
  service.clock.advance(1);
  const json = { request: granted.request };
  expect(await service.call('POST', '/api/auth/resend-verification', { json })).toMatchObject({
    status: 202,
  });
  expect(await mailsTo(granted.email)).toHaveLength(1);
});
