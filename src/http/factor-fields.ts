// Validation of the codes of second factors: what is no code is a typing error, and no try.

import * as z from 'zod/mini';
import { readRecoveryCode } from '../factors/recovery-codes.ts';
import { readTotp } from '../factors/totp.ts';
import { once } from '../once.ts';

/** Far more than a code with separators. */
const mostTyped = 64;

const typed = (read: (text: string) => string | undefined, error: string) =>
  z.pipe(
    z.pipe(
      z.string().check(z.maxLength(mostTyped, { error, abort: true })),
      z.transform((text: string) => read(text) ?? ''),
    ),
    z.string().check(z.minLength(1, { error })),
  );

export const totp = once(() => typed(readTotp, 'must be the six digits that the authenticator app shows'));

export const recoveryCode = once(() =>
  typed(readRecoveryCode, 'must be a recovery code: ten letters and digits'),
);
