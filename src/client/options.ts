// What an app gives to the client.

import type { DpopMode } from './binding.ts';
import type { DeviceKeyStore } from './device-key.ts';
import type { PasskeyPlatform } from './passkey-platform.ts';
import type { ProblemDocument } from './problem-types.ts';
import type { SignOutReason } from './session-types.ts';
import type { TokenStore } from './store.ts';
import type { Fetch, Timing } from './transport.ts';

export type LatchkeyOptions = {
  /** The service's origin, such as https://auth.example.com. */
  readonly baseUrl: string;
  readonly store: TokenStore;
  /**
   * Called once when the session has ended: show the login screen. Never called for a server error or a network
   * error. `problem` is the service's error, if there was one. Its `reason` may be worth showing to the user.
   */
  readonly onSignedOut?: (reason: SignOutReason, problem?: ProblemDocument) => void;
  /** The name of this device in the list of sessions. */
  readonly deviceName?: string;
  /**
   * Other origins whose APIs accept the access token, such as https://api.example.com. It is sent to no other origin.
   * With `inCookies` it is sent to the service only.
   */
  readonly apiOrigins?: readonly string[];
  /**
   * Keeps the key that sessions are bound to, so that a copy of the tokens is worth nothing. By default browsers use
   * `indexedDbKey()`, and other platforms bind nothing. `false`: no session is bound from now on.
   * With a store of your own let its `loadOrCreate` reject instead, while sessions are still bound to its key.
   */
  readonly deviceKey?: DeviceKeyStore | false;
  /** `refresh` by default. `full` is not for `inCookies`. */
  readonly dpopMode?: DpopMode;
  /** The service's `ISSUER`, where `baseUrl` is another address of it: proofs name it. */
  readonly issuer?: string;
  /** Required for `full` on platforms without `crypto.subtle`: expo-crypto's `digest`, for example. */
  readonly sha256?: (input: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer | Uint8Array>;
  /** Makes and shows passkeys. By default the browser does; React Native gives `Passkey` of react-native-passkey, for example. */
  readonly passkeys?: PasskeyPlatform | undefined;
  readonly fetch?: Fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /**
   * Returns an unguessable string of at least 16 characters. Required on React Native without `crypto`: use
   * `randomUUID` of expo-crypto, for example.
   */
  readonly newKey?: () => string;
} & Partial<Timing>;
