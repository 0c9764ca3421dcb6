// Delivers the outbox to WEBHOOK_URL: at least once, and in order for each user. Never throws: an event that failed stays in the queue
// until it was tried for three days, and is logged.

import { eventRunMilliseconds, eventsLookedAt, eventsNumbered } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { sendBatch } from './batch.ts';
import { claimDueEvents, finishEvents, numberEvents } from './statements.ts';

type Parts = Pick<Dependencies, 'config' | 'database' | 'fetch' | 'log' | 'now' | 'randomBytes' | 'version'>;

/** Until nothing is due, or the run has had its time. Without a webhook the events wait, for whoever reads them. */
export async function deliverEvents(
  parts: Parts,
  milliseconds: number = eventRunMilliseconds.cron,
): Promise<void> {
  const { config, database, log, now } = parts;
  const { webhook } = config;
  if (!webhook) return;
  const end = now().getTime() + milliseconds;
  const isOver = () => now().getTime() >= end;
  try {
    while ((await numberEvents(database, now())) === eventsNumbered);
    while (!isOver()) {
      const { events, looked } = await claimDueEvents(database, now());
      if (events.length === 0) {
        if (looked < eventsLookedAt) return;
        continue;
      }
      const { outcomes, news } = await sendBatch(events, webhook, { ...parts, isOver });
      const isDown = await finishEvents(database, outcomes, news, now());
      if (!isDown) continue;
      log('error', 'webhook-down', { cause: outcomes.find(({ error }) => error !== undefined)?.error });
      return;
    }
  } catch (error) {
    log('error', 'outbox-unreachable', { cause: String(error) });
  }
}

/**
 * Right after an answer that may have changed something, in a run of its own each second at most: who comes meanwhile is told of by the
 * one that begins next.
 *
 * @returns what to call after each answer.
 */
export function coalescedDelivery(
  run: () => Promise<void>,
  now: () => Date,
  spacing: number,
): () => Promise<void> {
  let begins = Number.NEGATIVE_INFINITY;
  return async () => {
    const time = now().getTime();
    // A clock that was set back, or a request that ended before its run began, holds nobody up for longer than that.
    if (begins > time && begins <= time + spacing) return;
    const wait = begins + spacing > time && begins <= time ? begins + spacing - time : 0;
    begins = time + wait;
    if (wait > 0) await scheduler.wait(wait);
    await run();
  };
}
