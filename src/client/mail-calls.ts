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
import type { createDevice } from './device.ts';
import type { Call, CallOptions, Signing } from './requests.ts';

type SignIn = Signing & { readonly askedAt: number };

export function mailCalls({
  call,
  post,
  device,
  signingIn,
  startSession,
}: {
  readonly call: Call;
  readonly post: <Answer = void>(path: string, json: object, options?: CallOptions) => Promise<Answer>;
  readonly device: ReturnType<typeof createDevice>;
  /** What a request that starts a session carries. */
  readonly signingIn: () => Promise<SignIn & { readonly members: object }>;
  readonly startSession: (answer: TokenResponse, signing: SignIn, email?: string) => Promise<void>;
}) {
  return {
    /** The code of the mail is only valid together with `request`, which `pendingMails` returns later. */
    async register(json: Registration, options?: CallOptions): Promise<MailAnswer> {
      const known = await device.knownDeviceFor(json.email);
      const answer = await post<MailAnswer>('/api/auth/register', { ...known, ...json }, options);
      return device.rememberMail(answer, { kind: 'registration', email: json.email });
    },
    async verifyEmail(json: EmailVerification, options?: CallOptions): Promise<void> {
      const mail = await device.mailOf(json.request);
      const known = await device.knownDeviceFor(mail?.email);
      // The code of a changed address is only valid in the session that requested the change.
      const isPublic = json.password !== undefined || json.token !== undefined;
      const signing = json.sign_in ? await signingIn() : undefined;
      const answer = await call<TokenResponse | null>('POST', '/api/auth/verify-email', {
        json: { ...known, ...signing?.members, ...json },
        isPublic,
        deviceKey: signing?.deviceKey,
        ...options,
      });
      const kind = json.password === undefined ? 'email-change' : 'registration';
      await device.forgetMails((other) => other.kind === kind);
      if (signing && answer) await startSession(answer, signing, mail?.email);
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
