// Status lists, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import { describe, type Feature, noted } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { statusLists } from './aggregation.ts';
import { statusList } from './list.ts';

const StatusListAggregation = z.object({
  status_lists: noted(z.array(noted(z.string(), { format: 'uri' })), {
    description: 'The addresses of all lists.',
  }),
});
const StatusListToken = noted(z.string(), {
  description:
    'A JWT: `typ` `statuslist+jwt`, `sub` its own address, `iat`, `exp`, `ttl`, and `status_list {bits, lst}`.',
});

export const status: Feature = {
  tag: tags.service,
  schemas: { StatusListAggregation, StatusListToken },
  operations: [
    describe(statusLists, {
      id: 'getStatusLists',
      summary: 'Addresses of the status lists',
      description: 'Token Status List, section 9.3.',
      answers: {
        200: {
          description: 'The addresses.',
          headers: ['Cache-Control'],
          content: {
            schema: StatusListAggregation,
            examples: { one: { status_lists: ['https://auth.example.com/status/0'] } },
          },
        },
      },
    }),
    describe(statusList, {
      id: 'getStatusList',
      summary: 'Which sessions have ended',
      description:
        'For services that check access tokens themselves, and refuse those of ended sessions within 30 seconds without a call ' +
        'for each request (Token Status List, section 8). A token names its list and its place there in `status.status_list`. ' +
        'A bit is set where the session has ended, for as long as a token of it may be out. Fetch it again after `ttl` seconds; ' +
        'while it cannot be had, use it until `exp`.',
      parameters: ['If-None-Match'],
      answers: {
        200: {
          description: 'The list, signed with a key of `/.well-known/jwks.json`.',
          headers: ['ETag', 'Cache-Control'],
          content: {
            mediaType: 'application/statuslist+jwt',
            schema: StatusListToken,
            examples: { one: 'eyJhbGciOi…' },
          },
        },
        304: { description: 'The copy at hand is still the newest.', headers: ['ETag', 'Cache-Control'] },
      },
      problems: ['not-found'],
    }),
  ],
};
