// The answer to whoever asked for a mail with a link and a code.

import type { Context } from 'hono';
import { type GrantPurpose, grantPurposes, longCodeCharacters } from '../authentication/destinations.ts';
import { sealHandle } from '../authentication/request-handle.ts';
import type { RequestedMail } from '../authentication/requested-mail.ts';
import type { Dependencies } from '../context.ts';
import { Problem } from '../problems.ts';

/**
 * `202 {request, expires_in, code_length, resend_after}`. User enumeration: it is the same for any address.
 *
 * @throws Problem `invalid-token` where there was no such request.
 */
export async function requestedMailResponse(
  context: Context,
  dependencies: Pick<Dependencies, 'dataKeys'>,
  mail: RequestedMail | undefined,
  purpose: GrantPurpose,
): Promise<Response> {
  if (!mail) throw new Problem('invalid-token');
  const { seconds, digits } = grantPurposes[purpose];
  const request = await sealHandle(
    { requestId: mail.request_id, purpose },
    new Date(mail.created_at),
    dependencies,
  );
  context.set('mailIsDue', true);
  context.header('Cache-Control', 'no-store');
  return context.json(
    {
      request,
      expires_in: seconds,
      code_length: mail.is_long ? longCodeCharacters : digits,
      resend_after: mail.resend_after,
    },
    202,
  );
}
