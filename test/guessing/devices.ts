// Guesses that claim to come from a known device: made-up ones, and a copied one of somebody else's account, are one stranger.

import { randomBytes } from 'node:crypto';
import { type AttackedService, password } from './attacked-service.ts';
import { concurrently, progress } from './concurrently.ts';
import { allowedIn, attemptsAt } from './one-account.ts';
import type { Answer } from './post.ts';
import { answersByName, nameOf, report } from './report.ts';

/** For so many guesses with made-up tokens there is one with a copied token, and one sign-in of the owner's phone. */
const guessesToAnother = 10;

export async function guessAsDevices(service: AttackedService, madeUp: number, connections: number) {
  const { database } = service;
  const [target = '', robbed = ''] = await service.newPeople(2, { verified: true });
  const logIn = (email: string, known_device?: string, given = password, connection = 0) =>
    service.ask('/auth/login', { email, password: given, known_device }, { connection });
  const deviceOf = async (email: string): Promise<string> =>
    JSON.parse((await logIn(email)).body).known_device;
  const [phone, copied] = [await deviceOf(target), await deviceOf(robbed)];

  const rowsBefore = await countedTargets(service);
  const devices = [
    // Bytes that nobody sealed, and real ones with some of them changed.
    ...Array.from({ length: madeUp }, (_, index) =>
      index % 2
        ? randomBytes(72).toString('base64url')
        : copied.slice(0, -16) + randomBytes(12).toString('base64url'),
    ),
    ...Array.from({ length: Math.ceil(madeUp / guessesToAnother) }, () => copied),
  ];
  const answers: Answer[] = [];
  const ownSignIns: Answer[] = [];
  const bar = progress('passwords with made-up and copied devices', devices.length);
  const start = performance.now();
  await concurrently(devices, connections, async (device, connection) => {
    answers.push(await logIn(target, device, `wrong guess ${randomBytes(4).toString('hex')}`, connection));
    bar.increment();
    if (answers.length % guessesToAnother === 0)
      ownSignIns.push(await logIn(target, phone, password, connection));
  });
  bar.stop();
  const seconds = (performance.now() - start) / 1000;
  const rowsAfter = await countedTargets(service);
  const compared = (await attemptsAt(service, [target])).get(target)?.attempts ?? Number.NaN;
  const { rows: known } = await database.query<{ email: string; devices: number }>(
    `select email, count(k.id)::int as devices from users u left join known_devices k on k.user_id = u.id
     where email = any ($1) group by email`,
    [[target, robbed]],
  );
  const robbedDevice = await logIn(robbed, copied);

  const letIn = ownSignIns.filter(({ status }) => status === 200).length;
  report(
    "Devices: an account's password guessed with known_device tokens that are not its own",
    {
      'guesses with made-up tokens': madeUp,
      "guesses with a copy of another account's": devices.length - madeUp,
      'seconds it took': Number(seconds.toFixed(1)),
      ...answersByName(answers),
      'guesses that could have been right': compared,
      'the most that the rule allows one stranger': allowedIn(seconds),
      'rows of attempts that they made': rowsAfter - rowsBefore,
      "sign-ins of the owner's phone meanwhile": ownSignIns.length,
      '… let in': letIn,
      'devices known to the two accounts': known.map(({ devices }) => devices).join(', '),
      'the copied device at its own account': nameOf(robbedDevice),
    },
    {
      'all of them are one stranger': rowsAfter - rowsBefore === 1 && compared <= allowedIn(seconds),
      "the owner's phone is always let in": ownSignIns.length > 0 && letIn === ownSignIns.length,
      'no device is forgotten for it':
        known.every(({ devices }) => devices === 1) && robbedDevice.status === 200,
    },
  );
}

async function countedTargets({ database }: AttackedService): Promise<number> {
  const { rows } = await database.query<{ count: number }>('select count(*)::int from login_attempts');
  return rows[0]?.count ?? 0;
}
