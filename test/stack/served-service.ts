// The served Worker on a database of its own, and people in it who have verified: for tests that are a client of the service.
import { inject } from 'vitest';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { servedBindings } from './served-bindings.ts';
import { newTestDatabase } from './test-database.ts';

export const password = 'tide lamp orbit cello';

export type ServedService = ServedWorker & {
  /** Somebody who has registered: the handle of the request, and the code of the mail that came. */
  newcomer(): Promise<{ email: string; request: string; code: string }>;
  /** Somebody who has verified as well: the address. */
  newUser(): Promise<string>;
};

export async function startServedService(changed: Record<string, string> = {}): Promise<ServedService> {
  const worker = await startServedWorker({
    ...servedBindings(await newTestDatabase(inject('databaseUrl'))),
    ...changed,
  });
  const post = async (path: string, json: object) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(worker.origin + path, { method: 'POST', headers, body: JSON.stringify(json) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
  const newcomer = async () => {
    const email = `person-${crypto.randomUUID()}@example.test`;
    const { request } = await post('/api/auth/register', { email, name: 'Ada' });
    return { email, request, code: await codeTo(email) };
  };
  return {
    ...worker,
    newcomer,
    async newUser() {
      const { email, ...proof } = await newcomer();
      await post('/api/auth/verify-email', { ...proof, password });
      return email;
    },
  };
}

/** Of the first mail to an address, which is waited for. */
async function codeTo(email: string): Promise<string> {
  const query = new URLSearchParams({ to: email, count: '1' });
  const mails = (await (await fetch(`${inject('mailApiUrl')}/mails?${query}`)).json()) as { text: string }[];
  const code = /^\s*(\d{6})\s*$/m.exec(mails[0]?.text ?? '')?.[1];
  if (!code) throw new Error(`no code in a mail to ${email}`);
  return code;
}
