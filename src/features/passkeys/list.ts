// GET /api/users/me/passkeys: the passkeys of the user, and what tells their devices which of them are good.

import { userHandleOf } from '../../factors/passkey.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../problems.ts';
import { listPasskeys as listStoredPasskeys } from './statements.ts';

export const listPasskeys = endpoint(
  { route: 'GET /api/users/me/passkeys', access: 'session', trips: 1 },
  ({ database, config: { passkeyRpId: rpId } }) =>
    async ({ context, caller }) => {
      const passkeys = await listStoredPasskeys(database, caller);
      if (!passkeys) throw new Problem('session-ended');
      context.header('Cache-Control', 'private, no-store');
      return context.json({
        data: passkeys.map(({ rp_id, ...shown }) => shown),
        // For `PublicKeyCredential.signalAllAcceptedCredentials` (WebAuthn, section 5.1.10.3), as it takes them.
        all_accepted_credentials: {
          rpId,
          userId: userHandleOf(caller.userId),
          allAcceptedCredentialIds: passkeys
            .filter(({ rp_id }) => rp_id === rpId)
            .map((passkey) => passkey.credential_id),
        },
      });
    },
);
