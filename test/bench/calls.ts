// What a caller sends.

import type { Call } from './load.ts';

export const bearer = (token = '') => ({ Authorization: `Bearer ${token}` });

export const get = (path: string, headers: Record<string, string> = {}): Call => ({
  method: 'GET',
  path,
  headers,
});

export const post = (path: string, body: object, headers: Record<string, string> = {}): Call => ({
  method: 'POST',
  path,
  headers: { ...headers, 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});
