// Random histories of two accounts and three people at a provider, beside a model that knows one rule for each request. What is
// active afterwards, and what each answer was, is as the model says; no identity opens two accounts; each account keeps a way in.

import { sql } from 'drizzle-orm/sql/sql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenIn, undo } from '../accounts/mailed.ts';
import { another, type Person, signedIn } from '../accounts/people.ts';
import { cheapHash } from '../mail/tables.ts';
import { mailsTo, type Service } from '../service.ts';
import { times } from '../sessions/driver.ts';
import { add, remove, shown, startWithProviders } from './ceremonies.ts';
import { type Account, activeIn, Model, type Subject, subjects } from './identity-model.ts';

type Step =
  | { readonly kind: 'add'; readonly account: number; readonly subject: Subject }
  | { readonly kind: 'remove'; readonly account: number; readonly subject: Subject }
  /** Presses the link of one of the mails so far. */
  | { readonly kind: 'undo'; readonly link: number }
  /** Loses the password, so that the identities alone are left; a reset gives another. */
  | { readonly kind: 'password'; readonly account: number; readonly isSet: boolean }
  | { readonly kind: 'wait'; readonly days: number };

const account = fc.nat(1);
const subject = fc.constantFrom(...subjects);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('add'), account, subject }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove'), account, subject }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo'), link: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('password'), account, isSet: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), days: fc.constantFrom(1, 4, 8) }) },
) as fc.Arbitrary<Step>;

class World {
  readonly model = new Model();
  readonly seen = new Set<string>();
  readonly service: Service;
  readonly people: readonly Person[];
  readonly suffix = crypto.randomUUID();
  readonly #begun: number;

  private constructor(service: Service, people: readonly Person[]) {
    this.service = service;
    this.people = people;
    this.#begun = service.clock.now.getTime();
  }

  static async begin(): Promise<World> {
    const service = await startWithProviders();
    return new World(service, [await signedIn(service), await signedIn(service)]);
  }

  get #at(): number {
    return (this.service.clock.now.getTime() - this.#begun) / 1000;
  }

  async #setPassword(place: number, hash: string | null): Promise<void> {
    await this.service.dependencies.database.query(
      sql`update users set password_hash = ${hash} where id = ${this.people[place]?.id}`,
      { repeatable: true },
    );
  }

  /** Signs in anew, since tokens get old and sessions end. The password is put there for it, and taken away again. */
  async #caller(place: number): Promise<Person> {
    const { email = '' } = this.people[place] ?? {};
    await this.#setPassword(place, cheapHash);
    const person = await another(this.service, email);
    if (!this.model.accounts[place]?.hasPassword) await this.#setPassword(place, null);
    return person;
  }

  async #idOf(place: number, subject: Subject): Promise<string> {
    const [row] = await this.service.dependencies.database.query<{ id: string }>(
      sql`
        select id from identities
        where user_id = ${this.people[place]?.id} and subject = ${subject + this.suffix} and removed_at is null`,
      { repeatable: true },
    );
    return row?.id ?? '0197a1b2-0000-7000-8000-00000000000a';
  }

  /** Keeps the link of the mail that the change has brought. */
  async #changing(
    place: number,
    act: (person: Person) => Promise<number>,
    wanted: number,
    isNew: boolean,
  ): Promise<void> {
    const person = await this.#caller(place);
    const { length } = await mailsTo(person.email);
    expect(await act(person)).toBe(wanted);
    if (!isNew) return;
    const mails = await mailsTo(person.email, length + 1);
    this.model.links.push({
      token: tokenIn(mails.findLast(({ subject }) => subject.includes('another service was'))),
      account: place,
      at: this.#at,
      isDead: false,
    });
  }

  async take(step: Step): Promise<void> {
    const { service, model } = this;
    service.clock.advance(step.kind === 'wait' ? step.days * 24 * 60 * 60 : 1);
    switch (step.kind) {
      case 'add': {
        const owner = model.accounts[step.account] as Account;
        const before = activeIn(owner).length;
        const wanted = model.add(this.#at, owner, step.subject);
        const json = await shown(service, { sub: step.subject + this.suffix });
        const isNew = activeIn(owner).length > before;
        await this.#changing(step.account, async (person) => (await add(person, json)).status, wanted, isNew);
        this.seen.add(`add ${wanted} ${isNew}`);
        break;
      }
      case 'remove': {
        const id = await this.#idOf(step.account, step.subject);
        const wanted = model.remove(this.#at, model.accounts[step.account] as Account, step.subject);
        await this.#changing(
          step.account,
          async (person) => (await remove(person, { id })).status,
          wanted,
          wanted === 204,
        );
        this.seen.add(`remove ${wanted}`);
        break;
      }
      case 'undo': {
        const link = model.links.at(-1 - step.link);
        if (!link) break;
        const wanted = model.undo(this.#at, link);
        expect((await undo(service, link.token)).status).toBe(wanted);
        this.seen.add(`undo ${wanted}`);
        break;
      }
      case 'password': {
        const owner = model.accounts[step.account] as Account;
        if (!step.isSet && activeIn(owner).length === 0) break;
        owner.hasPassword = step.isSet;
        await this.#setPassword(step.account, step.isSet ? cheapHash : null);
        break;
      }
    }
    await this.#compare();
  }

  async #compare(): Promise<void> {
    for (const [place, owner] of this.model.accounts.entries()) {
      const [row] = await this.service.dependencies.database.query<{ count: number; subjects: string[] }>(
        sql`
          select u.identity_count as count, array(
            select i.subject from identities i where i.user_id = u.id and i.removed_at is null order by i.subject
          ) as subjects
          from users u where u.id = ${this.people[place]?.id}`,
        { repeatable: true },
      );
      const wanted = activeIn(owner).map((subject) => subject + this.suffix);
      expect(row).toEqual({ count: wanted.length, subjects: wanted.sort() });
    }
  }
}

const seed = Math.floor(Math.random() * 2 ** 31);

/** A history that comes first: what chance leaves out now and then. */
const told: Step[] = [
  { kind: 'add', account: 0, subject: 'ada' },
  { kind: 'undo', link: 0 },
];

test(`whatever two accounts do, their identities are as the rules say (seed ${seed})`, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 14, size: 'max' }), async (steps) => {
      const world = await World.begin();
      for (const each of steps) await world.take(each);
      for (const what of world.seen) seen.add(what);
    }),
    { numRuns: times(10, 200), seed, endOnFailure: true, examples: [[told]] },
  );
  // It got somewhere.
  for (const what of [
    'add 201 true',
    'add 201 false',
    'add 409 false',
    'remove 204',
    'remove 404',
    'undo 204',
  ])
    expect([...seen], what).toContain(what);
});
