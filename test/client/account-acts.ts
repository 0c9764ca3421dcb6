// What a person does with the app, when they can, and what may come of it, however often it was sent.

import type { PendingMail } from '../../src/client/client.ts';
import type { Service } from '../service.ts';
import type { Act } from './account-history.ts';
import { secretsOf, type Truth, undoTokenTo } from './account-truth.ts';
import type { Process } from './process.ts';

/** The addresses and the password of whom it is about: no password where an undone change has voided it. */
export type Person = {
  readonly addresses: readonly [string, string];
  password: string;
  /** So many are forgiven, and no pause begins. */
  mistakes: number;
};

const forgiven = 3;

export type Doing = {
  readonly call: () => Promise<unknown>;
  /** What it comes to where it has an answer: `ok`, or the problem's name. */
  readonly outcome?: string;
  /** The password that it makes the account's. */
  readonly chosen?: string;
  /** What it adds, at the very most, and exactly so where it has an answer. Negative where it ends some. */
  readonly sessions?: number;
  readonly codeTries?: number;
  /** At the very most. */
  readonly mails?: number;
  /** It may end the session. */
  readonly isEnding?: boolean;
};

/** Nothing where it is not possible at the time. */
export async function doing(
  act: Act,
  { client }: Process,
  {
    service,
    person,
    truth,
    pending,
    isSignedIn,
    sessionId,
    newPassword,
  }: {
    readonly service: Service;
    readonly person: Person;
    readonly truth: Truth;
    /** What the app shows of the mails that it asked for. */
    readonly pending: readonly PendingMail[];
    readonly isSignedIn: boolean;
    readonly sessionId: string | undefined;
    readonly newPassword: () => string;
  },
): Promise<Doing | undefined> {
  const { user } = truth;
  const mayMistake = person.mistakes < forgiven;
  const [email] = person.addresses;
  const { password } = person;
  const wrong = 'wrong horse staple battery';

  /** The mail of a kind that can be used: what it says, and what it was asked for. */
  async function mailOf(kind: PendingMail['kind']) {
    const mail = pending.find((other) => other.kind === kind);
    const secrets = mail && (await secretsOf(service, truth, mail));
    return mail && secrets && { ...mail, ...secrets };
  }

  switch (act) {
    case 'register':
      return user ? undefined : { call: () => client.register({ email, name: 'Ada' }), mails: 1 };
    case 'send it again': {
      const mail = await mailOf('registration');
      return mail && { call: () => client.resendVerification(mail), mails: 1 };
    }
    case 'verify by code': {
      const mail = await mailOf('registration');
      const chosen = newPassword();
      const { request = '', code = '' } = mail ?? {};
      const call = () => client.verifyEmail({ request, code, password: chosen, sign_in: true });
      return mail && { call, chosen, sessions: 1, isEnding: true };
    }
    case 'verify by link': {
      const mail = await mailOf('registration');
      const chosen = newPassword();
      const { token = '' } = mail ?? {};
      return mail && { call: () => client.verifyEmail({ token, password: chosen, name: 'Ada' }), chosen };
    }
    case 'mistype the code': {
      const mail = await mailOf('registration');
      const { request = '', code = '' } = mail ?? {};
      // After ten mails a code is a long one, of digits and letters.
      const mistyped = code.replace(/.$/, (last) => (last === '1' ? '2' : '1'));
      // Of an account that was deleted there is no password.
      const call = () => client.verifyEmail({ request, code: mistyped, password: wrong });
      return mail && mayMistake ? { call, outcome: 'invalid-code', codeTries: 1 } : undefined;
    }
    case 'log in':
      return user && password !== ''
        ? { call: () => client.login({ email: user.email, password }), sessions: 1, isEnding: true }
        : undefined;
    case 'mistype the password': {
      const call = () => client.login({ email: user?.email ?? email, password: wrong });
      return user && mayMistake ? { call, outcome: 'invalid-credentials' } : undefined;
    }
    case 'look':
      return isSignedIn ? { call: () => client.me() } : undefined;
    case 'change the password': {
      const chosen = newPassword();
      const call = () => client.changePassword({ current_password: password, new_password: chosen });
      return isSignedIn ? { call, chosen, sessions: 1 - truth.sessions.length } : undefined;
    }
    case 'mistype the present password': {
      const call = () => client.changePassword({ current_password: wrong, new_password: newPassword() });
      return isSignedIn && mayMistake ? { call, outcome: 'invalid-credentials' } : undefined;
    }
    case 'forget the password':
      return user && { call: () => client.forgotPassword({ email: user.email }), mails: 1 };
    case 'reset it by code':
    case 'reset it by link': {
      const mail = await mailOf('password-reset');
      const chosen = newPassword();
      const { request = '', code = '', token = '' } = mail ?? {};
      const grant = act === 'reset it by code' ? { request, code } : { token };
      const call = () => client.resetPassword({ ...grant, password: chosen });
      return mail && { call, chosen, sessions: -truth.sessions.length, isEnding: true };
    }
    case 'change the address': {
      const other = person.addresses.find((address) => address !== user?.email) ?? '';
      const call = () => client.changeEmail({ new_email: other, password });
      return isSignedIn ? { call, mails: 2 } : undefined;
    }
    case 'confirm it by code':
    case 'confirm it by link': {
      const mail = await mailOf('email-change');
      const { request = '', code = '', token = '' } = mail ?? {};
      const call = () => client.verifyEmail(act === 'confirm it by code' ? { request, code } : { token });
      // A code is good in the session that asked, and not after another sign-in on the device.
      const mayConfirm = act === 'confirm it by link' || (isSignedIn && mail?.askedBy === sessionId);
      return mail && mayConfirm ? { call, mails: 2 } : undefined;
    }
    case 'undo that': {
      const token = user?.email !== email && (await undoTokenTo(email));
      const call = () => client.undoEmailChange({ token: token || '' });
      return user && token
        ? { call, chosen: '', mails: 2, sessions: -truth.sessions.length, isEnding: true }
        : undefined;
    }
    case 'log out':
      return isSignedIn ? { call: () => client.logout(), sessions: -1, isEnding: true } : undefined;
    case 'log out everywhere': {
      const call = () => client.logoutAll();
      return isSignedIn ? { call, sessions: -truth.sessions.length, isEnding: true } : undefined;
    }
    case 'delete the account': {
      const call = () => client.deleteMe({ password });
      return isSignedIn ? { call, sessions: -truth.sessions.length, isEnding: true } : undefined;
    }
  }
}
