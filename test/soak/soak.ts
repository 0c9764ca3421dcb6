// `npx node test/soak/soak.ts [--minutes 20] [--seed N]`: people use the service while everything under it fails, and
// nothing that was acknowledged is lost, nobody signed out. Prints a table; exit code 1 and the log around what was broken.

import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { secretIn } from '../../src/local/secrets.ts';
import type { Account } from './account.ts';
import { audit } from './audit.ts';
import { hurryMails, strikeFaults } from './faults.ts';
import { openLedger } from './ledger.ts';
import { live, passBy } from './person.ts';
import { randomFrom } from './random.ts';
import { setStage } from './stage.ts';
import { openTraffic } from './traffic.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string' },
    people: { type: 'string', default: '12' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
// A short run meets every fault as well: none lasts as long.
const pace =
  minutes < 2
    ? ({ grace: 4_000, quiet: [500, 1_500], lasts: [300, 900] } as const)
    : ({ grace: 10_000, quiet: [1_000, 10_000], lasts: [1_000, 9_000] } as const);
const drainMilliseconds = 90_000;

console.log(`soak: ${minutes} minutes, seed ${seed}`);
const ledger = openLedger(console.log);
const random = randomFrom(seed);
const stage = await setStage(random);
try {
  await soak();
} finally {
  await stage.stop();
}
console.log(ledger.tables());
if (ledger.violations.length > 0) {
  console.log(`\n${ledger.violations.length} violations with seed ${seed}\n\n${ledger.story()}`);
  process.exitCode = 1;
} else console.log('\nEvery invariant held.');
process.exit(); // whatever a fault has left open

async function soak(): Promise<void> {
  const traffic = openTraffic(stage.origin, { ledger, random: random.of('traffic') });
  const timeIsUp = new AbortController();
  const { signal } = timeIsUp;
  const start = Date.now();
  const progress = setInterval(() => console.log(progressLine(start)), Math.min(minutes * 10_000, 30_000));
  let isOver = false;
  const cron = (async () => {
    while (!isOver) {
      await Promise.all([stage.runCron(), delay(2_000)]);
    }
  })();

  const accounts: Account[] = [];
  const scene = { traffic, mailApiUrl: stage.mailApiUrl, ledger, signal };
  const people = Array.from({ length: Number(values.people) }, (_, index) => {
    const name = `person-${index + 1}`;
    return live(scene, random.of(name), name, accounts);
  });
  const faults = strikeFaults(stage, { random: random.of('faults'), ledger, pace, signal });
  const everybody = Promise.all([...people, passBy(scene, random.of('person-0'), 'person-0')]);
  everybody.catch(() => {});
  await Promise.race([delay(minutes * 60_000, undefined, { ref: false }), Promise.all([everybody, faults])]);

  timeIsUp.abort();
  await faults;
  ledger.say('the faults are over');
  const isDone = await Promise.race([
    everybody.then(() => true),
    delay(drainMilliseconds, false, { ref: false }),
  ]);
  if (!isDone) ledger.violate('every call ends', 'people who still wait');
  await drainMails();
  isOver = true;
  await cron;
  clearInterval(progress);
  await audit(stage, { ledger, accounts, traffic });
  const logged = stage.logged();
  const told = accounts.filter(({ passwords }) => passwords.some((password) => logged.includes(password)));
  for (const { email } of told) ledger.violate('no secret is logged', `the password of ${email}`);
  const secret = secretIn(logged);
  if (secret) ledger.violate('no secret is logged', secret);
  console.log(progressLine(start));
}

/** Moves the queue's time on until nothing is left in it. */
async function drainMails(): Promise<void> {
  const client = new pg.Client(stage.databaseUrl);
  await client.connect();
  const deadline = Date.now() + drainMilliseconds;
  for (;;) {
    const { rows } = await client.query('select from mails where sent_at is null and failed_at is null');
    if (rows.length === 0 || Date.now() > deadline) break;
    await hurryMails(stage);
    await stage.runCron();
    await delay(1_000);
  }
  await client.end();
}

function progressLine(start: number): string {
  const figures = {
    requests: ledger.total('Requests'),
    '503': ledger.total('Requests by outcome', /^503/),
    'without an answer': ledger.total('Requests by outcome', /^\D/),
    refreshes: ledger.total('Refreshes'),
    faults: ledger.total('Faults'),
    violations: ledger.violations.length,
  };
  const time = new Date(Date.now() - start).toISOString().slice(14, 19);
  return [time, ...Object.entries(figures).map(([name, figure]) => `${figure} ${name}`)].join('  ');
}
