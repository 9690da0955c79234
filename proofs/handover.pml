/*
 * The handover of write authority with leases (docs: proofs/README.md). One cohort moves from side OLD to side NEW.
 *
 *   N       nodes                         K         writes that arrive at each node
 *   ATTEMPTS  handovers that may begin    TICKS     steps of the lease clocks (two end a lease)
 *   CUTS    cuts between a node and the store       CRASHES   crashes of nodes      COORDINATORS_LOST   crashes of coordinators
 *
 * Default: a slice that replicates and refuses when the journal cannot be had. DEGRADE: it writes on without lease and journal.
 * PLAIN: a slice that does not replicate. PAUSES: no bound on the pause between the check of the lease and the request.
 * STEADY: nothing fails and no stall budget runs out. MISTAKE_x: a deliberate mistake; the check must find each.
 *
 * Every budget is finite, so every run ends, and "eventually" is a claim about the last state of a run.
 */
#ifndef N
#define N 2
#endif
#ifndef K
#define K 1
#endif
#ifndef ATTEMPTS
#define ATTEMPTS COORDINATORS
#endif
#ifndef TICKS
#define TICKS 2
#endif
#ifndef CUTS
#define CUTS 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef COORDINATORS
#define COORDINATORS 1
#endif
#ifndef COORDINATORS_LOST
#define COORDINATORS_LOST 0
#endif
#define W (N * K)
#define NODE(w) ((w) % N)

#define OLD 0
#define NEW 1

/* A write, as its node and its client know it. */
#define IDLE 0     /* arrived, not decided */
#define HELD 1
#define INTENT 2   /* durable, not sent */
#define CHECKED 3  /* the lease was looked at; the next step sends */
#define SENT 4
#define UNSURE 5   /* no answer in time; the client knows that nobody knows */
#define ACKED 6    /* the client was told yes */
#define REFUSED 7  /* the client was told that nothing was and will be done */
#define FAILED 8   /* resolved after UNSURE */
#define LOST 9     /* its node died before it was answered */

/* The routing record in the store: epoch, whether it is a PREPARE, the authority. */
byte rE = 1;
bit rP = 0;
bit rS = OLD;
byte fenceE = 0;   /* epoch of the last fence */
bit debt = 0;      /* the store knows that a full reconcile is owed */
bit committed = 0;

/* What the store knows of each node. */
byte left[N] = 2;  /* lease: 2 long enough to begin a write, 1 not long enough, 0 over */
byte ackE[N];
byte drainedE[N];
bit gone[N];       /* an operator's word */

/* What each node knows itself. */
byte snapE[N] = 1; /* 0: no snapshot */
bit snapP[N];
bit snapS[N];
bit owes[N];       /* a debt on its own disk */
bit up[N] = 1;
bit cut[N];

byte st[W];
bit side[W];
byte wE[W];
bit inJournal[W];
bit open[W];       /* its outcome is not in the journal */
bit net[W];        /* the request is on its way and may land */
bit landed[W];
bit inTime[W];     /* begun while the lease was long enough */
bit lapsed[W];     /* the lease was over since it was looked at */
bit told[W];       /* the client was told that nothing will be done */
bit hasOld[W];
bit hasNew[W];

byte attempts = 0;
byte ticks = TICKS;
byte cuts = CUTS;
byte crashes = CRASHES;
byte coordinatorsLost = COORDINATORS_LOST;

hidden byte q;

/* No acknowledged write is missing at the authority in force. */
inline kept() {
#ifndef PLAIN
    q = 0;
    do
    :: q < W -> assert(st[q] != ACKED || (rS == OLD -> hasOld[q] : hasNew[q])); q++
    :: else -> break
    od;
    q = 0
#else
    skip
#endif
}

/* A write of which something may still land, or whose outcome is not durable. */
#ifdef MISTAKE_UNSURE_IS_DONE
#define UNSURE_COUNTS 0
#else
#define UNSURE_COUNTS 1
#endif
#ifdef MISTAKE_DRAIN_FROM_MEMORY
#define LOST_COUNTS 0
#else
#define LOST_COUNTS 1
#endif
#define IN_FLIGHT(w) \
    (st[w] == INTENT || st[w] == CHECKED || st[w] == SENT || (UNSURE_COUNTS && st[w] == UNSURE) \
        || (LOST_COUNTS && st[w] == LOST && (net[w] || open[w])) || (st[w] == ACKED && open[w]))
