// Known devices, which have signed in before: the parts of statements that forget them.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { deviceAsTarget, targetHash } from '../authentication/attempts.ts';

/**
 * Common table expressions `forgotten_devices` (`id`) and `forgotten_device_attempts`: these devices are not known
 * any more, and what was counted at them goes with them.
 *
 * @param which a condition on `k`, the device.
 */
export function forgottenDevices(which: SQL): SQL {
  return sql`
    forgotten_devices as (delete from known_devices k where ${which} returning k.id),
    forgotten_device_attempts as (
      delete from login_attempts where address_hash = any (array(
        select ${targetHash(deviceAsTarget(sql`d.id`))} from forgotten_devices d
      ))
    )`;
}
