// POST /api/users/me/passkeys: keeps the passkey that a device made for the options.

import * as z from 'zod/mini';
import { openChallenge } from '../../authentication/passkey-challenge.ts';
import { orEnded, refusedCaller } from '../../authentication/refused-caller.ts';
import { passkeyRefused } from '../../authentication/shown-passkey.ts';
import { maySignUp } from '../../authentication/sign-up.ts';
import { challengeOf } from '../../factors/client-data.ts';
import { verifyRegistration } from '../../factors/passkey.ts';
import { passkeyOrigins } from '../../factors/relying-party.ts';
import { endpoint } from '../../http/endpoint.ts';
import { line, optional } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { registrationCredential } from '../../http/passkey-fields.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import { createPasskey as createStoredPasskey } from './change-statements.ts';

export const passkeyName = () => line(100);

const newPasskey = () => z.object({ credential: registrationCredential(), name: optional(passkeyName()) });

export const createPasskey = endpoint(
  {
    route: 'POST /api/users/me/passkeys',
    access: 'session',
    limit: 'write',
    takesKey: true,
    body: newPasskey,
    trips: 1,
  },
  (dependencies) => {
    const { config, database, dataKeys, newId, now } = dependencies;
    const expected = { origins: passkeyOrigins(config), rpId: config.passkeyRpId };

    return async ({ context, body: { credential, name }, caller }) => {
      const challenge = challengeOf(credential.response) ?? '';
      const use = { purpose: 'passkey-registration', ...caller } as const;
      const opened = await openChallenge(dataKeys, use, challenge, now());
      const registration = await verifyRegistration(credential, { ...expected, challenge });
      if (!opened || registration.outcome === 'refused') {
        const reason =
          registration.outcome === 'refused'
            ? registration.reason
            : 'its challenge is of another session, or too old';
        throw await orEnded(database, caller, passkeyRefused(reason));
      }
      // A guest becomes somebody by it, and nobody knows who.
      if (caller.level?.guest && !maySignUp(config, null))
        throw await orEnded(database, caller, new Problem('sign-up-closed'));
      const passkey = await createStoredPasskey(database, {
        ...caller,
        ...eventContextOf(context, dependencies),
        mailId: newId(),
        newId: newId(),
        upgradeId: newId(),
        callHash: await callHash(context, dependencies),
        challenge: opened,
        registration,
        transports: credential.response.transports,
        rpId: config.passkeyRpId,
        name,
      });
      switch (passkey.outcome) {
        case 'created': {
          const { outcome, ...shown } = passkey;
          context.set('mailIsDue', true);
          context.header('Cache-Control', 'private, no-store');
          return context.json(shown, 201);
        }
        case 'challenge-spent':
          throw passkeyRefused('its challenge was used before');
        case 'taken':
          throw passkeyRefused('it is registered already');
        case 'too-many':
          throw new Problem('too-many-passkeys');
        case 'caller-ended':
          throw await refusedCaller(dependencies, caller);
      }
    };
  },
);
