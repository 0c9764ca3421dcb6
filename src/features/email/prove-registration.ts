// A registration is completed: by the endpoint and by the page. Pre-hijacking: whoever proves the mailbox chooses the password.

import type { Context } from 'hono';
import type { GrantResult } from '../../authentication/mailed-grants.ts';
import type { ReadGrant } from '../../authentication/read-grant.ts';
import type { Dependencies, Variables } from '../../context.ts';
import type { Binding } from '../../http/dpop.ts';
import { callHash } from '../../http/idempotency.ts';
import { validationFailed } from '../../http/json-body.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { goodGrant } from '../../http/presented-grant.ts';
import { localeOf, requestMetadata } from '../../http/request-metadata.ts';
import { sessionStart } from '../../http/session-start.ts';
import { refuseWeakPassword } from '../../passwords/accept.ts';
import { Problem } from '../../problems.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import type { StartedSession } from '../../sessions/state.ts';
import { type UpgradeOutcome, upgradeByAddress } from './guest-upgrade-statements.ts';
import { lookAtRegistration, verifyRegistration } from './verification-statements.ts';

type Given = {
  readonly password?: string | undefined;
  readonly name?: string | undefined;
  readonly locale?: string | undefined;
  readonly sign_in?: boolean | undefined;
  readonly device_name?: string | undefined;
  readonly known_device?: string | undefined;
};

/**
 * Denial of service: the grant is checked before anything is hashed. A refused password or a missing name does not spend
 * it.
 *
 * @param proof.guest whose account gets the address; a new one is made otherwise.
 * @throws Problem `invalid-code`, `invalid-token`, `sign-up-closed`, `validation-failed`, `weak-password` or `too-many-requests`; with a guest `identity-taken`,
 *   `session-ended` or `invalid-access-token`.
 */
export async function proveRegistration(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  given: Given,
  { presented, requestId }: ReadGrant,
  { binding, guest }: { readonly binding: Binding; readonly guest?: Caller | undefined },
): Promise<{ readonly started: StartedSession | null }> {
  const { config, database, passwords, now, newId } = dependencies;
  const device = await presentedDevice(context, given.known_device, dependencies);
  const presentation = {
    callHash: (await callHash(context, dependencies)) ?? newId(),
    deviceId: device?.deviceId ?? null,
    now: now(),
    roleClaim: config.roleClaim,

    signUp: config.signUp,
  };
  const look = async () => {
    const looked = await lookAtRegistration(database, presented, presentation, guest);
    const found = good(context, looked, dependencies);
    const isRefusedAgain = found.outcome === 'repeated' && found.is_disabled && given.sign_in;
    if (isRefusedAgain) throw new Problem('account-disabled');
    return found;
  };
  if (given.password === undefined) throw missing('password');
  // The same call came twice at once. READ COMMITTED: a statement of the second has waited for the session of the first, and did
  // not see it.
  const repeated = (result: { readonly started: StartedSession | null }) =>
    given.sign_in && !result.started ? look() : result;
  const found = await look();
  if (found.outcome === 'repeated') return repeated(found);
  const isTypedAtRegistration = found.id === requestId;
  const name = given.name ?? (isTypedAtRegistration ? found.name : null);
  if (name === null) throw missing('name');
  await refuseWeakPassword(given.password, dependencies, { context: [found.email, name] });
  const account = {
    passwordHash: await passwords.hash(given.password),
    name,
    photo: isTypedAtRegistration ? found.photo : null,
    locale: localeOf(context, given.locale ?? (isTypedAtRegistration ? found.locale : null)),
    keepsMetadata: isTypedAtRegistration,
    start: given.sign_in
      ? sessionStart(context, dependencies, {
          device,
          deviceName: given.device_name,
          binding,
          now: presentation.now,
        })
      : undefined,
    origin: requestMetadata(context),
  };
  const use = { ...presentation, use: newId() };
  const used = good(
    context,
    guest
      ? await upgradeByAddress(database, presented, use, {
          ...account,
          caller: guest,
          eventId: newId(),
          now: presentation.now,
        })
      : await verifyRegistration(database, presented, use, { ...account, userId: newId() }),
    dependencies,
  );
  return used.outcome === 'repeated' ? repeated(used) : used;
}

/** A grant that is `right` or `repeated`, and of a guest that is one. */
function good<Result extends Omit<GrantResult, 'outcome'> & { readonly outcome: UpgradeOutcome }>(
  context: Context<{ Variables: Variables }>,
  result: Result | undefined,
  dependencies: Pick<Dependencies, 'log'>,
) {
  switch (result?.outcome) {
    case 'caller-ended':
      throw new Problem('session-ended');
    case 'no-guest':
      throw new Problem('invalid-access-token', {
        detail: 'The access token is a guest’s, and its user is none any more: refresh the session.',
      });
    case 'disabled':
      throw new Problem('account-disabled');
    case 'taken':
      throw new Problem('identity-taken');
    case 'closed':
      throw new Problem('sign-up-closed');
  }
  return goodGrant(context, result as (Result & GrantResult) | undefined, dependencies);
}

function missing(field: string): Problem {
  return validationFailed([{ code: 'custom', path: [field], message: 'is required' }], {});
}
