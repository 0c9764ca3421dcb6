import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod/mini';
import type * as client from '../../src/client/client.ts';
import type { change as changeUser } from '../../src/features/account/change.ts';
import type { changePassword } from '../../src/features/account/change-password.ts';
import type { register } from '../../src/features/account/register.ts';
import type { User } from '../../src/features/account/statements.ts';
import type { waysOf } from '../../src/features/discovery/ways.ts';
import type { changeEmail } from '../../src/features/email/change.ts';
import type { reset } from '../../src/features/email/reset-password.ts';
import type { undo } from '../../src/features/email/undo-change.ts';
import type { verify } from '../../src/features/email/verify.ts';
import type { SecurityEvent } from '../../src/features/events/statements.ts';
import type { confirm } from '../../src/features/factors/confirm.ts';
import type { addIdentity } from '../../src/features/identities/add.ts';
import type { createPasskey } from '../../src/features/passkeys/create.ts';
import type { renamePasskey } from '../../src/features/passkeys/rename.ts';
import type { ShownPasskey } from '../../src/features/passkeys/statements.ts';
import type { emailCode } from '../../src/features/sign-in/email-code.ts';
import type { guest } from '../../src/features/sign-in/guest.ts';
import type { login } from '../../src/features/sign-in/login.ts';
import type { passkey } from '../../src/features/sign-in/passkey.ts';
import type { loginProvider } from '../../src/features/sign-in/provider.ts';
import type { reauthenticate } from '../../src/features/sign-in/reauthenticate.ts';
import type { requestCode } from '../../src/features/sign-in/request-code.ts';
import type { loginSecondFactor } from '../../src/features/sign-in/second-factor.ts';
import type { ProblemName } from '../../src/problems.ts';
import type { ListedSession } from '../../src/sessions/listed-sessions.ts';

// The client's types are written out, so that an app that imports them needs none of the service's packages. Here the
// compiler compares each with the schema that checks the request, or with the statement that makes the answer.

/** Whether an endpoint takes what the client sends, and knows each of its fields. It may take more. */
type IsTaken<Sent, Endpoint extends { body: () => z.core.$ZodType }> = [Sent, keyof Sent] extends [
  z.input<ReturnType<Endpoint['body']>>,
  keyof z.input<ReturnType<Endpoint['body']>>,
]
  ? true
  : false;

test('what the client sends is what the endpoints take', () => {
  expectTypeOf<IsTaken<client.Registration, typeof register>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.EmailVerification, typeof verify>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.Credentials, typeof login>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.PasswordReset, typeof reset>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.PasswordChange, typeof changePassword>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.UserChange, typeof changeUser>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.Undo, typeof undo>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.EmailChange, typeof changeEmail>>().toEqualTypeOf<true>();

  type Handle = { auth_session: string };
  type Shown = client.PasskeyCredential & { type: 'public-key' };
  type Made = client.NewPasskeyCredential & { type: 'public-key' };
  type Again = { method: 'password' } & Omit<
    Extract<client.Reauthentication, { password: string }>,
    'passkey' | 'provider'
  >;
  type ByProvider = { method: 'provider' } & Omit<
    Extract<client.Reauthentication, { provider: string }>,
    'passkey'
  >;
  expectTypeOf<IsTaken<Handle & client.FactorCode, typeof loginSecondFactor>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<Handle & { passkey: Shown }, typeof loginSecondFactor>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<Again, typeof reauthenticate>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<ByProvider, typeof reauthenticate>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.ProviderSignIn, typeof loginProvider>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.EmailCodeRequest, typeof requestCode>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.EmailCodeSignIn, typeof emailCode>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.GuestStart, typeof guest>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.ShownIdToken, typeof addIdentity>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<{ totp: string }, typeof confirm>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<{ credential: Shown }, typeof passkey>>().toEqualTypeOf<true>();
  expectTypeOf<
    IsTaken<{ credential: Made; name?: string | undefined }, typeof createPasskey>
  >().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<{ name: string }, typeof renamePasskey>>().toEqualTypeOf<true>();
});

test('what the client gives is what the endpoints answer', () => {
  expectTypeOf<User>().toExtend<client.User>();
  expectTypeOf<ListedSession>().toExtend<client.ListedSession>();
  expectTypeOf<ReturnType<typeof waysOf>>().toExtend<client.Ways>();
  expectTypeOf<SecurityEvent>().toExtend<client.SecurityEvent>();
  expectTypeOf<ShownPasskey>().toExtend<client.Passkey>();
  expectTypeOf<client.ProblemName>().toEqualTypeOf<ProblemName>();
});
