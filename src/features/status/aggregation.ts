// GET /status: the addresses of all status lists (Token Status List, section 9.3).

import { endpoint } from '../../http/endpoint.ts';
import { statusListCacheSeconds } from '../../status-lifetimes.ts';
import { statusListUri } from '../../tokens/status-list.ts';
import { listCounter } from './built-lists.ts';

export const statusLists = endpoint({ route: 'GET /status', access: 'anybody', trips: 1 }, (dependencies) => {
  const count = listCounter(dependencies);
  return async ({ context }) => {
    const length = await count();
    context.header('Cache-Control', `public, max-age=${statusListCacheSeconds}`);
    return context.json({
      status_lists: Array.from({ length }, (_, list) => statusListUri(dependencies.config.issuer, list)),
    });
  };
});
