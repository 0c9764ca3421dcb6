// GET /api/admin/users: searches for users, newest first, in pages.

import * as z from 'zod/mini';
import { refusedOperator } from '../../authentication/refused-operator.ts';
import { addressOctets } from '../../email-address.ts';
import { endpoint } from '../../http/endpoint.ts';
import { text } from '../../http/fields.ts';
import { beyondTheNewest, cursorParameter, limitParameter, pageResponse } from '../../http/pagination.ts';
import { findUsers as findStoredUsers, userStates } from '../../operators/find-users.ts';
import { given, operatorsPage } from './page.ts';

const search = () =>
  z.object({
    query: z.optional(text({ maximum: addressOctets }).check(z.trim())),
    state: z.optional(z.enum(userStates, `must be one of: ${userStates.join(', ')}`)),
    limit: limitParameter(operatorsPage),
    cursor: cursorParameter(),
  });

export const findUsers = endpoint(
  { route: 'GET /api/admin/users', access: 'session', operator: 'read', query: search, trips: 1 },
  (dependencies) =>
    async ({ context, query: { cursor = beyondTheNewest, limit, ...wanted }, caller }) => {
      const users = await findStoredUsers(dependencies.database, {
        ...wanted,
        operator: { caller },
        before: cursor,
        limit: limit + 1,
      });
      if (!users) throw await refusedOperator(dependencies, caller);
      return pageResponse(context, users, limit, { ...given(wanted), limit: String(limit) });
    },
);
