// Link and code of one mail are one grant, good for one use by one person for one purpose.

import { expect, test } from 'vitest';
import { resetPassword } from '../../src/features/password-reset/statements.ts';
import { hashedGrant } from '../../src/http/presented-grant.ts';
import { mailsTo, newAddress, newUser, signIn, startService } from '../service.ts';
import {
  byCode,
  byLink,
  forgetful,
  forgot,
  otherPassword,
  registered,
  reset,
  verify,
  wrongCode,
} from './granted.ts';

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
  const { database, dataKeys, newId, passwords } = service.dependencies;
  const granted = await forgetful(service);
  // The statement itself: 50 hashes, one after the other in one isolate, would keep its calls apart.
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, async (_, index) =>
      resetPassword(database, await hashedGrant(way(index)(granted), ['reset-password'], dataKeys), {
        passwordHash: passwords.decoy,
        origin: { userAgent: null, ip: null },
        eventId: newId(),
        mailId: newId(),
        now: service.clock.now,
      }),
    ),
  );
  expect(outcomes.filter(Boolean)).toEqual([true]);
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

test('five wrong codes kill the code, and the link still works', async () => {
  const service = await startService();
  const granted = await registered(service);
  const { email, code } = granted;
  for (let tries = 0; tries < 5; tries += 1) {
    expect(await verify(service, { email, code: wrongCode(code) })).toMatchObject(invalidToken);
  }
  expect(await verify(service, byCode(granted))).toMatchObject(invalidToken);
  expect(await verify(service, byLink(granted))).toMatchObject({ status: 204 });
});

test('after four wrong codes the right one works', async () => {
  const service = await startService();
  const granted = await forgetful(service);
  const { email, code } = granted;
  for (let tries = 0; tries < 4; tries += 1) await reset(service, { email, code: wrongCode(code) });
  expect(await reset(service, byCode(granted))).toMatchObject({ status: 204 });
});

test('wrong codes at once are counted one by one: of 20 before the right one, none slips under the limit', async () => {
  const service = await startService();
  const granted = await registered(service);
  const { email, code } = granted;
  await Promise.all(Array.from({ length: 20 }, () => verify(service, { email, code: wrongCode(code) })));
  expect(await verify(service, byCode(granted))).toMatchObject(invalidToken);
});

test('a newer mail brings new tries', async () => {
  const service = await startService();
  const { email, code } = await forgetful(service);
  for (let tries = 0; tries < 5; tries += 1) await reset(service, { email, code: wrongCode(code) });
  service.clock.advance(1);
  expect(await reset(service, byCode(await forgot(service, email)))).toMatchObject({ status: 204 });
});

test.for(['123 456', ' 123456 ', '123-456', '1 2 3 4 5 6'])(
  'a code typed as "%s" is taken',
  async (typed) => {
    const service = await startService();
    const { email, code } = await registered(service);
    let digit = 0;
    const spaced = typed.replace(/\d/g, () => code[digit++] ?? '');
    expect(await verify(service, { email, code: spaced })).toMatchObject({ status: 204 });
  },
);

test('the address beside a code is taken as people type it', async () => {
  const service = await startService();
  const { email, code } = await registered(service);
  expect(await verify(service, { email: ` ${email.toUpperCase()} `, code })).toMatchObject({ status: 204 });
});

test("another person's code is refused, and so is a code for another purpose", async () => {
  const service = await startService();
  const [one, other] = [await registered(service), await registered(service)];
  expect(await verify(service, { email: one.email, code: other.code })).toMatchObject(invalidToken);
  expect(await verify(service, { email: newAddress(), code: one.code })).toMatchObject(invalidToken);
  expect(await reset(service, byCode(one))).toMatchObject(invalidToken);
  expect(await reset(service, byLink(one))).toMatchObject(invalidToken);
  const forgotten = await forgot(service, one.email);
  expect(await verify(service, byCode(forgotten))).toMatchObject(invalidToken);
  expect(await verify(service, byLink(forgotten))).toMatchObject(invalidToken);
  // None of it cost the grants anything that they need.
  expect(await verify(service, byLink(one))).toMatchObject({ status: 204 });
  expect(await reset(service, byCode(forgotten))).toMatchObject({ status: 204 });
});

test('a link that was forged, cut off or emptied is refused', async () => {
  const service = await startService();
  const { token } = await registered(service);
  const forged = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
  for (const each of [forged, token.slice(0, -1), `${token}A`, token.toLowerCase()]) {
    expect(await verify(service, { token: each })).toMatchObject(invalidToken);
  }
  for (const json of [{}, { token: '' }, { code: '123456' }, { email: newAddress() }]) {
    expect(await service.call('POST', '/api/auth/verify-email', { json })).toMatchObject({ status: 422 });
  }
});

test('a verified person who asks again for a verification mail gets none', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  service.clock.advance(1);
  await service.call('POST', '/api/auth/resend-verification', { json: { email } });
  expect(await mailsTo(email)).toHaveLength(1);
});
