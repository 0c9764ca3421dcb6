// Calls of the service. The tokens are in cookies that no script reads; an access token that has run out is refreshed, and where a call
// takes a recent sign-in it waits until that was shown, and goes on.

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly auth_session?: string;
  readonly methods?: readonly string[];
  readonly factors?: readonly string[];
  readonly attempts_left?: number;
  readonly instance?: string;
};

/** An answer that is none of success. */
export class Refused extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.title);
    this.status = status;
    this.problem = problem;
  }

  /** The problem's name, by which one decides. */
  get kind(): string {
    return this.problem.type.split('/').at(-1) ?? '';
  }

  /** For whoever reads it. */
  override toString(): string {
    const { title, detail, errors = [], attempts_left } = this.problem;
    const fields = errors.map(({ pointer, detail: what }) => `${pointer.slice(1)} ${what}`.trim());
    const left = attempts_left === undefined ? [] : [`Tries left: ${attempts_left}.`];
    return [title, ...(detail ? [detail] : []), ...fields, ...left].join(' ');
  }
}

/** Somebody closed the dialog that asked for them. */
export class Cancelled extends Error {}

/** A cookie that authenticates nobody: without it there is no session to ask about. */
export const mayBeSignedIn = () => /(^|; )logged_in=true/.test(document.cookie);

/** What the page does where a call alone comes to nothing; main.ts says what. */
export const asks: {
  signedOut: () => void;
  /** @throws Cancelled */
  signInAgain: (problem: Problem) => Promise<void>;
} = {
  signedOut: () => {},
  signInAgain: () => Promise.reject(new Cancelled()),
};

const over = new Set([
  'session-ended',
  'invalid-refresh-token',
  'refresh-token-reused',
  'invalid-access-token',
]);

/**
 * A call of somebody who is signed in.
 *
 * @param route as `GET /api/users/me`.
 * @throws Refused or Cancelled.
 */
export async function call<Answer = undefined>(route: string, body?: object): Promise<Answer> {
  // One for all repeats: the service does it once.
  const key = crypto.randomUUID();
  let hasRefreshed = false;
  for (;;) {
    try {
      return await send<Answer>(route, body, key);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.kind === 'recent-sign-in-required') await signedInAgain(error.problem);
      else if (error.kind === 'invalid-access-token' && !hasRefreshed) {
        hasRefreshed = true;
        await refreshed();
      } else {
        if (over.has(error.kind)) asks.signedOut();
        throw error;
      }
    }
  }
}

/** One request and its answer, whoever calls. @throws Refused */
export async function send<Answer = undefined>(route: string, body?: object, key?: string): Promise<Answer> {
  const [method = 'GET', path = ''] = route.split(' ');
  const answer = await fetch(path, {
    method,
    headers: {
      // As all of the page is.
      'Accept-Language': 'en',
      ...(body && { 'Content-Type': 'application/json' }),
      ...(key && method !== 'GET' && { 'Idempotency-Key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
    cache: 'no-store',
  }).catch(() => {
    throw new Refused(0, { type: 'unreachable', title: 'The service cannot be reached. Try again.' });
  });
  const text = await answer.text();
  const json = /\bjson\b/.test(answer.headers.get('Content-Type') ?? '') ? JSON.parse(text) : undefined;
  if (answer.ok) return json;
  throw new Refused(
    answer.status,
    json ?? { type: 'unknown', title: `The service answered ${answer.status}.` },
  );
}

let refreshing: Promise<void> | undefined;

/** New tokens are in the cookies. One at a time, in all tabs. @throws Refused */
export function refreshed(): Promise<void> {
  refreshing ??= navigator.locks
    .request('latchkey-refresh', () => send('POST /api/auth/refresh', {}))
    .catch((error: unknown) => {
      // Another page was faster, and its tokens are in the cookies by now.
      if (error instanceof Refused && error.kind === 'refresh-superseded') return;
      // `validation-failed`: there was no token to refresh.
      if (error instanceof Refused && (over.has(error.kind) || error.kind === 'validation-failed'))
        asks.signedOut();
      throw error;
    })
    .finally(() => {
      refreshing = undefined;
    }) as Promise<void>;
  return refreshing;
}

let prompting: Promise<void> | undefined;

/** One dialog, whatever waits for it. @throws Cancelled */
export function signedInAgain(problem: Problem): Promise<void> {
  prompting ??= asks.signInAgain(problem).finally(() => {
    prompting = undefined;
  });
  return prompting;
}
