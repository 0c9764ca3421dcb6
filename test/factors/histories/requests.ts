// The requests of a history, each with what the model has to say of it.

import type { Answer } from '../../service.ts';
import { resetRequest, undoRequest } from './mailbox.ts';
import { assertionFor } from './passkey-requests.ts';
import { loggingIn, signingInByPasskey, takingTheSecondStep } from './sign-in-model.ts';
import { ofTheirs } from './signed-in-requests.ts';
import type { Call } from './steps.ts';
import { codeFor, fields } from './typed-codes.ts';
import { type Made, nth, type Person, type Request, type World } from './world.ts';

const wrongPassword = 'none of the passwords that this account has ever had, however long one looks for it';

export async function request(
  world: World,
  by: Person,
  call: Call,
  label: string,
): Promise<Request | undefined> {
  const made = await build(world, by, call, label);
  // What a key does there, the histories of sessions know.
  const keyed = call.keyed && !['refresh', 'change the password'].includes(call.kind);
  return made && { label, call: { ...call, keyed }, by, evidence: {}, ...made };
}

async function build(world: World, by: Person, call: Call, label: string): Promise<Made | undefined> {
  const { service, account, owner, loot } = world;
  const isThief = by === 'thief';
  const post =
    (path: string, json?: object, bearer?: string) =>
    (headers: Record<string, string>): Promise<Answer> =>
      service.call('POST', path, { headers, ...(json && { json }), ...(bearer && { bearer }) });
  const password = isThief ? world.thiefsPassword : account.password;
  const typed = (isRight: boolean) => (isRight ? (password ?? wrongPassword) : wrongPassword);
  const code = codeFor(world, by, call.factor, call.nth);

  switch (call.kind) {
    case 'log in': {
      if (isThief && password === undefined) return undefined;
      const given = { password: typed(call.isRight), code };
      return {
        evidence: { code },
        run: (sending) => loggingIn(given, sending),
        send: post('/api/auth/login', { email: owner.email, password: given.password, ...fields(code) }),
      };
    }
    case 'take the second step': {
      const asked = nth([...world.asked].reverse(), call.nth);
      if (asked === undefined || (isThief && !loot.asked)) return undefined;
      const passkey =
        call.passkey === 'none' || isThief
          ? undefined
          : await assertionFor(world, call.passkey, call.nth, asked);
      const second = passkey ? undefined : (code ?? codeFor(world, by, 'wrong', 0));
      const json = {
        auth_session: account.names[`asked:${asked}`],
        ...(passkey ? { passkey: passkey.credential } : fields(second)),
      };
      return {
        evidence: { code: second, passkey: passkey && (passkey.isVerified ? 'verified' : 'present') },
        run: (sending) =>
          takingTheSecondStep({ asked, ...(passkey ? { passkey } : { code: second }) }, sending),
        send: post('/api/auth/login/second-factor', json),
      };
    }
    case 'sign in by passkey': {
      const assertion = isThief ? undefined : await assertionFor(world, call.passkey, call.nth);
      if (!assertion) return undefined;
      return {
        evidence: { passkey: call.passkey },
        run: (sending) => signingInByPasskey(assertion, sending),
        send: post('/api/auth/passkey', { credential: assertion.credential }),
      };
    }
    case 'reset':
      return isThief && !loot.mailbox ? undefined : resetRequest(world, call, label);
    case 'undo':
      return isThief && !loot.mailbox ? undefined : undoRequest(world, call, code);
    default: {
      const held = nth([...world.held[by]].reverse(), call.nth);
      return held && ofTheirs(world, by, call, held, { post, typed, code, label });
    }
  }
}
