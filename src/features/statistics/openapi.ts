// The statistics, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import { statisticsPoints } from '../../bounds.ts';
import {
  count,
  describe,
  exampleTime,
  type Feature,
  noted,
  said,
  time,
} from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { type Point, statistics } from './show.ts';
import type { Now } from './statements.ts';

const orUnknown = (description: string) => noted(z.nullable(z.int()), { description });

const StatisticsPoint: z.ZodMiniType<Point> = z.object({
  at: time('When the hour, or the day in UTC, begins.'),
  sign_ins: count('Sessions that began with a sign-in.'),
  failed_sign_ins: count('Wrong passwords. Counted in the hour in which they were.'),
  second_factor_failures: count('Wrong codes behind a right first factor.'),
  registrations: count(
    'Accounts that were made and are there still. A guest who has become somebody counts when the guest began.',
  ),
  sessions_started: orUnknown('From the outbox; null where it does not reach back so far.'),
  sessions_ended: orUnknown(
    'Before their time, in whatever way. From the outbox; null where it does not reach back so far.',
  ),
  refreshes: noted(
    z.object({
      superseded: count('Refused beside the call that spent the token.'),
      reused: count('A spent token came back: the session was ended.'),
      from_another_network: count('Retries from elsewhere than the first call.'),
      device_key_refused: count('A token of a bound session without its key.'),
    }),
    {
      description:
        'Those worth a look. Refreshes that succeed are not counted in the database: Analytics Engine has them.',
    },
  ),
});

const Queue = z.object({
  waiting: count('How many wait.'),
  oldest_waiting_at: z.nullable(time('Since when the oldest of them does.')),
  failed_last_day: count('Given up in the last 24 hours.'),
});

const StatisticsNow: z.ZodMiniType<Now> = z.object({
  users: count('Accounts, guests among them.'),
  disabled: count('Accounts that an operator has disabled.'),
  guests: count('Accounts of guests.'),
  active_sessions: count('Sessions that have not ended, and whose newest token has not expired.'),
  used_in_the_last_hour: count('Those of them that were refreshed, or begun, in the last hour.'),
  mails: Queue,
  outbox: Queue,
});

const Statistics = z.object({
  from: time('When the first point begins: `from`, at the beginning of its step.'),
  to: time('When the last point ends.'),
  step: said('`hour` or `day`.'),
  series: z.array(StatisticsPoint),
  now: StatisticsNow,
});

const { from, to, step } = statistics.query().shape;
noted(from, {
  description:
    'RFC 3339 with an offset; within the last 90 days, which is how long events are kept. By default 24 hours or 30 days before `to`.',
});
noted(to, { description: 'RFC 3339 with an offset. By default now.' });
noted(step, { description: `At most ${statisticsPoints} of them. Days are those of UTC.` });

const quiet = { waiting: 0, oldest_waiting_at: null, failed_last_day: 0 };
const point: Point = {
  at: exampleTime,
  sign_ins: 312,
  failed_sign_ins: 41,
  second_factor_failures: 2,
  registrations: 17,
  sessions_started: 329,
  sessions_ended: 54,
  refreshes: { superseded: 1, reused: 0, from_another_network: 12, device_key_refused: 0 },
};

export const statisticsOverTime: Feature = {
  tag: tags.operators,
  schemas: { Statistics, StatisticsPoint, StatisticsNow },
  operations: [
    describe(statistics, {
      id: 'showStatistics',
      summary: 'What happened, and what is there now',
      description:
        'By the hour or the day, and at this moment. `users`, `guests`, `active_sessions` and `used_in_the_last_hour` are counted ' +
        'exactly in small tables (16 MB: some 90,000 users, 60,000 sessions) and estimated from a sample in larger ones.',
      answers: {
        200: {
          description: 'The statistics.',
          headers: ['Cache-Control'],
          content: {
            schema: Statistics,
            examples: {
              hour: {
                from: exampleTime,
                to: '2026-03-01T10:30:00.000Z',
                step: 'hour',
                series: [point],
                now: {
                  users: 48_213,
                  disabled: 3,
                  guests: 1_204,
                  active_sessions: 71_530,
                  used_in_the_last_hour: 9_411,
                  mails: { waiting: 2, oldest_waiting_at: exampleTime, failed_last_day: 1 },
                  outbox: quiet,
                },
              },
            },
          },
        },
      },
    }),
  ],
};