/* A write begun in time that has not landed: the margin of the lease is as long as these can last. */
#define WITHIN_MARGIN(w) (inTime[w] && (st[w] == CHECKED || net[w]))
#define ON_ITS_WAY(w) (net[w])
#if K == 1
#define ANY(p, n) (p(n))
#else
#define ANY(p, n) (p(n) || p(n + N))
#endif

/* The lease, as a write asks for it: to begin, and again when the intent is durable, right before it is sent. */
#if defined(MISTAKE_IGNORE_LEASE)
#define LEASE_BEGINS(n) true
#define LEASE_LASTS(n) true
#define LEASE_CLOCK 0
#elif defined(MISTAKE_NO_SECOND_CHECK)
#define LEASE_BEGINS(n) (left[n] == 2)
#define LEASE_LASTS(n) true
#define LEASE_CLOCK 1
#elif defined(MISTAKE_NO_MARGIN)
#define LEASE_BEGINS(n) (left[n] == 2)
#define LEASE_LASTS(n) (left[n] >= 1)
#define LEASE_CLOCK 1
#else
#define LEASE_BEGINS(n) (left[n] == 2)
#define LEASE_LASTS(n) (left[n] == 2)
#define LEASE_CLOCK 1
#endif
/* What was begun in time has landed, or never will, when the lease is over. */
#ifdef PAUSES
#define MARGIN_KEPT(n) true
#else
#define MARGIN_KEPT(n) (!ANY(WITHIN_MARGIN, n))
#endif
#ifdef NO_EPOCH_GUARD
#define EPOCH_GUARD(n) true
#else
#define EPOCH_GUARD(n) (snapE[n] == rE && snapP[n] == rP)
#endif
#ifdef MISTAKE_DEGRADE_WHILE_HELD
#define NOT_HELD(n) true
#else
#define NOT_HELD(n) (!snapP[n])
#endif
#ifdef PLAIN
#define WITHOUT_STORE(n) true
#else
#define WITHOUT_STORE(n) (cut[n] || left[n] < 2)
#endif

inline adopt(n) {
    snapE[n] = rE; snapP[n] = rP; snapS[n] = rS; gone[n] = 0
}

inline arriveAt(w) {
    net[w] = 0;
    assert(!told[w]);    /* a refused write is never sent */
    assert(!landed[w]);  /* a held write is released once */
#ifndef PAUSES
    assert(side[w] == rS);                 /* never under an authority that is not in force */
    assert(!(rP && fenceE == rE));         /* nothing between fence and commit */
#endif
    landed[w] = 1;
    if
    :: side[w] == OLD -> hasOld[w] = 1
    :: else -> hasNew[w] = 1
    fi;
    inTime[w] = 0; side[w] = 0
}

