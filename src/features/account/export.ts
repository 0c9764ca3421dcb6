// GET /api/users/me/export: all data about the user, as one JSON document (GDPR, articles 15 and 20). It is streamed
// in pages: whatever its size, an isolate holds a few pages, and no statement reaches its timeout.

import { withinLimit } from '../../authentication/limits.ts';
import { refusedCaller } from '../../authentication/refused-caller.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../problems.ts';
import { beginExport, continueExport } from './export-statements.ts';

export const exportAccount = endpoint(
  { route: 'GET /api/users/me/export', access: 'session', recent: true, trips: 1 },
  (dependencies) =>
    async ({ context, caller }) => {
      const { database, limits, log } = dependencies;
      await withinLimit(limits.address, `export ${caller.sessionId}`);
      const begun = await beginExport(database, caller);
      if (!begun) throw await refusedCaller(dependencies, caller);
      const { user, pages } = begun;
      const requestId = context.get('requestId');

      async function* text(): AsyncGenerator<string> {
        yield `{"exported_at":${JSON.stringify(caller.now.toISOString())},"user":${user}`;
        for (const [table, first] of pages) {
          yield `,${JSON.stringify(table.name)}:[${first.rows.join(',')}`;
          for (let after = first.next; after !== null; ) {
            const page = await continueExport(database, caller, { table, after });
            // After a logout nothing more may be sent.
            if (!page) throw new Problem('session-ended');
            yield page.rows.map((row) => `,${row}`).join('');
            after = page.next;
          }
          yield ']';
        }
        yield '}';
      }

      const parts = text();
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          try {
            const { done, value } = await parts.next();
            if (done) controller.close();
            else controller.enqueue(encoder.encode(value));
          } catch (error) {
            log(error instanceof Problem && error.status < 500 ? 'warn' : 'error', 'export-interrupted', {
              request_id: requestId,
              cause: error instanceof Problem ? (error.details.cause ?? error.problem) : String(error),
            });
            // The document breaks off and is no valid JSON, so that nobody takes it for complete.
            controller.error(error);
          }
        },
        async cancel() {
          await parts.return(undefined);
        },
      });
      context.header('Cache-Control', 'private, no-store');
      context.header('Content-Disposition', 'attachment; filename="account.json"');
      context.header('Content-Type', 'application/json');
      return context.body(body);
    },
);
