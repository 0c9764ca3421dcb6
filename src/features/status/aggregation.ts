// GET /status: the addresses of all status lists (Token Status List, section 9.3).

import { coalesced } from '../../http/coalesced.ts';
import { endpoint } from '../../http/endpoint.ts';
import { statusListCacheSeconds, statusListCountMilliseconds } from '../../status-lifetimes.ts';
import { statusListUri } from '../../tokens/status-list.ts';
import { countLists } from './statements.ts';

export const statusLists = endpoint(
  { route: 'GET /status', access: 'anybody', trips: 1 },
  ({ config, database, now }) => {
    const count = coalesced(async () => {
      const value = await countLists(database);
      return { value, until: now().getTime() + statusListCountMilliseconds };
    }, now);
    return async ({ context }) => {
      const length = await count();
      context.header('Cache-Control', `public, max-age=${statusListCacheSeconds}`);
      return context.json({
        status_lists: Array.from({ length }, (_, list) => statusListUri(config.issuer, list)),
      });
    };
  },
);
