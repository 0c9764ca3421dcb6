// How many mails may be asked for at an address: counted in one locked row, alike for any address, a known device's apart.

import { expect, test } from 'vitest';
import { mailSpacingSeconds, mailsPerHour } from '../../src/lifetimes.ts';
import { byCode, forgot, reset } from '../mail/granted.ts';
import { startOwnService } from '../mail/own-service.ts';
import { newPerson, queued } from '../mail/tables.ts';
import { newAddress } from '../service.ts';
import { answerAndDie, countedFor, forget, knownPerson, register } from './asking.ts';

test.for([
  ['register', register],
  ['forgot-password', forget],
] as const)('of 30 calls of %s at once five queue a mail, whoever has the address', async ([, ask]) => {
  const service = await startOwnService();
  answerAndDie(service);
  const [nobody, { email: somebody }] = [newAddress(), await newPerson(service)];
  for (const email of [nobody, somebody]) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(service, email)));
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(202));
    expect(new Set(answers.map(({ body }) => body.request)).size).toBe(30);
    expect(await countedFor(service, email)).toEqual({ stranger: { mails: mailsPerHour, wrong: 0 } });
  }
  expect(await queued(service, somebody)).toHaveLength(mailsPerHour);
  expect(await queued(service, nobody)).toHaveLength(ask === register ? mailsPerHour : 0);
});

test('beyond the five a mail leaves where none of its kind is alive: of another kind, and after one was used', async () => {
  const service = await startOwnService();
  const { email } = await newPerson(service);
  const granted = [];
  for (let count = 0; count < mailsPerHour; count += 1) granted.push(await forgot(service, email));
  const kinds = async () => (await queued(service, email)).map(({ kind }) => kind).toSorted();
  await forget(service, email);
  expect(await kinds()).toEqual(Array(5).fill('reset-password'));
  for (let count = 0; count < 2; count += 1) await register(service, email);
  expect(await kinds()).toEqual(['address-taken', ...Array(5).fill('reset-password')]);
  expect(await reset(service, byCode(granted[0] as (typeof granted)[0]))).toMatchObject({ status: 204 });
  service.clock.advance(1);
  for (let count = 0; count < 2; count += 1) await forget(service, email);
  expect(await kinds()).toEqual(['address-taken', 'password-changed', ...Array(6).fill('reset-password')]);
});

test('mails that a known device asks for are counted apart; another person’s device is a stranger', async () => {
  const service = await startOwnService();
  const [owner, other] = [await knownPerson(service), await knownPerson(service)];
  // The mail of the registration was a stranger's.
  service.clock.advance(mailSpacingSeconds);
  answerAndDie(service);
  const resets = async () =>
    (await queued(service, owner.email)).filter(({ kind }) => kind === 'reset-password').length;
  for (let count = 0; count < mailsPerHour + 1; count += 1) await forget(service, owner.email);
  expect(await resets()).toBe(5);
  await forget(service, owner.email, { known_device: other.known_device });
  await forget(service, owner.email, { known_device: 'A'.repeat(120) });
  expect(await resets()).toBe(5);
  for (let count = 0; count < mailsPerHour + 1; count += 1) {
    await forget(service, owner.email, { known_device: owner.known_device });
  }
  expect(await resets()).toBe(10);
});

test('of 30 calls by strangers and 30 by a known device at once each get their five', async () => {
  const service = await startOwnService();
  const { email, known_device } = await knownPerson(service);
  service.clock.advance(mailSpacingSeconds);
  answerAndDie(service);
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => forget(service, email, index % 2 ? { known_device } : {})),
  );
  const counted = Object.entries(await countedFor(service, email)).map(([counter, { mails }]) => [
    counter === 'stranger' ? counter : 'device',
    mails,
  ]);
  expect(Object.fromEntries(counted)).toEqual({ stranger: 1 + mailsPerHour, device: mailsPerHour });
  expect((await queued(service, email)).filter(({ kind }) => kind === 'reset-password')).toHaveLength(10);
});
