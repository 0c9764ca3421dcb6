// Guesses at one account's password: how many of them meet its hash, and who else is kept out meanwhile.

import { setTimeout as delay } from 'node:timers/promises';
import { freeLoginAttempts, loginPauseSeconds, maximumLoginPauseSeconds } from '../../src/lifetimes.ts';
import { percentile } from '../bench/figures.ts';
import { type AttackedService, password } from './attacked-service.ts';
import { concurrently, progress } from './concurrently.ts';
import type { Answer } from './post.ts';
import { answersByName, report } from './report.ts';

const explanation = `
How guesses are counted. The login's first statement adds the attempt to the address's row of login_attempts and says that it
counts, both or neither; in a pause it does neither, and the guess is wrong whatever it is. So "attempts" in that row are the
guesses that could have been right, or more: a statement whose answer came too late is run again, and counts again.`;

export async function guessOneAccount(service: AttackedService, attempts: number, connections: number) {
  const { origins, database, clock } = service;
  const [target = '', other = ''] = await service.newPeople(2, { verified: true });
  const logIn = (given: string, email = target, connection = 0, more: object = {}) =>
    service.ask('/auth/login', { email, password: given, ...more }, { connection });
  // What the owner's phone was given when it last signed in.
  const { known_device } = JSON.parse((await logIn(password)).body);

  const answers: Answer[] = [];
  const bar = progress('passwords of one account', attempts);
  const start = performance.now();
  async function meanwhile() {
    while (answers.length < attempts / 2) await delay(50);
    return [
      await logIn(password),
      await logIn(password, other),
      await logIn(password, target, 0, { known_device }),
    ] as const;
  }
  const guesses = Array.from({ length: attempts }, (_, index) => `wrong guess ${index}`);
  const [[right, bystander, phone]] = await Promise.all([
    meanwhile(),
    concurrently(guesses, connections, async (guess, connection) => {
      answers.push(await logIn(guess, target, connection));
      bar.increment();
    }),
  ]);
  bar.stop();
  const seconds = (performance.now() - start) / 1000;
  const answered = answers.filter(({ status }) => status !== 503);
  const times = answered.map(({ milliseconds }) => milliseconds);
  const shown = new Set(answered.map((answer) => answer.shown));

  const counted = await attemptsAt(service, [target, other]);
  const compared = counted.get(target)?.attempts ?? Number.NaN;
  const { rows: failures } = await database.query<{ failed: number; events: number; told: number }>(
    `select u.failed_sign_ins as failed, count(e.id)::int as events, coalesce(sum(e.count), 0)::int as told
     from users u left join security_events e on e.user_id = u.id and e.kind = 'sign-in-failed'
     where u.email = $1 group by u.id`,
    [target],
  );
  clock.advance((counted.get(target)?.pause_seconds ?? 0) + 1);
  const afterThePause = await logIn(password);

  console.log(explanation);
  report(
    'One account: guesses at its password',
    {
      guesses: attempts,
      'connections at once': connections,
      'workerd processes': origins.length,
      'seconds it took': Number(seconds.toFixed(1)),
      'answered guesses a second': Number((answered.length / seconds).toFixed(1)),
      'median answer, ms': Math.round(percentile(times, 50)),
      'p95 answer, ms': Math.round(percentile(times, 95)),
      ...answersByName(answers),
      'different answers (bytes), but for 503': shown.size,
      'guesses that could have been right': compared,
      '… of them failures of the account, of 100': failures[0]?.failed,
      'guesses in its security log': failures[0]?.told,
      '… in rows': failures[0]?.events,
      'the most that the rule allows in that time': allowedIn(seconds),
      'the right password in the pause': right.status,
      'the right password on a known device in the pause': phone.status,
      'the right password once the pause is over': afterThePause.status,
      'another account meanwhile': bystander.status,
      '… its row of attempts': counted.has(other) ? 'there' : 'none',
    },
    {
      'no more guesses could have been right than the pauses allow': compared <= allowedIn(seconds),
      'the right password in the pause is answered as a wrong one':
        shown.size === 1 && shown.has(right.shown),
      'the known device signs in during the pause': phone.status === 200,
      'the owner signs in after it': afterThePause.status === 200,
      'another account is not touched': bystander.status === 200 && !counted.has(other),
    },
  );
}

/** What is counted at addresses, and how long a pause still is; of one where nothing is, there is no row. */
export async function attemptsAt({ database, clock }: AttackedService, addresses: readonly string[]) {
  const { rows } = await database.query<{ address: string; attempts: number; pause_seconds: number }>(
    `select address, attempts, greatest(0, extract(epoch from locked_until) - $2)::float8 as pause_seconds
     from unnest($1::text[]) address
     join login_attempts on address_hash = encode(sha256(convert_to(address, 'UTF8')), 'hex')`,
    [addresses, clock.seconds()],
  );
  return new Map(rows.map((row) => [row.address, row]));
}

/** Some are free and one more begins the first pause; then each pause lets one through. */
export function allowedIn(seconds: number): number {
  let allowed = freeLoginAttempts + 1;
  for (let [pause, over] = [loginPauseSeconds, loginPauseSeconds]; over <= seconds; allowed += 1) {
    pause = Math.min(2 * pause, maximumLoginPauseSeconds);
    over += pause;
  }
  return allowed;
}
