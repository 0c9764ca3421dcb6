// GET /api/auth/ways: what is switched on, and what an app needs to know of it before anybody has signed in.

import { grantPurposes, longCodeCharacters } from '../../authentication/destinations.ts';
import { maySignUp } from '../../authentication/sign-up.ts';
import { waysCacheSeconds } from '../../bounds.ts';
import type { Config } from '../../environment.ts';
import { endpoint } from '../../http/endpoint.ts';
import { staticDocument } from '../../http/static-document.ts';
import { maximumLength } from '../../passwords/refusal.ts';

export const ways = endpoint({ route: 'GET /api/auth/ways', access: 'anybody', trips: 0 }, ({ config }) =>
  staticDocument(JSON.stringify(waysOf(config)), {
    'Content-Type': 'application/json',
    'Cache-Control': `public, max-age=${waysCacheSeconds}`,
  }),
);

/** Nothing but what an app shows or hands to a platform's SDK: whose keys we hold, for one, is nobody's business. */
export const waysOf = (
  config: Pick<
    Config,
    'passwordMinimumLength' | 'passkeyRpId' | 'identityProviders' | 'emailCodes' | 'guests' | 'signUp'
  >,
) => ({
  password: { min_length: config.passwordMinimumLength, max_length: maximumLength },
  passkey: { rp_id: config.passkeyRpId },
  providers: [...config.identityProviders.values()].map(({ name, audiences, isNonceOptional }) => ({
    name,
    client_ids: audiences,
    nonce: isNonceOptional ? ('optional' as const) : ('required' as const),
  })),
  email_code: config.emailCodes,
  guest: config.guests && maySignUp(config, null),
  sign_up: signUpOf(config),
  code_lengths: {
    registration: grantPurposes.register.digits,
    sign_in: grantPurposes['sign-in'].digits,
    reset: grantPurposes['reset-password'].digits,
    long: longCodeCharacters,
  },
});

/** Not which domains: they may be whose people the app is for. */
function signUpOf(config: Pick<Config, 'signUp'>): 'open' | 'domains' | 'closed' {
  if (maySignUp(config, null)) return 'open';
  return config.signUp.length === 0 ? 'closed' : 'domains';
}
