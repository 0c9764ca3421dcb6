import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod/mini';
import type * as client from '../../src/client/client.ts';
import type { UserChange } from '../../src/features/account/change.ts';
import type { PasswordChange } from '../../src/features/account/change-password.ts';
import type { Registration } from '../../src/features/account/register.ts';
import type { User } from '../../src/features/account/statements.ts';
import type { EmailChange } from '../../src/features/email/change.ts';
import type { Reset } from '../../src/features/email/reset-password.ts';
import type { Verification } from '../../src/features/email/verify.ts';
import type { SecurityEvent } from '../../src/features/events/statements.ts';
import type { ListedSession } from '../../src/features/sessions/statements.ts';
import type { Credentials } from '../../src/features/sign-in/login.ts';
import type { ProblemName } from '../../src/problems.ts';

// The client's types are written out, so that an app that imports them needs none of the service's packages. Here the
// compiler compares each with the schema that checks the request, or with the statement that makes the answer.

/** Whether an endpoint takes what the client sends, and knows each of its fields. It may take more. */
type IsTaken<Sent, Schema extends z.core.$ZodType> = [Sent, keyof Sent] extends [
  z.input<Schema>,
  keyof z.input<Schema>,
]
  ? true
  : false;

test('what the client sends is what the endpoints take', () => {
  expectTypeOf<IsTaken<client.Registration, typeof Registration>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.EmailVerification, typeof Verification>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.Credentials, typeof Credentials>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.PasswordReset, typeof Reset>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.PasswordChange, typeof PasswordChange>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.UserChange, typeof UserChange>>().toEqualTypeOf<true>();
  expectTypeOf<IsTaken<client.EmailChange, typeof EmailChange>>().toEqualTypeOf<true>();
});

test('what the client gives is what the endpoints answer', () => {
  expectTypeOf<User>().toExtend<client.User>();
  expectTypeOf<ListedSession>().toExtend<client.ListedSession>();
  expectTypeOf<SecurityEvent>().toExtend<client.SecurityEvent>();
  expectTypeOf<client.ProblemName>().toEqualTypeOf<ProblemName>();
});
