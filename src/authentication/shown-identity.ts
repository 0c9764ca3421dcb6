// Checks an ID token of an identity provider. That token and nonce are unused, the statement decides.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { retryAfterSeconds } from '../bounds.ts';
import type { Dependencies } from '../context.ts';
import { addressIn } from '../email-address.ts';
import { digestOf, hexDigestOf } from '../encoding.ts';
import { checkIdToken, type IdToken } from '../factors/id-token.ts';
import { runsMailbox } from '../factors/mailbox.ts';
import type { IdentityProvider } from '../identity-providers.ts';
import { idempotentCallSeconds, idTokenWithoutNonceSeconds } from '../lifetimes.ts';
import { canonicalLocale } from '../locale.ts';
import { Problem, type ProblemDetails } from '../problems.ts';
import { type SignedClaims, verifiedClaims } from '../tokens/id-token-signature.ts';
import { keyCooldownSeconds } from '../tokens/remote-keys.ts';
import { keptLine } from '../typed-text.ts';
import { type OpenedNonce, openNonce } from './sign-in-nonce.ts';

/** As many as of a name that is typed. */
const nameCharacters = 100;

const nonceRoute = 'POST /api/auth/nonce gives one';

/** Somebody for whom a provider vouched. */
export type ShownIdentity = {
  readonly provider: string;
  /** The provider's first issuer: `issuer` and `subject` are the identity. */
  readonly issuer: string;
  readonly subject: string;
  /** Lower case. Null where the provider has not verified one. */
  readonly email: string | null;
  /** Whether the provider's word proves `email`: it runs the mailbox. */
  readonly isAuthoritative: boolean;
  /** As the provider has it; the app's own goes before it. */
  readonly name: string | null;
  /** Likewise. */
  readonly locale: string | null;
  /** Registered names alone (RFC 8176). */
  readonly amr: readonly string[];
  /** Whom it was issued to. */
  readonly clientId: string;
  /** Otherwise it is only good for the repeat of the call that used it. */
  readonly isFresh: boolean;
  /** What it uses up: the ID token, and the nonce where there is one. */
  readonly uses: readonly { readonly hash: string; readonly keptUntil: Date }[];
};

type Given = { readonly id_token: string; readonly nonce?: string | undefined };

/**
 * @param needs `nonce`: also where the provider's is optional.
 * @throws Problem `way-not-enabled`, `id-token-not-accepted`, or `service-unavailable` where the provider's keys are not to be had.
 */
export async function shownIdentity(
  dependencies: Pick<Dependencies, 'config' | 'dataKeys' | 'providerKeys' | 'now'>,
  providerName: string,
  given: Given,
  needs: { readonly nonce: boolean } = { nonce: false },
): Promise<ShownIdentity> {
  const provider = dependencies.config.identityProviders.get(providerName);
  const keys = dependencies.providerKeys.get(providerName);
  if (!provider || !keys) throw new Problem('way-not-enabled');
  const now = dependencies.now();
  const seconds = now.getTime() / 1000;
  // A repeat of the call that used it may come when both are too old.
  const oldest = seconds - idempotentCallSeconds;

  const idToken = idTokenIn(await verifiedClaims(keys, given.id_token), provider, { now: seconds, oldest });
  const nonce = await nonceOf(dependencies, idToken, given, now);
  const isNonceNeeded = needs.nonce || !provider.isNonceOptional || given.nonce !== undefined;
  if (!nonce && isNonceNeeded) throw refused(`its nonce is none of ours, or too old (${nonceRoute})`);
  const goodUntil = Math.min(
    idToken.goodUntil,
    nonce ? nonce.expiresAt : idToken.issuedAt + idTokenWithoutNonceSeconds,
  );
  if (goodUntil <= oldest) throw refused(`without a nonce it is too old (iat; ${nonceRoute})`);

  const email = idToken.email === undefined ? undefined : addressIn(idToken.email);
  return {
    provider: provider.name,
    issuer: provider.issuers[0] ?? '',
    subject: idToken.subject,
    email: email ?? null,
    isAuthoritative: email !== undefined && runsMailbox(provider.name, email, idToken),
    name: keptLine(idToken.name, nameCharacters) ?? null,
    locale: canonicalLocale(idToken.locale ?? '') ?? null,
    amr: idToken.amr,
    clientId: idToken.clientId,
    isFresh: goodUntil > seconds,
    uses: [
      {
        // Of what is signed: an ECDSA signature has two values, and so the same token two texts.
        hash: await digestOf(given.id_token.slice(0, given.id_token.lastIndexOf('.'))),
        keptUntil: keptUntil(idToken.goodUntil),
      },
      ...(nonce ? [{ hash: nonce.hash, keptUntil: keptUntil(nonce.expiresAt) }] : []),
    ],
  };
}

