// What meets a confirmation of another address at the account's row: whichever of the two is first, nothing is both.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { logIn } from '../login/accounts.ts';
import { byLink, forgot, resetStatement } from '../mail/granted.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import { changed, changing, confirm, undo } from './mailed.ts';
import { another, problem, signedIn } from './people.ts';

async function emailOf(service: Service, id: string): Promise<string | undefined> {
  const [user] = await service.dependencies.database.query<{ email: string }>(
    sql`select email from users where id = ${id}`,
    { repeatable: true },
  );
  return user?.email;
}

test('a reset at the address and the confirmation of another: whichever is second finds its grant dead', async () => {
  const service = await startService();
  for (const isResetFirst of [true, false]) {
    const person = await signedIn(service);
    const pending = await changing(person);
    const granted = byLink(await forgot(service, person.email));
    const outcomes: Record<string, unknown> = {};
    const reset = async () => {
      outcomes['reset'] = await resetStatement(service, granted);
    };
    const confirmation = async () => {
      outcomes['confirmed'] = (await confirm(service, byLink(pending))).status;
    };
    await lineUp(
      service,
      { table: 'users', id: person.id },
      isResetFirst ? [reset, confirmation] : [confirmation, reset],
    );
    expect(outcomes).toEqual(
      isResetFirst ? { reset: 'right', confirmed: 400 } : { reset: 'dead', confirmed: 204 },
    );
    expect(await emailOf(service, person.id)).toBe(isResetFirst ? person.email : pending.email);
  }
});

test('an undo and what the thief confirms: the address is back, whichever is first', async () => {
  const service = await startService();
  for (const isUndoFirst of [true, false]) {
    const person = await signedIn(service);
    const thiefs = newAddress();
    const token = await changed(person, person.email, thiefs);
    const pending = byLink(await changing(await another(service, thiefs)));
    const calls = [() => undo(service, token), () => confirm(service, pending)] as const;
    const answers = await lineUp(
      service,
      { table: 'users', id: person.id },
      isUndoFirst ? calls : [calls[1], calls[0]],
    );
    expect(answers.map(({ status }) => status)).toEqual(isUndoFirst ? [204, 400] : [204, 204]);
    expect(await emailOf(service, person.id)).toBe(person.email);
  }
});

test('two undo links of one account: it is where the older one leads, whichever is first', async () => {
  const service = await startService();
  for (const isOlderFirst of [true, false]) {
    const person = await signedIn(service);
    const second = newAddress();
    const older = await changed(person, person.email, second);
    service.clock.advance(1);
    const younger = await changed(person, second);
    const calls = [() => undo(service, older), () => undo(service, younger)] as const;
    const answers = await lineUp(
      service,
      { table: 'users', id: person.id },
      isOlderFirst ? calls : [calls[1], calls[0]],
    );
    expect(answers.map(({ status }) => status)).toEqual(isOlderFirst ? [204, 400] : [204, 204]);
    expect(await emailOf(service, person.id)).toBe(person.email);
  }
});

test('a sign-in that an undo meets leaves no session behind, whichever is first', async () => {
  const service = await startService();
  for (const isUndoFirst of [true, false]) {
    const person = await signedIn(service);
    const thiefs = newAddress();
    const token = await changed(person, person.email, thiefs);
    const login = () => logIn(service, thiefs, password);
    const undoing = () => undo(service, token);
    const calls = isUndoFirst ? ([undoing, login] as const) : ([login, undoing] as const);
    const answers = await lineUp(service, { table: 'users', id: person.id }, calls);
    expect(answers.map(({ status }) => status)).toEqual(isUndoFirst ? [204, 401] : [200, 204]);
    const bearer = answers[0].body?.access_token;
    if (isUndoFirst) continue;
    const me = await service.call('GET', '/api/users/me', { bearer });
    expect(me).toMatchObject(problem(401, 'session-ended'));
  }
});
