/*
 * Refreshing: one service, an owner with one store and up to two processes, a network that loses and delays, a thief.
 *
 * A token is known by its place in the chain: `newest`, its direct `parent`, anything `older`. The service decides by
 * nothing else, and each rotation moves every holder's token one place on, so chains of any length are searched.
 * README.md beside this file says what the options are and what is left out.
 */

#include "options.pml"
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

/* By the token's place: whether the thief has it, and the Idempotency-Key that the owner keeps with it. */
bool has[9];
byte knownKey[9];

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
#include "thief.pml"

init {
	atomic {
		c_code { watch(); };
		readOptions();
		held[IN_STORE] = newest;
		keyed = (SESSION != KEYLESS);
		storedKey = (SESSION == KEYLESS -> NO_KEY : OWNER_KEY);
		if
		:: SESSION == BOUND -> bound = OWNER_DEVICE; deviceKey = OWNER_DEVICE
		:: else
		fi;
		run Owner(0);
		if
		:: PROCESSES == 2 -> run Owner(1)
		:: else
		fi;
		if
		:: DELAYS -> run Network()
		:: else
		fi;
		run Clock();
		if
		:: THIEF != NOBODY -> run Thief()
		:: else
		fi
	}
}
