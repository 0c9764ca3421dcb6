// What begins with a mail: proving an address, a new password, another address. The handles of its mails are kept meanwhile.

import type {
  EmailChange,
  EmailVerification,
  MailAnswer,
  PasswordReset,
  Registration,
  TokenResponse,
} from './api-types.ts';
import type { keepDevice } from './device.ts';
import type { Call, CallOptions } from './requests.ts';

export function mailCalls({
  call,
  post,
  device,
  signIn,
  begin,
  now,
}: {
  readonly call: Call;
  readonly post: <Answer = void>(path: string, json: object, options?: CallOptions) => Promise<Answer>;
  readonly device: ReturnType<typeof keepDevice>;
  /** What a request that starts a session says of it. */
  readonly signIn: object;
  readonly begin: (answer: TokenResponse, askedAt: number, email?: string) => Promise<void>;
  readonly now: () => number;
}) {
  return {
    /** Keep `request`, or read it again from `pendingMails`: the code of the mail is typed with it. */
    async register(json: Registration, options?: CallOptions): Promise<MailAnswer> {
      const known = await device.knownAs(json.email);
      const answer = await post<MailAnswer>('/api/auth/register', { ...known, ...json }, options);
      return device.mailed(answer, { kind: 'registration', email: json.email });
    },
    async verifyEmail(json: EmailVerification, options?: CallOptions): Promise<void> {
      const mail = await device.mailOf(json.request);
      const known = await device.knownAs(mail?.email);
      // The code of a changed address counts in the session that asked for the change.
      const isPublic = json.password !== undefined || json.token !== undefined;
      const askedAt = now();
      const answer = await call<TokenResponse | null>('POST', '/api/auth/verify-email', {
        json: { ...known, ...(json.sign_in && signIn), ...json },
        isPublic,
        ...options,
      });
      const kind = json.password === undefined ? 'email-change' : 'registration';
      await device.forgetMails((other) => other.kind === kind);
      if (json.sign_in && answer) await begin(answer, askedAt, mail?.email);
    },
    async resendVerification(json: { request: string }, options?: CallOptions): Promise<MailAnswer> {
      const known = await device.knownAs((await device.mailOf(json.request))?.email);
      const answer = await post<MailAnswer>('/api/auth/resend-verification', { ...known, ...json }, options);
      return device.mailed(answer);
    },
    async forgotPassword(json: { email: string }, options?: CallOptions): Promise<MailAnswer> {
      const known = await device.knownAs(json.email);
      const answer = await post<MailAnswer>('/api/auth/forgot-password', { ...known, ...json }, options);
      return device.mailed(answer, { kind: 'password-reset', email: json.email });
    },
    async resetPassword(json: PasswordReset, options?: CallOptions): Promise<void> {
      const known = await device.knownAs((await device.mailOf(json.request))?.email);
      await post('/api/auth/reset-password', { ...known, ...json }, options);
      await device.forgetMails(({ kind }) => kind === 'password-reset');
    },
    undoEmailChange: (json: { token: string }, options?: CallOptions) =>
      post('/api/auth/undo-email-change', json, options),
    /** Mails of this device whose codes are still good, the newest first: for an app that was killed while one was read. */
    pendingMails: device.pendingMails,
    /** For somebody who has given up. */
    forgetMail: (request: string) => device.forgetMails((mail) => mail.request === request),
    async changeEmail(json: EmailChange, options?: CallOptions): Promise<MailAnswer> {
      const answer = await call<MailAnswer>('POST', '/api/users/me/email', { json, ...options });
      return device.mailed(answer, { kind: 'email-change', email: json.new_email });
    },
  };
}
