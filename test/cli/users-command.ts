// `npm run users` as an operator meets it, without a process for each call; and the database that it works on.

import pg from 'pg';
import { inject } from 'vitest';
import { runUsers } from '../../src/cli/users/run.ts';
import { newTestDatabase } from '../stack/test-database.ts';

export type Run = { code: number; stdout: string; stderr: string; asked: string[] };

export type UsersCommand = Awaited<ReturnType<typeof newUsersCommand>>;

/** With a database of its own. */
export async function newUsersCommand() {
  const databaseUrl: string | undefined = await newTestDatabase(inject('databaseUrl'));
  const client = new pg.Client(databaseUrl);
  await client.connect();

  return {
    databaseUrl,
    client,
    /** @param answer what somebody at a terminal types when asked; left out: nobody is there. */
    async run(
      args: string[],
      { answer, url = databaseUrl }: { answer?: string; url?: string } = {},
    ): Promise<Run> {
      const run: Run = { code: 0, stdout: '', stderr: '', asked: [] };
      run.code = await runUsers(args, {
        databaseUrl: url || undefined,
        isTerminal: answer !== undefined,
        async ask(question) {
          run.asked.push(question);
          return answer;
        },
        out: (text) => {
          run.stdout += text;
        },
        error: (text) => {
          run.stderr += text;
        },
        now: () => new Date(),
      });
      return run;
    },
    /** A verified user, with a password that nothing matches. */
    async user(email: string | null, columns: Record<string, unknown> = {}): Promise<string> {
      const all = {
        name: 'Ada',
        password_hash: email && '$argon2id$none',
        email_verified_at: email && new Date(),
        created_at: new Date(),
        updated_at: new Date(),
        ...columns,
      };
      const names = Object.keys(all);
      const { rows } = await client.query(
        `insert into users (id, email, ${names.join(', ')})
         select coalesce($1, gen_random_uuid()), $2, ${names.map((_, at) => `$${at + 3}`).join(', ')} returning id`,
        [null, email, ...Object.values(all)],
      );
      return rows[0].id;
    },
    /** A session that goes on. */
    async session(userId: string, columns: { ip?: string; device_name?: string } = {}): Promise<string> {
      const { rows } = await client.query(
        `insert into sessions (id, user_id, epoch, rotated_at, expires_at, absolute_expires_at, created_at, ip, device_name)
         select gen_random_uuid(), id, session_epoch, now(), now() + interval '1 day', now() + interval '9 days', now(), $2, $3
         from users where id = $1 returning id`,
        [userId, columns.ip, columns.device_name],
      );
      return rows[0].id;
    },
    async rows<Row = Record<string, unknown>>(query: string, parameters: unknown[] = []): Promise<Row[]> {
      return (await client.query(query, parameters)).rows as Row[];
    },
    end: () => client.end(),
  };
}
