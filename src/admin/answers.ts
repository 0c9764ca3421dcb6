// What the service answers, as far as the page reads it (contract, section 9).

export type Page<Row> = { readonly data: readonly Row[]; readonly next_cursor: string | null };

export type Me = { readonly id: string; readonly name: string; readonly email: string | null };

export type AdminUser = {
  readonly id: string;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly name: string;
  readonly role: string;
  readonly provider: string;
  readonly external_id: string | null;
  readonly is_guest: boolean;
  readonly disabled_at: string | null;
  readonly disabled_reason: string | null;
  readonly has_password: boolean;
  readonly second_factors: readonly string[];
  readonly passkeys: number;
  readonly identities: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_used_at: string | null;
};

export type JsonObject = { readonly [key: string]: unknown };

export type UserInFull = AdminUser & {
  readonly photo: string | null;
  readonly metadata: JsonObject;
  readonly app_metadata: JsonObject;
  readonly version: number;
  readonly ways_in: {
    readonly password: boolean;
    readonly passkeys: readonly {
      readonly id: string;
      readonly name: string | null;
      readonly created_at: string;
      readonly last_used_at: string | null;
      readonly backed_up: boolean;
    }[];
    readonly identities: readonly {
      readonly id: string;
      readonly provider: string;
      readonly created_at: string;
      readonly last_used_at: string | null;
    }[];
    readonly email_code: boolean;
  };
  readonly pauses: readonly {
    readonly of: string;
    readonly attempts: number;
    readonly locked_until: string | null;
  }[];
  readonly failed_sign_ins: number;
  readonly known_devices: number;
  readonly sessions: readonly ShownSession[];
  readonly mails: readonly ShownMail[];
  readonly events: readonly ShownEvent[];
};

export type ShownSession = {
  readonly id: string;
  readonly device_name: string | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly device_bound: boolean;
  readonly amr: readonly string[];
  readonly acr: string | null;
};

export type ShownMail = {
  readonly id: string;
  readonly kind: string;
  readonly user_id?: string | null;
  readonly email?: string | null;
  readonly created_at: string;
  readonly attempts: number;
  readonly due_at: string | null;
  readonly sent_at: string | null;
  readonly failed_at: string | null;
  readonly last_error: string | null;
};

export type ShownEvent = {
  readonly id: string;
  readonly kind: string;
  readonly user_id: string | null;
  readonly email: string | null;
  readonly session_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly count: number;
  readonly request_id: string | null;
  readonly actor_id: string | null;
  readonly details: JsonObject | null;
  readonly created_at: string;
};

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

type Queue = {
  readonly waiting: number;
  readonly oldest_waiting_at: string | null;
  readonly failed_last_day: number;
};

export type Statistics = {
  readonly from: string;
  readonly to: string;
  readonly step: 'hour' | 'day';
  readonly series: readonly Counted[];
  readonly now: {
    readonly users: number;
    readonly disabled: number;
    readonly guests: number;
    readonly active_sessions: number;
    readonly used_in_the_last_hour: number;
    readonly mails: Queue;
    readonly outbox: Queue;
  };
};
