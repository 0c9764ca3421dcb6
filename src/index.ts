// The Worker's entry point: fetch and scheduled. The only reader of `env`. Holds the state that an isolate creates
// once.

import { createApp } from './app.ts';
import type { Dependencies } from './context.ts';
import { createDependencies } from './dependencies.ts';
import { EnvironmentError, readEnvironment } from './environment.ts';
import { deliverWaitingMails } from './features/mail-delivery/deliver.ts';
import { deliverEvents } from './features/outbox/deliver.ts';
import { makeWaitingProviderCalls } from './features/provider-calls/make.ts';
import { purge } from './features/purge/purge.ts';
import type { Router } from './http/endpoint.ts';
import { logToConsole } from './http/observe.ts';
import { writeProblem } from './http/problem-response.ts';
import { Problem } from './problems.ts';

type Isolate = { readonly app: Router; readonly dependencies: Dependencies };

let isolate: Promise<Isolate> | undefined;

/** Starts on the first request of an isolate. A failed start is tried again on the next request. */
function started(bindings: unknown): Promise<Isolate> {
  isolate ??= start(bindings).catch((error: unknown) => {
    isolate = undefined;
    throw error;
  });
  return isolate;
}

async function start(bindings: unknown): Promise<Isolate> {
  const dependencies = await createDependencies(readEnvironment(bindings));
  return { app: createApp(dependencies), dependencies };
}

export default {
  async fetch(request, bindings, context) {
    try {
      const { app } = await started(bindings);
      return await app.fetch(request, bindings, context);
    } catch (error) {
      return startupProblem(error, new URL(request.url).pathname);
    }
  },

  async scheduled(_controller, bindings) {
    const { dependencies } = await started(bindings);
    // A code lives for minutes.
    await makeWaitingProviderCalls(dependencies);
    await deliverWaitingMails(dependencies);
    await deliverEvents(dependencies);
    await purge(dependencies);
  },
} satisfies ExportedHandler<Record<string, unknown>>;

/** Tells the operator which binding is wrong and why. The message never contains the value (EnvironmentError). */
function startupProblem(error: unknown, path: string): Response {
  const detail = error instanceof EnvironmentError ? error.message : undefined;
  logToConsole('error', 'not-started', { cause: detail ?? String(error) });
  return writeProblem(new Problem('service-unavailable', detail === undefined ? {} : { detail }), { path });
}
