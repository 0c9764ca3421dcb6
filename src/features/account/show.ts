// GET /api/users/me: the user behind the access token, as long as the session lives.

import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../problems.ts';
import { readUser } from './statements.ts';

export const show = endpoint({ route: 'GET /api/users/me', access: 'session', trips: 1 }, (dependencies) => {
  const { database } = dependencies;

  return async ({ context, caller }) => {
    const user = await readUser(database, caller);
    if (!user) throw new Problem('session-ended');
    context.header('Cache-Control', 'private, no-store');
    return context.json(user);
  };
});
