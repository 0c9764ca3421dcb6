// The answer that carries tokens, as the document describes it.

import * as z from 'zod/mini';
import { count, exampleId, id, noted, said } from './describe.ts';

const accessToken = { token_type: true, access_token: true, expires_in: true, session_id: true } as const;

export const TokenResponse = noted(
  z.object({
    token_type: said('`Bearer`; `DPoP` where the access token is bound to a key (`dpop_mode: full`).'),
    access_token: z.optional(
      said(
        'For `Authorization: Bearer …`, or `DPoP …`. With cookie delivery it is in a cookie instead. It has what the application’s own function says of the user as well; where that fails, the answer is `503`.',
      ),
    ),
    expires_in: count('Seconds that the access token is good for.'),
    refresh_token: z.optional(
      said('For one call of `refresh`. With cookie delivery it is in a cookie instead.'),
    ),
    refresh_expires_in: count(
      'Seconds until the user has to log in again, unless the session is refreshed before.',
    ),
    session_id: id(),
    known_device: z.optional(
      said(
        'At a sign-in: keep it beside the tokens and after them, and send it with each later sign-in of this device.',
      ),
    ),
  }),
  { description: 'RFC 6749, section 5.1, and what an app wants to know beside it.' },
);

export const AccessTokenResponse = noted(z.pick(TokenResponse, accessToken), {
  description: 'An access token. The refresh token stays as it is.',
});

export const tokens = {
  token_type: 'Bearer',
  access_token: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…',
  expires_in: 900,
  refresh_token: 'eyJhbGciOiJSUzI1NiIsInR5cCI6InJ0K2p3dCJ9.…',
  refresh_expires_in: 2592000,
  session_id: exampleId,
};
const { access_token: _access, refresh_token: _refresh, ...inCookies } = tokens;

export const issued = (description: string) => ({
  description,
  headers: ['Cache-Control', 'DPoP-Nonce', 'Set-Cookie?'],
  content: { schema: TokenResponse, examples: { inTheBody: tokens, inCookies } },
});

const { refresh_token: _, refresh_expires_in: __, ...accessAlone } = tokens;
const { access_token: ___, ...accessInCookie } = accessAlone;

export const issuedAccess = (description: string) => ({
  description,
  headers: ['Cache-Control', 'DPoP-Nonce', 'Set-Cookie?'],
  content: { schema: AccessTokenResponse, examples: { inTheBody: accessAlone, inCookies: accessInCookie } },
});
