// What the cron trigger clears away: expired rows, in bounded batches. The next run continues where one was cut off.

import { guestPurgeBatch, purgeBatch, purgeBatches } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { noteTokenLifetime } from '../../sessions/token-lifetimes.ts';
import { purgeEvents } from './outbox-statements.ts';
import { sealAnew } from './seal-anew.ts';
import { type Purged, purgeExpired, purgeGuests } from './statements.ts';

const tables: readonly Purged[] = [
  'sessions',
  'revoked_tokens',
  'ended_statuses',
  'email_requests',
  'mailed_grants',
  'email_destinations',
  'email_grants',
  'login_attempts',
  'known_devices',
  'totp_secrets',
  'passkeys',
  'identities',
  'provider_calls',
  'auth_sessions',
  'spent_challenges',
  'idempotent_calls',
  'security_events',
  'mails',
];

/**
 * Notes how long access tokens live, which says how long an ending matters to the status lists; then purges, and seals anew
 * what an older data key has sealed. Logs the number of rows that it deleted from each table.
 */
export async function purge({
  config,
  database,
  dataKeys,
  log,
  now,
}: Pick<Dependencies, 'config' | 'database' | 'dataKeys' | 'log' | 'now'>): Promise<void> {
  const purged: Partial<Record<Purged | 'outbox' | 'guests' | 'sealed_anew', number>> = {};
  const inBatches = async (
    kind: Purged | 'outbox' | 'guests',
    batch: number,
    next: () => Promise<number>,
  ) => {
    let batches = 0;
    let count: number;
    do {
      count = await next();
      purged[kind] = (purged[kind] ?? 0) + count;
      batches += 1;
    } while (count === batch && batches < purgeBatches);
  };
  try {
    const tokenSeconds = await noteTokenLifetime(database, config.accessTokenSeconds);
    for (const table of tables) {
      await inBatches(table, purgeBatch, () => purgeExpired(database, table, now(), tokenSeconds));
    }
    await inBatches('outbox', purgeBatch, () =>
      purgeEvents(database, { isTold: config.webhook !== undefined, now: now() }),
    );
    if (dataKeys.length > 1) purged.sealed_anew = await sealAnew({ database, dataKeys, log });
    // Last: how long it takes depends on what an application hangs on them.
    await inBatches('guests', guestPurgeBatch, () => purgeGuests(database, now()));
  } catch (error) {
    log('error', 'purge-cut-off', { cause: String(error) });
  }
  log('info', 'purged', purged);
}
