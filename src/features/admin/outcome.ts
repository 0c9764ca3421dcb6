// What an operator's statement came to, as the API answers it.

import type { Context } from 'hono';
import { refusedOperator } from '../../authentication/refused-operator.ts';
import type { Dependencies } from '../../context.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import type { Act, Outcome } from '../../operators/operator.ts';
import { Problem } from '../../problems.ts';
import type { Caller } from '../../sessions/active-caller.ts';

/** @throws Problem for whatever is not done. */
export async function settled(outcome: Outcome, dependencies: Dependencies, caller: Caller): Promise<void> {
  switch (outcome) {
    case 'done':
      return;
    case 'not-found':
      throw new Problem('not-found');
    case 'is-admin':
      throw new Problem('user-is-admin');
    case 'no-operator':
      throw await refusedOperator(dependencies, caller);
  }
}

/** Who acts, from where, and when. */
export function actOf(context: Context, dependencies: Dependencies, caller: Caller): Act {
  return { ...eventContextOf(context, dependencies), operator: { caller } };
}
