// End-to-end scenario over HTTP: one user from registration to deletion of the account. A release must not break it.

import type { ReceivedMail } from './smtp-server.ts';

/**
 * @param service `mailApiUrl` is that of the test mail server (smtp-server.ts). @throws Error with the step that
 * failed.
 */
export async function journey(service: { origin: string; mailApiUrl: string }): Promise<void> {
  const email = `traveller-${crypto.randomUUID()}@example.test`;
  const password = 'tide lamp orbit cello';
  const chosen = 'velvet sparrow tunnel mint';
  const step = stepsAt(service.origin);
  const codeOf = async (count: number) => {
    const query = new URLSearchParams({ to: email, count: String(count) });
    const mails = (await (await fetch(`${service.mailApiUrl}/mails?${query}`)).json()) as ReceivedMail[];
    return /^\s*(\d{6}|\d{8}|[0-9A-Z]{12})\s*$/m.exec(mails.at(-1)?.text ?? '')?.[1];
  };

  const { request } = await step('POST /api/auth/register', 202, { json: { email, name: 'Ada' } });
  const proof = { request, code: await codeOf(1), password };
  await step('POST /api/auth/verify-email', 204, { json: proof });
  const phone = await step('POST /api/auth/login', 200, { json: { email, password, device_name: 'Phone' } });
  const newest = await step('POST /api/auth/refresh', 200, { json: { refresh_token: phone.refresh_token } });
  const retry = await step('POST /api/auth/refresh', 200, { json: { refresh_token: phone.refresh_token } });
  if (retry.refresh_token !== newest.refresh_token) throw new Error('a retry got another successor');

  const bearer = newest.access_token;
  await step('GET /api/users/me', 200, { bearer });
  await step('PATCH /api/users/me', 200, { bearer, json: { name: 'Ada L.' } });
  await step('GET /api/auth/sessions', 200, { bearer });
  await step('GET /api/users/me/security-events', 200, { bearer });
  const title = `A post of ${email}`;
  const post = await step('POST /api/posts', 201, { bearer, json: { title, content: 'Hello' } });
  await step('GET /api/posts', 200, { bearer });
  await step(`PATCH /api/posts/${post.id}`, 200, { bearer, json: { content: 'Hello again' } });
  await step(`DELETE /api/posts/${post.id}`, 204, { bearer });

  const renewed = await step('POST /api/auth/change-password', 200, {
    bearer,
    json: { current_password: password, new_password: chosen },
  });
  await step('GET /api/users/me', 401, { bearer });
  await step('GET /api/users/me', 200, { bearer: renewed.access_token });
  await codeOf(2); // waits for the notice of the changed password
  const forgotten = await step('POST /api/auth/forgot-password', 202, { json: { email } });
  const reset = { request: forgotten.request, code: await codeOf(3), password };
  await step('POST /api/auth/reset-password', 204, { json: reset });
  await step('POST /api/auth/refresh', 401, { json: { refresh_token: renewed.refresh_token } });
  const tablet = await step('POST /api/auth/login', 200, { json: { email, password } });
  await step('POST /api/auth/logout', 204, { json: { refresh_token: tablet.refresh_token } });
  const last = await step('POST /api/auth/login', 200, { json: { email, password } });
  await step('GET /api/users/me/export', 200, { bearer: last.access_token });
  await step('DELETE /api/users/me', 204, { bearer: last.access_token, json: { password } });
  await step('POST /api/auth/login', 401, { json: { email, password } });
}

type Sent = { readonly json?: unknown; readonly bearer?: string };

function stepsAt(origin: string) {
  // biome-ignore lint/suspicious/noExplicitAny: each step reads what the contract says is there.
  return async (what: string, expected: number, { json, bearer }: Sent): Promise<any> => {
    const [method = '', path = ''] = what.split(' ');
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    if (answer.status !== expected) throw new Error(`${what} answered ${answer.status}: ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
}
