/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refresh.pml - the rule by which a refresh token is spent, for one account.
 *
 * Clients ask; one of them takes the lock and starts a worker with it; the
 * worker asks a provider whose refresh tokens are good for one use each, and
 * stores what comes. Meanwhile any process can be killed before any step, the
 * machine can lose its power, the disk can become full, an answer can be lost,
 * the provider can be busy: MISHAPS of these, in any order. HACKING says which
 * step is which function. A macro takes a rule away, and `run` expects the
 * model to miss it.
 *
 * What is held:
 *   - a request is sent only while there is no fresh token;
 *   - one request is under way at a time, and a spent refresh token is sent
 *     again, only if nothing unavoidable happened: a death between the sending
 *     and our rename, or an answer that was lost;
 *   - before a request is sent, there is room for its result, and a mark,
 *     which the next worker finds if this one dies;
 *   - an access token is used only when its refresh token is stored;
 *   - the stored refresh token is whole: the old or the new one;
 *   - every client is answered, unless it is killed.
 */
#ifndef CLIENTS
#define CLIENTS 3
#endif
#ifndef MISHAPS
#define MISHAPS 2
#endif
#ifndef EXPIRIES
#define EXPIRIES 2	/* steps of the token: fresh, due, gone */
#endif
#define ROUNDS 3	/* of a client's loop, until its deadline */
#ifdef NO_POWER
#define WORKERS CLIENTS
#else
#define WORKERS (2 * CLIENTS)	/* before and after a loss of power */
#endif

/* The lock: descriptors of the open file that holds it; sharing: who has it
 * shared for a moment. */
byte refs, sharing;

/* The disk as all see it; durable is what a loss of power leaves. */
#define NONE 0
#define DUE 1			/* usable, to be renewed in the background */
#define FRESH 2
byte stored = 1, durable = 1;	/* refresh token, by generation; 0: damaged */
bool whole = true;		/* its bytes were synced before the rename */
byte cache = NONE, cached;	/* access token, and its generation */
byte mark;			/* the refresh token that is sent: 0, none */
bool back;			/* the last failure holds back */
bool no_room;			/* only what was reserved can be written */

/* The provider. */
byte live = 1;			/* the refresh token that is good */
bool revoked;
byte under_way;			/* requests that are sent and not judged */
chan net = [WORKERS] of { byte, byte };

/* The answer of the provider to a worker: one of these, or a generation. */
#define NOTHING 0
#define BUSY 254
#define INVALID 255
byte came[WORKERS];

/* How far a worker is: only what matters to others. */
#define IDLE 0
#define SENT 1			/* and it hears what comes */
#define RENAMED 2		/* and not synced yet */
byte stage[WORKERS];
bool over[WORKERS];		/* it has told its client, or is gone */

/* Of the model alone. */
bool unlucky;			/* something unavoidable has happened */
byte mishaps = MISHAPS, expiries = EXPIRIES, ids, ended;
bool rebooted;
bool unsynced, cut_off;		/* by a death, and after or before the rename */

/* Before each step of a process: it may be killed; it is, with the power. */
#define STEP \
	if \
	:: rebooted != born -> goto gone \
	:: rebooted == born && mishaps > 0 -> mishaps--; goto killed \
	:: rebooted == born \
	fi

/* The end of a process closes what it has open. */
inline close_lock() {
	if
	:: opened -> opened = false; assert(refs > 0); refs--
	:: else
	fi
}

/* opened: it was given the lock's descriptor. is_awaited: by its client. */
proctype Worker(byte id; bool opened; bool is_awaited; bool born) {
	byte sent, answer;
	bool has_room = false;

	/*
	 * look_again(), credential_read(), keep_reserve(): one step, as no process
	 * else changes these files while we have the lock.
	 */
	atomic { STEP;
		/* interrupted_note(): it can say what has happened. */
		assert(!cut_off || mark != 0);
		cut_off = false;
#ifndef NO_LOOK
		if
		:: cache == FRESH || back -> goto tell
		:: else
		fi;
#endif
		sent = stored;
#ifndef NO_RESERVE
		if
		:: no_room -> goto tell
		:: else -> has_room = true
		fi;
#endif
#ifndef NO_SYNC_FOLDER
		/* It syncs the folder: what a death has left is, too. */
		durable = stored;
		unsynced = false;
#endif
#ifndef NO_MARK
		/* interrupted.h: the first content of what is reserved */
		mark = sent
#endif
	}
	/* ask_provider(), grant_request() */
	atomic { STEP;
		assert(cache != FRESH);
		assert(under_way == 0 || unlucky);
#ifndef NO_RESERVE
		assert(has_room);
#endif
		assert(mark == sent);
		under_way++;
		stage[id] = SENT;
		net!id, sent }
	atomic {
		if
		:: rebooted != born -> goto gone
		:: came[id] != NOTHING -> answer = came[id]
		:: rebooted == born && mishaps > 0 -> mishaps--; goto killed
		:: rebooted == born && mishaps > 0 && came[id] == NOTHING ->
			/* The request's own deadline, or a broken line. */
			mishaps--;
			unlucky = true;
			answer = BUSY
#ifdef OWN_ALARM
		:: rebooted == born -> stage[id] = IDLE; goto killed
#endif
		fi;
		came[id] = NOTHING;
		if
		:: answer == BUSY || answer == INVALID ->
			/* give_up(); what was reserved is removed */
			stage[id] = IDLE;
			mark = 0;
			back = true;
			goto tell
		:: else
		fi }
#ifdef USE_FIRST
	atomic { STEP; cached = answer; cache = FRESH }
#endif
	/* keep_credential(): newfile_commit(), the rename */
	atomic { STEP;
		if
		:: no_room && !has_room -> stage[id] = IDLE; goto tell
		:: else
		fi;
#ifdef NO_SYNC
		whole = false;
#endif
		stored = answer;
		mark = 0;
		stage[id] = RENAMED }
	/* and its folder is synced */
	atomic { STEP;
#ifndef NO_SYNC_FOLDER
		durable = stored;
#endif
		stage[id] = IDLE }
	/* keep_access_token() */
#ifndef USE_FIRST
	atomic { STEP; cached = answer; cache = FRESH }
#endif
	/* keep_success() */
	atomic { STEP; back = false }
tell:	skip;
killed:	atomic {
		if
		:: rebooted == born ->
			/* A death that no rule can make good. */
			if
			:: stage[id] == SENT -> unlucky = true; cut_off = true
			:: stage[id] == RENAMED -> unsynced = true
			:: else
			fi;
			stage[id] = IDLE;
			came[id] = NOTHING;
			over[id] = is_awaited;
			close_lock()
		:: else
		fi }
gone:	skip
}

