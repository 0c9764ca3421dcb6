// POST /api/users/me/passkeys/options: what `navigator.credentials.create`, Android's `requestJson` and iOS are called with.

import { sealChallenge } from '../../authentication/passkey-challenge.ts';
import { refusedCaller } from '../../authentication/refused-caller.ts';
import { passkeyAlgorithms } from '../../factors/cose-key.ts';
import { userHandleOf } from '../../factors/passkey.ts';
import { endpoint } from '../../http/endpoint.ts';
import { maximumPasskeys, passkeyChallengeSeconds } from '../../lifetimes.ts';
import { Problem } from '../../problems.ts';
import { readPasskeyUser } from './statements.ts';

export const newPasskeyOptions = endpoint(
  { route: 'POST /api/users/me/passkeys/options', access: 'session', recent: true, limit: 'write', trips: 1 },
  (dependencies) => {
    const { config, database, dataKeys, now, randomBytes } = dependencies;
    const rp = { id: config.passkeyRpId, name: new URL(config.appOrigin).host };

    return async ({ context, caller }) => {
      const user = await readPasskeyUser(database, { ...caller, rpId: rp.id });
      if (!user) throw await refusedCaller(dependencies, caller);
      // Said before the device makes one that nobody would take.
      if (user.passkey_count >= maximumPasskeys) throw new Problem('too-many-passkeys');
      const use = { purpose: 'passkey-registration', ...caller } as const;
      context.header('Cache-Control', 'private, no-store');
      // PublicKeyCredentialCreationOptionsJSON (WebAuthn, section 5.1.8).
      return context.json({
        rp,
        user: { id: userHandleOf(caller.userId), name: user.account, displayName: user.name },
        challenge: await sealChallenge(dataKeys, use, now(), randomBytes),
        pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
        timeout: passkeyChallengeSeconds * 1000,
        excludeCredentials: user.existing.map((credential) => ({ type: 'public-key', ...credential })),
        authenticatorSelection: {
          // Without it Android makes one that no sign-in finds.
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'preferred',
        },
        attestation: 'none',
        extensions: { credProps: true },
      });
    };
  },
);
