/** Figures as a person reads them. Pure. */

import type { Phase, Traffic } from './types';

const WORDS: Record<Phase, string> = {
  LEGACY_ONLY: 'legacy only',
  DUAL_WRITE: 'dual write',
  BACKFILL: 'backfill',
  RECONCILE: 'reconcile',
  SHADOW_READ: 'shadow read',
  READ_CUTOVER: 'read cutover',
  WRITE_CUTOVER: 'write cutover',
  LEGACY_OFF: 'legacy off',
  RETIRED: 'retired',
};

export function phaseWords(phase: Phase): string {
  return WORDS[phase] ?? phase.toLowerCase().replaceAll('_', ' ');
}

export function hasRamp(phase: Phase): boolean {
  return phase === 'READ_CUTOVER' || phase === 'WRITE_CUTOVER';
}

export function count(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString('en');
}

export function rate(perSecond: number): string {
  return `${perSecond >= 100 ? Math.round(perSecond).toLocaleString('en') : perSecond.toFixed(1)}/s`;
}

export function share(fraction: number | undefined): string {
  if (fraction === undefined) {
    return '–';
  }
  const percent = fraction * 100;
  if (percent === 0) {
    return '0 %';
  }
  return percent < 0.01 ? '< 0.01 %' : `${percent.toFixed(percent < 1 ? 2 : 1)} %`;
}

export function millis(ms: number | undefined): string {
  if (ms === undefined) {
    return '–';
  }
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function duration(seconds: number | undefined): string {
  if (seconds === undefined) {
    return '–';
  }
  if (seconds < 60) {
    return `${Math.max(0, Math.round(seconds))} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  }
  return seconds < 86_400 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}

export function ago(iso: string, now: number): string {
  return `${duration((now - Date.parse(iso)) / 1000)} ago`;
}

export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

/** Where a slice stands on the bridge, 0 (legacy's bank) to 1 (modern's), the ramp counted as part of the way to the next phase. */
export function crossing(path: Phase[], phase: Phase, rampHundredths: number): number {
  const last = path.length - 1;
  const at = Math.max(0, path.indexOf(phase));
  const onRamp = hasRamp(phase) ? rampHundredths / 10_000 : 0;
  return last <= 0 ? 0 : Math.min(1, (at + onRamp * 0.8) / last);
}

/** Points of a sparkline for a polyline of the given box; the newest value is at the right. */
export function sparkline(values: number[], width: number, height: number): string {
  const top = Math.max(1e-9, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, i) => `${(i * step).toFixed(1)},${(height - (value / top) * height).toFixed(1)}`).join(' ');
}

/** One sentence about a side, for screen readers and titles. */
export function trafficWords(side: string, traffic: Traffic): string {
  return `${side}: ${rate(traffic.rate)}, ${share(traffic.errors)} errors, p50 ${millis(traffic.p50Ms)}, p99 ${millis(traffic.p99Ms)}`;
}

/** A JSON text indented, or the text itself when it is not JSON. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export interface DiffLine {
  text: string;
  differs: boolean;
}

/** Both texts line by line, with the lines that are not in the other marked (longest common subsequence). */
export function sideBySide(left: string, right: string): { left: DiffLine[]; right: DiffLine[] } {
  const a = left.split('\n').slice(0, 400);
  const b = right.split('\n').slice(0, 400);
  const lengths: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const inA = new Set<number>();
  const inB = new Set<number>();
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      inA.add(i++);
      inB.add(j++);
    } else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) {
      i++;
    } else {
      j++;
    }
  }
  return {
    left: a.map((text, i) => ({ text, differs: !inA.has(i) })),
    right: b.map((text, i) => ({ text, differs: !inB.has(i) })),
  };
}
