/*
 * Refreshing: one service, an owner with one store and up to two processes, a network that loses and delays, a thief.
 *
 * A token is known by its place in the chain: `newest`, its direct `parent`, anything `older`. The service decides by
 * nothing else, and each rotation moves every holder's token one place on, so chains of any length are searched.
 * README.md beside this file says what the options are and what is left out.
 */

/* RULES: whose. */
#define OURS 1
#define PARENT_FOREVER 2 /* the parent of the newest is answered at any time */
#define INTERVAL 3 /* the parent is answered to everybody, for 30 s */
#define WIPE 4 /* any spent token ends the session */

/* SESSION */
#define KEYLESS 1
#define KEYED 2 /* never binds */
#define BINDING 3 /* begins keyed and unbound, and binds at a refresh */
#define BOUND 4 /* since its sign-in */

/* THIEF, where there is one */
#define TOKEN 1 /* copies the token alone */
#define STORE 2 /* copies all that the store has: the key of the next refresh too */

#include "broken.pml"

#include "events.pml"

mtype = { nothing, dead, replaced, older, olderBound, parent, newest };
mtype = { none, rotated, retried, changed, superseded, refused, reused, ended };
mtype = { refresh, change };

/* Idempotency-Keys: of the process that saved the token (OWNER_KEY + its number), of the thief. */
#define NO_KEY 0
#define OWNER_KEY 1
#define THIEF_KEY 4

/* Keys of devices. */
#define NO_PROOF 0
#define OWNER_DEVICE 1
#define THIEF_DEVICE 2
#define REMADE_DEVICE 3 /* made by a client that lost the one before: only a client that breaks the rules does */

/* Time since the parent was spent. */
#define WITHIN_30_S 0
#define WITHIN_24_H 1
#define LATER 2

/* Who holds a token: the store, what each process asks with and is answered, a request that the network delays. */
#define IN_STORE 0
#define ASKED(me) (1 + 2 * (me))
#define ANSWER(me) (2 + 2 * (me))
#define DELAYED 5
#define HOLDERS 6
mtype held[HOLDERS] = nothing;

/* The owner's store: held[IN_STORE] and, in the same write, the key of the call that will spend it. */
byte storedKey;
/* Persisted before the first request with a proof: the device's key, and that no request goes without one any more. */
byte deviceKey;
/* The token in the store has been sent without a proof. Saved before it is sent. */
bool sentUnproven;

/* The delayed request. */
byte delayedKey;
byte delayedProof;
bool delayedChange;
bool delayedLong; /* a token was spent since it was sent */

#ifdef THIEF
/* By the token's place: whether the thief has it, and the Idempotency-Key that the owner keeps with it. */
bool has[9];
byte knownKey[9];
#endif

/* What excuses an owner's sign-out. */
bool loggedOut;
bool thiefActed;
bool unkeyedChange; /* a change of the password without a key */

/* The owner's refreshes since the last copy, up to 2. */
byte refreshedSinceCopy;
bool askedSinceCopy[2];

/* Set right before they are asserted: what pan names when a property fails. */
bool ownerStaysSignedIn = true;
bool ownerIsNotLeftWaiting = true;
bool ownerLeavesNobodyBehind = true;
bool ownerSharesWithNoThief = true;
bool thiefIsShutOut = true;
bool noTokensWithoutTheDeviceKey = true;

#include "service.pml"
#include "owner.pml"
#include "network.pml"
#ifdef THIEF
#include "thief.pml"
#endif

init {
	atomic {
		c_code { watch(); };
		held[IN_STORE] = newest;
		if
		:: SESSION == KEYLESS -> storedKey = NO_KEY
		:: else -> storedKey = OWNER_KEY
		fi;
		if
		:: SESSION == BOUND -> bound = OWNER_DEVICE; deviceKey = OWNER_DEVICE
		:: else
		fi;
		run Owner(0);
#if PROCESSES == 2
		run Owner(1);
#endif
#ifdef DELAYS
		run Network();
#endif
		run Clock();
#ifdef THIEF
		run Thief();
#endif
	}
}
