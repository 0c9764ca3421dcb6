// GET /api/admin/mails: what has become of mails, newest first, in pages.

import * as z from 'zod/mini';
import { refusedOperator } from '../../authentication/refused-operator.ts';
import { endpoint } from '../../http/endpoint.ts';
import { beyondTheNewest, cursorParameter, limitParameter, pageResponse } from '../../http/pagination.ts';
import { listMails as listStoredMails, mailStates } from '../../operators/mails.ts';
import { given, operatorsPage } from './page.ts';

const search = () =>
  z.object({
    state: z.optional(z.enum(mailStates, `must be one of: ${mailStates.join(', ')}`)),
    limit: limitParameter(operatorsPage),
    cursor: cursorParameter(),
  });

export const listMails = endpoint(
  { route: 'GET /api/admin/mails', access: 'session', operator: 'read', query: search, trips: 1 },
  (dependencies) =>
    async ({ context, query: { cursor = beyondTheNewest, limit, state }, caller }) => {
      const mails = await listStoredMails(dependencies.database, {
        operator: { caller },
        state,
        before: cursor,
        limit: limit + 1,
      });
      if (!mails) throw await refusedOperator(dependencies, caller);
      return pageResponse(context, mails, limit, { ...given({ state }), limit: String(limit) });
    },
);
