// Codes of one address, guessed at for days by a stranger who asks for mails as often as the limits allow.

import { longCodeCharacters } from '../../src/authentication/destinations.ts';
import {
  codeTries,
  longCodeAfterMails,
  mailSpacingSeconds,
  passwordResetSeconds,
  verificationSeconds,
} from '../../src/lifetimes.ts';
import { type AttackedService, newAddress } from './attacked-service.ts';
import { type Asked, askForCode, guessCode, type Purpose, triesByDay } from './codes.ts';
import { concurrently, progress } from './concurrently.ts';
import { nameOf, report } from './report.ts';

const stepsADay = (24 * 60 * 60) / mailSpacingSeconds;
const guessesAHandle = codeTries + 3;

/** How many steps after its request a code is good for the last time. */
const lastSteps: Record<Purpose, number> = {
  'reset-password': Math.ceil(passwordResetSeconds / mailSpacingSeconds) - 1,
  register: verificationSeconds / mailSpacingSeconds - 1,
};

/** One guesses at once. The other first collects as many short codes as there are to be had, and guesses at those alone. */
type Patience = 'impatient' | 'patient';

export async function guessOneAddress(service: AttackedService, days: number, connections: number) {
  const rows: Record<string, object> = {};
  const [mostTries, mostHandles, mostMet]: [number[], number[], number[]] = [[], [], []];
  for (const purpose of ['reset-password', 'register'] as const) {
    for (const patience of ['impatient', 'patient'] as const) {
      const outcome = await guessForDays(service, { purpose, patience, days, connections });
      for (const { day, ...counted } of outcome.byDay) {
        mostTries.push(counted.most);
        mostHandles.push(counted.guessable);
        mostMet.push(counted.met);
        rows[`${purpose}, ${patience}, day ${day}`] = {
          handles: counted.requests,
          'mails with a code': counted.mails,
          '… a short one': counted.short,
          'handles with one': counted.guessable,
          'tries counted': counted.tries,
          '… at a short code': counted.met,
          'most of a handle': counted.most,
        };
      }
      console.log(
        `\n${purpose}, ${patience}: ${outcome.guesses} guesses; ${outcome.turned}`,
        outcome.answers,
      );
    }
  }
  const shortTries = codeTries * longCodeAfterMails;
  report('One address: guesses at its codes', rows, {
    [`at most ${codeTries} tries a handle`]: Math.max(...mostTries) <= codeTries,
    [`at most ${longCodeAfterMails} handles with short codes a day`]:
      Math.max(...mostHandles) <= longCodeAfterMails,
    [`at most ${shortTries} tries at short codes a day`]: Math.max(...mostMet) <= shortTries,
  });
}

type Plan = {
  readonly purpose: Purpose;
  readonly patience: Patience;
  readonly days: number;
  readonly connections: number;
};

async function guessForDays(service: AttackedService, { purpose, patience, days, connections }: Plan) {
  const { clock } = service;
  // Of a registration's address nobody has an account.
  const [email = ''] =
    purpose === 'register' ? [newAddress()] : await service.newPeople(1, { verified: true });
  const since = new Date(clock.seconds() * 1000);
  const answers: Record<string, number> = {};
  const due: string[][] = [];
  let turned = 'codes stayed short';
  let mails = 0;
  async function guess(handles: readonly string[]): Promise<void> {
    const guesses = handles.flatMap((handle) => Array<string>(guessesAHandle).fill(handle));
    await concurrently(guesses, connections, async (handle, connection) => {
      const name = nameOf(await guessCode(service, purpose, handle, { connection }));
      answers[name] = (answers[name] ?? 0) + 1;
    });
  }
  const bar = progress(`codes of one address, ${purpose}, ${patience}`, days * stepsADay);
  for (let step = 0; step < days * stepsADay; step += 1) {
    const endOfDay = step - (step % stepsADay) + stepsADay - 1;
    const lastStep = Math.min(step + lastSteps[purpose], endOfDay);
    let asked: Asked;
    do {
      asked = await askForCode(service, purpose, email);
      mails += 1;
      if (asked.code_length === longCodeCharacters && turned === 'codes stayed short')
        turned = `long after ${mails - 1} mails and ${answers['400 invalid-code'] ?? 0} wrong codes`;
      if (patience === 'impatient') await guess([asked.request]);
      else if (asked.code_length < longCodeCharacters)
        due[lastStep] = [...(due[lastStep] ?? []), asked.request];
    } while (mayAskAtOnce(asked));
    // Once more than allowed: no mail leaves for it.
    if (patience === 'impatient') await guess([(await askForCode(service, purpose, email)).request]);
    await service.mailsHaveLeft(0);
    await guess(due[step] ?? []);
    clock.advance(mailSpacingSeconds);
    bar.increment();
  }
  bar.stop();
  const guesses = Object.values(answers).reduce((sum, count) => sum + count, 0);
  return { answers, guesses, turned, byDay: await triesByDay(service, [email], since) };
}

/** The least that the service says where another mail may leave at once. */
const mayAskAtOnce = ({ resend_after }: Asked) => resend_after <= 30;
