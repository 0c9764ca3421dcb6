// GET /status/{list}: which sessions of a list have ended, for services that check access tokens by themselves. Source:
// Token Status List (draft-ietf-oauth-status-list), section 8.

import { endpoint } from '../../http/endpoint.ts';
import { entityTag, isNamed } from '../../http/entity-tags.ts';
import { Problem } from '../../problems.ts';
import { createLists, staleAt } from './built-lists.ts';

export const statusList = endpoint(
  { route: 'GET /status/:list', access: 'anybody', trips: 1 },
  (dependencies) => {
    const find = createLists(dependencies);
    return async ({ context }) => {
      const list = await find(numberIn(context.req.param('list')));
      if (!list) throw new Problem('not-found');
      const secondsLeft = Math.max(0, Math.floor((staleAt(list) - dependencies.now().getTime()) / 1000));
      context.header('Cache-Control', `public, max-age=${secondsLeft}`);
      // Of the signature, which differs wherever anything does.
      const version = list.token.slice(-22);
      context.header('ETag', entityTag(version));
      if (isNamed(version, context.req.header('If-None-Match'))) return context.body(null, 304);
      return context.body(list.token, 200, { 'Content-Type': 'application/statuslist+jwt' });
    };
  },
);

/** @throws Problem `not-found` for what is no number in its one spelling. */
function numberIn(text = ''): number {
  if (!/^(0|[1-9]\d{0,8})$/.test(text)) throw new Problem('not-found');
  return Number(text);
}
