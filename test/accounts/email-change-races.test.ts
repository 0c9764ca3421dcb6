// What comes at the same moment as a change of address: one of the two is first, and nothing is both.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { byLink, forgot, otherPassword, reset } from '../mail/granted.ts';
import { newAddress, type Service, startService } from '../service.ts';
import { changed, changing, confirm, undo } from './mailed.ts';
import { another, signedIn } from './people.ts';

async function emailOf(service: Service, id: string): Promise<string | undefined> {
  const [user] = await service.dependencies.database.query<{ email: string }>(
    sql`select email from users where id = ${id}`,
    { repeatable: true },
  );
  return user?.email;
}

/** Two services are two isolates. Which call gets ahead differs by round. */
async function race(round: number, first: () => Promise<unknown>, second: () => Promise<unknown>) {
  const [one, other] = round % 2 ? [second, first] : [first, second];
  const started = one();
  if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, round));
  await Promise.all([started, other()]);
}

test('a reset at the address and the confirmation of another, 8 times: never both', async () => {
  const [service, other] = [await startService(), await startService()];
  const winners = new Set<string>();
  for (let round = 0; round < 8; round += 1) {
    const person = await signedIn(service);
    const pending = await changing(person);
    const granted = await forgot(service, person.email);
    const statuses: Record<string, number> = {};
    await race(
      round,
      async () => {
        statuses['confirmed'] = (await confirm(other, byLink(pending))).status;
      },
      async () => {
        statuses['reset'] = (await reset(service, byLink(granted), otherPassword)).status;
      },
    );
    expect(Object.values(statuses).sort()).toEqual([204, 400]);
    const isReset = statuses['reset'] === 204;
    expect(await emailOf(service, person.id)).toBe(isReset ? person.email : pending.email);
    winners.add(isReset ? 'reset' : 'confirmed');
  }
}, 60_000);

test('an undo and what the thief confirms, 8 times: the address is back', async () => {
  const [service, other] = [await startService(), await startService()];
  for (let round = 0; round < 8; round += 1) {
    const person = await signedIn(service);
    const thiefs = newAddress();
    const token = await changed(person, person.email, thiefs);
    const thief = await another(service, thiefs);
    const pending = await changing(thief);
    await race(
      round,
      () => confirm(other, byLink(pending)),
      async () => expect((await undo(service, token)).status).toBe(204),
    );
    expect(await emailOf(service, person.id)).toBe(person.email);
    // Also where the change came first: its own undo link is dead.
    expect((await undo(service, token)).status).toBe(400);
  }
}, 60_000);

test('two undo links of one account at once, 8 times: the account is at one of the two, and nobody waits for each other', async () => {
  const [service, other] = [await startService(), await startService()];
  for (let round = 0; round < 8; round += 1) {
    const person = await signedIn(service);
    const second = newAddress();
    const toFirst = await changed(person, person.email, second);
    service.clock.advance(1);
    const toSecond = await changed(person, second);
    await race(
      round,
      async () => expect((await undo(service, toFirst)).status).toBe(204),
      () => undo(other, toSecond),
    );
    // The older link wins whichever came first.
    expect(await emailOf(service, person.id)).toBe(person.email);
  }
}, 60_000);
