// Carries a call through a bad network: attempts with a time limit each, pauses between them, one deadline over all.

import { NetworkError, ProblemError } from './errors.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Timing = {
  /** Resolves after so many milliseconds, or as soon as the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1, for pauses: clients that were cut off together come back apart. */
  readonly random: () => number;
  /** Milliseconds since some moment, by a clock that nobody sets. It may stand still while the device sleeps. */
  readonly monotonic: () => number;
};

/** What a person waits for, at the very most. */
const callMilliseconds = 30_000;

/**
 * A connection that is silent for so long is dead on a phone; another one may not be. Longer than the 10.05 s in which the
 * service answers or says that it cannot, or it would be asked again while it is still at work.
 */
const attemptMilliseconds = 12_000;

const attempts = 4;

/** The first pause at most; each further one is at most twice as long. */
const pauseMilliseconds = 500;

/** A signal together with why it aborted, which React Native's does not know. */
export type Limit = {
  readonly signal: AbortSignal;
  reason(): unknown;
  /** Stops the clock. The signal goes on following the outer one, which may still abort the reading of a body. */
  done(): void;
};

export function deadlineOf(timing: Timing, signal?: AbortSignal | null): Limit {
  const outer = signal && { signal, reason: () => signal.reason ?? abortError() };
  return limitTime(timing, callMilliseconds, outer);
}

function limitTime({ sleep }: Timing, milliseconds: number, outer?: Omit<Limit, 'done'> | null): Limit {
  const controller = new AbortController();
  const clock = new AbortController();
  let reason: unknown;
  const stop = (why: unknown) => {
    reason ??= why;
    controller.abort(why);
  };
  const follow = () => stop(outer?.reason());
  if (outer?.signal.aborted) follow();
  outer?.signal.addEventListener('abort', follow, { once: true });
  const expire = () => {
    if (!clock.signal.aborted) stop(new NetworkError(`No answer within ${milliseconds} ms.`));
  };
  // An app's own `sleep` may reject when it is aborted, as that of node:timers/promises does.
  sleep(milliseconds, clock.signal).then(expire, expire);
  return { signal: controller.signal, reason: () => reason, done: () => clock.abort() };
}

/** One attempt, body and all, whether or not `work` minds the signal. @throws NetworkError, or the caller's reason. */
export async function attempt<T>(
  timing: Timing,
  outer: Limit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = limitTime(timing, attemptMilliseconds, outer);
  try {
    return await abortable(work(limit.signal), limit);
  } catch (error) {
    if (error instanceof ProblemError || error instanceof NetworkError) throw error;
    if (limit.signal.aborted) throw limit.reason();
    throw new NetworkError('The service cannot be reached.', error);
  } finally {
    limit.done();
  }
}

export function abortable<T>(promise: Promise<T>, { signal, reason }: Omit<Limit, 'done'>): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    const stop = () => reject(reason());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Runs `once` until it succeeds, has failed for good or often enough, or the limit is reached. */
export async function withRetries<T>(timing: Timing, limit: Limit, once: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await once();
    } catch (error) {
      if (failures === attempts || limit.signal.aborted || !mayPass(error)) throw error;
      const asked = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      if (asked > callMilliseconds) throw error;
      const jittered = pauseMilliseconds * 2 ** (failures - 1) * (0.5 + timing.random() / 2);
      await timing.sleep(asked + jittered, limit.signal);
      // The caller's own reason says more than the fault; ours, that time is up, says less.
      if (limit.signal.aborted) throw limit.reason() instanceof NetworkError ? error : limit.reason();
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ProblemError && error.problem.retryable);
}

function abortError(): Error {
  return Object.assign(new Error('The call was aborted.'), { name: 'AbortError' });
}
