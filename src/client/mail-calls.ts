// The calls around mails: registration, password reset and change of the address. Stores the handle of each mail
// until its code is typed.

import type {
  EmailChange,
  EmailVerification,
  MailAnswer,
  PasswordReset,
  Registration,
  TokenResponse,
  Undo,
} from './api-types.ts';
import type { Call, CallOptions, Post, SignInOptions } from './call-types.ts';
import type { Device } from './device.ts';
import { SecondFactorRequiredError } from './errors.ts';
import type { Repeats } from './repeats.ts';
import type { SignIn } from './sign-in.ts';
import type { EmailCodeRequest, EmailCodeSignIn } from './sign-in-types.ts';

export function mailCalls({
  call,
  post,
  device,
  repeats,
  signingIn,
  startSession,
  signIn,
  upgrade,
}: {
  readonly call: Call;
  readonly post: Post;
  readonly device: Device;
  readonly repeats: Repeats;
} & Pick<SignIn, 'signingIn' | 'startSession' | 'signIn' | 'upgrade'>) {
  const path = '/api/auth/verify-email';

  /** Whether there was a guest, whose account has the address now. The mail's link alone would make another account. */
  async function upgradedByCode(
    json: EmailVerification,
    options: CallOptions,
    user?: string,
  ): Promise<boolean> {
    if (json.code === undefined || json.password === undefined) return false;
    return repeats.keyed(`${json.request} ${json.code}`, (key) =>
      upgrade({ path, json: { ...json, sign_in: true }, key, user }, options),
    );
  }

  return {
    /** The code of the mail is only valid together with `request`, which `pendingMails` returns later. */
    async register(json: Registration, options?: CallOptions): Promise<MailAnswer> {
      const known = await device.knownDeviceFor(json.email);
      const answer = await post<MailAnswer>('/api/auth/register', { ...known, ...json }, options);
      return device.rememberMail(answer, { kind: 'registration', email: json.email });
    },
    /**
     * Completes a registration, or confirms a changed address. With a password and a code, where a guest is signed in, the
     * guest's account gets the address, keeps its id, and stays signed in.
     */
    async verifyEmail(
      json: EmailVerification,
      { asGuest = true, ...options }: SignInOptions = {},
    ): Promise<void> {
      const mail = await device.mailOf(json.request);
      if (asGuest && (await upgradedByCode(json, options, mail?.email))) {
        await device.forgetMails(({ kind }) => kind === 'registration');
        return;
      }
      const known = await device.knownDeviceFor(mail?.email);
      // The code of a changed address is only valid in the session that requested the change.
      const isPublic = json.password !== undefined || json.token !== undefined;
      const signing = json.sign_in ? await signingIn() : undefined;
      const answer = await call<TokenResponse | null>('POST', path, {
        json: { ...known, ...signing?.members, ...json },
        isPublic,
        deviceKey: signing?.deviceKey,
        ...options,
      });
      const kind = json.password === undefined ? 'email-change' : 'registration';
      await device.forgetMails((other) => other.kind === kind);
      if (signing && answer) await startSession(answer, signing, mail?.email);
    },
    /** The code of the mail signs in where the service has `email_code` switched on: see `ways`. */
    async requestEmailCode(json: EmailCodeRequest, options?: CallOptions): Promise<MailAnswer> {
      const known = await device.knownDeviceFor(json.email);
      const answer = await post<MailAnswer>('/api/auth/email-code', { ...known, ...json }, options);
      return device.rememberMail(answer, { kind: 'sign-in', email: json.email });
    },
    /** @throws SecondFactorRequiredError */
    async signInWithEmailCode(json: EmailCodeSignIn, options?: CallOptions): Promise<void> {
      const mail = await device.mailOf(json.request);
      const forget = () => device.forgetMails(({ kind }) => kind === 'sign-in');
      await repeats
        .keyed(`${json.request} ${json.code}`, (key) =>
          signIn(
            { path: '/api/auth/login/email-code', json, key: mail?.key ?? key, user: mail?.email },
            options,
          ),
        )
        .catch(async (error) => {
          // The code has done its part.
          if (error instanceof SecondFactorRequiredError) await forget();
          throw error;
        });
      await forget();
    },
    async resendVerification(json: { request: string }, options?: CallOptions): Promise<MailAnswer> {
      const known = await device.knownDeviceFor((await device.mailOf(json.request))?.email);
      const answer = await post<MailAnswer>('/api/auth/resend-verification', { ...known, ...json }, options);
      return device.rememberMail(answer);
    },
    async forgotPassword(json: { email: string }, options?: CallOptions): Promise<MailAnswer> {
      const known = await device.knownDeviceFor(json.email);
      const answer = await post<MailAnswer>('/api/auth/forgot-password', { ...known, ...json }, options);
      return device.rememberMail(answer, { kind: 'password-reset', email: json.email });
    },
    async resetPassword(json: PasswordReset, options?: CallOptions): Promise<void> {
      const known = await device.knownDeviceFor((await device.mailOf(json.request))?.email);
      await post('/api/auth/reset-password', { ...known, ...json }, options);
      await device.forgetMails(({ kind }) => kind === 'password-reset');
    },
    undoEmailChange: (json: Undo, options?: CallOptions) =>
      post('/api/auth/undo-email-change', json, options),
    /**
     * Mails of this device whose codes have not expired, newest first: for an app that was killed while the user read
     * one.
     */
    pendingMails: device.pendingMails,
    /** Removes a mail from `pendingMails`, when the user cancels. */
    forgetMail: (request: string) => device.forgetMails((mail) => mail.request === request),
    async changeEmail(json: EmailChange, options?: CallOptions): Promise<MailAnswer> {
      const answer = await call<MailAnswer>('POST', '/api/users/me/email', { json, ...options });
      return device.rememberMail(answer, { kind: 'email-change', email: json.new_email });
    },
  };
}
