// Sends claimed events, a few at once, and says what became of each and what that says of the endpoint.

import { endpointFailures, eventRetrySeconds, eventsAtOnce } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import type { Webhook } from '../../webhook-bindings.ts';
import { eventOf } from './event.ts';
import { type Refusal, send } from './send.ts';
import type { DueEvent, EndpointNews, Outcome } from './statements.ts';

type Parts = Pick<Dependencies, 'fetch' | 'log' | 'now' | 'randomBytes' | 'version'> & {
  /** Whether the run has had its time: then nothing more is begun. */
  readonly isOver: () => boolean;
};

/** What is not begun any more, because the run is over or the endpoint takes nothing, is given back as it was. */
export async function sendBatch(
  events: readonly DueEvent[],
  webhook: Webhook,
  parts: Parts,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly news: EndpointNews }> {
  const { isOver, now } = parts;
  const outcomes: Outcome[] = [];
  let [taken, refused, failures] = [0, 0, 0];
  let pausedUntil: Date | undefined;
  const isHopeless = () => pausedUntil !== undefined || (taken === 0 && refused >= endpointFailures);

  async function attempt(event: DueEvent): Promise<Outcome> {
    const { id, attempts } = event;
    if (isOver() || isHopeless()) return { id, attempts, kind: 'given-back', due_at: now().toISOString() };
    const refusal = await send(eventOf(event), webhook, parts);
    if (!refusal) {
      taken += 1;
      return { id, attempts, kind: 'delivered' };
    }
    refused += 1;
    // An event that is refused again and again says nothing of the endpoint.
    if (attempts === 1 || !refusal.isOfEvent) failures += 1;
    if (refusal.retryAfterSeconds !== undefined)
      pausedUntil = new Date(now().getTime() + refusal.retryAfterSeconds * 1000);
    return postponed(event, refusal, parts);
  }

  const waiting = [...events];
  const work = async () => {
    for (let event = waiting.shift(); event; event = waiting.shift()) outcomes.push(await attempt(event));
  };
  await Promise.all(Array.from({ length: eventsAtOnce }, work));
  return { outcomes, news: { isUp: taken > 0, failures, pausedUntil } };
}

function postponed(
  { id, type, attempts }: DueEvent,
  { error, retryAfterSeconds = 0 }: Refusal,
  { log, now, randomBytes }: Parts,
): Outcome {
  const fields = { event_id: id, type, attempts, cause: error };
  const pause = eventRetrySeconds[attempts - 1];
  if (pause === undefined) {
    log('error', 'event-given-up', fields);
    return { id, attempts, kind: 'failed', error };
  }
  log('warn', 'event-postponed', fields);
  const stretched = pause * (1 + (randomBytes(1)[0] ?? 0) / 1275);
  const due = new Date(now().getTime() + Math.max(stretched, retryAfterSeconds) * 1000);
  return { id, attempts, kind: 'postponed', due_at: due.toISOString(), error };
}
