// Hurts the stage in three lanes at once, each fault of a lane in turn before any comes again. The seed decides which.

import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type DatabaseFault, databaseFaults } from './database-proxy.ts';
import type { Ledger } from './ledger.ts';
import { mailFaults } from './mail-proxy.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

type Fault = {
  readonly name: string;
  readonly strike: (milliseconds: number, random: Random) => Promise<void>;
};

/** Milliseconds: before the first fault, between two of a lane, and for which one lasts. */
export type Pace = {
  readonly grace: number;
  readonly quiet: readonly [number, number];
  readonly lasts: readonly [number, number];
};

/** Runs until the signal, and leaves everything whole. */
export async function strikeFaults(
  stage: Stage,
  { random, ledger, pace, signal }: { random: Random; ledger: Ledger; pace: Pace; signal: AbortSignal },
): Promise<void> {
  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal }).catch(() => {});
  const { database, mail, workers } = stage;

  const restarts = (['SIGQUIT', 'SIGKILL'] as const).map((end) => ({
    name: `database ended by ${end} and started again`,
    strike: (milliseconds: number) => stage.restartDatabase(end, milliseconds / 3),
  }));
  const cuts = Object.keys(databaseFaults).map((name) => ({
    name,
    async strike(milliseconds: number, random: Random) {
      database.fail(name as DatabaseFault, random.between(0.2, 1));
      await pause(milliseconds);
      database.fail();
    },
  }));
  const mails = mailFaults.map((name) => ({
    name,
    async strike(milliseconds: number) {
      await mail.fail(name);
      await pause(milliseconds);
      await mail.fail();
      await hurryMails(stage);
    },
  }));
  const kills = [workers.slice(0, 1), workers.slice(1), workers].map((killed) => ({
    name: killed.length > 1 ? 'every Worker killed' : 'a Worker killed',
    async strike(milliseconds: number) {
      await Promise.all(killed.map((worker) => worker.kill()));
      await pause(milliseconds / 3);
      await Promise.all(killed.map((worker) => worker.startAgain()));
    },
  }));

  /** @param calm how many times longer than in the busiest lane nothing happens. */
  async function lane(name: string, calm: number, faults: readonly Fault[]): Promise<void> {
    const chance = random.of(name);
    await pause(pace.grace);
    for (;;) {
      for (const { name, strike } of chance.shuffled(faults)) {
        await pause(chance.between(...pace.quiet) * calm);
        if (signal.aborted) return;
        ledger.count('Faults', name);
        ledger.say(`fault: ${name}`);
        await strike(chance.between(...pace.lasts), chance);
        ledger.say(`over:  ${name}`);
      }
    }
  }
  await Promise.all([
    lane('database', 1, [...restarts, ...cuts]),
    lane('mail', 2, mails),
    lane('workers', 3, kills),
  ]);
}

/** The minutes after which a mail is tried again have passed, as it were. */
export async function hurryMails(stage: Stage): Promise<void> {
  const client = new pg.Client(stage.databaseUrl);
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('update mails set due_at = now() where sent_at is null and failed_at is null');
  } catch {
    // The database is being restarted: after the next fault there is another chance.
  } finally {
    await client.end().catch(() => {});
  }
}
