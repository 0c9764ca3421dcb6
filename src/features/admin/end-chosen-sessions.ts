// POST /api/admin/sessions/end: ends sessions, whoever's they are.

import * as z from 'zod/mini';
import { refusedOperator } from '../../authentication/refused-operator.ts';
import { isUuid } from '../../encoding.ts';
import { endpoint } from '../../http/endpoint.ts';
import { endChosenSessions as endStoredSessions } from '../../operators/end-sessions.ts';
import { actOf } from './outcome.ts';

const chosenSessions = () =>
  z.object({
    ids: z
      .array(z.string().check(z.refine(isUuid, { error: 'must be the id of a session' })))
      .check(z.refine((ids) => ids.length >= 1 && ids.length <= 100, { error: 'must be 1 to 100 ids' })),
  });

export const endChosenSessions = endpoint(
  {
    route: 'POST /api/admin/sessions/end',
    access: 'session',
    operator: 'write',
    limit: 'write',
    body: chosenSessions,
    trips: 1,
  },
  (dependencies) =>
    async ({ context, body, caller }) => {
      const { database, newId } = dependencies;
      const sessions = [...new Set(body.ids)].map((id) => ({ id, eventId: newId() }));
      const act = { ...actOf(context, dependencies, caller), sessions };
      const ended = await endStoredSessions(database, act);
      if (ended === undefined) throw await refusedOperator(dependencies, caller);
      return context.json({ ended });
    },
);
