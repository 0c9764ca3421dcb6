// Types of ways of signing in beside password and passkey: providers' ID tokens, codes sent by mail, guests. As in
// api-types.ts they equal the endpoints' schemas.

/** What the operator has switched on. Lengths are in characters. */
export type Ways = {
  readonly password: { readonly min_length: number; readonly max_length: number };
  readonly passkey: { readonly rp_id: string };
  readonly providers: readonly {
    /** As `signInWithProvider` takes it. */
    readonly name: string;
    readonly client_ids: readonly string[];
    /** Whether an ID token is taken without one of `nonce()`. */
    readonly nonce: 'required' | 'optional';
  }[];
  readonly email_code: boolean;
  readonly guest: boolean;
  /** Who may have a new account: anybody, whoever has an address of certain domains, or nobody. */
  readonly sign_up: 'open' | 'domains' | 'closed';
  readonly code_lengths: {
    readonly registration: number;
    readonly sign_in: number;
    readonly reset: number;
    readonly long: number;
  };
};

/** `expires_in` is in seconds. */
export type SignInNonce = { readonly nonce: string; readonly expires_in: number };

/** What a provider's SDK gave. */
export type ShownIdToken = {
  id_token: string;
  /** As `nonce()` gave it, also where its hash is in the ID token. */
  nonce?: string | undefined;
  /** Apple's, which is good for five minutes: for revoking its tokens when the account is deleted. */
  authorization_code?: string | undefined;
};

export type ProviderSignIn = ShownIdToken & {
  /** Apple says it to the app, at the first sign-in alone. */
  name?: string | undefined;
  /** Of a new account: a language tag (BCP 47). Left out, the ID token says it, or `Accept-Language`. */
  locale?: string | undefined;
  totp?: string | undefined;
  recovery_code?: string | undefined;
  device_name?: string | undefined;
  known_device?: string | undefined;
};

/** `locale` is a language tag (BCP 47). Left out, `Accept-Language` says it. */
export type EmailCodeRequest = { email: string; locale?: string | undefined };

export type EmailCodeSignIn = {
  request: string;
  code: string;
  /** Of an account that is made by it. */
  name?: string | undefined;
  totp?: string | undefined;
  recovery_code?: string | undefined;
  device_name?: string | undefined;
  known_device?: string | undefined;
};

export type GuestStart = {
  name?: string | undefined;
  locale?: string | undefined;
  device_name?: string | undefined;
};
