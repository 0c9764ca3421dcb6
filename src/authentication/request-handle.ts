// `request`: the sealed handle of a requested mail. User enumeration: it looks alike for any address, and only the
// database knows what it is about.

import type { Dependencies } from '../context.ts';
import { destinationKeptSeconds } from '../lifetimes.ts';
import { open, seal } from '../tokens/sealed.ts';
import type { GrantPurpose } from './destinations.ts';

export type RequestHandle = { readonly requestId: string; readonly purpose: GrantPurpose };

const purposes: readonly string[] = [
  'register',
  'change-email',
  'reset-password',
  'sign-in',
] satisfies GrantPurpose[];

/** Undefined for what is not a handle of ours. */
export async function openHandle(
  text: string,
  { dataKeys, now }: Pick<Dependencies, 'dataKeys' | 'now'>,
): Promise<RequestHandle | undefined> {
  const opened = await open(dataKeys, 'request', text, now());
  const [requestId = '', purpose = ''] = opened?.subject.split(' ') ?? [];
  return purposes.includes(purpose) ? { requestId, purpose: purpose as GrantPurpose } : undefined;
}

/**
 * @param createdAt when the request was made. The database decides when it expires; the handle has only to outlive
 * it.
 */
export function sealHandle(
  { requestId, purpose }: RequestHandle,
  createdAt: Date,
  { dataKeys }: Pick<Dependencies, 'dataKeys'>,
): Promise<string> {
  const expiresAt = Math.floor(createdAt.getTime() / 1000) + destinationKeptSeconds;
  return seal(dataKeys, 'request', { subject: `${requestId} ${purpose}`, expiresAt });
}
