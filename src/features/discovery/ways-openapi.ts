// What is switched on, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { describe, type Feature, noted, said } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { ways, waysOf } from './ways.ts';

const characters = () => noted(z.number(), { type: 'integer' });

const Ways = noted(
  z.object({
    password: noted(z.object({ min_length: characters(), max_length: characters() }), {
      description: 'What a new one has to keep to, in Unicode code points.',
    }),
    passkey: z.object({ rp_id: said('The domain that passkeys are for.') }),
    providers: z.array(
      z.object({
        name: said('As in the path of `POST /api/auth/login/{provider}`.'),
        client_ids: noted(z.array(z.string()), {
          description: 'Whom its ID tokens may be for: what the platform’s SDK is given.',
        }),
        nonce: noted(z.enum(['required', 'optional']), {
          description: 'Whether an ID token without a nonce of `POST /api/auth/nonce` is taken.',
        }),
      }),
    ),
    email_code: noted(z.boolean(), { description: 'Whether a code sent by mail signs in.' }),
    guest: noted(z.boolean(), { description: 'Whether there are accounts of guests.' }),
    sign_up: noted(z.enum(['open', 'domains', 'closed']), {
      description:
        'Who may have a new account: anybody, whoever has an address of certain domains, or nobody. Others are `sign-up-closed`.',
    }),
    code_lengths: noted(
      z.object({
        registration: characters(),
        sign_in: characters(),
        reset: characters(),
        long: noted(z.number(), {
          type: 'integer',
          description: 'Letters and digits, in place of digits while somebody tries codes out.',
        }),
      }),
      { description: 'What is asked for in the form; `code_length` of an answer says it of that one mail.' },
    ),
  }),
  { description: 'Ways of signing in.' },
);

const example = waysOf({
  passwordMinimumLength: 15,
  passkeyRpId: 'example.com',
  identityProviders: new Map([
    [
      'apple',
      {
        name: 'apple',
        audiences: ['com.example.app'],
        issuers: [],
        jwksUri: '',
        isNonceOptional: false,
      },
    ],
  ]),
  emailCodes: true,
  guests: false,
  signUp: ['%'],
});

export const waysOfSigningIn: Feature = {
  tag: tags.sessions,
  schemas: { Ways },
  operations: [
    describe(ways, {
      id: 'getWays',
      summary: 'Which ways of signing in there are',
      description:
        'For the first screen of an app, which shows what is switched on. The same for everybody; may be kept for five minutes.',
      parameters: ['If-None-Match'],
      answers: {
        200: {
          description: 'The ways.',
          headers: ['ETag', 'Cache-Control'],
          content: { schema: Ways, examples: { some: example } },
        },
        304: { description: 'The copy at hand is still good.', headers: ['ETag', 'Cache-Control'] },
      },
    }),
  ],
};