/* ---- a write at its node, and its request in the network ---- */
proctype Write(byte w) {
    byte n = NODE(w);
end:
    do
    :: d_step { st[w] == IDLE && up[n] && snapE[n] != 0 && snapP[n] -> st[w] = HELD }
    :: d_step { st[w] == HELD && up[n] && !snapP[n] -> st[w] = IDLE }
#ifndef STEADY
#ifdef MISTAKE_REFUSED_STAYS_HELD
    :: d_step { st[w] == HELD && up[n] && snapP[n] && !told[w] -> told[w] = 1 }
#else
    :: d_step { st[w] == HELD && up[n] && snapP[n] -> st[w] = REFUSED; told[w] = 1 }
#endif
#endif
#ifdef MISTAKE_RELEASE_BY_TIMER
    :: d_step { st[w] == HELD && up[n] && snapP[n] -> side[w] = snapS[n]; st[w] = CHECKED; inTime[w] = 0 }
#endif
#ifdef MISTAKE_RELEASE_BEFORE_COMMIT
    :: d_step { st[w] == HELD && up[n] && snapP[n] && fenceE == snapE[n] -> side[w] = NEW; st[w] = CHECKED; inTime[w] = 0 }
#endif
#ifndef PLAIN
    :: d_step { st[w] == IDLE && up[n] && snapE[n] != 0 && !snapP[n] && !cut[n] && LEASE_BEGINS(n) && EPOCH_GUARD(n) ->
            st[w] = INTENT; inJournal[w] = 1; open[w] = 1; side[w] = snapS[n]; wE[w] = snapE[n] }
    :: d_step { st[w] == INTENT && up[n] && snapE[n] == wE[w] && !snapP[n] && LEASE_LASTS(n) ->
            inTime[w] = LEASE_CLOCK && left[n] == 2; wE[w] = 0; st[w] = CHECKED }
    :: d_step { st[w] == INTENT && up[n] && !cut[n] && (snapE[n] != wE[w] || snapP[n]) ->
            open[w] = 0; inJournal[w] = 0; side[w] = 0; wE[w] = 0; st[w] = IDLE }
#endif
#if defined(DEGRADE) || defined(PLAIN)
    :: d_step { st[w] == IDLE && up[n] && snapE[n] != 0 && NOT_HELD(n) && WITHOUT_STORE(n) ->
            owes[n] = 1; side[w] = snapS[n]; st[w] = CHECKED }
#endif
    :: d_step { st[w] == CHECKED && up[n] -> st[w] = SENT; net[w] = 1 }
    :: d_step { net[w] -> arriveAt(w) }
#ifndef STEADY
    :: d_step { net[w] -> net[w] = 0; inTime[w] = 0; side[w] = 0 }
    :: d_step { st[w] == SENT && up[n] -> st[w] = UNSURE; lapsed[w] = 0 }
#endif
    :: d_step { st[w] == SENT && up[n] && landed[w] ->
            if
#ifdef MISTAKE_YES_WITHOUT_SECOND_LOOK
            :: true -> st[w] = ACKED
#else
#ifdef MISTAKE_SECOND_LOOK_AT_ANY_LEASE
            :: !inJournal[w] || left[n] > 0 -> st[w] = ACKED
#else
            :: !inJournal[w] || !lapsed[w] -> st[w] = ACKED
#endif
            :: else -> st[w] = UNSURE
#endif
            fi;
            lapsed[w] = 0;
            kept() }
    :: d_step { st[w] == UNSURE && up[n] && !net[w] && (!cut[n] || !inJournal[w]) -> open[w] = 0; st[w] = FAILED }
#ifdef MISTAKE_UNSURE_IS_DONE
    :: d_step { st[w] == UNSURE && up[n] && net[w] && !cut[n] -> open[w] = 0; st[w] = FAILED }
#endif
    :: d_step { (st[w] == ACKED || st[w] == LOST) && open[w] && up[n] && !cut[n] && !net[w] -> open[w] = 0 }
    od
}

/* ---- a node: lease, snapshot, acknowledgement ---- */
proctype Node(byte n) {
end:
    do
#ifdef MISTAKE_JOIN_READS_FIRST
    :: d_step { up[n] && !cut[n] && snapE[n] == 0 -> adopt(n) }
    :: d_step { up[n] && !cut[n] && snapE[n] != 0 && left[n] < 2 -> left[n] = 2 }
#else
#ifdef MISTAKE_RENEW_BLINDLY
    :: d_step { up[n] && !cut[n] && left[n] < 2 && snapE[n] != 0 -> left[n] = 2 }
    :: d_step { up[n] && !cut[n] && snapE[n] == 0 -> left[n] = 2; adopt(n) }
#else
    :: d_step { up[n] && !cut[n] && (left[n] < 2 || snapE[n] == 0) -> left[n] = 2; adopt(n) }
#endif
#endif
    :: d_step { up[n] && !cut[n] && snapE[n] != 0 && (snapE[n] != rE || snapP[n] != rP) -> adopt(n) }
#ifdef MISTAKE_ACK_BEFORE_HOLD
    :: d_step { up[n] && !cut[n] && snapE[n] != 0 && rP && ackE[n] != rE -> ackE[n] = rE }
    :: d_step { up[n] && !cut[n] && rP && ackE[n] == rE && drainedE[n] != rE && !ANY(IN_FLIGHT, n) -> drainedE[n] = rE }
#else
    :: d_step { up[n] && !cut[n] && snapP[n] && rP && snapE[n] == rE && ackE[n] != rE -> ackE[n] = rE;
#ifndef MISTAKE_DEBT_STAYS_ON_DISK
            debt = debt || owes[n]; owes[n] = 0
#endif
            }
    :: d_step { up[n] && !cut[n] && snapP[n] && rP && snapE[n] == rE && ackE[n] == rE && drainedE[n] != rE &&
            !ANY(IN_FLIGHT, n) -> drainedE[n] = rE }
#endif
    od
}

