// Mailed links and codes, as the OpenAPI document describes them.

import { accepted } from '../../build/openapi/accepted.ts';
import { describe, type Feature, noted } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { issued } from '../../build/openapi/token-response.ts';
import { forgot } from './forgot-password.ts';
import { resend } from './resend.ts';
import { reset } from './reset-password.ts';
import { undo } from './undo-change.ts';
import { verify } from './verify.ts';

const oneGrant =
  'Hold either `token`, from the link, or `code`, from the mail, with the `request` that asked for it. Link and code are one ' +
  'grant: using either spends both, and every other grant of the address. A code may be typed with spaces. A wrong one is ' +
  '`invalid-code` with `attempts_left`; after five the `request` is dead, and what it was for has to be asked for anew.';

noted(verify.body(), { description: oneGrant });
noted(reset.body(), { description: oneGrant });

const byLink = { token: 'b3BhcXVlLXJhbmRvbS10b2tlbi1mcm9tLXRoZS1saW5r' };
const byCode = { request: 'k3JX…sealed', code: '314 159' };
const address = { ada: { email: 'ada@example.com' } };
const next = 'replace me with other words of your own';

export const email: Feature = {
  tag: tags.mails,
  schemas: {
    Verification: verify.body(),
    Resend: resend.body(),
    Forgotten: forgot.body(),
    Reset: reset.body(),
    Undo: undo.body(),
  },
  operations: [
    describe(verify, {
      id: 'verifyEmail',
      summary: 'Verify an e-mail address',
      description:
        `Makes the account of a registration, with the \`password\` that is chosen here and, by link alone, the \`name\`; ` +
        `its \`locale\` is the one given here, or else that of the registration, by link alone that of \`Accept-Language\`; ` +
        `with \`sign_in\` the answer holds tokens. Or confirms a change of address, which takes neither: by code from within ` +
        `the session that asked for it, with its access token. The code of a registration with the access token of a guest makes no ` +
        `new account: the guest’s gets the address, password and name, and keeps its \`sub\`. With \`sign_in\` a new session takes ` +
        `the place of the guest’s, so that no copy of its tokens is good any more; otherwise that goes on as one that was signed in by ` +
        `password. \`identity-taken\`: somebody has the address, and nothing is spent. ${oneGrant}`,
      body: {
        examples: {
          byLink: { ...byLink, name: 'Ada', password: next },
          byCode: { ...byCode, password: next, sign_in: true },
          changeOfAddress: byLink,
        },
      },
      answers: { 200: issued('Verified, and signed in.'), 204: { description: 'Verified.' } },
      problems: [
        'invalid-token',
        'invalid-code',
        'session-ended',
        'account-disabled',
        'identity-taken',
        'sign-up-closed',
        'refresh-superseded',
        'weak-password',
        'too-many-requests',
      ],
    }),
    describe(resend, {
      id: 'resendVerification',
      summary: 'Send the verification again',
      description:
        'A new link and code for a `request`; the earlier ones go on working until one is used. The answer is the same for any address.',
      body: { examples: { ask: { request: 'k3JX…sealed' } } },
      answers: { 202: accepted('If the request waits, a mail is on its way.') },
      problems: ['invalid-token', 'too-many-requests'],
    }),
    describe(forgot, {
      id: 'forgotPassword',
      summary: 'Ask for a password reset',
      description:
        'Sends a link and a code, good for 15 minutes, if somebody has the address. The answer is the same for any.',
      body: { examples: address },
      answers: { 202: accepted('If somebody has the address, a mail is on its way.') },
      problems: ['too-many-requests'],
    }),
    describe(reset, {
      id: 'resetPassword',
      summary: 'Reset the password',
      description: `Sets a new password and ends every session. A refused password does not spend the grant. ${oneGrant}`,
      body: {
        examples: { byLink: { ...byLink, password: next }, byCode: { ...byCode, password: next } },
      },
      answers: { 204: { description: 'Set. Log in with it.' } },
      problems: ['invalid-token', 'invalid-code', 'weak-password', 'too-many-requests'],
    }),
    describe(undo, {
      id: 'undoEmailChange',
      summary: 'Take a change of the e-mail address or of a factor back',
      description:
        'With the token of the link in the mail about it, for 7 days, whatever came after: the address is back that the mail ' +
        'went to, second factor and passkeys are as they were before the change, every session ends, no device is known any ' +
        'more, and there is no password until the reset that is mailed. Where the change was asked for with a second factor, ' +
        'undoing it takes the one that the account had then: `second-factor-required` says so, and has changed nothing.',
      body: { examples: { byLink, secondFactor: { ...byLink, totp: '492039' } } },
      answers: { 204: { description: 'Undone. A mail with a reset is on its way.' } },
      problems: ['invalid-token', 'second-factor-required', 'invalid-second-factor', 'too-many-requests'],
    }),
  ],
};
