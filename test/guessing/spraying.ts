// One password tried at many accounts: no counter of an account sees that.

import { type AttackedService, password } from './attacked-service.ts';
import { concurrently, progress } from './concurrently.ts';
import { attemptsAt } from './one-account.ts';
import type { Answer } from './post.ts';
import { answersByName, report } from './report.ts';

export async function sprayOnePassword(service: AttackedService, accounts: number, connections: number) {
  const people = await service.newPeople(accounts, { verified: true });
  const answers: Answer[] = [];
  const bar = progress('one password at many accounts', accounts);
  await concurrently(people, connections, async (email, connection) => {
    const guess = { email, password: `not ${password}` };
    answers.push(await service.ask('/auth/login', guess, { connection }));
    bar.increment();
  });
  bar.stop();
  const counted = [...(await attemptsAt(service, people)).values()];
  report(
    'Spraying: one password at many accounts',
    {
      accounts,
      ...answersByName(answers),
      'guesses that met a hash': counted.reduce((sum, { attempts }) => sum + attempts, 0),
      '… at accounts': counted.length,
      'bounded by': "LOGIN_LIMIT at the edge alone, by the guesser's network",
    },
    // All may meet a hash: nobody's account has seen more than one wrong password.
    { 'each account counts its own guess': counted.length === accounts },
  );
}
