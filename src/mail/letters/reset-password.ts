// Password reset, by link or code. What an operator sends has a link alone: the code would need an app that asked for it.

import type { Letter, WithCode } from '../letter.ts';

export const resetPassword: Letter<WithCode, { readonly byOperator?: boolean }> = {
  recipient: 'request',
  grant: 'reset-password',
  details: (detail) => ({ byOperator: detail('by') === 'operator' }),
  content: ({ name, link, code, validForSeconds, byOperator }) =>
    byOperator
      ? { sentences: 'reset-password-by-operator', name, link }
      : { name, link, code, validForSeconds },
};
