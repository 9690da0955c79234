/** The API's answers, as docs/openapi.yaml describes them. Fields without a value are absent. */

export type Side = 'legacy' | 'modern';
export type Phase =
  | 'LEGACY_ONLY'
  | 'DUAL_WRITE'
  | 'BACKFILL'
  | 'RECONCILE'
  | 'SHADOW_READ'
  | 'READ_CUTOVER'
  | 'WRITE_CUTOVER'
  | 'LEGACY_OFF'
  | 'RETIRED';
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error';
export type Role = 'viewer' | 'operator' | 'approver';

export interface Traffic {
  rate: number;
  errors: number;
  p50Ms?: number;
  p99Ms?: number;
}

export interface NextStep {
  step: 'phase' | 'ramp';
  phase: Phase;
  ramp: string;
  cohorts: string[];
  allowed: boolean;
  blocking: string[];
  approval: boolean;
  message: string;
}

export interface Slice {
  name: string;
  kind: string;
  phase: Phase;
  phaseNumber: number;
  path: Phase[];
  ramp: string;
  rampHundredths: number;
  cohorts: string[];
  epoch: number;
  since: string;
  held?: string;
  safeSide: Side;
  pending?: { what: string; phase: Phase; ramp: string; stage: string; since: string };
  next?: NextStep;
  flags: Record<string, boolean>;
  live: { legacy: Traffic; modern: Traffic };
  differenceRate?: number;
  compared: number;
  lost: Record<string, number>;
  divergences?: number;
  backlog: { undelivered: number; unknown: number; parked: number; gap: number; oldestAgeMs?: number };
  message: string;
}

export interface Job {
  id: string;
  kind: string;
  slice: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  done: number;
  total?: number;
  rate: number;
  secondsLeft?: number;
  message: string;
  results: Record<string, number>;
}

export interface Status {
  migration: string;
  owner: string;
  finishBy: string;
  daysLeft: number;
  version: string;
  listen: string;
  at: string;
  slices: Slice[];
  jobs: Job[];
  message: string;
}

export interface Gate {
  gate: string;
  meaning: string;
  verdict: Verdict;
  query: string;
  value?: number;
  threshold: string;
  samples: number;
  message: string;
}

export interface Gates {
  slice: string;
  phase: Phase;
  holding: Gate[];
  next?: Phase;
  entering: Gate[];
  allowed: boolean;
  message: string;
}

export interface Diff {
  id: string;
  slice: string;
  signature: string;
  kind: string;
  count: number;
  firstSeen: string;
  lastSeen: string;
  accepted?: string;
}

export interface DiffDetail {
  diff: Diff;
  instances: {
    at: string;
    method: string;
    target: string;
    servedBy: Side;
    legacy: { status: number; body: string };
    modern: { status: number; body: string };
    paths: { path: string; kind: string; legacy?: string; modern?: string }[];
  }[];
}

export interface JournalEntry {
  sequence: number;
  id: string;
  slice: string;
  entity?: string;
  authority: Side;
  follower?: Side;
  method: string;
  target: string;
  state: string;
  attempts: number;
  note: string;
  at: string;
}

export interface Divergence {
  slice: string;
  entity: string;
  kind: string;
  paths: string[];
  foundAt: string;
  repaired: boolean;
}

export interface AuditEntry {
  sequence: number;
  at: string;
  actor: string;
  kind: string;
  action: string;
  subject?: string;
  reason: string;
  outcome?: string;
  message: string;
}

export interface Transition {
  epoch: number;
  from: Phase;
  fromRamp: string;
  to: Phase;
  toRamp: string;
  at: string;
  actor: string;
  reason: string;
  forced: boolean;
  stallMs?: number;
  evidence: Gate[];
}

export interface Versions {
  slice: string;
  since: string;
  versions: {
    name: string;
    told: string;
    deprecated?: string;
    sunset?: string;
    link?: string;
    requests: number;
    consumers: { name: string; requests: number; last: string }[];
  }[];
  message: string;
}

export interface Approval {
  id: string;
  command: string;
  text: string;
  slice?: string;
  asker: string;
  reason: string;
  askedAt: string;
  expiresAt: string;
  state: 'waiting' | 'granted' | 'refused' | 'expired';
  decidedBy?: string;
  result?: string;
}

export interface Told {
  at: string;
  slice?: string;
  level: 'info' | 'good' | 'bad';
  message: string;
}

export interface CommandAnswer {
  outcome: 'done' | 'started' | 'needs-approval';
  message: string;
  job?: string;
  approval?: string;
}

export interface WhoAmI {
  actor: string;
  role: Role;
}

export interface Page<T> {
  items: T[];
  next?: string;
}
