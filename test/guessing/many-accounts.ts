// One code guessed at many accounts: a guess is tried against one handle alone, and many of them make every new code long.

import { longCodeCharacters } from '../../src/authentication/destinations.ts';
import { longCodesAfterWrongCodesAnHour } from '../../src/lifetimes.ts';
import { type AttackedService, newAddress, password } from './attacked-service.ts';
import { askForCode, guessCode, triesByDay, wrongCodesOfTheService } from './codes.ts';
import { concurrently, progress } from './concurrently.ts';
import { nameOf, report } from './report.ts';

const changing = 20;
const hour = 60 * 60;

export async function guessManyAccounts(service: AttackedService, accounts: number, connections: number) {
  // What was guessed before is over.
  service.clock.advance(hour);
  await guessOneChangedAddress(service);
  await guessOneCodeEverywhere(service, accounts, connections);
  service.clock.advance(hour);
}

/** Accounts that all asked to change to one address. */
async function guessOneChangedAddress(service: AttackedService) {
  const [people, wanted] = [await service.newPeople(changing, { verified: true }), newAddress()];
  const since = new Date(service.clock.seconds() * 1000);
  const sessions: { bearer: string; request: string }[] = [];
  for (const email of people) {
    const { access_token: bearer } = JSON.parse((await service.ask('/auth/login', { email, password })).body);
    const asked = await service.ask('/users/me/email', { new_email: wanted, password }, { bearer });
    sessions.push({ bearer, request: JSON.parse(asked.body).request });
  }
  await service.mailsHaveLeft(30);
  const tries = async () =>
    (await triesByDay(service, [wanted], since)).reduce((sum, day) => sum + day.tries, 0);
  const [first, second] = sessions;
  const code = '314159';
  const own = await guessCode(service, 'register', first?.request ?? '', { code, bearer: first?.bearer });
  const afterOwn = await tries();
  const others = await guessCode(service, 'register', first?.request ?? '', { code, bearer: second?.bearer });
  const nobodys = await guessCode(service, 'register', first?.request ?? '', { code });
  const afterOthers = await tries();
  for (const { bearer, request } of sessions) await guessCode(service, 'register', request, { code, bearer });
  const afterEach = await tries();
  const [day] = await triesByDay(service, [wanted], since);
  report(
    'Many accounts: all asked to change to one address',
    {
      accounts: changing,
      'mails that left to the address': day?.mails,
      'a guess with the handle of one, by its session': nameOf(own),
      '… tries counted over all': afterOwn,
      "… by another account's session": nameOf(others),
      '… by nobody': nameOf(nobodys),
      '… tries counted over all after these': afterOthers,
      'then one guess of each account: tries counted over all': afterEach,
    },
    {
      'one guess is tried against one handle': afterOwn === 1 && afterEach === afterOthers + changing,
      'a handle is tried by its own session alone': afterOthers === afterOwn,
    },
  );
}

async function guessOneCodeEverywhere(service: AttackedService, accounts: number, connections: number) {
  const since = new Date(service.clock.seconds() * 1000);
  const people = await service.newPeople(accounts, { verified: true });
  const handles: string[] = [];
  await concurrently(people, connections, async (email) => {
    handles.push((await askForCode(service, 'reset-password', email)).request);
  });
  await service.mailsHaveLeft(30);
  const code = '31415926';
  const counted = async () => {
    const days = await triesByDay(service, people, since);
    return days.reduce((sum, { tries, met }) => ({ tries: sum.tries + tries, met: sum.met + met }), {
      tries: 0,
      met: 0,
    });
  };
  await guessCode(service, 'reset-password', handles[0] ?? '', { code });
  const afterOne = await counted();
  await concurrently(handles.slice(1), connections, async (handle, connection) => {
    await guessCode(service, 'reset-password', handle, { code, connection });
  });
  const afterEach = await counted();

  const lengthNow = async () => (await askForCode(service, 'register', newAddress())).code_length;
  const left = longCodesAfterWrongCodesAnHour - 1 - (await wrongCodesOfTheService(service));
  const more = Array.from({ length: left }, (_, index) => handles[index % handles.length] ?? '');
  const bar = progress('codes of many accounts', left);
  await concurrently(more, connections, async (handle, connection) => {
    await guessCode(service, 'reset-password', handle, { connection });
    bar.increment();
  });
  bar.stop();
  const before = { wrong: await wrongCodesOfTheService(service), length: await lengthNow() };
  await guessCode(service, 'reset-password', handles[0] ?? '');
  const after = { wrong: await wrongCodesOfTheService(service), length: await lengthNow() };
  const lines = service.logged().split('codes-guessed-everywhere').length - 1;
  service.clock.advance(hour);
  report(
    'Many accounts: one code guessed at all',
    {
      accounts,
      'guesses with one handle: tries counted over all': afterOne.tries,
      'one guess with each handle: tries counted': afterEach.tries,
      '… held against a code': afterEach.met,
      [`digits of a newcomer's code after ${before.wrong} wrong codes`]: before.length,
      [`characters after ${after.wrong}`]: after.length,
      'error lines in the log': lines,
      '… an hour later': await lengthNow(),
    },
    {
      'one guess is tried against one handle': afterOne.tries === 1 && afterEach.met === accounts,
      [`${longCodesAfterWrongCodesAnHour} wrong codes an hour make every new code long`]:
        after.wrong === longCodesAfterWrongCodesAnHour && after.length === longCodeCharacters,
    },
  );
}
