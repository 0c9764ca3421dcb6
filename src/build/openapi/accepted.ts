// The answer to whoever asked for a mail, as the document describes it.

import * as z from 'zod/mini';
import { count, noted, said } from './describe.ts';

export const Accepted = noted(
  z.object({
    request: said(
      'The handle of what was asked for, in one form for any address. A code works only with the handle whose mail carried it: keep it, as the app may be closed while the mail is read.',
    ),
    expires_in: count('Seconds that link and code are good for.'),
    code_length: count('Characters of the code: 6 or 8 digits, or 12 of base32 where codes were guessed at.'),
    resend_after: count('Seconds after which another mail may be asked for.'),
  }),
  { description: 'The same for any address: it tells nothing about an account.' },
);

export const accepted = (description: string) => ({
  description,
  headers: ['Cache-Control'],
  content: {
    schema: Accepted,
    examples: {
      accepted: { request: 'k3JX…sealed', expires_in: 86400, code_length: 6, resend_after: 30 },
    },
  },
});
