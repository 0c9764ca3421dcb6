// Second factors, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import { describe, type Feature, noted, said } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { confirm } from './confirm.ts';
import { enrol } from './enrol.ts';
import { remove } from './remove.ts';
import { renewRecoveryCodes } from './renew-recovery-codes.ts';

const TotpEnrolment = z.object({
  secret: said('For typing it in: 160 bits in base32.'),
  otpauth_uri: said('For a QR code, or to be opened on the phone itself.'),
});

const RecoveryCodes = z.object({
  recovery_codes: noted(z.array(z.string()), {
    description: 'Each works once in place of a code of the app. They are shown this once.',
    minItems: 10,
    maxItems: 10,
  }),
});

const recovery_codes = [
  ...['CTMCW-N29N0', 'RD6BH-1SSY2', 'BNYDG-NVZ62', 'WN3S5-GCDSZ', '9Q16F-R8ARJ'],
  ...['D1F7M-NJAK4', 'J24E3-E9FFV', 'F1V36-2CNN6', 'E6G17-M5M4H', 'ZJ2RF-9SCZD'],
];

const codes = (description: string) => ({
  description,
  headers: ['Cache-Control'],
  content: { schema: RecoveryCodes, examples: { ten: { recovery_codes } } },
});

const changed =
  'The owner gets a mail, whose link undoes the change for a week. Sign-ins that wait for a second factor begin again.';

export const factors: Feature = {
  tag: tags.factors,
  schemas: { TotpEnrolment, TotpConfirmation: confirm.body(), RecoveryCodes },
  operations: [
    describe(enrol, {
      id: 'enrolTotp',
      summary: 'Ask for an authenticator secret',
      description:
        'TOTP (RFC 6238): SHA-1, six digits, 30 seconds. The secret is on once `confirm` has seen its first code, in the same ' +
        'session and within 15 minutes; until then nothing changes. Asked again, the session has another one, and the one ' +
        'before is void.',
      answers: {
        200: {
          description: 'To be shown to the user, and kept nowhere.',
          headers: ['Cache-Control'],
          content: {
            schema: TotpEnrolment,
            examples: {
              ada: {
                secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
                otpauth_uri:
                  'otpauth://totp/app.example.com:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=app.example.com',
              },
            },
          },
        },
      },
      problems: ['account-is-guest'],
    }),
    describe(confirm, {
      id: 'confirmTotp',
      summary: 'Turn TOTP on',
      description:
        'From now on a second factor is owed at every sign-in but one by a passkey with user verification, and what takes a recent ' +
        'sign-in takes it at `aal2`. The session that calls is at `aal2` from here on: refresh it, and its access token says so. ' +
        'The code that was used here signs nobody in. A secret that was on before is replaced, with its recovery codes. ' +
        `${changed}\n\nA wrong code is \`invalid-second-factor\`; no secret that waits, \`invalid-token\`: ask for another.`,
      body: { examples: { code: { totp: '287082' } } },
      answers: { 200: codes('TOTP is on.') },
      problems: ['invalid-second-factor', 'invalid-token', 'recent-sign-in-required'],
    }),
    describe(remove, {
      id: 'removeTotp',
      summary: 'Turn TOTP off',
      description: `No second factor is owed any more. Where there is none, nothing happens. ${changed}`,
      answers: { 204: { description: 'TOTP is off.' } },
    }),
    describe(renewRecoveryCodes, {
      id: 'renewRecoveryCodes',
      summary: 'Make new recovery codes',
      description: `Ten new ones; those before are worth nothing. \`not-found\` where TOTP is off. ${changed}`,
      answers: { 200: codes('The new codes.') },
      problems: ['not-found'],
    }),
  ],
};
