// `npm run roles`: lists and changes admins. Privilege escalation: no request can change a role, it takes the
// database's credentials.

import { parseArgs } from 'node:util';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

const roles = ['user', 'admin'] as const;

const usage = `DATABASE_URL=postgresql://… npm run -s roles -- [<e-mail address> <${roles.join('|')}>]

Without arguments lists the admins. Only a verified address is made one. A changed role holds at once wherever the service itself decides; an access token that was
issued before says the old one to other services for up to its lifetime, 15 minutes.
`;

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h', default: false } },
    allowPositionals: true,
  });
  const [email, role, ...more] = positionals;
  const isRole = roles.some((known) => known === role);
  if (values.help) return void process.stdout.write(usage);
  if (more.length > 0 || (email !== undefined && !isRole)) throw new Error(usage);
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is not set.');

  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await (email === undefined ? listAdmins(client) : setRole(client, email, String(role)));
    if (email !== undefined && rows.length === 0) throw new Error(`Nobody has the address ${email}.`);
    if (rows.some(({ is_refused }) => is_refused)) {
      throw new Error(
        `${email} is not verified: whoever registered it may be anybody, and the role would be theirs. Let its owner verify first.`,
      );
    }
    for (const row of rows) process.stdout.write(`${row.email ?? 'no address'}  ${row.role}  ${row.id}\n`);
  } finally {
    await client.end();
  }
}

type Row = {
  readonly id: string;
  /** Null where the account has none. */
  readonly email: string | null;
  readonly role: string;
  readonly is_refused?: boolean;
};

function listAdmins(client: pg.Client) {
  return client.query<Row>("select id, email, role from users where role = 'admin' order by email");
}

/**
 * Records the change among the user's security events; does nothing if the role is already set. An unverified address
 * may lose a role but gets none, since nobody has proven to own it.
 */
function setRole(client: pg.Client, email: string, role: string) {
  return client.query<Row>(
    `
      with owner as (
        select id, email, role, $2 <> 'user' and email_verified_at is null as is_refused
        from users where email = lower(normalize($1, NFC)) for no key update
      ),
      changed as (
        update users u set role = $2, updated_at = now() from owner
        where u.id = owner.id and owner.role <> $2 and not owner.is_refused returning u.id
      ),
      recorded as (
        insert into security_events (id, kind, user_id, created_at) select $3, 'role-changed', id, now() from changed
      )
      select id, email, $2::text as role, is_refused from owner`,
    [email, role, uuidv7()],
  );
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${(error instanceof Error ? error.message : String(error)).trimEnd()}\n`);
  process.exitCode = 1;
}
