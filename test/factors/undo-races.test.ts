// An undo and a change at the same moment: whichever is first, nothing that came after the undone change holds.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { changed, changing, confirm, undo } from '../accounts/mailed.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { byLink } from '../mail/granted.ts';
import { newAddress, type Service, startService } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import { addPasskey, factorsOf, on, removePasskey, turnOnTotp } from './changes.ts';

const changes: Record<string, (service: Service, person: Person, passkey: string) => Promise<unknown>> = {
  'a passkey that is added': (service, person) => addPasskey(service, person),
  'a passkey that is removed': (service, person, passkey) => removePasskey(service, person, passkey),
  'a second factor that is turned on': (service, person) => turnOnTotp(service, person),
};

test.for(Object.entries(changes))('%s', async ([, change]) => {
  const service = await startService();
  for (const isUndoFirst of [true, false]) {
    const person = await signedIn(service);
    const { id } = await addPasskey(service, person);
    service.clock.advance(1);
    const { undo: token } = await addPasskey(service, person);
    service.clock.advance(1);
    const calls = [() => undo(service, token), () => change(service, person, id)] as const;
    const [first, second] = await lineUp<readonly unknown[]>(
      service,
      { table: 'users', id: person.id },
      isUndoFirst ? calls : [calls[1], calls[0]],
    );
    expect(isUndoFirst ? first : second).toMatchObject({ status: 204 });
    expect(await factorsOf(service, person)).toMatchObject(on(undefined, id));
  }
});

test('the link of a change that came at that moment is dead, too', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { undo: token } = await addPasskey(service, person);
  service.clock.advance(1);
  const [added, undone] = await lineUp(service, { table: 'users', id: person.id }, [
    () => addPasskey(service, person),
    () => undo(service, token),
  ]);
  expect(undone).toMatchObject({ status: 204 });
  expect(await undo(service, added.undo)).toMatchObject(problem(400, 'invalid-token'));
});

test('so is the link of a change of address', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const second = newAddress();
  const token = await changed(person, person.email, second);
  service.clock.advance(1);
  const pending = byLink(await changing(await another(service, second)));
  const [confirmed, undone] = await lineUp(service, { table: 'users', id: person.id }, [
    () => confirm(service, pending),
    () => undo(service, token),
  ]);
  expect([confirmed.status, undone.status]).toEqual([204, 204]);
  const open = await service.dependencies.database.query(
    sql`select 1 from email_requests where user_id = ${person.id} and purpose = 'undo-email-change' and spent_at is null`,
    { repeatable: true },
  );
  expect(open).toEqual([]);
});
