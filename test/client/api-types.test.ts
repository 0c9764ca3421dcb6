import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod/mini';
import type * as client from '../../src/client/client.ts';
import type { UserChange } from '../../src/features/accounts/change.ts';
import type { Registration } from '../../src/features/accounts/register.ts';
import type { SecurityEvent, User } from '../../src/features/accounts/statements.ts';
import type { EmailChange } from '../../src/features/credentials/change-email.ts';
import type { ListedSession } from '../../src/features/devices/statements.ts';
import type { Verification } from '../../src/features/email-verification/verify.ts';
import type { Credentials } from '../../src/features/login/login.ts';
import type { PasswordChange } from '../../src/features/password-change/change.ts';
import type { Reset } from '../../src/features/password-reset/reset.ts';
import type { ProblemName } from '../../src/problems.ts';

// The client's types are written out, so that an app that imports them needs none of the service's packages. Here the
// compiler compares each with the schema that checks the request, or with the statement that makes the answer.

test('what the client sends is what the endpoints take', () => {
  expectTypeOf<client.Registration>().toEqualTypeOf<z.input<typeof Registration>>();
  expectTypeOf<client.MailedGrant>().toEqualTypeOf<z.input<typeof Verification>>();
  expectTypeOf<client.Credentials>().toEqualTypeOf<Omit<z.input<typeof Credentials>, 'token_delivery'>>();
  expectTypeOf<client.PasswordReset>().branded.toEqualTypeOf<z.input<typeof Reset>>();
  expectTypeOf<client.PasswordChange>().toEqualTypeOf<z.input<typeof PasswordChange>>();
  expectTypeOf<client.UserChange>().toEqualTypeOf<z.input<typeof UserChange>>();
  expectTypeOf<client.EmailChange>().toEqualTypeOf<z.input<typeof EmailChange>>();
});

test('what the client gives is what the endpoints answer', () => {
  expectTypeOf<client.User>().toEqualTypeOf<User>();
  expectTypeOf<client.ListedSession>().toEqualTypeOf<ListedSession>();
  expectTypeOf<client.SecurityEvent>().toEqualTypeOf<SecurityEvent>();
  expectTypeOf<client.ProblemName>().toEqualTypeOf<ProblemName>();
});
