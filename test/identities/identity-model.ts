// What the identities of two accounts are after each request: one rule for each.

import { removedFactorKeptSeconds, undoSeconds } from '../../src/lifetimes.ts';

export const subjects = ['ada', 'grace', 'mary'] as const;
export type Subject = (typeof subjects)[number];

/** From when to when it was there; a restored one was never gone. */
type Period = { readonly subject: Subject; readonly from: number; to: number | undefined };
export type Account = { readonly periods: Period[]; hasPassword: boolean };
type Link = { readonly token: string; readonly account: number; readonly at: number; isDead: boolean };

const isThere = ({ to }: Period) => to === undefined;
export const activeIn = ({ periods }: Account) => periods.filter(isThere).map((period) => period.subject);

export class Model {
  readonly accounts: readonly Account[] = [0, 1].map(() => ({ periods: [], hasPassword: true }));
  readonly links: Link[] = [];

  add(at: number, owner: Account, subject: Subject): 201 | 409 {
    const isHeld = this.accounts.some(
      (other) =>
        other !== owner &&
        other.periods.some(
          (period) =>
            period.subject === subject &&
            (period.to === undefined || period.to + removedFactorKeptSeconds > at),
        ),
    );
    if (isHeld) return 409;
    if (!activeIn(owner).includes(subject)) owner.periods.push({ subject, from: at, to: undefined });
    return 201;
  }

  remove(at: number, owner: Account, subject: Subject): 204 | 404 | 409 {
    const period = owner.periods.find((found) => found.subject === subject && isThere(found));
    if (!period) return 404;
    if (activeIn(owner).length + Number(owner.hasPassword) === 1) return 409;
    period.to = at;
    return 204;
  }

  undo(at: number, link: Link): 204 | 400 {
    if (link.isDead || at >= link.at + undoSeconds) return 400;
    const owner = this.accounts[link.account] as Account;
    const before = owner.periods.filter(
      ({ from, to }) => from < link.at && (to === undefined || to >= link.at),
    );
    const kept = new Set(before.map((period) => period.subject));
    for (const period of owner.periods) if (isThere(period) && !kept.has(period.subject)) period.to = at;
    for (const subject of kept) {
      if (activeIn(owner).includes(subject)) continue;
      const restored = before.findLast((period) => period.subject === subject);
      if (restored) restored.to = undefined;
    }
    owner.hasPassword = false;
    for (const other of this.links)
      if (other.account === link.account && other.at >= link.at) other.isDead = true;
    return 204;
  }
}
