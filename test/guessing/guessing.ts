// Attacks the production bundle as a stranger would: by guessing one account's password, and by the clock.
//
//   npx node test/guessing/guessing.ts                       all of it, 20 to 30 minutes
//   npx node test/guessing/guessing.ts --attempts 1000       fewer guesses (10,000)
//   npx node test/guessing/guessing.ts --samples 100         fewer times of each kind (400; 0: none)
//   npx node test/guessing/guessing.ts --only login          the times of one endpoint (register, forgot-password, verify-email, …)
//   npx node test/guessing/guessing.ts --settle 0            the next request at once, while a mail of the last one leaves (30 ms)
//
// Nothing limits requests at the edge here: workerd alone has no rate limits, so the database's own lockout stands alone.

import { parseArgs } from 'node:util';
import { attack } from './attack.ts';
import { startAttackedService } from './attacked-service.ts';
import { compareTimes } from './times.ts';

const { values: options } = parseArgs({
  options: {
    attempts: { type: 'string', default: '10000' },
    samples: { type: 'string', default: '400' },
    settle: { type: 'string', default: '30' },
    only: { type: 'string' },
  },
});

const service = await startAttackedService();
try {
  const attempts = Number(options.attempts);
  const attacked = attempts > 0 ? await attack(service, attempts) : undefined;
  // The pause that the attack has left goes by meanwhile.
  await compareTimes(service, {
    samples: Number(options.samples),
    settleMilliseconds: Number(options.settle),
    only: options.only,
  });
  await attacked?.afterThePause();
} finally {
  await service.stop();
}
