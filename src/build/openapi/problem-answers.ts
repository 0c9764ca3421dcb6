// The answers that are problems, and the headers and parameters that answers and calls share.

import * as z from 'zod/mini';
import { authSessionSeconds, recentSignInSeconds } from '../../lifetimes.ts';
import { type ProblemName, problems } from '../../problems.ts';
import { en } from '../../words/en.ts';
import { exampleId, type Json, noted, said } from './describe.ts';

export const Problem = noted(
  z.object({
    type: noted(z.string(), {
      format: 'uri',
      description: `Ends in \`/problems/<name>\`. The names: ${Object.keys(problems)
        .map((name) => `\`${name}\``)
        .join(', ')}. Decide by this.`,
    }),
    title: said(
      'The same for every occurrence of the type, in the language of `Accept-Language` where there are words in it: fit to be shown to a person.',
    ),
    status: noted(z.int(), { description: 'The HTTP status.' }),
    detail: z.optional(
      said(
        'What it is this time: in English, for developers. For `weak-password` it is fit to be shown to a person, in the language of the title.',
      ),
    ),
    instance: z.optional(said('`urn:uuid:` and the request id, to quote in a bug report.')),
    errors: z.optional(
      noted(
        z.array(
          z.object({
            pointer: said('A JSON Pointer (RFC 6901) into the body, or `#name` of a parameter or a header.'),
            detail: said('What is wrong with it.'),
            reason: z.optional(
              noted(z.enum(Object.keys(en.passwords)), {
                description: 'For `weak-password`: why, for words of your own.',
              }),
            ),
          }),
        ),
        { description: 'The fields that are not as they should be.' },
      ),
    ),
    attempts_left: z.optional(
      noted(z.int(), {
        description:
          'For `invalid-code`, and `invalid-second-factor` in a second step: how many more codes this `request` or ' +
          '`auth_session` takes.',
      }),
    ),
    auth_session: z.optional(
      said('For `second-factor-required` at a sign-in: the handle by which it goes on. It is no session.'),
    ),
    expires_in: z.optional(noted(z.int(), { description: 'Seconds for which the `auth_session` is good.' })),
    factors: z.optional(
      noted(z.array(z.string()), {
        description:
          'For `second-factor-required`, one of which is to be shown, and for `recent-sign-in-required`, where one is to be ' +
          'shown with the password: `totp`, `recovery_code`, `passkey`. More may come.',
      }),
    ),
    unknown_credential: z.optional(
      noted(z.object({ rpId: said('The RP ID.'), credentialId: said('The credential id, base64url.') }), {
        description:
          'For `passkey-not-accepted`, where nobody has the passkey: what `PublicKeyCredential.signalUnknownCredential` ' +
          'takes, so that the device offers it no more.',
      }),
    ),
    acr_values: z.optional(
      said(
        'For `recent-sign-in-required`: the level that the sign-in has to reach, where it is short (RFC 9470).',
      ),
    ),
    reason: z.optional(
      said(
        'With `session-ended`, at a refresh: `signed-out`, `signed-out-everywhere`, `revoked`, `reused`, ' +
          '`password-changed`, `password-reset`, `email-change-undone`, `upgraded`, `disabled`, `expired`. More may come.',
      ),
    ),
    max_age: z.optional(
      noted(z.int(), {
        description: 'For `recent-sign-in-required`: seconds since the sign-in, at most (RFC 9470).',
      }),
    ),
    methods: z.optional(
      noted(z.array(z.string()), {
        description:
          'For `recent-sign-in-required`: what the user can show now: `password`, `passkey`, `provider`. More may come.',
      }),
    ),
    providers: z.optional(
      noted(z.array(z.string()), {
        description: 'With `provider` among the `methods`: whose ID tokens.',
      }),
    ),
    retryable: noted(z.boolean(), { description: 'The same request may succeed later.' }),
    error: z.optional(
      said(
        'At `/oauth/*` alone, where OAuth clients look for it: `temporarily_unavailable`, `server_error`, `invalid_request`.',
      ),
    ),
    error_description: z.optional(said('At `/oauth/*` alone. For a developer.')),
    discard_credentials: noted(z.boolean(), {
      description:
        'Forget the tokens and ask for a new login. Where it is false, keep them whatever the status is.',
    }),
  }),
  { description: 'Every error of this service (RFC 9457).' },
);

export type ProblemAnswer = { readonly name: string; readonly status: number; readonly answer: Json };

/**
 * The answer of one status that several problems share. Its name is theirs, so that equal answers are one component.
 */
export function problemAnswer({
  status,
  names,
  headers,
  schema,
  isPage,
}: {
  readonly status: number;
  readonly names: readonly ProblemName[];
  readonly headers: readonly string[];
  readonly schema: Json;
  readonly isPage: boolean;
}): ProblemAnswer {
  const sorted = [...new Set(names)].sort();
  const described = sorted.map((name) => `- \`${name}\`: ${en.problems[name]}`).join('\n');
  return {
    status,
    name: [
      ...sorted.map(pascalCase),
      ...headers.map((header) => header.replace('?', 'Sometimes').replace(/\W/g, '')),
      ...(isPage ? ['Page'] : []),
    ].join('_'),
    answer: {
      description: described,
      headers: headerReferences(['X-Request-Id', ...headers]),
      content: {
        'application/problem+json': {
          schema,
          examples: Object.fromEntries(sorted.map((name) => [name, { value: exampleOf(name, status) }])),
        },
        ...(isPage && { 'text/html': { schema: { type: 'string' } } }),
      },
      'x-problems': sorted,
    },
  };
}

export function headerReferences(names: readonly string[]): Json {
  return Object.fromEntries(
    names.map((name) => {
      const [header = '', maybe] = name.split('?');
      const component = maybe === undefined ? header : `${header}-Sometimes`;
      return [header, { $ref: `#/components/headers/${component}` }];
    }),
  );
}

function exampleOf(name: ProblemName, status: number): Json {
  return {
    type: `https://auth.example.com/problems/${name}`,
    title: en.problems[name],
    status,
    ...(name === 'weak-password' && { detail: 'This is one of the passwords that are tried first.' }),
    instance: `urn:uuid:${exampleId}`,
    ...(name === 'validation-failed' && { errors: [{ pointer: '/email', detail: 'is required' }] }),
    ...((name === 'invalid-code' || name === 'invalid-second-factor') && { attempts_left: 4 }),
    ...(name === 'second-factor-required' && {
      auth_session: 'kq0BzWwfJ4jVqD1sZ0Y…',
      expires_in: authSessionSeconds,
      factors: ['totp', 'recovery_code'],
    }),
    ...(name === 'recent-sign-in-required' && { max_age: recentSignInSeconds, methods: ['password'] }),
    ...(name === 'session-ended' && { reason: 'signed-out' }),
    retryable: 'retryable' in problems[name],
    discard_credentials: 'discardCredentials' in problems[name],
  };
}

function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, _hyphen, letter: string) => letter.toUpperCase());
}
