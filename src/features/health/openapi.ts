// Health, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { describe, type Feature, said } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { health, ready } from './check.ts';

const Health = z.object({ status: said('`ok`.'), version: said('Of this release.') });
const Readiness = z.object({ status: said('`ready`.') });

export const healthChecks: Feature = {
  tag: tags.service,
  schemas: { Health, Readiness },
  operations: [
    describe(health, {
      id: 'checkHealth',
      summary: 'Is it running',
      description: 'Asks nothing of the database.',
      answers: {
        200: {
          description: 'It runs.',
          headers: ['Cache-Control'],
          content: { schema: Health, examples: { ok: { status: 'ok', version: '1.0.0' } } },
        },
      },
    }),
    describe(ready, {
      id: 'checkReadiness',
      summary: 'Can it serve',
      description:
        'Whether the database can be reached and has the migrations that this release needs. An answer may be a second old.',
      problems: ['too-many-requests'],
      answers: {
        200: {
          description: 'It can.',
          headers: ['Cache-Control'],
          content: { schema: Readiness, examples: { ready: { status: 'ready' } } },
        },
      },
    }),
  ],
};
