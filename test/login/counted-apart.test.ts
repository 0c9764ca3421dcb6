// What strangers guess at an address keeps its owner's known devices out no more, and a device's own guesses concern it alone.

import { expect, test } from 'vitest';
import { freeLoginAttempts, loginPauseSeconds } from '../../src/lifetimes.ts';
import { newPerson } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { attemptsAt, deviceIdIn, logIn, shown } from './accounts.ts';

const looks = freeLoginAttempts + 1;

type Owner = { readonly email: string; readonly known_device: string; readonly deviceId: string };

async function newOwner(service: Service): Promise<Owner> {
  const { email } = await newPerson(service);
  const { body } = await logIn(service, email, password);
  const { known_device } = body;
  return { email, known_device, deviceId: await deviceIdIn(service, known_device) };
}

async function guess(service: Service, email: string, times: number, more: object = {}): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    expect(await logIn(service, email, 'wrong horse', more)).toMatchObject({ status: 401, trips: 2 });
  }
}

test('in the pause that strangers caused the owner signs in on a known device, and strangers still wait', async () => {
  const service = await startService();
  const { email, known_device } = await newOwner(service);
  await guess(service, email, looks + 3);
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
  expect(await logIn(service, email, password, { known_device })).toMatchObject({ status: 200, trips: 2 });
  // The owner's success is no stranger's: it opens no new round of guesses.
  expect(await attemptsAt(service, email)).toEqual({ attempts: looks, pause: loginPauseSeconds });
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
});

test('guesses on a known device put that device in a pause, and neither another one nor the address', async () => {
  const service = await startService();
  const { email, known_device, deviceId } = await newOwner(service);
  const other = (await logIn(service, email, password)).body.known_device;
  await guess(service, email, looks, { known_device });
  expect(await attemptsAt(service, `device ${deviceId}`)).toEqual({
    attempts: looks,
    pause: loginPauseSeconds,
  });
  expect(await attemptsAt(service, email)).toBeUndefined();
  const paused = await logIn(service, email, password, { known_device });
  expect(shown(paused)).toEqual(shown(await logIn(service, newAddress(), password)));
  expect(await logIn(service, email, password, { known_device: other })).toMatchObject({ status: 200 });
  expect(await logIn(service, email, password)).toMatchObject({ status: 200 });
  // What signs in elsewhere does not end the pause.
  expect(await logIn(service, email, password, { known_device })).toMatchObject({ status: 401 });
  service.clock.advance(loginPauseSeconds);
  expect(await logIn(service, email, password, { known_device })).toMatchObject({ status: 200 });
  expect(await attemptsAt(service, `device ${deviceId}`)).toBeUndefined();
});

test('a stranger’s own known devices are worth nothing at another address', async () => {
  const service = await startService();
  const { email } = await newOwner(service);
  const strangers = [await newOwner(service), await newOwner(service), await newOwner(service)];
  for (let time = 0; time < looks; time += 1) {
    const { known_device } = strangers[time % strangers.length] as Owner;
    await guess(service, email, 1, { known_device });
  }
  expect(await attemptsAt(service, email)).toEqual({ attempts: looks, pause: loginPauseSeconds });
  for (const { known_device, deviceId } of strangers) {
    expect(await logIn(service, email, password, { known_device })).toMatchObject({ status: 401 });
    expect(await attemptsAt(service, `device ${deviceId}`)).toBeUndefined();
  }
});

test('a device of somebody else’s is answered at an address that nobody has as at one that somebody has', async () => {
  const service = await startService();
  const [{ email }, { known_device }] = [await newOwner(service), await newOwner(service)];
  const nobody = newAddress();
  for (let time = 0; time < looks + 2; time += 1) {
    const [known, unknown] = [
      await logIn(service, email, 'wrong', { known_device }),
      await logIn(service, nobody, 'wrong', { known_device }),
    ];
    expect(shown(known)).toEqual(shown(unknown));
    expect(await attemptsAt(service, email)).toEqual(await attemptsAt(service, nobody));
  }
});

/** What the platform binds: counts by key. */
function limitOf(most: number) {
  const counts = new Map<string, number>();
  return {
    async limit({ key }: { key: string }) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return { success: (counts.get(key) ?? 0) <= most };
    },
  };
}

test('at the edge a stranger’s requests do not refuse the owner’s device, nor are a device’s unlimited', async () => {
  const service = await startService({ ADDRESS_LIMIT: limitOf(3) });
  const [owner, stranger] = [await newOwner(service), await newOwner(service)];
  const { email, known_device } = owner;
  await guess(service, email, 2);
  expect(await logIn(service, email, password)).toMatchObject({ status: 429, trips: 0 });
  for (let time = 0; time < 3; time += 1) {
    expect(await logIn(service, email, password, { known_device })).toMatchObject({ status: 200 });
  }
  expect(await logIn(service, email, password, { known_device })).toMatchObject({ status: 429, trips: 0 });
  // What is no device of ours is a stranger like any other; the stranger's own has tries of its own, at each address.
  expect(await logIn(service, email, password, { known_device: 'forged' })).toMatchObject({ status: 429 });
  await guess(service, email, 3, { known_device: stranger.known_device });
  const more = { known_device: stranger.known_device };
  expect(await logIn(service, email, password, more)).toMatchObject({ status: 429 });
  expect(await logIn(service, stranger.email, password, more)).toMatchObject({ status: 200 });
});
