/* A thief: has copies, knows some keys, and is never without an answer. Makes a device key of their own. */

proctype Thief() {
	byte i;
	byte key;
	byte proof;
	mtype askedToken;
end:
	do
	:: atomic {
		held[IN_STORE] != nothing && held[IN_STORE] != dead ->
		has[held[IN_STORE]] = true;
		knownKey[held[IN_STORE]] = (THIEF == STORE -> storedKey : NO_KEY);
		refreshedSinceCopy = 0;
		askedSinceCopy[0] = false;
		askedSinceCopy[1] = false;
		event(copied);
		printf("thief: copies the ");
		printm(held[IN_STORE]);
		printf(" token, and knows the key %d\n", knownKey[held[IN_STORE]])
	}
	:: atomic {
		live && (has[newest] || has[parent] || has[older] || has[olderBound] || has[replaced]) ->
		if
		:: has[newest] -> askedToken = newest
		:: has[parent] -> askedToken = parent
		:: has[older] -> askedToken = older
		:: has[olderBound] -> askedToken = olderBound
		:: has[replaced] -> askedToken = replaced
		fi;
		if
		:: key = NO_KEY
		:: key = THIEF_KEY
		:: knownKey[askedToken] != NO_KEY -> key = knownKey[askedToken]
		fi;
		if
		:: proof = NO_PROOF
		:: SESSION >= BINDING -> proof = THIEF_DEVICE
		fi;
		d_step {
			changing = false;
			if
			:: bound == NO_PROOF && proof == THIEF_DEVICE && askedToken == newest -> event(thiefBound)
			:: else
			fi;
			serve(askedToken, key, proof);
			thiefActed = true;
			printf("service: the thief's, with key %d, device key %d: ", key, proof);
			tellOutcome();
			if
			:: bringsTokens ->
				event(thiefServed);
				noTokensWithoutTheDeviceKey = (bound != OWNER_DEVICE);
				assert(noTokensWithoutTheDeviceKey);
				thiefIsShutOut = (refreshedSinceCopy < THIEF);
				assert(thiefIsShutOut);
				has[newest] = true
			:: outcome == reused -> event(thiefFound)
			:: else -> event(thiefRefused)
			fi;
			forgetCall();
			key = NO_KEY;
			proof = NO_PROOF
		}
	}
	od
}
