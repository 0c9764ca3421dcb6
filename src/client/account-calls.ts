// The calls that read and change the account, without a part in its session.

import type { ListedSession, Page, SecurityEvent, User, UserChange } from './api-types.ts';
import type { Call, CallOptions } from './call-types.ts';

export function accountCalls(call: Call) {
  return {
    sessions: async (options?: CallOptions) =>
      (await call<{ data: ListedSession[] }>('GET', '/api/auth/sessions', options)).data,
    revokeSession: (id: string, options?: CallOptions) =>
      call<void>('DELETE', `/api/auth/sessions/${encodeURIComponent(id)}`, options),
    me: (options?: CallOptions) => call<User>('GET', '/api/users/me', options),
    updateMe: (json: UserChange, options?: CallOptions) =>
      call<User>('PATCH', '/api/users/me', { json, ...options }),
    /** Newest first. Pass `next_cursor` of one page as the `cursor` of the next. */
    securityEvents: ({ cursor, ...options }: CallOptions & { cursor?: string } = {}) =>
      call<Page<SecurityEvent>>(
        'GET',
        `/api/users/me/security-events${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`,
        options,
      ),
    exportMe: (options?: CallOptions) => call<unknown>('GET', '/api/users/me/export', options),
  };
}
