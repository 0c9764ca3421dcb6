// Somebody who signs in at a production bundle.

import { inject } from 'vitest';

export const password = 'tide lamp orbit cello';

/** Somebody who registered and proved their address. */
export async function someone(post: (path: string, body: object) => Promise<Response>): Promise<string> {
  const email = `ada-${crypto.randomUUID()}@example.test`;
  await post('/api/auth/register', { email, name: 'Ada' });
  const answer = await fetch(`${inject('mailApiUrl')}/mails?to=${email}&count=1`);
  const [mail] = (await answer.json()) as { text: string }[];
  const token = /token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
  const proof = await post('/api/auth/verify-email', { token, name: 'Ada', password });
  if (proof.status !== 204) throw new Error(`verify-email: ${proof.status}`);
  return email;
}
