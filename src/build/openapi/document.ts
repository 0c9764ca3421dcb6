// The OpenAPI 3.1 document, from the zod schemas that check requests and from what each feature says beside them.

import { accountExport } from '../../features/account/export-openapi.ts';
import { account } from '../../features/account/openapi.ts';
import { passwordChange } from '../../features/account/password-openapi.ts';
import { operatorsLists } from '../../features/admin/lists-openapi.ts';
import { operators } from '../../features/admin/openapi.ts';
import { appleNotifications } from '../../features/apple/openapi.ts';
import { appLinks } from '../../features/discovery/app-links-openapi.ts';
import { discovery } from '../../features/discovery/openapi.ts';
import { waysOfSigningIn } from '../../features/discovery/ways-openapi.ts';
import { emailChange } from '../../features/email/change-openapi.ts';
import { email } from '../../features/email/openapi.ts';
import { pages } from '../../features/email/pages-openapi.ts';
import { events } from '../../features/events/openapi.ts';
import { factors } from '../../features/factors/openapi.ts';
import { healthChecks } from '../../features/health/openapi.ts';
import { identities } from '../../features/identities/openapi.ts';
import { oauth } from '../../features/oauth/openapi.ts';
import { passkeys } from '../../features/passkeys/openapi.ts';
import { posts } from '../../features/posts/openapi.ts';
import { devices } from '../../features/sessions/devices-openapi.ts';
import { sessions } from '../../features/sessions/openapi.ts';
import { emailCodeSignIn } from '../../features/sign-in/email-code-openapi.ts';
import { guests } from '../../features/sign-in/guest-openapi.ts';
import { providerNonce } from '../../features/sign-in/nonce-openapi.ts';
import { signIn } from '../../features/sign-in/openapi.ts';
import { passkeySignIn } from '../../features/sign-in/passkey-openapi.ts';
import { providerSignIn } from '../../features/sign-in/provider-openapi.ts';
import { statisticsOverTime } from '../../features/statistics/openapi.ts';
import { status } from '../../features/status/openapi.ts';
import type { Feature, Json } from './describe.ts';
import { files } from './files.ts';
import { type Made, makeOperation } from './operation.ts';
import { headerComponents, parameterComponents } from './parameters.ts';
import { Problem } from './problem-answers.ts';
import { refreshing } from './refreshing.ts';
import { schemaBook } from './schemas.ts';
import { tags } from './tags.ts';

export type OpenApiDocument = {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Json } };
  readonly components: { readonly [kind: string]: Json };
} & Json;

const features: readonly Feature[] = [
  account,
  emailChange,
  accountExport,
  events,
  email,
  passwordChange,
  waysOfSigningIn,
  signIn,
  passkeySignIn,
  guests,
  providerNonce,
  emailCodeSignIn,
  providerSignIn,
  appleNotifications,
  sessions,
  devices,
  factors,
  passkeys,
  identities,
  posts,
  operators,
  operatorsLists,
  statisticsOverTime,
  oauth,
  healthChecks,
  discovery,
  status,
  pages,
  appLinks,
  files,
];

const description = `
Accounts, sessions and tokens for apps. JSON in, JSON out; times are RFC 3339 in UTC; ids are UUIDv7; unknown fields of a
body are ignored; a body has at most 64 KiB.

## In four calls

1. \`POST /api/auth/register\`: the answer has a \`request\`, and a mail with a code arrives.
2. \`POST /api/auth/verify-email\` with \`request\`, \`code\` and a \`password\`; with \`"sign_in": true\` it answers as the next one does.
3. \`POST /api/auth/login\`: an access token for 15 minutes, and a refresh token for 30 days from each use.
4. \`GET /api/users/me\` with \`Authorization: Bearer <access_token>\`.

## Refreshing
${refreshing}

## Errors

Every error is a problem document (RFC 9457). Decide by the last part of \`type\`, never by \`title\` or \`detail\`. Each answer
below lists the names that it can have, in \`x-problems\` too. An unknown path answers \`404 not-found\`, a method that a path
does not have \`405 method-not-allowed\` with \`Allow\`. New names, and new fields in answers, may come: ignore what you do not
know. In cookie delivery a call that changes something answers \`403 cross-site-request\` to a page of another origin.`;

/** @param version of this release. */
export function openApiDocument(version: string): OpenApiDocument {
  const book = schemaBook([{ Problem }, ...features.map(({ schemas }) => schemas)]);
  const made = features.flatMap((feature) => madeOf(feature, book));
  const paths: Record<string, Record<string, Json>> = {};
  for (const { path, method, operation } of made) {
    paths[path] ??= {};
    paths[path][method] = operation;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version,
      description: description.trim(),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The service that this document came from.' }],
    tags: Object.values(tags),
    paths,
    components: {
      schemas: book.components,
      responses: Object.fromEntries(
        made.flatMap(({ problemAnswers }) => problemAnswers).map(({ name, answer }) => [name, answer]),
      ),
      parameters: parameterComponents,
      headers: usedHeaders(made),
      securitySchemes,
    },
  };
}

function madeOf({ tag, operations }: Feature, book: ReturnType<typeof schemaBook>) {
  return operations.map((described) => {
    const [method = '', path = ''] = described.route.split(' ');
    return {
      path: path.replace(/:(\w+)/g, '{$1}'),
      method: method.toLowerCase(),
      ...makeOperation(method.toLowerCase(), described, tag.name, book),
    };
  });
}

function usedHeaders(made: readonly Made[]): Json {
  const text = JSON.stringify(made);
  return Object.fromEntries(
    Object.entries(headerComponents).filter(([name]) => text.includes(`"#/components/headers/${name}"`)),
  );
}

const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'The `access_token` of a token response (RFC 9068), sent as RFC 6750, section 2.1, says. With `token_type` `DPoP`: as ' +
      '`Authorization: DPoP …`, with a proof that has `ath` in the header `DPoP` (RFC 9449, section 7.1).',
  },
  accessTokenCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-access_token',
    description: 'For browsers, set by a login with `token_delivery: "cookie"`.',
  },
  refreshTokenCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-refresh_token',
    description:
      'The same for the endpoints that spend or end a refresh token. What came in it leaves in it alone.',
  },
} as const;
