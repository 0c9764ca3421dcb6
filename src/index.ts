// The Worker: fetch and scheduled. The only reader of its environment, and the keeper of what an isolate makes once.

import { createApp } from './app.ts';
import type { Dependencies } from './context.ts';
import { createDependencies } from './dependencies.ts';
import { EnvironmentError, readEnvironment } from './environment.ts';
import { deliverWaitingMails } from './features/mail-delivery/deliver.ts';
import { purge } from './features/purge/purge.ts';
import type { Router } from './http/endpoint.ts';
import { logToConsole } from './http/log.ts';
import { writeProblem } from './http/problem-response.ts';
import { Problem } from './problems.ts';

type Isolate = { readonly app: Router; readonly dependencies: Dependencies };

let isolate: Promise<Isolate> | undefined;

/** On the first request, and again only if that failed. */
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
      return notStarted(error, new URL(request.url).pathname);
    }
  },

  async scheduled(_controller, bindings) {
    const { dependencies } = await started(bindings);
    await deliverWaitingMails(dependencies);
    await purge(dependencies);
  },
} satisfies ExportedHandler<Record<string, unknown>>;

/** Which binding is wrong, and why, is for the operator; nothing of what it holds is in the message. */
function notStarted(error: unknown, path: string): Response {
  const detail = error instanceof EnvironmentError ? error.message : undefined;
  logToConsole('error', 'not-started', { cause: detail ?? String(error) });
  return writeProblem(new Problem('service-unavailable', detail === undefined ? {} : { detail }), { path });
}
