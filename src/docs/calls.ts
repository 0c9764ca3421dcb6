// Calls that are tried: an access token that has run out is refreshed, and where a call takes a recent sign-in it waits until that was shown.

import { Cancelled, mayBeSignedIn, Refused, refreshed, signedInAgain } from '../admin/api.ts';
import { say } from '../admin/outcome.ts';
import { NothingToShow } from '../admin/sign-in-again.ts';
import { lookAgain } from './session.ts';

/** As `fetch`. */
export async function tried(address: string, request: RequestInit): Promise<Response> {
  const answer = await repeated(address, request);
  say(`${request.method} ${new URL(address, location.href).pathname}: ${answer.status}`);
  void lookAgain();
  return answer;
}

async function repeated(address: string, request: RequestInit): Promise<Response> {
  const ask = () => fetch(address, { ...request, cache: 'no-store' });
  let answer = await ask();
  try {
    if ((await problemOf(answer))?.kind === 'invalid-access-token') {
      await refreshed();
      answer = await ask();
    }
    const refused = await problemOf(answer);
    if (refused?.kind === 'recent-sign-in-required') {
      await signedInAgain(refused.problem);
      answer = await ask();
    }
  } catch (error) {
    // What the call itself was answered with says more.
    if (error instanceof NothingToShow) say(error.message);
    else if (!(error instanceof Cancelled || error instanceof Refused)) throw error;
  }
  return answer;
}

/** Of a call of somebody who is signed in. */
async function problemOf(answer: Response): Promise<Refused | undefined> {
  const isProblem = answer.headers.get('Content-Type') === 'application/problem+json';
  if (!isProblem || !mayBeSignedIn()) return undefined;
  return new Refused(answer.status, await answer.clone().json());
}
