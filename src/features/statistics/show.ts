// GET /api/admin/statistics: what happened by the hour or the day, and what is there now.

import * as z from 'zod/mini';
import { refusedOperator } from '../../authentication/refused-operator.ts';
import { statisticsPoints } from '../../bounds.ts';
import type { SecurityEventKind } from '../../database/security-events.ts';
import { endpoint } from '../../http/endpoint.ts';
import { momentParameter } from '../../http/moment.ts';
import { securityEventsKeptSeconds } from '../../lifetimes.ts';
import { Problem } from '../../problems.ts';
import { type Counted, countedStatistics, type Period } from './statements.ts';

/** By the field that shows them. */
const events = {
  sign_ins: 'signed-in',
  failed_sign_ins: 'sign-in-failed',
  second_factor_failures: 'second-factor-failed',
} as const satisfies Record<string, SecurityEventKind>;

/** Refreshes that were no plain success: of those Analytics Engine alone knows how many there were. */
const refreshes = {
  superseded: 'refresh-superseded',
  reused: 'refresh-token-reused',
  from_another_network: 'refreshed-from-another-network',
  device_key_refused: 'device-key-refused',
} as const satisfies Record<string, SecurityEventKind>;

const steps = { hour: 60 * 60 * 1000, day: 24 * 60 * 60 * 1000 } as const;
/** Without `from`: as many steps. */
const usualPoints = { hour: 24, day: 30 } as const;

const period = () =>
  z.object({
    from: momentParameter(),
    to: momentParameter(),
    step: z._default(z.enum(['hour', 'day'], 'must be hour or day'), 'hour'),
  });

export const statistics = endpoint(
  {
    route: 'GET /api/admin/statistics',
    access: 'session',
    operator: 'read',
    query: period,
    trips: 1,
  },
  (dependencies) =>
    async ({ context, query, caller }) => {
      const asked = whole(query, caller.now);
      const kinds = [...Object.values(events), ...Object.values(refreshes)];
      const counts = await countedStatistics(dependencies.database, { ...asked, caller, kinds });
      if (!counts) throw await refusedOperator(dependencies, caller);
      context.header('Cache-Control', 'private, no-store');
      const { counted, outbox_since: since, now } = counts;
      return context.json({ ...asked, series: seriesOf(asked, counted, since), now });
    },
);

/** @throws Problem `validation-failed` for a time that is not kept, or more points than one answer has. */
function whole(
  { from, to, step }: { from?: string | undefined; to?: string | undefined; step: Period['step'] },
  now: Date,
): Period {
  const length = steps[step];
  const up = (time: number) => Math.ceil(time / length) * length;
  // Nothing has happened after the step of now.
  const end = Math.min(up(now.getTime() + 1), to === undefined ? Infinity : up(Date.parse(to)));
  const start =
    from === undefined ? end - usualPoints[step] * length : Math.floor(Date.parse(from) / length) * length;
  const refuse = (detail: string) => {
    throw new Problem('validation-failed', { errors: [{ pointer: '#from', detail }] });
  };
  if (start >= end) refuse('must be before `to`');
  if (end - start > statisticsPoints * length)
    refuse(`must be at most ${statisticsPoints} steps before \`to\``);
  if (start < now.getTime() - securityEventsKeptSeconds * 1000 - length)
    refuse(`must be within the last ${securityEventsKeptSeconds / 86_400} days`);
  return { from: new Date(start), to: new Date(end), step };
}

function seriesOf({ from, to, step }: Period, counted: readonly Counted[], since: string | null) {
  const counts = new Map(counted.map(({ at, what, count }) => [`${what} ${Date.parse(at)}`, count]));
  const length = steps[step];
  return Array.from({ length: (to.getTime() - from.getTime()) / length }, (_, index) => {
    const at = from.getTime() + index * length;
    const of = (what: string) => counts.get(`${what} ${at}`) ?? 0;
    const isKnown = since !== null && Date.parse(since) < at + length;
    const all = <Kinds extends Readonly<Record<string, string>>>(kinds: Kinds) =>
      Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, of(kind)])) as Record<
        keyof Kinds,
        number
      >;
    return {
      at: new Date(at).toISOString(),
      ...all(events),
      registrations: of('registered'),
      sessions_started: isKnown ? of('session.started') : null,
      sessions_ended: isKnown ? of('session.ended') : null,
      refreshes: all(refreshes),
    };
  });
}

/** What one step looks like. */
export type Point = ReturnType<typeof seriesOf>[number];