/* ---- a coordinator; a second one takes over ---- */
inline giveUp() { /* compare and swap: only what is still PREPARE(my) */
    if
    :: rE == my && rP -> rE++; rP = 0
    :: else
    fi
}

/* A coordinator that dies is one that takes no further step; that nothing waits for it, only the last state can tell. */
#define MAY_END :: d_step { coordinatorsLost > 0 -> coordinatorsLost--; my = 0; i = 0 }; goto dead

#if defined(DEGRADE) || defined(PLAIN)
#ifdef MISTAKE_EXPIRY_SUFFICES
#define OUT(i) (left[i] == 0 || gone[i])
#else
#define OUT(i) (gone[i])
#endif
#else
#define OUT(i) (left[i] == 0)
#endif

proctype Coordinator() {
    byte my = 0, i = 0;
    bit fenced[W];  /* its intent stands before the fence */
again:
    my = 0; i = 0;
end:
    do
    :: rS == NEW -> goto dead
#ifdef MISTAKE_PREPARE_WITHOUT_CAS
    :: atomic { !rP && rS == OLD && attempts < ATTEMPTS -> attempts++; my = rE + 1 };
       d_step { rE = my; rP = 1; rS = OLD; assert(!committed) }; break
#else
    :: d_step { !rP && rS == OLD && attempts < ATTEMPTS -> attempts++; rE++; rP = 1; my = rE }; break
#endif
    od;

    /* 2: every node has acknowledged, or is out */
    do
    :: d_step { i < N && (ackE[i] == my || OUT(i)) -> i++ }
    :: i == N -> i = 0; break
    :: rE != my || !rP -> goto again
    MAY_END
    od;

    /* 3: in flight is zero; what an expired node left open is resolved */
#ifdef MISTAKE_FENCE_BEFORE_DRAIN
    atomic { fenceE = my; q = 0; do :: q < W -> fenced[q] = inJournal[q]; q++ :: else -> break od; q = 0 }
#endif
#ifndef MISTAKE_NO_DRAIN
    do
    :: d_step { i < N && ackE[i] == my && drainedE[i] == my -> i++ }
    :: d_step { i < N && OUT(i) ->
            q = i;
            do
#ifdef MISTAKE_OPEN_INTENTS_SKIPPED
            :: q < W -> q = q + N
#else
            :: q < W -> open[q] = 0; q = q + N
#endif
            :: else -> break
            od;
            q = 0; i++ }
    :: i == N -> i = 0; break
    :: rE != my || !rP -> goto again
    MAY_END
    od;
#endif

    /* a debt: the whole slice is reconciled now, or the handover is aborted */
    do
#ifdef MISTAKE_DEBT_IGNORED
    :: true -> break
#else
    :: !debt -> break
#endif
    :: d_step { debt && rE == my && rP -> debt = 0; q = 0;
            do :: q < W -> hasNew[q] = hasNew[q] || hasOld[q]; q++ :: else -> break od; q = 0 }
    :: rE != my || !rP -> goto again
    MAY_END
    od;

    /* 4: fence; everything before it is delivered */
#ifndef MISTAKE_FENCE_BEFORE_DRAIN
    atomic { fenceE = my; q = 0; do :: q < W -> fenced[q] = inJournal[q]; q++ :: else -> break od; q = 0 }
#endif
    do
    :: d_step { i < W && (!fenced[i] || !open[i]) -> hasNew[i] = hasNew[i] || (fenced[i] && hasOld[i]); i++ }
#ifdef MISTAKE_OPEN_INTENTS_SKIPPED
    :: d_step { i < W && fenced[i] && open[i] -> i++ }
#endif
    :: i == W -> i = 0; break
    :: rE != my || !rP -> goto again
    MAY_END
    od;

    /* 5 and 6: verified; commit by compare and swap */
    do
#ifdef MISTAKE_COMMIT_WITHOUT_CAS
    :: d_step { true -> rE = my; rP = 0; rS = NEW; committed = 1; kept() }; break
#else
    :: d_step { rE == my && rP -> rP = 0; rS = NEW; committed = 1; kept() }; break
    :: rE != my || !rP -> break
#endif
    MAY_END
    od;
    /* the answer to the commit may be lost: then the abort is tried, and finds the record committed */
#ifdef MISTAKE_ABORT_WITHOUT_CAS
    if
    :: committed -> skip
    :: d_step { true -> rE = rE + 1; rP = 0; rS = OLD; assert(!committed) }
    fi;
#else
    atomic { giveUp() };
#endif
    goto again;
dead:
    skip
}

