/*
 * One partition of the entities that passes from node to node (ADR 22; docs: proofs/README.md).
 *
 *   SENDS  deliveries (or copies) that each of three nodes may begin      TICKS    steps of the lease clocks
 *   WISHES times that the one that leads changes who shall have it      LEADS    times that another node takes the lead
 *   GOES   nodes that die or leave
 *
 * A lease has three stretches: long enough for a delivery and all that may land of it; too short to send one; over. A request lands before
 * its sender's lease is over, as it is sent only while that lasts for it (ADR 9). MISTAKE_x: a deliberate mistake; the check must find each.
 * Every budget is finite, so every run ends, and what must come about is a claim about its last state.
 */
#define N 3
#ifndef SENDS
#define SENDS 2
#endif
#ifndef TICKS
#define TICKS 2
#endif
#ifndef WISHES
#define WISHES 2
#endif
#ifndef LEADS
#define LEADS 1
#endif
#ifndef GOES
#define GOES 1
#endif

#define NOBODY N

/* What a node does at the follower. */
#define REST 0
#define TURN 1    /* it has the entity's turn */
#define LOOKED 2  /* the lease was looked at; the next step sends */
#define SENT 3

/* The row in the store. */
byte holder = NOBODY;
byte wanted = NOBODY;
bit clean = 0;

byte lead = 0;          /* who has the lead in the store, which each of its changes checks */
byte lease[N];          /* 2, 1 or 0 */
bit expelled[N];
bit dead[N];
bit took[N];            /* it has taken the partition over, and not given it up */
bit begins[N];          /* it begins deliveries */
bit careful[N];         /* it waits for what an earlier holder may have sent */
byte work[N];
bit air[N];             /* a request of it was given up, and may still land */

byte ticks = TICKS;
byte wishes = WISHES;
byte leads = LEADS;
byte goes = GOES;

inline nothingOfOthers(n) {
  j = 0;
  do
  :: j < N ->
     assert(j == n || !(work[j] == SENT || air[j]));
     j++
  :: else -> break
  od;
  j = 0
}

#ifdef MISTAKE_GIVE_UP_BUSY
#define NOT_BUSY(n) true
#else
#define NOT_BUSY(n) (work[n] == REST)
#endif
#ifdef MISTAKE_GIVE_UP_LANDING
#define NOT_LANDING(n) true
#else
#define NOT_LANDING(n) (!air[n])
#endif
#ifdef MISTAKE_NO_WAIT
#define LANDED true
#else
#define LANDED (!air[0] && !air[1] && !air[N - 1])
#endif
#ifdef MISTAKE_NO_LOOK
#define MAY_SEND(n) true
#define MAY_END(n) true
#else
#define MAY_SEND(n) (lease[n] == 2 && !expelled[n])
#define MAY_END(n) (work[n] < LOOKED && !air[n])
#endif

#define able(n) (!dead[n] && !expelled[n])

inline gone(n) {
  dead[n] = 1;
  if
  :: work[n] == SENT -> air[n] = 1
  :: else
  fi;
  work[n] = REST
}

proctype Node(byte n) {
  byte sends = SENDS;
  byte j = 0;
  do
  /* it looks at the row, and takes over what it holds */
  :: atomic { !dead[n] && holder == n && !took[n] && !expelled[n] -> took[n] = 1; begins[n] = 1; careful[n] = !clean }
  /* nothing can land any more: the time for that has passed */
  :: atomic { careful[n] && LANDED -> careful[n] = 0 }
  /* it is wanted elsewhere */
  :: atomic { !dead[n] && took[n] && begins[n] && holder == n && wanted != n -> begins[n] = 0 }
  /* it is wanted back before it was given up */
  :: atomic { !dead[n] && took[n] && !begins[n] && holder == n && wanted == n -> begins[n] = 1 }
  /* it is at rest: given up to whoever is wanted by now */
  :: atomic { !dead[n] && took[n] && !begins[n] && !careful[n] && holder == n && NOT_BUSY(n) && NOT_LANDING(n) ->
       took[n] = 0;
       if
       :: wanted == n -> holder = NOBODY
       :: else -> holder = wanted
       fi;
       clean = 1
     }
  /* a delivery, or a copy by the one that leads */
  :: atomic { !dead[n] && begins[n] && !careful[n] && work[n] == REST && sends > 0 -> work[n] = TURN; sends-- }
  :: atomic { !dead[n] && work[n] == TURN && MAY_SEND(n) -> work[n] = LOOKED }
  :: atomic { !dead[n] && work[n] == TURN && !MAY_SEND(n) -> work[n] = REST }
  :: atomic { !dead[n] && work[n] == LOOKED -> nothingOfOthers(n); work[n] = SENT }
  /* answered; or given up, and it may land later */
  :: atomic { work[n] == SENT -> work[n] = REST }
  :: atomic { work[n] == SENT -> work[n] = REST; air[n] = 1 }
  :: atomic { air[n] -> air[n] = 0 }
  /* it renews its time, unless it is expelled */
  :: atomic { !dead[n] && !expelled[n] && lease[n] < 2 -> lease[n] = 2 }
  /* its time passes: what was sent lands before it is over */
  :: atomic { lease[n] == 2 && ticks > 0 -> lease[n] = 1; ticks-- }
  :: atomic { lease[n] == 1 && (dead[n] || ticks > 0) && MAY_END(n) ->
       lease[n] = 0;
       if
       :: dead[n] -> skip
       :: else -> ticks--
       fi
     }
  :: atomic { lease[n] == 0 && !expelled[n] -> expelled[n] = 1 }
  /* it dies, and its time passes; or it leaves at once, and what it has sent may land */
  :: atomic { !dead[n] && goes > 0 ->
       goes--;
       gone(n);
       if
       :: lease[n] == 2 -> lease[n] = 1
       :: else
       fi
     }
  :: atomic { !dead[n] && goes > 0 -> goes--; gone(n); lease[n] = 0; expelled[n] = 1 }
  :: timeout -> break
  od
}

/* Whoever leads; each step under its fence. */
proctype Leading() {
  byte to = 0;
  do
  :: atomic { wishes > 0 && holder != NOBODY && able(lead) ->
       wishes--;
       if
       :: to = 0
       :: to = 1
       :: to = N - 1
       fi;
       wanted = to
     }
  :: atomic { able(lead) && holder != NOBODY && !expelled[holder] && expelled[wanted] -> wanted = lead }
  /* nobody holds it, or one who is expelled: of the latter something may land */
  :: atomic { able(lead) && holder == NOBODY -> holder = lead; wanted = lead }
  :: atomic { able(lead) && holder != NOBODY && expelled[holder] -> clean = 0; holder = lead; wanted = lead }
#ifdef MISTAKE_GIVE_OF_THE_LIVING
  :: atomic { able(lead) && wishes > 0 && holder != NOBODY && holder != lead ->
       wishes--;
       clean = 0;
       holder = lead;
       wanted = lead
     }
#endif
  :: atomic { leads > 0 && expelled[lead] -> leads--; lead = (lead + 1) % N }
  :: timeout -> break
  od;
  /* Nothing happens any more. */
  assert(!able(lead) || (holder != NOBODY && able(holder) && took[holder] && begins[holder] && !careful[holder]))
}

init {
  byte n = 0;
  atomic {
    do
    :: n < N -> lease[n] = 2; n++
    :: else -> break
    od;
    n = 0;
    do
    :: n < N -> run Node(n); n++
    :: else -> break
    od;
    run Leading()
  }
}