/* get_answer(), and what session() does after it. */
proctype Client(bool born) {
	byte found, id, rounds;
	bool opened = false;

again:	/* decide() */
	atomic { STEP;
		/* A token that is given is used. */
		assert(cache == NONE || cached <= stored || unlucky);
		if
		:: cache == FRESH || back -> goto answered
		:: else -> found = cache
		fi;
		if
		:: opened -> goto act
		:: else
		fi }
	/* lock_try() */
	atomic { STEP;
		if
		:: refs == 0 && sharing == 0 ->
			refs = 1;
			opened = true;
#ifdef NO_LOOK
			goto act
#else
			goto again
#endif
		:: else
		fi;
		if
		:: found == DUE -> goto answered
		:: else -> found = NONE
		fi }
	/* wait_for_other(): lock_wait() has it shared for a moment */
	atomic {
		if
		:: rebooted != born -> goto gone
		:: rebooted == born && mishaps > 0 -> mishaps--; goto killed
		:: rebooted == born && refs == 0 -> sharing++
		fi }
	atomic {
		if
		:: rebooted != born -> goto gone
		:: rebooted == born -> sharing--
		fi;
		rounds++;
#ifdef NO_DEADLINE
		rounds = 0;
#endif
		if
		:: rounds == ROUNDS -> goto answered
		:: else -> goto again
		fi }
act:	/* worker_start(): the worker has the lock, too */
	atomic { STEP;
		id = ids;
		ids++;
#ifdef NO_HANDOVER
		run Worker(id, false, found == NONE, born);
		close_lock()
#else
		refs++;
		run Worker(id, true, found == NONE, born)
#endif
	}
	if
	:: found == DUE		/* it has been answered before */
	:: found == NONE ->
		/* wait_for_worker() */
		atomic {
			if
			:: rebooted != born -> goto gone
			:: rebooted == born && mishaps > 0 ->
				mishaps--; goto killed
			:: rebooted == born && over[id] -> over[id] = false
			fi }
	fi;
answered:
	skip;
killed:	atomic {
		if
		:: rebooted == born -> close_lock(); ended++
		:: else
		fi }
gone:	skip
}

active proctype Provider() {
	byte from, token;

end:	do
	:: atomic { net?from, token ->
		under_way--;
		if
		:: token == live && !revoked ->
			if
			:: mishaps > 0 -> mishaps--; token = BUSY
			:: live++; token = live
			fi
		:: token != live && !revoked ->
			/* Reuse costs the whole grant (RFC 6819 5.2.2.3). */
			assert(unlucky);
			revoked = true;
			token = INVALID
		:: revoked -> token = INVALID
		fi;
		if
		:: stage[from] == SENT -> came[from] = token
		:: else
		fi;
		from = 0;
		token = 0 }
	od
}

/* Time, the disk, the power. */
active proctype World() {
	byte i;

end:	do
	:: atomic { expiries > 0 && cache != NONE -> expiries--; cache-- }
	:: atomic { back -> back = false }
	:: atomic { mishaps > 0 && !no_room -> mishaps--; no_room = true }
#ifndef NO_POWER
	:: atomic { mishaps > 0 && !rebooted -> mishaps--;
		rebooted = true;
		for (i : 0 .. WORKERS - 1) {
			if
			:: stage[i] == SENT -> unlucky = true; cut_off = true
			:: stage[i] == RENAMED -> unlucky = true
			:: else
			fi;
			stage[i] = IDLE;
			came[i] = NOTHING;
			over[i] = false
		}
		if
		:: unsynced -> unlucky = true
		:: else
		fi;
		if
		:: !whole -> stored = 0
		:: whole -> stored = durable
		:: whole -> durable = stored
		fi;
		assert(stored != 0);
		/* These are not synced, and may be older, or gone. */
		if
		:: cache = NONE; cached = 0; back = false
		:: true
		fi;
		refs = 0;
		sharing = 0;
		ended = 0;
		for (i : 1 .. CLIENTS) {
			run Client(true)
		}
		i = 0 }
#endif
	od
}

init {
	byte i;

	atomic {
		for (i : 1 .. CLIENTS) {
			run Client(false)
		}
	}
}

#ifdef LIVE
ltl answered { <>[] (ended == CLIENTS) }
#endif
