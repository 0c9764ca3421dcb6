// What the service answers, by the types of what answers: a page that reads what is not there does not compile.

import type { Now } from '../features/statistics/statements.ts';

export type { OperatorsEvent } from '../operators/list-events.ts';
export type { ListedMail, QueuedMail } from '../operators/mails.ts';
export type { UserInFull } from '../operators/show-user.ts';
export type { AdminUser } from '../operators/shown-user.ts';
export type { ListedSession } from '../sessions/listed-sessions.ts';

export type Page<Row> = { readonly data: readonly Row[]; readonly next_cursor: string | null };

export type Me = { readonly id: string; readonly name: string; readonly email: string | null };

export type JsonObject = Readonly<Record<string, unknown>>;

export type Counted = {
  readonly at: string;
  readonly sign_ins: number;
  readonly failed_sign_ins: number;
  readonly second_factor_failures: number;
  readonly registrations: number;
  /** Null before anybody counted. */
  readonly sessions_started: number | null;
  readonly sessions_ended: number | null;
  readonly refreshes: Readonly<
    Record<'superseded' | 'reused' | 'from_another_network' | 'device_key_refused', number>
  >;
};

export type Statistics = { readonly series: readonly Counted[]; readonly now: Now };
