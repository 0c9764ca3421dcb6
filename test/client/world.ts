// Time that passes when the test says so, for the service and for devices; and a network that fails in it.

import type { Service } from '../service.ts';

/** What happens to one request. Times are milliseconds. */
export type Fate = {
  /** Until it arrives, and until its answer does. */
  readonly out: number;
  readonly back: number;
  readonly lost?: 'refused' | 'request' | 'answer';
  /** It arrives once more, so much later, and nobody reads that answer. */
  readonly again?: number;
};

export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
};

export function createWorld(service: Service, random: () => number = Math.random) {
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const busy = new Set<Promise<unknown>>();
  let inFlight = 0;

  const world = {
    service,
    now: service.clock.now.getTime(),
    /** For the next request; a quick and honest network where nothing is said. */
    fateOf: (_: Sent): Fate => ({ out: 0, back: 0 }),
    /** In place of the service, where it is given. */
    answerOf: (_: Sent): Promise<Response> | Response | undefined => undefined,
    sent: [] as Sent[],
    at(milliseconds: number, run: () => void): void {
      timers.push({ at: world.now + milliseconds, run });
    },
    /** Lets happen what is due until then. */
    async pass(milliseconds: number): Promise<void> {
      const end = world.now + milliseconds;
      do await rest();
      while (happens(end));
      setTime(end);
    },
    /** Lets time pass until this is settled. @throws when nothing is left that could settle it. */
    async until<T>(promise: Promise<T>): Promise<T> {
      let isSettled = false;
      const settle = () => {
        isSettled = true;
      };
      promise.then(settle, settle);
      await rest();
      while (!isSettled) {
        if (!happens()) throw new Error('Nothing more happens');
        await rest();
      }
      return promise;
    },
    /** Until no request is under way. */
    async quiet(): Promise<void> {
      await rest();
      while (inFlight > 0) {
        happens();
        await rest();
      }
    },
    async receive({ method, path, headers, body }: Sent): Promise<Response> {
      const answer = await working(
        service.call(method, path, {
          headers: Object.fromEntries(headers),
          ...(body === '' ? {} : { body }),
        }),
      );
      return new Response(answer.text === '' ? null : answer.text, answer);
    },
    send(request: Sent, signal?: AbortSignal | null): Promise<Response> {
      world.sent.push(request);
      const fate = world.fateOf(request);
      return new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        if (fate.lost === 'refused')
          return void world.at(fate.out, () => reject(new TypeError('fetch failed')));
        if (fate.lost === 'request') return;
        const arrive = (isRead: boolean) => {
          inFlight -= 1;
          const own = world.answerOf(request);
          const answer = own ? working(Promise.resolve(own)) : world.receive(request);
          answer.then((response) => {
            if (isRead && fate.lost !== 'answer') world.at(fate.back, () => resolve(observed(response)));
          }, reject);
        };
        inFlight += 1;
        world.at(fate.out, () => arrive(true));
        if (fate.again === undefined) return;
        inFlight += 1;
        world.at(fate.out + fate.again, () => arrive(false));
      });
    },
    random,
    /** Work of the runtime, such as a signature, takes no time. */
    working,
  };

  function working<T>(promise: Promise<T>): Promise<T> {
    busy.add(promise);
    return promise.finally(() => busy.delete(promise));
  }

  /** Reading a body takes workerd a while, in which nobody waits for time. */
  function observed(response: Response): Response {
    const { text, json, clone } = response;
    return Object.assign(response, {
      text: () => working(text.call(response)),
      json: () => working(json.call(response)),
      clone: () => observed(clone.call(response)),
    });
  }

  /** Until all that was started has come to wait for time. */
  async function rest(): Promise<void> {
    do {
      await Promise.allSettled(busy);
      // Many more than any chain of promises between two waits has; a task of the runtime takes a thousand times as long.
      for (let turn = 0; turn < 500; turn += 1) await undefined;
    } while (busy.size > 0);
  }

  /** What is due next, if it is due by then. */
  function happens(end = Number.POSITIVE_INFINITY): boolean {
    const next = timers.reduce<(typeof timers)[number] | undefined>(
      (first, timer) => (first && first.at <= timer.at ? first : timer),
      undefined,
    );
    if (!next || next.at > end) return false;
    timers = timers.filter((timer) => timer !== next);
    setTime(next.at);
    next.run();
    return true;
  }

  function setTime(now: number): void {
    world.now = now;
    service.clock.now = new Date(now);
  }

  return world;
}

export type World = ReturnType<typeof createWorld>;
