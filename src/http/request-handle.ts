// `request`: the handle of a mail that was asked for, in one form for any address. What it is about, only the database knows.

import type { Context } from 'hono';
import { type GrantPurpose, grantPurposes, longCodeCharacters } from '../authentication/destinations.ts';
import type { RequestedMail } from '../authentication/requested-mail.ts';
import type { Dependencies } from '../context.ts';
import { destinationKeptSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';
import { open, seal } from '../tokens/sealed.ts';

export type RequestHandle = { readonly requestId: string; readonly purpose: GrantPurpose };

type Parts = Pick<Dependencies, 'dataKeys' | 'now'>;

const purposes: readonly string[] = ['register', 'change-email', 'reset-password'] satisfies GrantPurpose[];

/** Nothing for what is not a handle of ours. */
export async function openHandle(text: string, { dataKeys, now }: Parts): Promise<RequestHandle | undefined> {
  const opened = await open(dataKeys, 'request', text, now());
  const [requestId = '', purpose = ''] = opened?.subject.split(' ') ?? [];
  return purposes.includes(purpose) ? { requestId, purpose: purpose as GrantPurpose } : undefined;
}

/** `202 {request, expires_in, code_length, resend_after}`, the same for any address. */
export async function askedResponse(
  context: Context,
  { dataKeys }: Pick<Dependencies, 'dataKeys'>,
  asked: RequestedMail | undefined,
  purpose: GrantPurpose,
): Promise<Response> {
  if (!asked) throw new Problem('invalid-token');
  // The database says when a request dies; the handle has only to outlive it.
  const expiresAt = Math.floor(new Date(asked.created_at).getTime() / 1000) + destinationKeptSeconds;
  const request = await seal(dataKeys, 'request', { subject: `${asked.request_id} ${purpose}`, expiresAt });
  const { seconds, digits } = grantPurposes[purpose];
  context.set('mailIsDue', true);
  context.header('Cache-Control', 'no-store');
  const code_length = asked.is_long ? longCodeCharacters : digits;
  return context.json({ request, expires_in: seconds, code_length, resend_after: asked.resend_after }, 202);
}
