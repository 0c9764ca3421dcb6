// Who and what a history is played with.

import { type DeviceKey, newKey } from '../dpop/prover.ts';
import { password, type Service } from '../service.ts';
import type { Backup } from './backup.ts';
import type { Owner } from './driver.ts';
import type { Proof } from './proof-model.ts';
import type { Mode, Model, Token } from './session-model.ts';

/** A proof as it is sent, and what it says. */
export type Sent = { readonly text: string; readonly proof: Proof };

export type Nonce = { readonly text: string; readonly until: number };

/** A refresh token, and what it says. */
export type Held = Token & { readonly text: string };

/** A session, and every token that any answer ever brought, whether or not its client got it. */
type Known = { readonly id: string; readonly tokens: Held[] };

/** What a client keeps, and its call that nobody has answered yet. */
export type Client = {
  token: Held;
  pendingKey?: string | undefined;
  pendingChange?: { current: string; chosen: string } | undefined;
  device?: { readonly key: DeviceKey; readonly mode: Mode | undefined } | undefined;
  nonce?: Nonce | undefined;
};

/** The tokens of a client as they were once, and the key of the call that would spend them. */
type Copy = { readonly token: Held; readonly key: string | undefined };

export type World = {
  readonly service: Service;
  readonly owner: Owner;
  readonly sessions: Known[];
  readonly clients: Client[];
  readonly copies: Copy[];
  /** Sessions to which a thief brought a token that is not bound to the owner's key. */
  readonly robbed: Set<string>;
  /** The last nonce that was offered, and the last proof of a client. */
  readonly seen: { nonce?: Nonce; proof?: Sent };
  backup?: { readonly rows: Backup; readonly model: Model };
  model: Model;
};

export const passwords = [password, 'velvet sparrow tunnel mint', 'copper violin raft dune'] as const;

/** Those of two devices, and a thief's. */
export const deviceKeys = [await newKey(), await newKey()] as const;
export const thiefsKey = await newKey();

export function nth<Item>(items: readonly Item[], index: number): Item {
  return items[index % items.length] as Item;
}
