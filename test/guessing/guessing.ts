// Attacks the production bundle as strangers would: by guessing passwords and codes, and by the clock. Each attack prints a table,
// and the exit code says whether a bound of the rules was broken.
//
//   npx node test/guessing/guessing.ts                       all of it, 30 to 40 minutes
//   npx node test/guessing/guessing.ts --only codes          one attack (passwords, spraying, devices, accounts, codes),
//                                                            or the times of one endpoint (login, register, …)
//   npx node test/guessing/guessing.ts --attempts 10000      more guesses at a password (2,000; 0: no attack)
//   npx node test/guessing/guessing.ts --connections 200     more at once (16); a 503 is no guess
//   npx node test/guessing/guessing.ts --days 7              more days of guesses at the codes of one address (2)
//   npx node test/guessing/guessing.ts --samples 100         fewer times of each kind (400; 0: none)
//   npx node test/guessing/guessing.ts --settle 0            the next request at once, while a mail of the last one leaves (30 ms)
//
// Nothing limits requests at the edge here: workerd alone has no rate limits, so what the database counts stands alone.

import { parseArgs } from 'node:util';
import { startAttackedService } from './attacked-service.ts';
import { guessAsDevices } from './devices.ts';
import { guessManyAccounts } from './many-accounts.ts';
import { guessOneAccount } from './one-account.ts';
import { guessOneAddress } from './one-address.ts';
import { sprayOnePassword } from './spraying.ts';
import { compareTimes } from './times.ts';

const { values: options } = parseArgs({
  options: {
    attempts: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '16' },
    days: { type: 'string', default: '2' },
    samples: { type: 'string', default: '400' },
    settle: { type: 'string', default: '30' },
    only: { type: 'string' },
  },
});
const [attempts, connections, days] = [options.attempts, options.connections, options.days].map(Number) as [
  number,
  number,
  number,
];

const service = await startAttackedService();

const attacks: Record<string, () => Promise<void>> = {
  passwords: () => guessOneAccount(service, attempts, connections),
  spraying: () => sprayOnePassword(service, 200, connections),
  devices: () => guessAsDevices(service, Math.ceil(attempts / 2), connections),
  accounts: () => guessManyAccounts(service, 200, connections),
  codes: () => guessOneAddress(service, days, connections),
};

try {
  // Before the attacks, which move the clock.
  await compareTimes(service, {
    samples: Number(options.samples),
    settleMilliseconds: Number(options.settle),
    only: options.only,
  });
  for (const [name, attack] of Object.entries(attacks)) {
    if (attempts > 0 && (!options.only || options.only === name)) await attack();
  }
} finally {
  await service.stop();
}
