// POST /api/users/me/identities/{provider}: from now on this account with a provider opens the account.

import * as z from 'zod/mini';
import { shownCode } from '../../authentication/provider-code.ts';
import { orEnded, refusedCaller } from '../../authentication/refused-caller.ts';
import { shownIdentity } from '../../authentication/shown-identity.ts';
import { maySignUp } from '../../authentication/sign-up.ts';
import { endpoint } from '../../http/endpoint.ts';
import { callHash } from '../../http/idempotency.ts';
import { identityFields } from '../../http/identity-fields.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import { addIdentity as addStoredIdentity } from './statements.ts';

export const addIdentity = endpoint(
  {
    route: 'POST /api/users/me/identities/:provider',
    access: 'session',
    recent: true,
    limit: 'write',
    takesKey: true,
    body: () => z.object(identityFields()),
    trips: 1,
  },
  (dependencies) => {
    const { config, database, newId } = dependencies;

    return async ({ context, body, caller, provider }) => {
      const identity = await shownIdentity(dependencies, provider, body).catch(async (problem) => {
        throw await orEnded(database, caller, problem);
      });
      // A guest becomes somebody by it.
      if (caller.level?.guest && !maySignUp(config, identity.isAuthoritative ? identity.email : null))
        throw await orEnded(database, caller, new Problem('sign-up-closed'));
      const code = await shownCode(dependencies, identity, body.authorization_code);
      const added = await addStoredIdentity(database, {
        ...caller,
        ...eventContextOf(context, dependencies),
        mailId: newId(),
        newId: newId(),
        upgradeId: newId(),
        callHash: await callHash(context, dependencies),
        identity,
        code,
      });
      switch (added.outcome) {
        case 'there': {
          const { outcome, ...shown } = added;
          context.set('mailIsDue', true);
          if (code) context.set('providerCallIsDue', true);
          context.header('Cache-Control', 'private, no-store');
          return context.json(shown, 201);
        }
        case 'spent':
          throw new Problem('id-token-not-accepted', { detail: 'It was used before, or its nonce was.' });
        case 'taken':
          throw new Problem('identity-taken');
        case 'too-many':
          throw new Problem('too-many-identities');
        case 'overtaken':
          throw new Problem('service-unavailable');
        case 'caller-ended':
          throw await refusedCaller(dependencies, caller);
      }
    };
  },
);
