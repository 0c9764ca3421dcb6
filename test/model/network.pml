/* What nobody decides: a request that arrives after its sender has given up, and time. */

inline lose() {
	held[DELAYED] = nothing;
	delayedKey = NO_KEY;
	delayedProof = NO_PROOF;
	delayedChange = false;
	delayedLong = false
}

proctype Network() {
	byte i;
	mtype askedToken;
end:
	do
	:: d_step {
		held[DELAYED] != nothing ->
		askedToken = held[DELAYED];
		changing = delayedChange;
		serve(askedToken, delayedKey, delayedProof);
		countRefresh(false);
		event(delayedServed);
		printf("service: the delayed request's ");
		tellOutcome();
		forgetCall();
		lose()
	}
	:: atomic {
		held[DELAYED] != nothing ->
		lose()
	}
	od
}

/* The owner who has no answer yet asks again in time. It is what a bound session does not need. */
#define inStep (held[IN_STORE] == newest || held[IN_STORE] == nothing || thiefActed || bound == OWNER_DEVICE)

proctype Clock() {
end:
	do
	:: atomic {
		window == WITHIN_30_S && (SESSION != KEYLESS || inStep) ->
		window = WITHIN_24_H;
		if
		:: !DELAYED_FOR_EVER && (delayedLong || SESSION == KEYLESS) -> lose()
		:: else
		fi;
		printf("clock: 30 s have passed\n")
	}
	:: atomic {
		window == WITHIN_24_H && inStep ->
		window = LATER;
		lose();
		printf("clock: 24 h have passed\n")
	}
	:: atomic {
		replacedJustNow ->
		replacedJustNow = false;
		printf("clock: 30 s have passed since the change of the password\n")
	}
	:: atomic {
		unrefreshed && !replacedLongAgo && held[IN_STORE] != replaced ->
		replacedLongAgo = true;
		lose();
		printf("clock: 24 h have passed since the change of the password\n")
	}
	od
}
