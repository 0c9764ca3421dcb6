/* A process of the owner's that keeps to the client's rules. A crash loses `ANSWER` and leaves the store. */

bit locked;

byte askedKey[2];
byte askedProof[2];
bool askedChange[2];
mtype answer[2];

inline hearAnswer(me) {
	held[ASKED(me)] = nothing;
	held[ANSWER(me)] = nothing;
	askedKey[me] = NO_KEY;
	askedProof[me] = NO_PROOF;
	askedChange[me] = false;
	answer[me] = none
}

/* A refresh of the owner's was served. What was copied before it should be worth nothing now. */
inline countRefresh(wasAskedSinceCopy) {
	if
	:: THIEF && refreshedSinceCopy < 2 &&
		(outcome == rotated || outcome == changed || (THIEF == TOKEN && outcome == retried && wasAskedSinceCopy)) ->
		refreshedSinceCopy++
	:: else
	fi;
	if
	:: THIEF && outcome == reused -> event(ownerFoundThief)
	:: else
	fi;
	if
	:: outcome == rotated -> event(rotated)
	:: outcome == retried && changing -> event(changeRetried)
	:: outcome == retried && !changing && askedToken == replaced -> event(replacedRefreshed)
	:: outcome == retried && !changing && askedToken != replaced -> event(retried)
	:: outcome == superseded -> event(superseded)
	:: outcome == refused -> event(refused)
	:: outcome == reused -> event(reused)
	:: outcome == ended -> event(ended)
	:: outcome == changed -> event(changed)
	fi
}

#define thiefExcuses (thiefActed && SESSION != BOUND)

inline checkAnswer(me) {
	ownerStaysSignedIn =
		(answer[me] != reused && answer[me] != ended) || loggedOut || unkeyedChange || thiefExcuses;
	assert(ownerStaysSignedIn);
	/* Tokens kept, and yet no new ones: only while a thief's refresh is fresh, or a change of the password was late. */
	ownerIsNotLeftWaiting =
		(answer[me] != superseded && answer[me] != refused) || askedChange[me] ||
		(answer[me] == superseded && thiefActed && (window == WITHIN_30_S || replacedJustNow));
	assert(ownerIsNotLeftWaiting);
	ownerLeavesNobodyBehind = loggedOut || unkeyedChange || answer[me] != ended || !live;
	assert(ownerLeavesNobodyBehind);
	ownerSharesWithNoThief = (held[ANSWER(me)] == nothing || bound != THIEF_DEVICE);
	assert(ownerSharesWithNoThief)
}

proctype Owner(byte me) {
	byte i;
	mtype askedToken;
end:
	do
	:: atomic {
		(!locked || BROKEN == ignoresLock) && held[IN_STORE] != nothing && !loggedOut ->
		locked = true;
		held[ASKED(me)] = held[IN_STORE];
		askedKey[me] = storedKey;
		askedSinceCopy[me] = (THIEF != NOBODY);
		if
		:: BROKEN == newKeyForEachCall -> storedKey = 2 * OWNER_KEY + 1 - storedKey
		:: else
		fi;
		if
		:: askedChange[me] = false
		:: CHANGES -> askedChange[me] = true
		fi;
		if
		:: SESSION == BINDING && deviceKey == NO_PROOF && !askedChange[me] &&
			(!sentUnproven || BROKEN == bindsWhatWasSent) ->
			deviceKey = OWNER_DEVICE;
			printf("owner %d: persists its device key, and that binding is begun\n", me)
		:: true
		fi;
		askedProof[me] = deviceKey;
		sentUnproven = sentUnproven || deviceKey == NO_PROOF;
		if
		:: BROKEN == deviceKeyIsNotSaved && deviceKey == OWNER_DEVICE && bound == NO_PROOF -> deviceKey = REMADE_DEVICE
		:: BROKEN == forgetsBinding && bound == NO_PROOF -> deviceKey = NO_PROOF
		:: else
		fi;
		printf("owner %d: asks", me);
		if
		:: askedChange[me] -> printf(" for a change of the password")
		:: else
		fi;
		printf(" with the ");
		printm(held[ASKED(me)]);
		printf(" token, key %d, device key %d\n", askedKey[me], askedProof[me]);
		if
		/* It reaches the service, now or later. */
		:: skip
		/* It is lost, or the process crashes before it sends. */
		:: printf("owner %d: the request is lost\n", me);
			hearAnswer(me); askedSinceCopy[me] = false; locked = false; event(requestLost); goto again
		fi
	}
	if
	:: d_step {
		askedToken = held[ASKED(me)];
		changing = askedChange[me];
		serve(askedToken, askedKey[me], askedProof[me]);
		answer[me] = outcome;
		if
		:: bringsTokens -> held[ANSWER(me)] = newest
		:: else
		fi;
		countRefresh(askedSinceCopy[me]);
		held[ASKED(me)] = nothing;
		askedSinceCopy[me] = false;
		askedKey[me] = NO_KEY;
		askedProof[me] = NO_PROOF;
		printf("service: owner %d's ", me);
		tellOutcome();
		checkAnswer(me);
		forgetCall()
	}
	/* The process gives up, or crashes: the network still has the request. */
	:: atomic {
		DELAYS && held[DELAYED] == nothing ->
		held[DELAYED] = held[ASKED(me)];
		askedSinceCopy[me] = false;
		delayedLong = false;
		delayedKey = askedKey[me];
		delayedProof = askedProof[me];
		delayedChange = askedChange[me];
		hearAnswer(me);
		locked = false;
		printf("owner %d: gives up, and the request is still on its way\n", me);
		goto again
	}
	fi;
	if
	:: atomic {
		printf("owner %d: the answer is lost\n", me);
		event(answerLost);
		hearAnswer(me)
	}
	:: atomic {
		if
		:: held[ANSWER(me)] != nothing ->
			held[IN_STORE] = held[ANSWER(me)];
			storedKey = (SESSION == KEYLESS -> NO_KEY : OWNER_KEY + me);
			sentUnproven = false;
			printf("owner %d: saves the ", me);
			printm(held[IN_STORE]);
			printf(" token, and a new key\n")
		:: answer[me] == reused || answer[me] == ended ->
			held[IN_STORE] = nothing;
			printf("owner %d: forgets the tokens\n", me)
		:: else
		fi;
		hearAnswer(me)
	}
	fi;
	locked = false;
again:
	skip
	:: atomic {
		LOGOUT && !locked && !loggedOut && held[IN_STORE] != nothing ->
		loggedOut = true;
		if
		:: held[IN_STORE] != dead && held[IN_STORE] != replaced -> live = false
		:: true
		fi;
		held[IN_STORE] = nothing;
		event(loggedOut);
		printf("owner %d: signs out\n", me)
	}
	od
}
