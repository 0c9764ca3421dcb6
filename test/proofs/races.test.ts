// Several grants of one address used at once, over many connections: exactly one wins, and there is one account.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, inject, test } from 'vitest';
import { openHandle } from '../../src/authentication/request-handle.ts';
import { confirmNewEmail } from '../../src/features/email/new-address-statements.ts';
import { hashCode } from '../../src/tokens/one-time.ts';
import {
  byCode,
  byLink,
  forgot,
  grantedTo,
  otherPassword,
  type Presented,
  registered,
  reset,
  resetStatement,
  verify,
  wrongCode,
} from '../mail/granted.ts';
import { startOwnService, startSecondIsolate } from '../mail/own-service.ts';
import { insertImported, newPerson } from '../mail/tables.ts';
import { newAddress, password, type Service, signIn } from '../service.ts';
import { verifyStatement } from './asking.ts';

const rounds = inject('largeRun') ? 200 : 8;
const timeout = rounds * 6_000;

/** Users with an address, and how often its grants were used. */
async function outcomeFor(service: Service, email: string): Promise<unknown> {
  const [row] = await service.dependencies.database.query(
    sql`
      select count(*)::int as users, (
        select count(*)::int from email_requests r where r.email = ${email} and r.spent_at is not null
      ) as spent from users where email = ${email} and email_verified_at is not null`,
    { repeatable: true },
  );
  return row;
}

/** By turns, so that each is the first in some round. */
function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const place = by % items.length;
  return [...items.slice(place), ...items.slice(0, place)];
}

type Use = (service: Service, presented: Presented) => Promise<string | undefined>;

async function useAtOnce(
  services: readonly Service[],
  uses: [Use, Presented][],
  round: number,
): Promise<void> {
  const outcomes = await Promise.all(
    rotated(uses, round).map(([use, presented], index) =>
      use(services[index % services.length] as Service, presented),
    ),
  );
  expect(outcomes.toSorted()).toEqual([...Array(uses.length - 1).fill('dead'), 'right']);
}

test(`two registrations of one address, proven at once, make one account: ${rounds} times`, {
  timeout,
}, async () => {
  const service = await startOwnService();
  const services = [service, await startSecondIsolate(service)];
  for (let round = 0; round < rounds; round += 1) {
    const first = await registered(service);
    const second = await registered(service, first.email);
    const presented = [byCode(first), byLink(second), byCode(second), byLink(first)];
    await useAtOnce(
      services,
      presented.map((each) => [verifyStatement, each]),
      round,
    );
    expect(await outcomeFor(service, first.email)).toEqual({ users: 1, spent: 1 });
  }
});

test(`two resets of one account, used at once: one wins, ${rounds} times`, { timeout }, async () => {
  const service = await startOwnService();
  const services = [service, await startSecondIsolate(service)];
  for (let round = 0; round < rounds; round += 1) {
    const { email } = await newPerson(service);
    const [first, second] = [await forgot(service, email), await forgot(service, email)];
    const presented = [byCode(first), byLink(second), byCode(second), byLink(first)];
    await useAtOnce(
      services,
      presented.map((each) => [resetStatement, each]),
      round,
    );
    expect(await outcomeFor(service, email)).toEqual({ users: 1, spent: 1 });
  }
});

test(`a proof and a reset of one imported address, used at once: one wins, ${rounds} times`, {
  timeout,
}, async () => {
  const service = await startOwnService();
  const services = [service, await startSecondIsolate(service)];
  for (let round = 0; round < rounds; round += 1) {
    const email = newAddress();
    await insertImported(service, email, 'admin');
    const [proof, forgotten] = [await registered(service, email), await forgot(service, email)];
    await useAtOnce(
      services,
      [
        [verifyStatement, byCode(proof)],
        [resetStatement, byCode(forgotten)],
        [verifyStatement, byLink(proof)],
        [resetStatement, byLink(forgotten)],
      ],
      round,
    );
    expect(await outcomeFor(service, email)).toEqual({ users: 1, spent: 1 });
  }
});

test('whoever wins over HTTP has the password, and nobody else', async () => {
  const service = await startOwnService();
  const services = [service, await startSecondIsolate(service)] as const;
  const email = newAddress();
  await insertImported(service, email);
  const [proof, forgotten] = [await registered(service, email), await forgot(service, email)];
  const [verified, changed] = await Promise.all([
    verify(services[0], byCode(proof)),
    reset(services[1], byCode(forgotten)),
  ]);
  expect([verified.status, changed.status].toSorted()).toEqual([204, 400]);
  const [right, wrong] = verified.status === 204 ? [password, otherPassword] : [otherPassword, password];
  await expect(signIn(service, email, { password: right })).resolves.toBeDefined();
  await expect(signIn(service, email, { password: wrong })).rejects.toThrow('401');
});

test('the right code of a change of address gains nothing by coming at once with 29 wrong ones', async () => {
  const service = await startOwnService();
  const { dataKeys, database, newId } = service.dependencies;
  for (let round = 0; round < 10; round += 1) {
    const { email } = await newPerson(service);
    const { access_token: bearer, session_id: sessionId } = await signIn(service, email);
    const newEmail = newAddress();
    const json = { new_email: newEmail, password };
    const { body } = await service.call('POST', '/api/users/me/email', { bearer, json });
    const { code } = await grantedTo(newEmail, 1);
    const { requestId = '' } = (await openHandle(body.request, service.dependencies)) ?? {};
    const guess = async (typed: string) => {
      const codeHashes = await hashCode(dataKeys, requestId, typed);
      const verdict = await confirmNewEmail(
        database,
        { requestId, codeHashes },
        { callHash: newId(), deviceId: null, now: service.clock.now, use: newId(), sessionId },
        { noticeId: newId(), origin: { userAgent: null, ip: null } },
      );
      return verdict;
    };
    const verdicts = await Promise.all(
      Array.from({ length: 30 }, (_, index) => guess(index === 7 ? code : wrongCode(code))),
    );
    expect(verdicts.filter((verdict) => verdict?.outcome === 'wrong')).toHaveLength(5);
    // What the locked row says: whoever was waited for may have taken the last try.
    if (verdicts[7]?.outcome === 'right') expect(verdicts[7].attempts_left).toBeGreaterThan(0);
    else expect(verdicts[7]).toMatchObject({ outcome: 'dead', attempts_left: 0 });
  }
});