#ifndef STEADY
/* ---- the stall budget is over, or the coordinator is dead or too slow: any node aborts, by compare and swap ---- */
active proctype Budget() {
end:
    do
    :: d_step { rP -> rE++; rP = 0 }
    od
}

/* ---- time, cuts, crashes, operators ---- */
proctype Clock(byte n) {
end:
    do
    :: d_step { ticks > 0 && left[n] == 2 -> left[n] = 1; ticks-- }
    :: d_step { ticks > 0 && left[n] == 1 && MARGIN_KEPT(n) -> left[n] = 0; ticks--; q = n;
                do :: q < W -> lapsed[q] = (st[q] == CHECKED || st[q] == SENT); q = q + N :: else -> break od; q = 0 }
    od
}

proctype Faults(byte n) {
end:
    do
    :: d_step { cuts > 0 && !cut[n] -> cut[n] = 1; cuts-- }
    :: cut[n] -> cut[n] = 0
    :: d_step { crashes > 0 && up[n] -> crashes--; up[n] = 0;
#ifndef MISTAKE_SNAPSHOT_FROM_DISK
            snapE[n] = 0; snapP[n] = 0; snapS[n] = 0;
#endif
            q = n;
            do
            :: q < W ->
                if
                :: st[q] > IDLE && st[q] <= UNSURE -> st[q] = LOST; lapsed[q] = 0; wE[q] = 0;
                    if
                    :: !net[q] -> inTime[q] = 0; side[q] = 0
                    :: else
                    fi
                :: else
                fi;
                q = q + N
            :: else -> break
            od;
            q = 0 }
    :: !up[n] -> up[n] = 1
#if defined(DEGRADE) || defined(PLAIN)
#ifdef MISTAKE_OPERATOR_IS_WRONG
    :: d_step { cut[n] && !gone[n] -> gone[n] = 1; debt = 1 }
#endif
#ifdef MISTAKE_OPERATOR_TOO_SOON
    :: d_step { !up[n] && !gone[n] -> gone[n] = 1; debt = 1 }
#else
    :: atomic { !up[n] && !gone[n] && !ANY(ON_ITS_WAY, n) -> d_step { gone[n] = 1;
#ifndef MISTAKE_GONE_WITHOUT_DEBT
            debt = 1
#endif
            } }
#endif
#endif
    od
}
#endif

/* In the last state of a run the handover has ended and every write has its answer. */
#ifndef LTL
proctype Last() {
    byte w = 0;
end:
    timeout ->
    atomic {
        assert(!rP);
#ifdef STEADY
        assert(rS == NEW);
#endif
        do
        :: w < W -> assert(st[w] >= ACKED); assert(!open[w]); w++
        :: else -> break
        od
    }
}
#endif

init {
    byte k = 0;
    atomic {
        do
        :: k < W -> run Write(k); k++
        :: else -> break
        od;
        k = 0;
        do
        :: k < N ->
            run Node(k);
#ifndef STEADY
            run Clock(k); run Faults(k);
#endif
            k++
        :: else -> break
        od;
        run Coordinator();
#if COORDINATORS > 1
        run Coordinator();
#endif
#ifndef LTL
        run Last();
#endif
        k = 0
    }
}

#ifdef LTL
#define ENDED (!rP && rS == NEW && st[0] == ACKED && st[W - 1] == ACKED)
ltl ends { <> [] ENDED }
ltl forward { [] (committed -> [] (rS == NEW)) }
ltl released { [] (st[0] == HELD -> <> (st[0] != HELD)) }
#endif
