// A registration that nobody confirmed leaves nothing of the person behind, and no purge takes what still lives.

import { expect, test } from 'vitest';
import { purge } from '../../src/features/purge/purge.ts';
import { byCode, byLink, forgot, registered, reset, verify } from '../mail/granted.ts';
import { dump } from '../mail/tables.ts';
import { newAddress, newDatabase, type Service, startService } from '../service.ts';
import { changed, changing, confirm, undo } from './mailed.ts';
import { another, problem, signedIn } from './people.ts';

const hour = 60 * 60;
const day = 24 * hour;

const begin = async () => startService({ DATABASE_URL: await newDatabase() });

const naming = async (service: Service, ...words: string[]) =>
  (await dump(service)).filter((row) => words.some((word) => row.includes(word)));

test('what was typed, and the address, are gone two days after, and its handle is no more than any other', async () => {
  const service = await begin();
  const typed = { name: 'Quillon Featherstone', photo: 'https://pictures.example.test/quillon.png' };
  const mine = await registered(service, newAddress(), typed);
  const words = [mine.email, 'Quillon', 'quillon.png'];
  expect((await naming(service, ...words)).length).toBeGreaterThan(0);
  service.clock.advance(2 * day - hour);
  await purge(service.dependencies);
  expect(await verify(service, byLink(mine))).toMatchObject(problem(400, 'invalid-token'));
  service.clock.advance(2 * hour);
  await purge(service.dependencies);
  expect(await naming(service, ...words)).toEqual([]);
  expect(await verify(service, byCode(mine))).toMatchObject(problem(400, 'invalid-token'));
  const purged = service.logged.filter(({ event }) => event === 'purged').at(-1);
  expect(purged?.fields).toMatchObject({ email_requests: 1 });
  // A week later not even the count of its mails is left.
  service.clock.advance(8 * day);
  await purge(service.dependencies);
  expect(await naming(service, 'email_', 'mailed_grants', 'mails ')).toEqual([]);
});

test('one that was proven is gone as well, and its account is not', async () => {
  const service = await begin();
  const mine = await registered(service);
  await verify(service, byLink(mine));
  service.clock.advance(3 * day);
  await purge(service.dependencies);
  expect(await naming(service, 'email_requests ')).toEqual([]);
  await expect(another(service, mine.email)).resolves.toMatchObject({ email: mine.email });
});

test('nothing that lives goes with it', async () => {
  const service = await begin();
  await registered(service); // which is the one that expires
  const mover = await signedIn(service);
  const token = await changed(mover, mover.email);
  service.clock.advance(3 * day);
  const waiting = await registered(service);
  const asker = await signedIn(service);
  const change = await changing(asker);
  const forgetful = await signedIn(service);
  const granted = await forgot(service, forgetful.email);
  await purge(service.dependencies);
  expect(service.logged.filter(({ event }) => event === 'purged').at(-1)?.fields).toMatchObject({
    // The change that was confirmed is over, too.
    email_requests: 2,
  });
  expect(await verify(service, byCode(waiting))).toMatchObject({ status: 204 });
  expect(await confirm(asker, byCode(change))).toMatchObject({ status: 204 });
  expect(await reset(service, byCode(granted), 'velvet sparrow tunnel mint')).toMatchObject({ status: 204 });
  expect(await undo(service, token)).toMatchObject({ status: 204 });
});
