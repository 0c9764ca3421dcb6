// Guests: accounts without an address, which their session alone opens.

import type { TokenResponse } from './api-types.ts';
import type { CallOptions, Post } from './call-types.ts';
import type { Device } from './device.ts';
import type { TokensIn } from './exchange.ts';
import type { Repeats } from './repeats.ts';
import type { Session } from './session-types.ts';
import type { SignIn } from './sign-in.ts';
import type { GuestStart } from './sign-in-types.ts';

export function guestCalls(parts: {
  readonly post: Post;
  readonly device: Device;
  readonly session: Session;
  readonly tokensIn: TokensIn;
  readonly repeats: Repeats;
  readonly signingIn: SignIn['signingIn'];
}) {
  return {
    /**
     * An account for who has not said yet who they are. Whoever is signed in already stays: what belongs to a guest is
     * lost with their session, so another one never takes its place, and two processes that share a store begin one.
     */
    async signInAsGuest(json: GuestStart = {}, options?: CallOptions): Promise<void> {
      await parts.session.exchange(async (stored) => {
        if (stored) return undefined;
        const { members, ...signing } = await parts.signingIn();
        const answer = await parts.repeats.keyed('guest', (key) =>
          parts.post<TokenResponse>(
            '/api/auth/guest',
            { ...members, ...json },
            { ...signing, key, ...options },
          ),
        );
        const tokens = parts.tokensIn(answer);
        return { tokens, ...signing, isGuest: true };
      });
    },
  };
}
