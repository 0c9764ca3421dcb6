// What the contract says of a changed password, between the world and a service that does not do it yet.

import { decodeJwt } from 'jose';
import type { Sent, World } from './world.ts';

type Change = { readonly sessionId: unknown; readonly body: string; readonly answer: string };

/** A service that does it itself is left alone. */
export function changesOfSession(world: World): void {
  const changes = new Map<string, Change>();

  world.answerOf = (request) => {
    const key = request.headers.get('Idempotency-Key') ?? '';
    if (request.path === '/api/auth/change-password') return change(request, key);
    if (request.path !== '/api/auth/refresh') return undefined;
    const { sid } = decodeJwt(JSON.parse(request.body).refresh_token);
    const done = changes.get(key);
    if (done?.sessionId === sid) return json(200, done?.answer ?? '');
    // As long as the new session is not refreshed.
    for (const [other, { answer }] of changes)
      if (JSON.parse(answer).session_id === sid) changes.delete(other);
    return undefined;
  };

  async function change(request: Sent, key: string): Promise<Response> {
    const bearer = request.headers.get('Authorization')?.slice('Bearer '.length) ?? '';
    const sessionId = decodeJwt(bearer)['sid'];
    const done = changes.get(key);
    if (done?.sessionId === sessionId && done?.body === request.body) return json(200, done.answer);
    const email = (await world.service.call('GET', '/api/users/me', { bearer })).body?.email;
    const changed = await world.receive(request);
    if (changed.status !== 204) return changed;
    const { new_password: password } = JSON.parse(request.body);
    const login = await world.service.call('POST', '/api/auth/login', { json: { email, password } });
    const { access_token } = login.body;
    await world.service.call('DELETE', `/api/auth/sessions/${sessionId}`, { bearer: access_token });
    changes.set(key, { sessionId, body: request.body, answer: login.text });
    return json(200, login.text);
  }
}

function json(status: number, body: string): Response {
  const headers = { 'Content-Type': 'application/json' };
  return new Response(body, { status, headers });
}
