// Thousands of guesses at one account, over 200 connections at once, and what came of them.

import { setTimeout as delay } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { freeLoginAttempts, loginPauseSeconds, maximumLoginPauseSeconds } from '../../src/lifetimes.ts';
import { percentile } from '../bench/figures.ts';
import { type AttackedService, password } from './attacked-service.ts';
import { post } from './post.ts';

const connections = 200;

const explanation = `
How guesses are counted. The login's first statement adds the attempt to the address's row of login_attempts and says that it
counts, both or neither; in a pause it does neither, and the guess is wrong whatever it is. So "attempts" in that row are the
guesses that could have been right, or more: a statement whose answer came too late is run again, and counts again.`;

export async function attack({ origins, database, newPeople }: AttackedService, attempts: number) {
  const [target = '', other = ''] = await newPeople(2, { verified: true });
  const logIn = (given: string, email = target, at = 0, more: object = {}) =>
    post(`${origins[at % origins.length]}/api/auth/login`, { email, password: given, ...more });
  // What the owner's phone was given when it last signed in.
  const { known_device } = JSON.parse((await logIn(password)).body);

  const answers = new Map<string, number>();
  const times: number[] = [];
  const shown = new Set<string>();
  const bar = new SingleBar({
    format: '{bar} {value} of {total} guesses, {eta_formatted} left',
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 20_000,
  });
  bar.start(attempts, 0);
  const start = performance.now();
  let next = 0;
  async function guess(connection: number): Promise<void> {
    while (next < attempts) {
      const answer = await logIn(`wrong guess ${next++}`, target, connection);
      const name = `${answer.status} ${/problems\/([a-z-]+)/.exec(answer.shown)?.[1] ?? ''}`;
      answers.set(name, (answers.get(name) ?? 0) + 1);
      times.push(answer.milliseconds);
      if (answer.status === 401) shown.add(answer.shown);
      bar.increment();
    }
  }
  async function meanwhile() {
    while (times.length < attempts / 2) await delay(50);
    return [
      await logIn(password),
      await logIn(password, other),
      await logIn(password, target, 0, { known_device }),
    ] as const;
  }
  const [[right, bystander, phone]] = await Promise.all([
    meanwhile(),
    ...Array.from({ length: connections }, (_, connection) => guess(connection)),
  ]);
  bar.stop();
  const seconds = (performance.now() - start) / 1000;

  const { rows } = await database.query<{ address: string; attempts: number; pause: Date }>(
    `select u.email as address, attempts, locked_until as pause from login_attempts a
     join users u on a.address_hash = encode(sha256(convert_to(u.email, 'UTF8')), 'hex')`,
  );
  const { rows: failures } = await database.query<{
    address: string;
    failed: number;
    events: number;
    told: number;
  }>(
    `select u.email as address, u.failed_sign_ins as failed, count(e.id)::int as events, coalesce(sum(e.count), 0)::int as told
     from users u left join security_events e on e.user_id = u.id and e.kind = 'sign-in-failed'
     where u.email = $1 group by u.id`,
    [target],
  );
  const row = rows.find(({ address }) => address === target);
  const compared = row?.attempts ?? Number.NaN;
  console.log(explanation);
  console.table({
    guesses: attempts,
    'connections at once': connections,
    'workerd processes': origins.length,
    'seconds it took': Number(seconds.toFixed(1)),
    'guesses a second': Number((attempts / seconds).toFixed(1)),
    'median answer, ms': Math.round(percentile(times, 50)),
    'p95 answer, ms': Math.round(percentile(times, 95)),
    ...Object.fromEntries([...answers].map(([name, count]) => [`answered ${name}`, count])),
    'different answers of 401 (bytes)': shown.size,
    'guesses that could have been right': compared,
    '… of them failures of the account, of 100': failures[0]?.failed,
    'guesses in its security log': failures[0]?.told,
    '… in rows': failures[0]?.events,
    'the most that the rule allows in that time': allowedIn(seconds),
    'the right password in the pause': right.status,
    '… is the answer of a wrong one (bytes)': shown.has(right.shown),
    'the right password on a known device in the pause': phone.status,
    'another account meanwhile': bystander.status,
    '… its row of attempts': rows.some(({ address }) => address === other) ? 'there' : 'none',
  });
  if (!(compared <= allowedIn(seconds)) || right.status !== 401 || phone.status !== 200) process.exitCode = 1;

  return {
    async afterThePause(): Promise<void> {
      const left = (row?.pause.getTime() ?? 0) - Date.now();
      if (left > 0) console.error(`${Math.ceil(left / 1000)} s of the pause are left`);
      await delay(Math.max(0, left + 100));
      const { status } = await logIn(password);
      console.log(`The right password, once the pause is over: ${status}`);
      if (status !== 200) process.exitCode = 1;
    },
  };
}

/** Some are free and one more begins the first pause; then each pause lets one through. */
function allowedIn(seconds: number): number {
  let allowed = freeLoginAttempts + 1;
  for (let [pause, over] = [loginPauseSeconds, loginPauseSeconds]; over <= seconds; allowed += 1) {
    pause = Math.min(2 * pause, maximumLoginPauseSeconds);
    over += pause;
  }
  return allowed;
}
