// Sign-ins that race what ends every session: whichever comes first, who is refused is on the list, and who lives is not.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeEach, expect, test } from 'vitest';
import { changed, undo } from '../accounts/mailed.ts';
import { type Person, signedIn } from '../accounts/people.ts';
import { resetStatement } from '../mail/granted.ts';
import { insertResetGrant } from '../mail/tables.ts';
import { newDatabase, type Service, startService } from '../service.ts';
import { changeStatement } from '../sessions/change-statement.ts';
import { refresh, start, times } from '../sessions/driver.ts';
import { lineUp } from '../sessions/line-up.ts';
import { indexOf, listedIndexes } from './lists.ts';

let service: Service;
// A queue of its own for each: what is queued here is not always sent.
beforeEach(async () => {
  service = await startService({ DATABASE_URL: await newDatabase() });
});

const run = (statement: ReturnType<typeof sql>) =>
  service.dependencies.database.query(statement, { repeatable: false });

/** Each makes ready what ends every session of a person, and is then the ending. */
const endings: Readonly<Record<string, (person: Person) => Promise<() => Promise<unknown>>>> = {
  'a logout of every session': async (person) => () => person.call('POST', '/api/auth/logout-all'),
  'a change of the password':
    async ({ session_id: sessionId, id: userId }) =>
    async () =>
      expect(await changeStatement(service, { sessionId, userId })).toMatchObject({ outcome: 'changed' }),
  'a reset': async ({ email }) => {
    const token = await insertResetGrant(service, email);
    return () => resetStatement(service, { token });
  },
  'an undone change of address': async (person) => {
    const token = await changed(person, person.email);
    return () => undo(service, token);
  },
  'a deletion': async (person) => () => person.call('DELETE', '/api/users/me'),
  'an epoch that an operator raises':
    async ({ id }) =>
    () =>
      run(sql`update users set session_epoch = session_epoch + 1 where id = ${id}`),
};

const rounds = times(9, 201);

test.for(Object.entries(endings))(`a sign-in beside %s (${rounds} times)`, async ([name, prepare]) => {
  let survived = 0;
  for (let round = 0; round < rounds; round += 1) {
    const person = await signedIn(service);
    const ending = await prepare(person);
    const before = await listedIndexes(service);
    const signIn = () => start(service, { userId: person.id, email: person.email }).catch(() => undefined);
    const row = { table: 'users', id: person.id } as const;
    const [begun] =
      round % 3 === 0
        ? await lineUp(service, row, [signIn, ending])
        : round % 3 === 1
          ? (await lineUp(service, row, [ending, signIn])).toReversed()
          : await Promise.all([signIn(), ending()]);
    const session = begun as Awaited<ReturnType<typeof signIn>>;
    const listed = (await listedIndexes(service)).filter((index) => !before.includes(index));
    const lives = session !== undefined && (await refresh(service, session.refreshToken)).status === 200;
    survived += Number(lives);
    // The session of before is over in any case.
    expect(listed.length, `round ${round}`).toBe(session !== undefined && !lives ? 2 : 1);
    if (session && name !== 'a deletion')
      expect(listed.includes((await indexOf(service, session.id)) ?? -1)).toBe(!lives);
  }
  expect(survived).toBeLessThan(rounds);
});
