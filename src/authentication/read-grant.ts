// A mailed grant as a client brings it, by the token of the link or by the code, read as the database knows it.

import type { Dependencies } from '../context.ts';
import { digestOf } from '../encoding.ts';
import { Problem } from '../problems.ts';
import { hashCode, isToken } from '../tokens/one-time.ts';
import { type GrantPurpose, grantPurposes, longCodeCharacters } from './destinations.ts';
import { withinLimit } from './limits.ts';
import type { PresentedGrant } from './mailed-grants.ts';
import { openHandle } from './request-handle.ts';
import { readTypedCode } from './typed-code.ts';

export type ReadGrant = {
  readonly presented: PresentedGrant;
  /** What the token or the handle says that it is for. */
  readonly purpose: GrantPurpose;
  /** The request whose handle came along, with a link's token or with the code. */
  readonly requestId: string | undefined;
};

type GrantFields = {
  readonly token?: string | undefined;
  readonly request?: string | undefined;
  readonly code?: string | undefined;
};

/**
 * Reads what can be read without the database. A code of another length than was mailed is no try.
 *
 * @throws Problem `invalid-token`, `validation-failed` or `too-many-requests`.
 */
export async function readGrant(
  { token, request, code = '' }: GrantFields,
  purposes: readonly GrantPurpose[],
  dependencies: Pick<Dependencies, 'dataKeys' | 'limits' | 'now'>,
): Promise<ReadGrant> {
  const handle = request === undefined ? undefined : await openHandle(request, dependencies);
  if (token !== undefined) {
    const purpose = purposes.find((known) => isToken(token, known));
    if (!purpose) throw new Problem('invalid-token');
    return { presented: { tokenHash: await digestOf(token) }, purpose, requestId: handle?.requestId };
  }
  const typed = readTypedCode(code);
  if (typed === undefined) throw notACode();
  if (!handle || !purposes.includes(handle.purpose)) throw new Problem('invalid-token');
  const { requestId, purpose } = handle;
  if (![grantPurposes[purpose].digits, longCodeCharacters].includes(typed.length)) throw notACode();
  await withinLimit(dependencies.limits.address, `code ${requestId}`);
  const codeHashes = await hashCode(dependencies.dataKeys, requestId, typed);
  return { presented: { requestId, codeHashes }, purpose, requestId };
}

function notACode(): Problem {
  const errors = [{ pointer: '/code', detail: 'must be the code from the mail' }];
  return new Problem('validation-failed', { errors });
}