function idTokenIn(
  signed: SignedClaims,
  provider: IdentityProvider,
  time: { readonly now: number; readonly oldest: number },
): IdToken {
  if (signed.outcome === 'unavailable')
    throw new Problem('service-unavailable', {
      retryAfterSeconds,
      // For the log, which shows no cause of a cause: what the provider did.
      cause: `${signed.cause.message}: ${signed.cause.cause}`,
    });
  if (signed.outcome === 'unknown-key')
    throw refused('the provider shows no such key (kid)', {
      retryable: true,
      retryAfterSeconds: keyCooldownSeconds,
    });
  if (signed.outcome === 'refused') throw refused(signed.reason);
  const checked = checkIdToken(signed.claims, provider, time);
  if (checked.outcome === 'refused') throw refused(checked.reason);
  return checked.idToken;
}

/**
 * Ours, where the token carries it: by itself, or its digest, as Apple's and Google's SDKs are given it; then the call says the nonce.
 */
async function nonceOf(
  { dataKeys }: Pick<Dependencies, 'dataKeys'>,
  idToken: IdToken,
  { nonce = idToken.nonce }: Given,
  now: Date,
): Promise<OpenedNonce | undefined> {
  if (nonce === undefined || idToken.nonce === undefined) return undefined;
  const isCarried = idToken.nonce === nonce || idToken.nonce.toLowerCase() === (await hexDigestOf(nonce));
  return isCarried ? openNonce(dataKeys, nonce, now) : undefined;
}

/** The reason is for developers: nothing in it is secret, and a client id that is not listed is a common mistake. */
function refused(reason: string, details: ProblemDetails = {}): Problem {
  return new Problem('id-token-not-accepted', {
    detail: `The ID token was refused: ${reason}.`,
    ...details,
  });
}

function keptUntil(goodUntil: number): Date {
  return new Date(Math.ceil(goodUntil + idempotentCallSeconds) * 1000);
}

/**
 * A common table expression `unspent`: one row where this call may use ID token and nonce, which is the first one, or a repeat of
 * the one that spent them. Of two at once the second waits for the first.
 *
 * @param of the name of a common table expression without whose row nothing is spent.
 * @param call what only a repeat has as well: the hash of its Idempotency-Key, or an id of its own where it has none.
 */
export function usedIdentity(
  of: string,
  { uses, isFresh }: Pick<ShownIdentity, 'uses' | 'isFresh'>,
  { call, now }: { readonly call: string; readonly now: Date },
): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  const rows = sql.join(
    uses.map(({ hash, keptUntil }) => sql`(${hash}::text, ${keptUntil.toISOString()}::timestamptz)`),
    sql`, `,
  );
  const spentBefore = sql`from spent_challenges c join identity_uses s on s.hash = c.challenge_hash where c.expires_at > ${time}`;
  return sql`
    identity_uses (hash, kept_until) as (values ${rows}),
    identity_spent as (
      insert into spent_challenges as c (challenge_hash, spent_call, expires_at)
      select s.hash, ${call}::text, s.kept_until from identity_uses s
      where exists (select from ${sql.raw(of)})
        -- Where one was used by another call, the other is not spent either.
        and not exists (select ${spentBefore} and c.spent_call <> ${call}::text)
        and (${isFresh}::boolean or ${uses.length}::int = (select count(*) ${spentBefore} and c.spent_call = ${call}::text))
      -- Whoever shows the same locks them in the same order.
      order by s.hash
      on conflict (challenge_hash) do update set spent_call = excluded.spent_call
      where c.spent_call = excluded.spent_call
      returning 1
    ),
    unspent as (select 1 as unspent where (select count(*) from identity_spent) = ${uses.length}::int)`;
}
