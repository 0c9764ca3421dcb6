// GET /api/users/me: the user of the access token, while the session is active.

import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../problems.ts';
import { readUser } from './statements.ts';

export const show = endpoint(
  { route: 'GET /api/users/me', access: 'session', trips: 1 },
  ({ database }) =>
    async ({ context, caller }) => {
      const user = await readUser(database, caller);
      if (!user) throw new Problem('session-ended');
      context.header('Cache-Control', 'private, no-store');
      return context.json(user);
    },
);
