// Retries for bad networks: a timeout per attempt, exponential backoff with jitter, and one deadline for the whole
// call.

import { DeviceKeyError, KeyGoneError, NetworkError, ProblemError } from './errors.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Timing = {
  /** Resolves after this time, or as soon as the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1, for jitter: clients that lost the network together do not return at the same moment. */
  readonly random: () => number;
  /** Milliseconds of a monotonic clock. It may stop while the device sleeps. */
  readonly monotonic: () => number;
};

/** Deadline of a call: no user waits longer. */
const callTimeoutMilliseconds = 30_000;

/**
 * Timeout of an attempt. On a phone, a connection that is silent for this long is dead, and a new one may work.
 * Longer than the 10.05 s in which the service answers or fails: a retry must not overlap with a request that is
 * still being processed.
 */
const attemptTimeoutMilliseconds = 12_000;

const maximumAttempts = 4;

/** Upper limit of the first pause; each further limit is twice as long. */
const backoffMilliseconds = 500;

/** An AbortSignal and its reason: React Native's signals have no `reason`. */
export type Limit = {
  readonly signal: AbortSignal;
  reason(): unknown;
  /** Stops the timer. The signal still follows the outer one, which may abort the reading of a body. */
  done(): void;
};

export function deadlineOf(
  timing: Timing,
  signal?: AbortSignal | null,
  milliseconds = callTimeoutMilliseconds,
): Limit {
  const outer = signal && { signal, reason: () => signal.reason ?? abortError() };
  return limitTime(timing, milliseconds, outer);
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
  // A `sleep` of the app may reject when it is aborted, as the one of node:timers/promises does.
  sleep(milliseconds, clock.signal).then(expire, expire);
  return { signal: controller.signal, reason: () => reason, done: () => clock.abort() };
}

/**
 * One attempt including the body, with a timeout that holds even if `work` ignores the signal.
 *
 * @throws NetworkError, DeviceKeyError, or the reason of the caller's signal.
 */
export async function attempt<T>(
  timing: Timing,
  outer: Limit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = limitTime(timing, attemptTimeoutMilliseconds, outer);
  try {
    return await abortable(work(limit.signal), limit);
  } catch (error) {
    if ([ProblemError, NetworkError, DeviceKeyError].some((known) => error instanceof known)) throw error;
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

/** Retries `work` until it succeeds, fails permanently, has used up its attempts, or the deadline is reached. */
export async function withRetries<T>(timing: Timing, limit: Limit, work: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (failures === maximumAttempts || limit.signal.aborted || !isTransient(error)) throw error;
      const retryAfter = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      if (retryAfter > callTimeoutMilliseconds) throw error;
      const jittered = backoffMilliseconds * 2 ** (failures - 1) * (0.5 + timing.random() / 2);
      await timing.sleep(retryAfter + jittered, limit.signal);
      // The caller's abort reason is more informative than the last error; our own timeout is less informative.
      if (limit.signal.aborted) throw limit.reason() instanceof NetworkError ? error : limit.reason();
    }
  }
}

function isTransient(error: unknown): boolean {
  if (error instanceof DeviceKeyError) return !(error instanceof KeyGoneError);
  return error instanceof NetworkError || (error instanceof ProblemError && error.problem.retryable);
}

function abortError(): Error {
  return Object.assign(new Error('The call was aborted.'), { name: 'AbortError' });
}
